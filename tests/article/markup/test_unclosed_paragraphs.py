"""Where do sections stand that follow a paragraph nobody closed?"""

import time

import pytest
from lxml import etree

from cleanwire.article.markup import parsing


def shape(markup: str) -> str:
    tree = parsing.parse(f"<html><body>{markup}</body></html>")
    assert tree is not None
    return etree.tostring(tree.find("body"), encoding="unicode", method="html")


@pytest.mark.parametrize("name", ["section", "article", "aside", "nav", "header", "footer"])
def test_a_section_ends_the_open_paragraph(name: str) -> None:
    assert shape(f"<p>Text<{name}><p>More</p></{name}>") == f"<body><p>Text</p><{name}><p>More</p></{name}></body>"


def test_what_follows_stays_in_order() -> None:
    found = shape("<div><p>One <b>two</b><section><p>A</section>\n<aside><p>B</aside><div>C</div></div>End")
    assert "".join(etree.fromstring(f"<r>{found}</r>").itertext()).split() == ["One", "twoA", "BCEnd"]
    assert found.index("</p>") < found.index("<section>") < found.index("<aside>") < found.index("<div>C")


def test_words_behind_a_section_keep_it_in_the_paragraph() -> None:
    assert shape("<p>One <aside>A</aside> two</p>") == "<body><p>One <aside>A</aside> two</p></body>"


def test_a_hundred_thousand_sections_cost_no_more_each_than_a_few() -> None:
    began = time.process_time()
    parsing.parse("<p>pier" + "<section><p></section>" * 100_000)
    assert time.process_time() - began < 10  # .2 as it is; 40 where each step counts those before it
