"""A table of figures beside the text is the article's though its names are links; menus and layouts are not."""

import pytest

from article.candidates import located
from cleanwire.article.blocks import data_tables
from cleanwire.article.blocks.candidate import TakenBy
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.text.boilerplate.lines import Line

TEXT = [
    "The league of the three harbours ended on Sunday with a match that nobody had thought would be played at all.",
    "The dockers came second for the ninth time, and their captain said that he had stopped counting long ago.",
]
ROWS = [("Pilots", "12", "30"), ("Dockers", "12", "27"), ("Old Mole", "12", "11")]


def rows_of(table: str, *, inside: str = "{}") -> list[str]:
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    tree = parsing.parse(f"<html><body><article>{text}{inside.format(table)}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    found = data_tables.find(outline, located(outline, [Line(text=line) for line in TEXT]))
    assert {row.taken_by for row in found} <= {TakenBy.TABLE}
    return [row.text for row in found]


def table(rows: list[tuple[str, ...]], cell: str = "<td>{}</td>") -> str:
    made = "".join(f"<tr><td><a href=/t>{row[0]}</a></td>{''.join(map(cell.format, row[1:]))}</tr>" for row in rows)
    return f"<table><tbody>{made}</tbody></table>"


@pytest.mark.parametrize("inside", ["{}", "<div class=scroll>{}</div>", "<figure>{}</figure>"])
def test_rows_whose_names_are_links_come_back(inside: str) -> None:
    assert rows_of(table(ROWS), inside=inside) == ["Pilots | 12 | 30", "Dockers | 12 | 27", "Old Mole | 12 | 11"]


@pytest.mark.parametrize(
    ("markup", "inside"),
    [
        pytest.param(
            table([("Home", "News", "Sport"), ("Work", "Travel", "Help"), ("Film", "Music", "Art")]), "{}", id="menu"
        ),
        pytest.param(table(ROWS), "<aside>{}</aside>", id="elsewhere"),
        pytest.param(table(ROWS[:2]), "{}", id="two-rows"),
        pytest.param(table(ROWS, "<td><input value={}></td>"), "{}", id="controls"),
        pytest.param(table([(name, " ".join(TEXT), "3") for name, *_ in ROWS]), "{}", id="layout"),
    ],
)
def test_other_tables_do_not(markup: str, inside: str) -> None:
    assert rows_of(markup, inside=inside) == []


def test_rows_that_the_extractor_took_are_not_taken_twice() -> None:
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    tree = parsing.parse(f"<html><body><article>{text}{table(ROWS)}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    lines = [*TEXT, *(" | ".join(row) for row in ROWS)]
    assert data_tables.find(outline, located(outline, [Line(text=line) for line in lines])) == []
