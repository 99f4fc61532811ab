"""The same articles as pages that are text files in disguise: a <pre>, a <p> or <br> a line, nothing at all."""

import html
from collections.abc import Callable
from pathlib import Path

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from plain import marked

pytestmark = pytest.mark.slow

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
LINES_ARE_LOST = {"en-wrapped-no-blank-lines"}  # its paragraphs are told by their indents, which markup drops


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>\n" for line in lines)


def breaks(lines: list[str]) -> str:
    return "<div>" + "<br>\n".join(map(html.escape, lines)) + "</div>"


def preformatted(lines: list[str]) -> str:
    return "<center><pre>" + html.escape("\n".join(lines)) + "</pre></center>"


@pytest.mark.parametrize("markup", [paragraphs, breaks, preformatted])
@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES])
def test_a_text_in_bare_markup_is_read_as_the_text(path: Path, markup: Callable[[list[str]], str]) -> None:
    if markup is not preformatted and path.stem in LINES_ARE_LOST:
        return
    case = marked.load(path)
    article = read(markup(case.text.removeprefix("\ufeff").splitlines()))
    assert article.body == "\n\n".join(case.paragraphs)
    assert article.title == case.title
    assert (article.published is not None) == ("published" in case.facts)


def test_a_page_with_a_title_of_its_own_is_a_page() -> None:
    sentence = "The old iron bridge in the valley fell on Monday night, and nobody was on it, the police said."
    article = read(f"<p>{sentence}</p><p>{sentence.replace('Monday', 'Friday')}</p>", "Bridge falls in the valley")
    assert article.title == "Bridge falls in the valley"
    assert len(article.blocks) == 2


def read(body: str, title: str = "page7.txt") -> Article:
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    page = Page(url="https://x.example/7", body=markup, content_type="text/html; charset=utf-8", fetched_at=1.7e9)
    found = clean.clean(page, min_words=10)
    assert isinstance(found, Article)
    return found
