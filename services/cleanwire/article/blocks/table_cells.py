"""Which paragraphs does a table cell hold? Old sites lay their pages out in tables and part paragraphs by line breaks.

The extractor gives such a cell as one long line. It is parted again where the page breaks it, when the pieces are the
whole line. The other cells of such a page hold its menus and notes: they are no data either, and the line rules may
judge them.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from cleanwire.article.markup.outline import Location, Outline, block_of, squeeze
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 200  # of the line; what is shorter may be a table's datum
_ROWS = frozenset({"table", "tbody", "thead", "tr"})  # a line of several cells is a row of data

_Found = tuple[Line, Location | None]


def part(
    outline: Outline, lines: Sequence[Line], places: Sequence[Location | None]
) -> tuple[tuple[Line, ...], list[Location | None]]:
    """Return `lines` and `places` with long cells parted into their paragraphs."""
    parted = [piece for line, place in zip(lines, places, strict=True) for piece in _pieces(outline, line, place)]
    if len(parted) > len(lines):
        parted = [(_as_text(line, place), place) for line, place in parted]
    return tuple(line for line, _ in parted), [place for _, place in parted]


def _as_text(line: Line, place: Location | None) -> Line:
    is_cell = line.type is BlockType.TABLE and place is not None and place.element.tag not in _ROWS
    return Line(text=line.text, type=BlockType.PARAGRAPH) if is_cell else line


def _pieces(outline: Outline, line: Line, place: Location | None) -> list[_Found]:
    whole: list[_Found] = [(line, place)]
    if place is None or line.type is not BlockType.TABLE or len(line.text) < MIN_CHARS or place.element.tag in _ROWS:
        return whole
    key = squeeze(line.text)
    at = 0
    found: list[_Found] = []
    for text, start, element in _stretches(outline, place.element):
        squeezed = squeeze(text)
        if key.startswith(squeezed, at):  # else it was left out, or is a line of its own
            at += len(squeezed)
            where = Location(start=start, end=start + len(squeezed), element=element, exact=True)
            found.append((Line(text=" ".join(text.split()), type=BlockType.PARAGRAPH), where))
    return found if at == len(key) and len(found) > 1 else whole


def _stretches(outline: Outline, cell: _Element) -> Iterator[tuple[str, int, _Element]]:
    """Yield the texts in `cell`, from one line break or block to the next, with their beginnings and blocks."""
    first, last = outline.spans[cell]
    breaks = {outline.spans[element][0] for element in cell.iterdescendants("br", "hr") if element in outline.spans}
    at, end = bisect_left(outline.starts, first), bisect_left(outline.starts, last)
    while at < end:
        begin, block = at, block_of(outline.owners[at])
        at += 1
        while at < end and outline.starts[at] not in breaks and block_of(outline.owners[at]) is block:
            at += 1
        yield "".join(outline.texts[begin:at]), outline.starts[begin], block
