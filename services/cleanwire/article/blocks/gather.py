"""Which lines of a page may be the article's?

The extractor's own; then those made like them, the subheads between them and the tables beside them, which it left out;
then whatever else stands near, for the judge to look at.
"""

from collections.abc import Sequence

from lxml.etree import _Element

from cleanwire.article.blocks import (
    data_tables,
    extract,
    left_out,
    made_alike,
    run_together,
    subheads,
    table_cells,
    wholes,
)
from cleanwire.article.blocks.candidate import Candidate, merge
from cleanwire.article.markup.outline import Outline

FINDERS = (made_alike.find, subheads.find, data_tables.find)
"""Each sees what the ones before it have found."""


def gather(tree: _Element, outline: Outline, brought: Sequence[str] = ()) -> list[Candidate]:
    """Return the candidates in reading order; none when the extractor finds no text.

    `brought` are the paragraphs of the article that its feed has (`feed_text`).
    """
    lines = extract.blocks(tree)
    locations = outline.locate([line.text for line in lines])
    found = [
        Candidate(line=line, location=location)
        for line, location in zip(lines, locations, strict=True)  # the two were made side by side
    ]
    found = run_together.part(outline, table_cells.part(outline, found))
    for find in FINDERS:
        found = merge(found, find(outline, found))
    return wholes.mark(outline, merge(found, left_out.find(outline, found, brought)))
