"""What no parser may see is refused, quickly."""

import time

import pytest
from lxml.etree import _Element

from cleanwire.article.markup import parsing, precheck


def tree_of(markup: str) -> _Element:
    tree = parsing.parse(markup)
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<p>text</p>" * 1000, id="an-everyday-page"),
        pytest.param('<a href="x"" class="y">' + "<p a=1>" * 3000, id="a-stray-quote-does-not-join-tags"),
        pytest.param(
            "<script>" + "if (a<b && c) x = 1;\n" * 3000 + "</script>", id="comparisons-in-scripts-are-no-tags"
        ),
    ],
)
def test_simple_markup_passes(markup: str) -> None:
    assert precheck.too_complex(markup) is None


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<p " + "a=1 " * 5000 + ">", id="many-attributes"),
        pytest.param("<p " + "a " * 5000, id="attributes-without-value-and-no-end"),
        pytest.param('<p a=">" ' * 1 + 'b=">" ' * 5000 + ">", id="tag-ends-inside-quotes"),
        pytest.param("<b>" * 200_000, id="many-tags"),
        pytest.param("x" * (precheck.MAX_CHARS + 1), id="many-characters"),
    ],
)
def test_complex_markup_is_refused(markup: str) -> None:
    assert precheck.too_complex(markup) is not None


@pytest.mark.parametrize(
    "piece",
    ["<p>x</p>", "<div>x</div>", "x<br>", "<li>x", "<dt>x<dd>y", "<x-y>z</x-y>", "<table><tr><td>x", "<b>x</b> "],
)
def test_what_takes_long_to_read_is_known_by_a_count(piece: str) -> None:
    markup = f"<body>{piece * 24_000}"
    began = time.process_time()
    assert precheck.too_complex(markup) or precheck.too_large(tree_of(markup), markup)
    assert time.process_time() - began < 2


def test_the_longest_pages_of_news_sites_are_read() -> None:
    long_article = "<p>A sentence.</p>" * 2_200 + "<b>x</b>" * 350 + "<tr><td>x</td></tr>" * 1_400 + "<a>x</a>" * 4_000
    assert precheck.too_large(tree_of(long_article), long_article) is None


@pytest.mark.parametrize("piece", ["<a", '<a "', "<a='", "<script ", '<a b="<a b="', "<", "='", "<!--"])
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    markup = piece * (precheck.MAX_CHARS // len(piece) // 2)
    began = time.process_time()
    precheck.too_complex(markup)
    assert time.process_time() - began < 2
