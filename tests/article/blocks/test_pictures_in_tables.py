"""On pages that tables lay out, a picture's table holds its caption, and no line of the text."""

import pytest
from lxml import html

from cleanwire.article.blocks import layout_tables

TEXT = "<p>The council met on Tuesday evening and voted for the new pier, five to four, after a long debate.</p>" * 4
PICTURE = "<table><tr><td><img src=a.jpg><div>The pier in May. (credit: O. Fennwick)</div></td></tr></table>"


def opened(inside: str) -> str:
    page = f"<body><table><tr><td>{inside}{TEXT}</td></tr></table></body>"
    return html.tostring(layout_tables.as_containers(html.document_fromstring(page)), encoding="unicode")


def test_a_picture_and_its_caption_are_a_figure() -> None:
    found = html.document_fromstring(opened(PICTURE))
    assert [figure.text_content() for figure in found.iter("figcaption")] == ["The pier in May. (credit: O. Fennwick)"]


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<table><tr><td>Yes<td>312<tr><td>No<td>298</table>", id="data"),
        pytest.param(f"<table><tr><td><img src=a.jpg>{TEXT}</td></tr></table>", id="text-beside-the-picture"),
        pytest.param("<table><tr><td><img src=a.jpg><h2>The pier</h2></td></tr></table>", id="a-heading"),
    ],
)
def test_what_is_more_than_a_caption_is_none(inside: str) -> None:
    assert "figcaption" not in opened(inside)
