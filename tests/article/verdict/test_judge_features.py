"""What the judge is told of a line: its pictures, and the names in it."""

import pytest

from article.candidates import located
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.metadata.cascade import PageContext
from cleanwire.article.verdict.judge import features
from cleanwire.text.boilerplate.lines import Line

PAGE = """<html><body><article>
<p>The harbour was calm on Monday.</p>
<figure><img src="/a.jpg"><figcaption>Boats at the quay</figcaption></figure>
<p>Fishermen came back at noon.</p>
<p>Ada Quill writes about harbours.</p>
<p>The Harbour Post is printed on Mondays.</p>
</article></body></html>"""
TEXTS = (
    "The harbour was calm on Monday.",
    "Boats at the quay",
    "Fishermen came back at noon.",
    "Ada Quill writes about harbours.",
    "The Harbour Post is printed on Mondays.",
)


def _columns(name: str) -> list[float]:
    tree = parsing.parse(PAGE)
    assert tree is not None
    outline = Outline.of(tree)
    lines = [Line(text=text) for text in TEXTS]
    page = PageContext(
        titles=("Calm at the harbour",),
        descriptions=(),
        ld_body=None,
        ld_words=None,
        ld_comments=(),
        ld_type=None,
        authors=("Ada Quill",),
        site_names=("Harbour Post", "harbour.example"),
    )
    rows = features.read(located(outline, lines), (), outline, page)
    return [row[features.NAMES.index(name)] for row in rows]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("picture_before", [1_000, 0, 14, 38, 66]),  # white space does not count; 1,000: there is none
        ("picture_after", [0, 1_000, 1_000, 1_000, 1_000]),
        ("names_author", [0, 0, 0, 1, 0]),
        ("author_first", [0, 0, 0, 1, 0]),
        ("names_site", [0, 0, 0, 0, 1]),
    ],
)
def test_a_line_is_measured(column: str, values: list[float]) -> None:
    assert _columns(column) == values


def test_pictures_of_one_place_count_once() -> None:
    tree = parsing.parse("<html><body><p>One</p><img><img><iframe></iframe><p>Two</p><video></video></body></html>")
    assert tree is not None
    assert Outline.of(tree).pictures == [3, 6]
