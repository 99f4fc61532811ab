"""Where does the headline begin within a heading, and what stands like one where a page has no heading?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import INLINE, text_of
from cleanwire.text import prose

_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|eye-?brow|over-?line|over-?title|pre-?title|pre-?headline|super-?title|sup-?title|top-?line|"
    r"roof-?line|hat-?line|rubrik|rubrique|dach-?zeile|spitz-?marke|ober-?zeile|sur-?titre|"
    r"ante-?t[ií]tulo|sobre-?t[ií]tulo|cintillo|volada|volanta|occhiello|sopra-?titolo|chap[eé]u|nad-?tytu[lł]|"
    r"boven-?kop|over-?skrift-?lille|stikk-?tittel|stick-?titel|надзаголовок)(?:$|[\s_-])",
    re.I,
)
"""Classes of the word or two above a headline that say what it belongs to."""
_MAX_KICKER_WORDS = 6
_MIN_PROPER_WORDS = 3  # of a headline behind its kicker
_MAX_LINE_WORDS = 25
_MAX_NAME_WORDS = 3
_MIN_FONT_SIZE = 4  # `<font size=3>` is that of the text
_BIG = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d{1,3})?\s*(?:px|pt)|x{1,3}-large|(?:1\.[4-9]\d?|[2-9](?:\.\d{1,3})?)\s*r?em)",
    re.I,
)
EMPHATIC = frozenset({"font", "b", "strong", "big", "center", "span", "div", "td"})
"""Elements that may hold a headline for its looks alone."""
BOLD = frozenset({"b", "strong", "big"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one node of a heading holds, and whether a line ends behind it."""

    text: str
    is_kicker: bool
    is_apart: bool  # in an element of its own, or on a line of its own


def parted(heading: _Element) -> tuple[str, str | None]:
    """Return the text of a heading, and the same without its first part where that may be a kicker.

    What a class calls a kicker is none of the text at all.
    """
    pieces = [piece for piece in _pieces(heading) if piece.text]
    if len(pieces) > 1 and pieces[0].is_kicker and _is_proper(pieces[0].text, _joined(pieces[1:])):
        pieces = pieces[1:]
    whole = _joined(pieces)
    rest = _joined(pieces[1:])
    may_part = len(pieces) > 1 and pieces[0].is_apart and _is_proper(pieces[0].text, rest)
    return whole, rest if may_part else None


def _is_proper(kicker: str, rest: str) -> bool:
    size = len(fingerprint.tokens(rest))
    return size >= _MIN_PROPER_WORDS and len(fingerprint.tokens(kicker)) <= min(size, _MAX_KICKER_WORDS)


def _joined(pieces: list[_Piece]) -> str:
    line = ""
    for piece in pieces:
        line += f"{piece.text} " if piece.is_apart else piece.text
    return " ".join(line.split())


def _pieces(element: _Element) -> Iterator[_Piece]:
    """Yield the parts of a heading in order; those of its only child where it has nothing else."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) == 1 and not _own_text(element, children[0]):
        yield from _pieces(children[0])
        return
    text = element.text or ""
    for child in children:
        breaks = child.tag == "br" or child.tag not in INLINE
        yield _Piece(text, is_kicker=False, is_apart=breaks)
        told = "" if child.tag in ("style", "script", "svg") else text_of(child)
        is_kicker = _KICKER.search(f"{child.get('class', '')} {child.get('id', '')}") is not None
        yield _Piece(told, is_kicker=is_kicker, is_apart=breaks or is_kicker)
        text = child.tail or ""
    yield _Piece(text, is_kicker=False, is_apart=False)


def _own_text(element: _Element, child: _Element) -> bool:
    return bool((element.text or "").strip() or (child.tail or "").strip())


def is_large(element: _Element) -> bool:
    """Tell whether `element` is set in larger letters than text is."""
    if _BIG.search(element.get("style") or ""):
        return True
    size = (element.get("size") or "").strip() if element.tag == "font" else ""
    return size.startswith("+") or (size.isascii() and size.isdecimal() and int(size[:3]) >= _MIN_FONT_SIZE)


def is_line_like_one(element: _Element, text: str) -> bool:
    """Tell whether `text`, an emphatic element's, is like a headline: a line of its own, no sentence."""
    size = len(fingerprint.tokens(text))
    if not _MIN_PROPER_WORDS <= size <= _MAX_LINE_WORDS or prose.is_name(text, max_words=_MAX_NAME_WORDS):
        return False
    if text.endswith((".", ":", ",", ";", "。", "：")) or next(element.iterancestors("a"), None) is not None:
        return False
    return (
        next(element.iter("a", "img", "li"), None) is None
        and (element.tag in BOLD or is_large(element))
        and _is_alone(element)
    )


def _is_alone(element: _Element) -> bool:
    """Tell whether `element` is all of its line."""
    inner = element
    while inner.tag in INLINE or inner is element:
        parent, before, behind = inner.getparent(), inner.getprevious(), inner.getnext()
        if parent is None:
            return True
        above = (parent.text if before is None else before.tail) or ""
        if above.strip() or (inner.tail or "").strip():
            return False
        starts = before is None or _ends_line(before)
        ends = behind is None or _ends_line(behind)
        if not starts or not ends:
            return False
        if before is not None and behind is not None:
            return True
        inner = parent
    return True


def _ends_line(element: _Element) -> bool:
    return element.tag == "br" or (isinstance(element.tag, str) and element.tag not in INLINE)
