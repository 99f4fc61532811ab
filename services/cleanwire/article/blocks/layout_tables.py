"""Which tables only lay the page out?

Extractors read a table as data: each row becomes a line, its cells parted by bars, and the whole text of an old site's
page is one of them. Such tables are containers, so for the extractor their parts are made ones. A table of data keeps
its rows, also inside such a table.
"""

from collections.abc import Iterator
from copy import deepcopy

from lxml.etree import _Element

from cleanwire.article.markup.outline import text_of

MIN_CHARS = 250  # of a cell that holds running text
MIN_PARAGRAPHS = 2
STORY_PARAGRAPHS = 4  # with the headline
SENTENCE_CHARS = 40
MIN_BREAKS = 2  # as good as paragraphs on sites of that age
DATA_ROWS = 3  # with several cells that say something: then a cell must hold a headline too
MAX_PICTURE_CELLS = 2
MAX_CAPTION_CHARS = 300
_ROLES = frozenset({"presentation", "none"})
_DATA = frozenset({"th", "caption", "thead"})
_SURE_DATA = frozenset({"caption", "thead"})
_PARTS = frozenset({"tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup", "col"})
_HEADINGS = frozenset({"h1", "h2", "h3"})


def as_containers(tree: _Element) -> _Element:
    """Return `tree`, or where tables lay it out a copy in which they are `div` elements."""
    if not any(is_layout(table) for table in tree.iter("table")):
        return tree
    copy = deepcopy(tree)
    for table in [table for table in copy.iter("table") if _is_picture(table)]:
        _as_figure(table)
    for table in [table for table in copy.iter("table") if is_layout(table)]:
        for part in list(_own(table)):
            part.tag = "div"
        table.tag = "div"
    return copy


def _is_picture(table: _Element) -> bool:
    """Whether `table` holds a picture and its caption only, as pages laid out with tables have them."""
    if next(table.iter("img"), None) is None or any(item is not table for item in table.iter("table", *_HEADINGS)):
        return False
    cells = sum(part.tag == "td" for part in _own(table))
    return cells <= MAX_PICTURE_CELLS and 0 < len(text_of(table).strip()) <= MAX_CAPTION_CHARS


def _as_figure(table: _Element) -> None:
    for part in list(_own(table)):
        part.tag = "figcaption" if part.tag == "td" else "div"
    table.tag = "figure"


def is_layout(table: _Element) -> bool:
    """Whether `table` says that it is for presentation, or holds running text in a cell and no heads of columns.

    Heads do not count beside a cell that holds a whole story.
    """
    if (table.get("role") or "").strip().lower() in _ROLES:
        return True
    parts = list(_own(table))
    texts = [cell for cell in parts if cell.tag == "td" and _is_text(cell)]
    if not texts:
        return False
    if any(part.tag in _DATA for part in parts):
        return not any(part.tag in _SURE_DATA for part in parts) and any(map(_is_story, texts))
    return _data_rows(parts) < DATA_ROWS or any(item.tag in _HEADINGS for cell in texts for item in cell.iter())


def _own(table: _Element) -> Iterator[_Element]:
    """Yield the rows and cells of `table`, not those of tables in it."""
    for child in table:
        if child.tag in _PARTS:
            yield child
            yield from _own(child)


def _is_text(cell: _Element) -> bool:
    if _paragraphs(cell) < MIN_PARAGRAPHS and sum(1 for _ in cell.iter("br")) < MIN_BREAKS:
        return False
    return len(text_of(cell)) >= MIN_CHARS


def _paragraphs(cell: _Element) -> int:
    """Return how many paragraphs and headings `cell` has; so is a `div` or `section` that itself holds a sentence."""
    marked = sum(1 for _ in cell.iter("p", *_HEADINGS))
    return marked + sum(len((item.text or "").strip()) >= SENTENCE_CHARS for item in cell.iter("div", "section"))


def _is_story(cell: _Element) -> bool:
    """Whether `cell` holds a headline with running text: then heads of columns are a banner over the page."""
    return _paragraphs(cell) >= STORY_PARAGRAPHS and next(cell.iter(*_HEADINGS), None) is not None


def _data_rows(parts: list[_Element]) -> int:
    rows = [part for part in parts if part.tag == "tr"]
    return sum(sum(bool(text_of(cell).strip()) for cell in row if cell.tag == "td") > 1 for row in rows)
