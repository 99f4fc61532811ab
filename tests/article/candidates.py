"""Lines that the extractor took of a page, for tests of single steps."""

from collections.abc import Sequence

from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Outline
from cleanwire.text.boilerplate.lines import Line


def located(outline: Outline, lines: Sequence[Line]) -> list[Candidate]:
    """Return `lines` as candidates, each where it stands on the page."""
    locations = outline.locate([line.text for line in lines])
    return [Candidate(line=line, location=location) for line, location in zip(lines, locations, strict=True)]
