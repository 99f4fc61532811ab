"""What is the headline, without the site's name?"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire import characters
from cleanwire.article import fingerprint

_SEPARATOR = re.compile(
    r"(?<!\s)\s+(?:[|•·»›‹«]|::|[-–—―]|//)\s+|(?:(?<!\s)\s+)?[｜|ㅣ]\s*|(?<=\S)(?:_|\s-)(?=[^\s_]+$)"
)
_BREAK = re.compile(r"\s*[-–—|｜ㅣ•·»_]|\s+:\s")
_MAX_CHARS = 500
_QUOTES = "\"'“”„«»‘’"
_HEADINGS = ("h1", "h2")
_MIN_WORDS = 3  # of a headline that is told by where it stands
_MAX_OPENING_WORDS = 25
_ENDS = (".", "。", ":", "：", ",", ";")
_MIN_HEADLINE_WORDS = 8  # more than the name of any site


WEIGHTS = {"og": 1.6, "json-ld": 0.9, "meta": 0.4, "h1": 1.8, "h2": 1.4, "title": 0.1, "feed": 0.5}
"""How much a source's word counts. Publishers write `<title>` for search engines, og:title and h1 for readers.

An h2 has a word only on pages whose h1 is not the headline, and only for what is stated elsewhere too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTitle:
    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    text: str
    raw: str
    source: str
    alternatives: tuple[str, ...]


def choose(candidates: Sequence[StatedTitle], site_names: Sequence[str]) -> Title | None:
    """Return the best of `candidates`, which are in order of trust; None when there is none.

    Sources that say the same vote together. A name of the site at either end is cut. A candidate cut short ("…", or at
    a quotation mark, as in markup that forgot to escape it) gives way to one that continues it.
    """
    names = {_key(name) for name in site_names if name} - {""}
    told = [item for item in candidates if 0 < len(item.text) <= _MAX_CHARS]
    usable = _without_idle_subheads([item for item in told if _key(item.text) not in names])
    if not usable:  # some pages state their headline as the site's name too
        usable = [item for item in told if len(fingerprint.tokens(item.text)) >= _MIN_HEADLINE_WORDS]
    if not usable:
        return None
    texts = [(item, _headline(item, usable, names)) for item in usable]
    labels = {_key(text) for item, text in texts if item.source == "h1" and len(fingerprint.tokens(text)) < _MIN_WORDS}
    votes: defaultdict[str, float] = defaultdict(float)
    for source, key in dict.fromkeys((item.source, _key(text)) for item, text in texts):
        votes[key] += WEIGHTS.get(source, 0.5) / (2 if key in labels else 1)
    chosen, text = max(texts, key=lambda pair: votes[_key(pair[1])])  # of equals the first, which is trusted most
    for item, longer in texts:
        if _continues(text, longer):
            chosen, text = item, longer
            break
    others = tuple(dict.fromkeys(other for _, other in texts if _key(other) != _key(text)))[:4]
    return Title(text=text, raw=chosen.text, source=chosen.source, alternatives=others)


def opening(texts: Sequence[str]) -> Title | None:
    """Return the first of a page's lines as its headline, if it is one: short, no sentence, and text follows."""
    first = characters.name(texts[0]) if len(texts) > 1 else ""
    if not _MIN_WORDS <= len(fingerprint.tokens(first)) <= _MAX_OPENING_WORDS or first.endswith(_ENDS):
        return None
    return Title(text=first, raw=first, source="text", alternatives=())


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
    if item.source in _HEADINGS:
        key = _key(text)
        for other in usable:
            if other.source == "og" and key != (tail := _key(other.text)) and key.endswith(tail):
                return other.text if len(fingerprint.tokens(other.text)) >= _MIN_WORDS else text
    return text


def without_site(text: str, names: set[str], others: Sequence[str] = ()) -> str:
    """Return `text` without a site's name (keys in `names`) before the first or after the last separator.

    What is left is also accepted when it is one of `others`, the same headline from elsewhere on the page.
    """
    known = {_key(other) for other in others}
    for other in others:
        if len(fingerprint.tokens(other)) >= _MIN_WORDS and text.startswith(other) and _BREAK.match(text, len(other)):
            return other
    for _ in range(3):
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
