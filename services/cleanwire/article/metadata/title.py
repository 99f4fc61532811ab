"""What is the headline, without the site's name?"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire import characters
from cleanwire.article import fingerprint
from cleanwire.text import prose

_SEPARATOR = re.compile(
    r"(?<!\s)\s+(?:[|•·»›‹«]|::|[-–—―]|//)\s+|(?:(?<!\s)\s+)?[｜|ㅣ]\s*|(?<=\S)(?:_|\s-)(?=[^\s_]+$)"
    r"|(?<=[\u3040-\u30ff\u3400-\u9fff])[-–—―](?=[\u3040-\u30ff\u3400-\u9fff]{2,12}$)"
)
_BREAK = re.compile(r"\s*[-–—|｜ㅣ•·»_]|\s+:\s")
_MAX_CHARS = 500
_QUOTES = "\"'“”„«»‘’"
_HEADINGS = ("h1", "h2")
_MIN_HEADING_WORDS = 2
_MIN_WORDS = 3  # of a headline that is told by where it stands
_MAX_OPENING_WORDS = 25
_SENTENCE = re.compile(r"[^\W\d_]{3}[.!?]['\"”’»]?(?=\s)|[。！？]")
_MAX_LINE_CHARS = 120
_ENDS = (".", "。", ":", "：", ",", ";")
_MIN_HEADLINE_WORDS = 8  # more than the name of any site


_MAX_SITE_WORDS = 4  # of what stands behind the last separator as a site's or section's name
_IN_HEADLINES = ("-", "–", "—", "―")  # separators that stand within headlines too
_COUNTER = re.compile(r"^\s*[(\[（【]\s*\d{1,4}\+?\s*[)\]）】]\s*(?=\S)")
_SYSTEM = re.compile(r"(?<!\s)\s+/\s+(?:X|Twitter)$")
_IDLE = frozenset({
    "home", "homepage", "startseite", "inicio", "início", "accueil", "главная", "首页", "首頁", "ホーム",
    "index", "news", "newsroom", "nachrichten", "noticias", "notícias", "actualités", "actualité",
    "notizie", "novinky", "wiadomości", "aktualności", "новости", "новини", "新闻", "新聞", "ニュース",
    "뉴스", "haberler", "uutiset", "nyheter", "nyheder", "nieuws", "untitled", "untitleddocument",
    "unbenanntesdokument", "notitle", "blog", "article", "artikel", "artículo", "articolo",
    "welcome", "willkommen", "sport", "sports", "deportes", "esportes", "спорт", "lokales", "local",
    "politik", "politics", "política", "politique", "политика", "wirtschaft", "business",
    "economía", "économie", "kultur", "culture", "cultura", "opinion", "opinión", "meinung",
    "press", "pressemitteilung", "pressrelease", "aktuelles", "archive", "archiv", "search", "menu",
})  # fmt: skip
"""Keys of what pages and sections are called, whatever is on them."""
_UNNAMED = frozenset({
    "untitled", "untitleddocument", "untitledpage", "unbenanntesdokument", "unbenannt", "notitle", "sanstitre",
    "documentsanstitre", "documentosintítulo", "sintítulo", "documentosemtítulo", "semtítulo", "documentosenzatitolo",
    "senzatitolo", "naamloosdocument", "naamloos", "beztytułu", "dokumentbeztytułu", "namnlös",
    "namnlöstdokument", "безназвания", "безымянный", "безымянныйдокумент", "无标题文档", "無標題文件", "未命名",
    "無題ドキュメント", "無題", "제목없음", "adsız", "başlıksız", "بدونعنوان", "χωρίςτίτλο", "newpage1", "document",
    "title", "null", "undefined", "none",
})  # fmt: skip
"""Keys of what programs write where nobody gave a title."""
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,12}(?:/\S*)?", re.I)
_COUNT_BEHIND = re.compile(r"[\s|–—(·-]*+\d++\s*+[^\W\d_]{0,16}+\)?\s*+$")

WEIGHTS = {
    "og": 1.6, "json-ld": 0.9, "meta": 0.4, "h1": 1.8, "h2": 1.4, "marked": 0.8, "title": 0.1, "feed": 0.5
}  # fmt: skip
"""How much a source's word counts. Publishers write `<title>` for search engines, og:title and h1 for readers.

An h2 has a word only on pages whose h1 is not the headline, and only for what is stated elsewhere too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTitle:
    source: str
    text: str
    proper: str | None = None  # a heading without its first part, which may be a kicker


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    text: str
    raw: str
    source: str
    alternatives: tuple[str, ...]
    is_idle: bool = False  # it names a section or a kind of page: a line that is like a headline is better


def choose(
    candidates: Sequence[StatedTitle],
    site_names: Sequence[str],
    *,
    sections: Sequence[str] = (),
    leading: Sequence[str] = (),
) -> Title | None:
    """Return the best of `candidates`, which are in order of trust; None when there is none.

    Sources that say the same vote together. A name of the site or one of `sections` at either end is cut, a counter of
    messages too. A candidate cut short ("…", or at a quotation mark, as in markup that forgot to escape it) gives way
    to one that continues it. What only names a section, or is a heading of one or two words that nothing else
    says, gives way to everything else: also to the first of the `leading` headings, which stand in front of the text.
    """
    names = {_key(name) for name in site_names if name} - {""}
    told = [item for item in _without_counters(candidates) if 0 < len(item.text) <= _MAX_CHARS]
    told = [item for item in told if _key(item.text) not in _UNNAMED and _HOST.fullmatch(item.text) is None]
    usable = _without_idle_subheads([item for item in told if _key(item.text) not in names])
    idle = _idle(usable, {_key(section) for section in sections}, names)
    is_idle = False
    if len(idle) == len(usable):
        is_idle = not (heading := _first_heading(leading, names))
        usable = heading or usable
    else:
        usable = [item for item in usable if item not in idle]
    if not usable:  # some pages state their headline as the site's name too
        usable = [item for item in told if len(fingerprint.tokens(item.text)) >= _MIN_HEADLINE_WORDS]
    if not usable:
        return None
    ends = names | ({_key(section) for section in sections if section} - {""})
    texts = [(item, _headline(item, usable, ends)) for item in usable]
    labels = {_key(text) for item, text in texts if item.source == "h1" and len(fingerprint.tokens(text)) < _MIN_WORDS}
    votes: defaultdict[str, float] = defaultdict(float)
    for source, key in dict.fromkeys((item.source, _key(text)) for item, text in texts):
        votes[key] += WEIGHTS.get(source, 0.5) / (2 if key in labels else 1)
    chosen, text = max(texts, key=lambda pair: votes[_key(pair[1])])  # of equals the first, which is trusted most
    for item, longer in texts:
        if item.source != "marked" and _continues(text, longer):
            chosen, text = item, longer
            break
    others = tuple(dict.fromkeys(other for _, other in texts if _key(other) != _key(text)))[:4]
    return Title(text=text, raw=chosen.text, source=chosen.source, alternatives=others, is_idle=is_idle)


def _without_counters(candidates: Sequence[StatedTitle]) -> list[StatedTitle]:
    """Return `candidates` without "(3) " in front and " / X" behind, which systems put there but no heading has."""
    shown = {item.text for item in candidates if item.source in _HEADINGS}
    bare = [(item, _SYSTEM.sub("", _COUNTER.sub("", item.text))) for item in candidates]
    return [
        item if text == item.text or item.text in shown else StatedTitle(source=item.source, text=text)
        for item, text in bare
    ]


def _idle(candidates: Sequence[StatedTitle], sections: set[str], names: set[str]) -> list[StatedTitle]:
    """Return the candidates that name a section or a kind of page, and headings of a word or two that stand alone."""
    said = [_SEPARATOR.split(item.text)[0] for item in candidates if item.source not in _HEADINGS]
    words = [frozenset(fingerprint.tokens(text)) for text in said]
    idle = []
    for item in candidates:
        own = frozenset(fingerprint.tokens(item.text))
        is_label = item.source in _HEADINGS and len(own) < _MIN_WORDS and not any(own <= other for other in words)
        is_name = _key(without_site(item.text, names)) in _IDLE | sections
        if is_label or is_name:
            idle.append(item)
    return idle


def _first_heading(texts: Sequence[str], names: set[str]) -> list[StatedTitle]:
    """Return the first of `texts` that is like a headline, of two words at least."""
    fit = [text for text in texts if len(fingerprint.tokens(text)) >= _MIN_HEADING_WORDS and len(text) <= _MAX_CHARS]
    fit = [text for text in fit if _key(text) not in names and _key(text) not in _IDLE]
    longer = [text for text in fit if len(fingerprint.tokens(text)) >= _MIN_WORDS]
    return [StatedTitle(source="heading", text=text) for text in (longer or fit)[:1]]


def opening(texts: Sequence[str]) -> Title | None:
    """Return the first of a page's lines as its headline, if it is one: short, no sentence, and text follows."""
    first = characters.name(texts[0]) if len(texts) > 1 else ""
    if not _MIN_WORDS <= len(fingerprint.tokens(first)) <= _MAX_OPENING_WORDS or first.endswith(_ENDS):
        return None
    return Title(text=first, raw=first, source="text", alternatives=())


def first_line(texts: Sequence[str]) -> Title | None:
    """Return the first sentence of a text, or as much of it as a headline has, as the title of a text without one."""
    first = next(filter(None, map(characters.name, texts)), "")
    end = _SENTENCE.search(first)
    sentence = first[: end.end()] if end else first
    if len(sentence) > _MAX_LINE_CHARS:
        cut = sentence[:_MAX_LINE_CHARS]
        sentence = f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"
    return Title(text=sentence, raw=first[:_MAX_CHARS], source="text", alternatives=()) if sentence else None


def _without_idle_subheads(candidates: Sequence[StatedTitle]) -> list[StatedTitle]:
    """Leave out each h2, unless it is what another source or a part of `<title>` says, and no h1 is."""
    stated: set[str] = set()
    for item in candidates:
        if item.source in ("title", "og", "json-ld", "meta"):
            stated |= {_key(item.text), *map(_key, _SEPARATOR.split(item.text))}
    told = [item for item in candidates if item.source == "h2" and _key(item.text) in stated]
    told = [item for item in told if len(fingerprint.tokens(item.text)) >= _MIN_WORDS]
    whole = {_key(item.text) for item in candidates if item.source in ("title", "og", "json-ld")}
    shown = any(item.source == "h1" and _key(item.text) in whole for item in candidates)
    return [item for item in candidates if item.source != "h2" or (item in told and not shown)]


def _headline(item: StatedTitle, usable: Sequence[StatedTitle], names: set[str]) -> str:
    """Return what `item` says without the site's name; a heading also without the kicker that stands in it."""
    text = without_site(item.text, names, [other.text for other in usable if other is not item])
    if item.source == "title":
        text = _without_tail(text)
    if item.source in _HEADINGS:
        if item.proper is not None and _is_said(item.proper, usable, names):
            return item.proper
        key = _key(text)
        for other in usable:
            told = other.text if other.source in _HEADINGS else without_site(other.text, names, [text])
            told = _without_tail(told) if other.source == "title" else told
            begins = other.source not in _HEADINGS and text.startswith(told)
            if begins and _COUNT_BEHIND.fullmatch(text, len(told)):  # of readers' comments
                return told
            if other.source == "og" and key != (tail := _key(other.text)) and key.endswith(tail):
                return other.text if len(fingerprint.tokens(other.text)) >= _MIN_WORDS else text
    return text


def _is_said(proper: str, usable: Sequence[StatedTitle], names: set[str]) -> bool:
    """Tell whether another source than the headings gives `proper` as the headline."""
    told = (without_site(item.text, names, [proper]) for item in usable if item.source not in _HEADINGS)
    return any(_key(text) == _key(proper) for text in told)


def without_site(text: str, names: set[str], others: Sequence[str] = ()) -> str:
    """Return `text` without a site's name (keys in `names`) before the first or after the last separator.

    What is left is also accepted when it is one of `others`, the same headline from elsewhere on the page.
    """
    known = {_key(other) for other in others if len(fingerprint.tokens(other)) >= _MIN_WORDS}
    known = known or {_key(other) for other in others}
    for other in others:
        if len(fingerprint.tokens(other)) >= _MIN_WORDS and text.startswith(other) and _BREAK.match(text, len(other)):
            return other
    text = _without_prefix(text, names)
    for _ in range(4):
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        head, last = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
        first, tail = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
        if head and _is_name(last, names):
            text = head
        elif tail and _is_name(first, names):
            text = tail
        elif head and _key(head) in known:
            text = head
        elif tail and _key(tail) in known:
            text = tail
        else:
            early = next((text[: cut.start()].strip() for cut in cuts if _key(text[: cut.start()]) in known), None)
            return early or text
    return text


def _without_prefix(text: str, names: set[str]) -> str:
    """Return `text` without the site's name and a colon in front of it."""
    first, colon, rest = text.partition("：" if "：" in text else ":")
    is_site = bool(colon) and len(fingerprint.tokens(rest)) >= _MIN_WORDS and _key(first) in names
    return rest.strip() if is_site else text


def _without_tail(text: str) -> str:
    """Return `text` without what stands behind its last separator as names of sites and sections do.

    Behind a bar that is enough; dashes stand within headlines too: behind them it has to be written like a name.
    """
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        head, last = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
        words = last.split()
        size = len(fingerprint.tokens(last))
        is_dash = cuts[-1][0].strip() in _IN_HEADLINES
        like_name = prose.is_name(last, max_words=_MAX_SITE_WORDS) and len(fingerprint.tokens(head)) > _MIN_WORDS
        if not words or len(words) > _MAX_SITE_WORDS or size >= len(fingerprint.tokens(head)):
            return text
        if is_dash and not (like_name and cuts[-1][0] != cuts[-1][0].strip()):
            return text
        text = head
    return text


def _is_name(segment: str, names: set[str]) -> bool:
    key = _key(segment)
    return bool(key) and any(
        key == name or (len(key) > 3 and len(name) > 3 and (key in name or name in key)) for name in names
    )


def _continues(short: str, longer: str) -> bool:
    if longer.startswith(short) and longer[len(short) :].lstrip()[:1] in tuple(_QUOTES):
        return True
    stem = short.rstrip(" .…")
    return (
        longer != short
        and stem != short
        and short.endswith(("…", "..."))
        and len(longer) > len(stem)
        and longer.startswith(stem[:-3] or stem)
    )


def _key(text: str) -> str:
    return "".join(fingerprint.tokens(text))
