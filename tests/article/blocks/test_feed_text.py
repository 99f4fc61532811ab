"""What the feed brought of an article stays, wherever the page keeps it; the feed's own furniture does not."""

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.blocks import feed_text
from cleanwire.article.page import Hints, Page

STORY = [
    "The lock keeper of Ostermouth has counted every boat since 1987, and he has written each of them into a book.",
    "On Tuesday he closed the last volume, the forty-first, because the canal board will count with a camera now.",
    "He says that a camera sees hulls but no people, and that nobody will know who was on board in the rain.",
    "The books go to the town library, where two pupils have begun to copy the names into a table.",
]
BOXED = [
    "The camera costs 11,000 euros a year, the board says, which is about what the keeper's hours had cost.",
    "Three other locks on the canal have had one since the spring; two of them were broken by the autumn.",
]
FURNITURE = "Subscribe to our newsletter and never miss a story about the canal."


def _page(boxed: str) -> Page:
    text = "".join(f"<p>{line}</p>" for line in STORY)
    markup = (
        "<html><head><title>The last book of the lock keeper</title></head><body><main>"
        f"<article><h1>The last book of the lock keeper</h1>{text}</article>{boxed}</main></body></html>"
    )
    return Page(url="https://ostermouth.example/lock", body=markup.encode(), fetched_at=1_790_000_000.0)


def _body(page: Page, content: str | None) -> str:
    article = clean.clean(page, Hints(content=content))
    assert isinstance(article, Article)
    return article.body


def _content(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_a_box_that_the_feed_has_in_the_text_comes_back() -> None:
    boxed = "".join(f"<aside class='related-box'><div>{line}</div></aside>" for line in BOXED)
    assert BOXED[0] not in _body(_page(boxed), None)
    assert all(line in _body(_page(boxed), _content(*STORY, *BOXED)) for line in [*STORY, *BOXED])


def test_boilerplate_that_the_feed_brings_still_goes() -> None:
    boxed = f"<p>{FURNITURE}</p>"
    assert FURNITURE not in _body(_page(boxed), _content(*STORY, FURNITURE))


def test_a_teaser_vouches_for_nothing() -> None:
    assert feed_text.paragraphs(_content(STORY[0])) == ()
    assert feed_text.paragraphs(None) == ()
    assert feed_text.paragraphs("") == ()


def test_blocks_of_links_in_the_feed_vouch_for_nothing() -> None:
    links = "<ul><li><a href='/a'>Ten locks that froze over</a></li></ul>"
    assert feed_text.paragraphs(_content(*STORY) + links) == tuple(STORY)
