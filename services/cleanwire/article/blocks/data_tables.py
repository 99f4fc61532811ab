"""Which tables of data beside the text did the extractor leave out?

It drops a table whose first cells are links, as those of a league or of candidates are. A table that stands in the same
element as paragraphs that were taken, with figures in most of its rows and no text in its cells, is the article's; the
judge still hears of it.
"""

from collections import Counter
from collections.abc import Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.markup.outline import Location, Outline, squeeze, text_of
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_ROWS = 3
MAX_ROWS = 200
MIN_CELLS = 2  # of a row
WITH_FIGURES = 0.6  # of the rows
MAX_CELL_WORDS = 12
MIN_TEXT = 2  # paragraphs beside it
TEXT_WORDS = 12
_INSIDE = ("table", "form", "input", "button", "ul", "ol", "img")  # a table of the page's layout, or of controls
_WRAPPERS = frozenset({"div", "figure", "center"})


def find(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the rows of the tables that were left out, in the order of the page."""
    homes = Counter(
        one.location.element.getparent()
        for one in candidates
        if one.location is not None and one.is_taken and fingerprint.word_count(one.text) >= TEXT_WORDS
    )
    known = {_key(one.text) for one in candidates}  # rows of the extractor's have no place
    rows: list[Candidate] = []
    for table, span in outline.spans.items():
        if table.tag != "table" or homes[_home(table)] < MIN_TEXT:
            continue
        if any(one.location is not None and span[0] <= one.location.start < span[1] for one in candidates):
            continue
        found = _rows(outline, table)
        if known.isdisjoint(_key(row.text) for row in found):
            rows.extend(found)
    return sorted(rows, key=lambda row: row.location.start if row.location else 0)


def _key(text: str) -> str:
    return squeeze(text.replace(" | ", ""))


def _home(table: _Element) -> _Element | None:
    parent = table.getparent()
    is_wrapped = parent is not None and parent.tag in _WRAPPERS and len(parent) == 1
    return parent.getparent() if parent is not None and is_wrapped else parent


def _rows(outline: Outline, table: _Element) -> list[Candidate]:
    """Return the rows of a table of data; none of one that lays the page out, is a menu or is made of controls."""
    rows = [row for row in table.iter("tr") if row in outline.spans]
    if not MIN_ROWS <= len(rows) <= MAX_ROWS or next(table.iterdescendants(*_INSIDE), None) is not None:
        return []
    cells = [[" ".join(text_of(cell).split()) for cell in row if cell.tag in ("td", "th")] for row in rows]
    if any(len(row) < MIN_CELLS or any(fingerprint.word_count(cell) > MAX_CELL_WORDS for cell in row) for row in cells):
        return []
    if sum(any(map(_is_figure, row)) for row in cells) < WITH_FIGURES * len(rows):
        return []
    return [
        Candidate(
            line=Line(text=" | ".join(filter(None, told)), type=BlockType.TABLE),
            location=Location(start=outline.spans[row][0], end=outline.spans[row][1], element=row, exact=True),
            taken_by=TakenBy.TABLE,
        )
        for row, told in zip(rows, cells, strict=True)
        if any(told)
    ]


def _is_figure(cell: str) -> bool:
    return any(map(str.isdecimal, cell)) and sum(map(str.isalpha, cell)) <= 3
