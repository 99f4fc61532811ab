"""Which short lines of a page are bylines? For pages whose markup does not say who wrote them."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import text_of
from cleanwire.article.metadata.people import agency, person
from cleanwire.article.metadata.statements import elements
from cleanwire.text import prose

_TAGS = (
    "p",
    "div",
    "span",
    "li",
    "a",
    "address",
    "em",
    "i",
    "b",
    "strong",
    "small",
    "cite",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "font",
)
_LABEL = re.compile(
    r"\s*(?:(?:(?:written|story|text|words|posted|report(?:ing)?|interview|review|analysis|published|researched|"
    r"(?:eine )?(?:kolumne|reportage|rezension)|(?:ein )?(?:artikel|beitrag|bericht|interview|gastbeitrag|kommentar)|"
    r"un article|articolo|artículo|"
    r"geschrieben|verfasst|écrit|escrito|scritto|geschreven|skrevet|skriven)\s+)?"
    r"(?:by|von|par|por|di|door|av|af)(?:\s*:\s*|\s+|$)"
    r"|(?:autor(?:in|en|es|ka|zy)?(?:/autor)?|authors?|auteurs?|autor[ei]|forfatter|författare|автор|συντάκτης|yazar|haber|"
    r"γράφ(?:ει|ουν)(?:\s+(?:ο|η|οι))?|كتبت?|بقلم|tekst|作者|記者|记者|기자)(?:\s*[:：]\s*|\s+|$)"
    r"|(?:取材[・･])?文[・:：／/＝]\s*)",
    re.I,
)
_FIELD = re.compile(r"(?:作者|記者|记者|撰文|撰稿)\s?[:：]\s?[\u3400-\u9fff]")
"""A label among others in one row: 时间：… 来源：… 作者：…"""
_TAIL = re.compile(r"(?:(?<!\s)\s+)?(?:[|•·]|\d{1,2}[.:/]\d|\d{4}|[-–—]\s).*$|(?<![\s,.:;])[\s,.:;]+$", re.S)
_HEADLINES = ("h1", "h2")
_MARKED = ("address", "strong", "b", "em", "i")
_PARTS = re.compile(r"(?:(?<!\s)\s+)?(?:[/;,|]|\s(?:(?i:and|und|et|og|och|en|ve|y)|e|i|и|και|&)\s)\s*")
_MANY = 3
_MAX_NEAR = 80  # elements behind the headline, looked at
_MAX_BARE = 80
_MAX_BARE_WORDS = 4
_MAX_LONG = 2  # lines: a standfirst, which is no `<p>`, may stand in front of the name
_BLOCKS = ("p", "div", "section", "article", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PORTRAIT = re.compile(r"avatar|(?:^|[\s_/-])author(?:[\s_-]|$)|headshot|portrait", re.I)
_BEHIND_NAME = re.compile(r"\s(?:in|on|at|am|en|le|el)(?:\s.*)?$|\s[|•·–—-]\s.*|\d.*", re.S)
_NAME_LINE = re.compile(r"[^\W\d_](?:[^\W\d_]|[\s.,;/|&'’·-])+")
_IN_BRACKETS = re.compile(r"\s\(([^()]{2,20})\)$")
_MAX_CHARS = 120
_MAX_PARTS = 8  # elements inside one line
_MAX_LABELS = 200  # looked at on one page


def find(tree: _Element) -> str | None:
    """Return what stands behind the label of the first line that names a person of two names or more.

    Lines of one look that name one after the other are of a list of stories.
    """
    told = [(look, names) for look, text in _labelled(tree) if (names := _names(text)) is not None]
    looks = Counter(look for look, _ in dict.fromkeys(told))
    return next((names for look, names in told if not look or looks[look] < _MANY), None)


def _labelled(tree: _Element) -> Iterator[tuple[str, str]]:
    """Yield the lines with a label, and what each looks like: its tag and class, nothing without a class."""
    seen = 0
    for element in tree.iter(*_TAGS):
        start = element.text
        if (
            not start
            or start.isspace()
            or len(start) > _MAX_CHARS
            or (_LABEL.match(start) or (field := _FIELD.search(start))) is None
        ):
            continue
        if elements.is_apart(element) or elements.is_of_another(element):
            continue
        seen += 1
        if seen > _MAX_LABELS:
            return
        line = _line(element) if _LABEL.match(start) or field is None else " ".join(start[field.start() :].split())
        if _LABEL.fullmatch(line):  # the name stands behind the element, or in the next one
            behind = " ".join((element.tail or "").split())
            parent = element.getparent()
            line = f"{line} {behind}" if behind else _line(parent) if parent is not None else ""
        if line:
            yield (f"{element.tag}.{element.get('class')}" if element.get("class") else ""), line


def bare(tree: _Element, headline: str | None, others: Sequence[str], *, portraits: bool = True) -> str | None:
    """Return the names that stand alone, without a label, between the headline and the text; None without any.

    They are an `<address>` of their own, or the whole of a line that is bold, slanted or in capitals, or, with
    `portraits`, behind an author's; nothing that the page calls otherwise too (`others`: sections, sites), links to
    elsewhere or writes in small letters.
    """
    wanted = fingerprint.tokens(headline or "")
    if not wanted:
        return None
    known = {prose.key(text) for text in others}
    found, before, seen, paragraphs = None, None, 0, _MAX_LONG  # nothing is looked at above the headline
    for element in tree.iter(*_HEADLINES, *_TAGS, "img"):
        if element.tag in _HEADLINES:
            if fingerprint.tokens(text_of(element)) == wanted:  # the last such is the article's, not a bar's above it
                found, before, seen, paragraphs = None, found or before, 0, 0
            continue
        if found is not None or seen > _MAX_NEAR or paragraphs >= _MAX_LONG:
            continue
        if element.tag == "img":
            found = _beside_portrait(element) if portraits else None
            continue
        seen += 1
        text = " ".join(text_of(element).split())
        if prose.is_long(text) and next(element.iterdescendants(*_BLOCKS), None) is None:
            paragraphs += 1 if element.tag != "p" else _MAX_LONG
        elif (names := _alone(element, text)) and prose.key(text) not in known and not _is_written_small(names, tree):
            found = names
    return found or before


def _beside_portrait(image: _Element) -> str | None:
    """Return the name right behind an author's portrait, or on it."""
    if not any(_PORTRAIT.search(image.get(name) or "") for name in ("class", "src")):
        return None
    if elements.is_apart(image) or elements.is_of_another(image):
        return None
    behind = _BEHIND_NAME.sub("", " ".join((image.tail or "").split())).strip()
    told = behind or " ".join((image.get("alt") or "").split())
    return (
        told
        if _PORTRAIT.search(told) is None and person.is_person(told) and len(told.split()) <= _MAX_BARE_WORDS
        else None
    )


def _alone(element: _Element, text: str) -> str | None:
    """Return the names that `text`, all of the element's, consists of."""
    line = _IN_BRACKETS.sub(r" / \1", text.rstrip(" |·•,"))
    if len(line) > _MAX_BARE or _NAME_LINE.fullmatch(line) is None or elements.is_apart(element):
        return None
    links = [link.get("href") or "" for link in (*element.iter("a"), *element.iterancestors("a"))]
    if not all(map(elements.is_of_people, filter(None, links))):
        return None
    parts = [part.strip() for part in _PARTS.split(line)]
    people = [part for part in parts if not agency.is_one(part) and not agency.are_some(part)]
    has_agency, parts = len(people) < len(parts), people
    if not parts or not all(person.is_person(part) and 2 <= len(part.split()) <= _MAX_BARE_WORDS for part in parts):
        return None
    if any(all(map(prose.same_month_word, part.split())) for part in parts):
        return None
    inner = [item for item in element.iter("strong", "b", "em", "i") if text_of(item).split() == text.split()]
    is_marked = has_agency or element.tag in _MARKED or bool(inner) or any(links) or line.isupper() or line != text
    return "; ".join(parts) if is_marked else None


def _is_written_small(names: str, tree: _Element) -> bool:
    """Tell whether most words of `names` stand in small letters elsewhere on the page: then they are no names."""
    words = [word for word in _WORD.findall(names) if not prose.is_particle(word)]
    small = set(_WORD.findall(" ".join(map(str, tree.itertext()))))
    return sum(word.lower() in small for word in words) * 2 >= len(words)


def _line(element: _Element) -> str:
    """Return the element's text as a line, names in elements of their own apart; empty when it is more than a line.

    A break ends it once it holds more than the label: below the name stands what its owner is.
    """
    if sum(1 for _ in element.iter("*")) > _MAX_PARTS:
        return ""
    parts: list[str] = []
    for text, is_broken in _texts(element):
        if is_broken and parts and _LABEL.fullmatch(" ".join(parts)) is None:
            break
        if part := " ".join(text.split()):
            parts.append(part)
    line = ""
    for before, part in itertools.pairwise(["", *parts]):
        line += f"; {part}" if _is_whole(before) and _is_whole(part) else f" {part}"
    return line.strip() if len(line) <= _MAX_CHARS else ""


def _texts(element: _Element) -> Iterator[tuple[str, bool]]:
    """Yield the texts inside `element` in order, and whether a line break stands right before each."""
    yield element.text or "", False
    for child in element:
        yield from _texts(child)
        yield child.tail or "", child.tag == "br"


def _is_whole(text: str) -> bool:
    return " " in text and prose.is_name(text, max_words=4)


def _names(line: str) -> str | None:
    label = _LABEL.match(line)
    rest = _TAIL.sub("", line[label.end() :]).lstrip("; ") if label else ""
    first = re.split(r"[,;]| (?:and|und|et|y|e|og|och) |/", rest)[0].strip()
    if person.is_wide(first.replace(" ", "")):
        return "、".join(itertools.takewhile(person.is_chinese, first.split())) or None
    return rest if len(first.split()) > 1 and prose.is_name(first, max_words=4) else None
