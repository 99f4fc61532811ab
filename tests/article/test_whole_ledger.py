"""Body and cuts of a whole page rebuild its text: no place is told twice, and none is left out."""

import gzip
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.markup.parsing import parse
from cleanwire.article.page import Page

CORPUS = Path(__file__).parents[1] / "corpus"
PUBLIC = Path(__file__).resolve().parents[3] / "shared/data/quality/pages"
FETCHED_AT = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
EVERY = 16  # of the public pages one in so many: all of them take minutes
PARTS = [
    "<p>The council expects the pier to open again before the next winter timetable starts, weather permitting.</p>",
    "<p>Residents of the island opposite had asked for a temporary landing stage because of the long detour.</p>",
    "<h2>What comes next</h2>",
    "<p>Sign up for our newsletter</p>",
    "<p>Advertisement</p>",
    "<ul><li>Share this article</li><li>Print</li></ul>",
    "<div class='related'><a href='/a'>Another pier burns</a><a href='/b'>A third pier is sold</a></div>",
    "<table><tr><th>Pier</th><th>Opened</th></tr><tr><td>West</td><td>1866</td></tr></table>",
    "<blockquote><p>We have waited long enough, said a fisherman who rowed across every day.</p></blockquote>",
    "<p>© 2026 The Wexport Ledger</p>",
]


def places(article: Article) -> list[int]:
    """Return the places in the text that the cuts tell and those that are left for the blocks, in order."""
    cuts = [cut.index for cut in article.removed]
    assert cuts == sorted(set(cuts)), "a place is told twice, or out of order"
    told = set(cuts)
    total = len(article.blocks) + len(article.removed)
    return [at for at in range(total + len(told)) if at not in told][: len(article.blocks)]


def assert_whole(page: Page) -> bool:
    """Check the ledger of `page`; tell whether it is an article whose cuts are all told."""
    article = clean.clean(page)
    if not isinstance(article, Article):
        return False
    assert article.body == "\n\n".join(block.text for block in article.blocks)
    assert len(places(article)) == len(article.blocks)
    if "removed_capped" in article.quality.flags:
        return False
    total = len(article.blocks) + len(article.removed)
    assert sorted([*places(article), *(cut.index for cut in article.removed)]) == list(range(total)), "a hole"
    return True


def page_of(markup: bytes, url: str = "https://ledger.example.org/2026/pier") -> Page:
    return Page(url=url, body=markup, fetched_at=FETCHED_AT)


def test_pages_of_our_own_have_whole_ledgers() -> None:
    pages = sorted(CORPUS.rglob("page.html"))
    whole = sum(assert_whole(page_of(path.read_bytes())) for path in pages)
    assert whole > len(pages) / 2


@pytest.mark.yardstick
@pytest.mark.data
def test_public_pages_have_whole_ledgers() -> None:
    if not PUBLIC.is_dir():
        warnings.warn(f"NO PUBLIC PAGES at {PUBLIC}: no real ledger was looked at", stacklevel=1)
        pytest.skip(f"no public pages at {PUBLIC}")
    pages = sorted(PUBLIC.glob("*.html.gz"))[::EVERY]
    whole = sum(assert_whole(page_of(gzip.decompress(path.read_bytes()))) for path in pages)
    assert whole > len(pages) / 2


@given(parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=14))
def test_pages_that_chance_makes_have_whole_ledgers(parts: list[str]) -> None:
    html = f"<html><head><title>Pier to reopen</title></head><body><article>{''.join(parts)}</article></body></html>"
    assert_whole(page_of(html.encode()))


@given(parts=st.lists(st.sampled_from(PARTS), min_size=2, unique=True))
def test_body_and_cuts_put_together_are_the_lines_of_the_page_in_order(parts: list[str]) -> None:
    html = f"<html><head><title>Pier to reopen</title></head><body><article>{''.join(parts)}</article></body></html>"
    article = clean.clean(page_of(html.encode()))
    if not isinstance(article, Article):
        return
    rows = {cut.index: cut.text for cut in article.removed}
    rows |= dict(zip(places(article), (block.text for block in article.blocks), strict=True))
    tree = parse(html)
    assert tree is not None
    page, at = squeezed(" ".join(tree.itertext())), 0
    for place in sorted(rows):
        found = page.find(squeezed(rows[place]), at)
        assert found >= 0, rows[place]
        at = found + 1


def squeezed(text: str) -> str:
    """Return `text` without white space and without the bars that stand between cells."""
    return "".join(text.replace("|", "").split())
