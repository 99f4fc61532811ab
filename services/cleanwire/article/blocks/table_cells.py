"""Which paragraphs does a table cell hold? Old sites lay their pages out in tables and part paragraphs by line breaks.

The extractor gives such a cell as one long line. It is parted again where the page breaks it, when the pieces are the
whole line. The other cells of such a page hold its menus and notes: they are no data either, and the line rules may
judge them.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from cleanwire.article.markup import outline
from cleanwire.article.markup.outline import Outline, Place
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 200  # of the line; what is shorter may be a table's datum
_ROWS = frozenset({"table", "tbody", "thead", "tr"})  # a line of several cells is a row of data

_Found = tuple[Line, Place | None]


def part(
    shape: Outline, lines: Sequence[Line], places: Sequence[Place | None]
) -> tuple[tuple[Line, ...], list[Place | None]]:
    """Return `lines` and `places` with long cells parted into their paragraphs."""
    parted = [piece for line, place in zip(lines, places, strict=True) for piece in _pieces(shape, line, place)]
    if len(parted) > len(lines):
        parted = [(_as_text(line, place), place) for line, place in parted]
    return tuple(line for line, _ in parted), [place for _, place in parted]


def _as_text(line: Line, place: Place | None) -> Line:
    is_cell = line.type is BlockType.TABLE and place is not None and place.element.tag not in _ROWS
    return Line(text=line.text, type=BlockType.PARAGRAPH) if is_cell else line


def _pieces(shape: Outline, line: Line, place: Place | None) -> list[_Found]:
    whole: list[_Found] = [(line, place)]
    if place is None or line.type is not BlockType.TABLE or len(line.text) < MIN_CHARS or place.element.tag in _ROWS:
        return whole
    key = outline.squeeze(line.text)
    at = 0
    found: list[_Found] = []
    for text, start, element in _stretches(shape, place.element):
        squeezed = outline.squeeze(text)
        if key.startswith(squeezed, at):  # else it was left out, or is a line of its own
            at += len(squeezed)
            where = Place(start=start, end=start + len(squeezed), element=element, exact=True)
            found.append((Line(text=" ".join(text.split()), type=BlockType.PARAGRAPH), where))
    return found if at == len(key) and len(found) > 1 else whole


def _stretches(shape: Outline, cell: _Element) -> Iterator[tuple[str, int, _Element]]:
    """Yield the texts in `cell`, from one line break or block to the next, with their beginnings and blocks."""
    first, last = shape.spans[cell]
    breaks = {shape.spans[element][0] for element in cell.iterdescendants("br", "hr") if element in shape.spans}
    at, end = bisect_left(shape.starts, first), bisect_left(shape.starts, last)
    while at < end:
        begin, block = at, outline.block_of(shape.owners[at])
        at += 1
        while at < end and shape.starts[at] not in breaks and outline.block_of(shape.owners[at]) is block:
            at += 1
        yield "".join(shape.texts[begin:at]), shape.starts[begin], block
