"""Which short lines of a page begin like a byline? For pages whose markup does not say who wrote them."""

import itertools
import re
from collections.abc import Iterator

from lxml.etree import _Element

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
    r"\s*(?:(?:(?:written|story|text|words|posted|report|interview|review|analysis|published|"
    r"(?:ein )?(?:artikel|beitrag|bericht|interview|gastbeitrag|kommentar)|un article|articolo|artículo|"
    r"geschrieben|verfasst|écrit|escrito|scritto|geschreven|skrevet|skriven)\s+)?"
    r"(?:by|von|par|por|di|door|av|af)(?:\s*:\s*|\s+|$)"
    r"|(?:autor(?:in|en|es|ka|zy)?(?:/autor)?|authors?|auteurs?|autor[ei]|forfatter|författare|автор|συντάκτης|yazar|"
    r"tekst|作者|記者|记者|기자)(?:\s*[:：]\s*|\s+|$))",
    re.I,
)
_TAIL = re.compile(r"(?:(?<!\s)\s+)?(?:[|•·]|\d{1,2}[.:/]\d|\d{4}|[-–—]\s).*$|(?<![\s,.:;])[\s,.:;]+$", re.S)
_MAX_CHARS = 120
_MAX_PARTS = 8  # elements inside one line
_MAX_LABELS = 200  # looked at on one page


def find(tree: _Element) -> str | None:
    """Return what stands behind the label of the first line that names a person of two names or more."""
    return next((names for text in _labelled(tree) if (names := _names(text)) is not None), None)


def _labelled(tree: _Element) -> Iterator[str]:
    seen = 0
    for element in tree.iter(*_TAGS):
        start = element.text or ""
        if len(start) > _MAX_CHARS or _LABEL.match(start) is None or elements.is_apart(element):
            continue
        seen += 1
        if seen > _MAX_LABELS:
            return
        line = _line(element)
        if _LABEL.fullmatch(line):  # the name stands in the next element
            line = _line(parent) if (parent := element.getparent()) is not None else ""
        if line:
            yield line


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
    return rest if len(first.split()) > 1 and prose.is_name(first, max_words=4) else None
