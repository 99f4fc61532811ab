"""A page laid out in tables gives its paragraphs, not its cells; a table of data stays one."""

import json
from pathlib import Path

from lxml.etree import _Element

from article.candidates import located
from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.blocks import table_cells
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.page import Page
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

LAYOUT = Path(__file__).parents[2] / "corpus" / "en-layout-tables"
STORY = (
    "The bell of the lightship has hung in a barn on the north shore for sixty years, its owner told the museum.",
    "A farmer had bought it from a scrap dealer, and rang it every evening to call his cows home from the dunes.",
    "The coast guard does not want it back: it was sold fairly, and the office has no room in which to hang it.",
)


def parted(body: str, *lines: str) -> list[tuple[BlockType, str]]:
    """Return the lines of the page after parting, `lines` being what the extractor made of cells."""
    tree = parsing.parse(f"<html><body><table><tr>{body}</tr></table></body></html>")
    assert isinstance(tree, _Element)
    outline = Outline.of(tree)
    given = [Line(text=text, type=BlockType.TABLE) for text in lines]
    return [(one.line.type, one.text) for one in table_cells.part(outline, located(outline, given))]


def test_a_long_cell_is_parted_at_its_line_breaks() -> None:
    cell = f"<td>{STORY[0]}<br><br>\n{STORY[1]} <b>Really</b>.<br>{STORY[2]}</td>"
    wanted = [STORY[0], f"{STORY[1]} Really.", STORY[2]]
    assert parted(cell, " ".join(wanted)) == [(BlockType.PARAGRAPH, text) for text in wanted]


def test_what_the_extractor_took_out_of_the_cell_is_passed_over() -> None:
    cell = f"<td>{STORY[0]}<table><tr><td>A caption</td></tr></table>{STORY[1]}<br>{STORY[2]}</td>"
    assert [text for _, text in parted(cell, " ".join(STORY))] == [*STORY]


def test_a_line_that_is_not_made_of_the_pieces_stays_whole() -> None:
    cell = f"<td>{STORY[0]}<br>{STORY[1]}<br>{STORY[2]}</td>"
    whole = f"{STORY[0]} {STORY[1]} {STORY[2][:40]}"
    assert parted(cell, whole) == [(BlockType.TABLE, whole)]


def test_data_stay_a_table() -> None:
    row = f"<td>{STORY[0]}</td><td>{STORY[1]}</td>"
    assert parted(row, f"{STORY[0]} | {STORY[1]}") == [(BlockType.TABLE, f"{STORY[0]} | {STORY[1]}")]
    assert parted("<td>Monday<br>Tuesday</td>", "Monday Tuesday") == [(BlockType.TABLE, "Monday Tuesday")]


def test_other_cells_of_such_a_page_are_text_but_rows_of_data_are_not() -> None:
    row = f"<td>{'<br>'.join(STORY)}</td></tr><tr><td>More news</td></tr><tr><td>Tide</td><td>7:40</td>"
    assert parted(row, " ".join(STORY), "More news", "Tide | 7:40") == [
        *((BlockType.PARAGRAPH, text) for text in STORY),
        (BlockType.PARAGRAPH, "More news"),
        (BlockType.TABLE, "Tide | 7:40"),
    ]


def test_a_page_of_nested_tables_gives_paragraphs() -> None:
    url = json.loads((LAYOUT / "expected.json").read_text("utf-8"))["url"]
    page = Page(url=url, body=(LAYOUT / "page.html").read_bytes(), fetched_at=1_780_000_000.0)
    article = clean.clean(page)
    assert isinstance(article, Article)
    texts = [block.text for block in article.blocks]
    for beginning in ("The bell of the lightship Anna", "A farmer had bought", "The coast guard, which", '"We offered'):
        assert sum(text.startswith(beginning) for text in texts) == 1, beginning
    assert not any("\\" in text for text in (*texts, *(cut.text for cut in article.removed)))
