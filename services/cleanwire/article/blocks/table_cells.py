"""Which paragraphs does a table cell hold? Old sites lay their pages out in tables and part paragraphs by line breaks.

The extractor gives such a cell as one long line. It is parted again where the page breaks it, when the pieces are the
whole line. The other cells of such a page hold its menus and notes: they are no data either, and the line rules may
judge them.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml.etree import _Element

from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location, Outline, squeeze
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 200  # of the line; what is shorter may be a table's datum
_ROWS = frozenset({"table", "tbody", "thead", "tr"})  # a line of several cells is a row of data


def part(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return `candidates` with long cells parted into their paragraphs."""
    parted = [piece for candidate in candidates for piece in _pieces(outline, candidate)]
    return [_as_text(piece) for piece in parted] if len(parted) > len(candidates) else parted


def _as_text(candidate: Candidate) -> Candidate:
    location = candidate.location
    if candidate.line.type is BlockType.TABLE and location is not None and location.element.tag not in _ROWS:
        return replace(candidate, line=Line(text=candidate.text, type=BlockType.PARAGRAPH))
    return candidate


def _pieces(outline: Outline, candidate: Candidate) -> list[Candidate]:
    line, location = candidate.line, candidate.location
    if line.type is not BlockType.TABLE or len(line.text) < MIN_CHARS:
        return [candidate]
    if location is None or location.element.tag in _ROWS:
        return [candidate]
    key = squeeze(line.text)
    at = 0
    found: list[Candidate] = []
    for text, start, element in _stretches(outline, location.element):
        squeezed = squeeze(text)
        if key.startswith(squeezed, at):  # else it was left out, or is a line of its own
            at += len(squeezed)
            where = Location(start=start, end=start + len(squeezed), element=element, exact=True)
            paragraph = Line(text=" ".join(text.split()), type=BlockType.PARAGRAPH)
            found.append(Candidate(line=paragraph, location=where))
    return found if at == len(key) and len(found) > 1 else [candidate]


def _stretches(outline: Outline, cell: _Element) -> Iterator[tuple[str, int, _Element]]:
    """Yield the texts in `cell`, from one line break or block to the next, with their beginnings and blocks."""
    first, last = outline.spans[cell]
    breaks = {outline.spans[element][0] for element in cell.iterdescendants("br", "hr") if element in outline.spans}
    at, end = bisect_left(outline.starts, first), bisect_left(outline.starts, last)
    while at < end:
        begin, block = at, outline.blocks[at]
        at += 1
        while at < end and outline.starts[at] not in breaks and outline.blocks[at] is block:
            at += 1
        yield "".join(outline.texts[begin:at]), outline.starts[begin], block
