"""Which paragraphs does a line hold that the extractor ran together?

Where it finds no structure that it knows, the extractor gives all text of a page as one line: short pages in scripts
without spaces, text in bare sections. It is parted again where the page begins a block or breaks a line, when several
of the pieces are paragraphs and the pieces are the whole line.
"""

from collections.abc import Sequence

from cleanwire.article.blocks import left_out
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location, Outline
from cleanwire.records.document import BlockType
from cleanwire.text import prose
from cleanwire.text.boilerplate.lines import Line

MIN_PARAGRAPHS = 2
_ONE = frozenset({"p", "li", "dd", "pre", "code", "td", "th", "figcaption"})  # what these hold is one line


def part(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return `candidates`, those that are several paragraphs of the page parted into them."""
    return [piece for candidate in candidates for piece in _pieces(outline, candidate)]


def _pieces(outline: Outline, candidate: Candidate) -> list[Candidate]:
    location = candidate.location
    if (
        location is None
        or not location.exact
        or location.element.tag in _ONE
        or candidate.line.type is not BlockType.PARAGRAPH
        or not prose.is_paragraph(candidate.text)
    ):
        return [candidate]
    found = [
        stretch
        for stretch in left_out.stretches(outline, location.start, location.end)
        if stretch.start >= location.start and stretch.end <= location.end
    ]
    if sum(prose.is_paragraph(stretch.text) for stretch in found) < MIN_PARAGRAPHS:
        return [candidate]
    if found[0].start != location.start or found[-1].end != location.end:
        return [candidate]
    return [_candidate(stretch) for stretch in found]


def _candidate(stretch: left_out.Stretch) -> Candidate:
    line = Line(text=stretch.text, type=left_out.type_of(stretch.block))
    place = Location(start=stretch.start, end=stretch.end, element=stretch.block, exact=True)
    return Candidate(line=line, location=place)
