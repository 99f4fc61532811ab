"""What no parser may see is refused, quickly."""

import time

import pytest

from cleanwire.article.markup import precheck


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


@pytest.mark.parametrize("piece", ["<a", '<a "', "<a='", "<script ", '<a b="<a b="', "<", "='", "<!--"])
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    markup = piece * (precheck.MAX_CHARS // len(piece) // 2)
    began = time.process_time()
    precheck.too_complex(markup)
    assert time.process_time() - began < 2
