"""A page that only sends its readers on is no article; one that reloads later is."""

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.markup import parsing, refresh
from cleanwire.article.page import Page

HERE = "https://news.example/go/1"
STORY = "".join(
    f"<p>The ferry crossed for the {number}th time on Tuesday, and nobody on the pier had anything to say about it.</p>"
    for number in range(4, 14)
)


def target(meta: str) -> str | None:
    tree = parsing.parse(f"<html><head><title>Moving</title>{meta}</head><body><p>Please wait.</p></body></html>")
    assert tree is not None
    return refresh.target(tree, HERE)


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="refresh" content="0; url=/story">',
        '<META HTTP-EQUIV=Refresh CONTENT="0;URL=/story">',
        "<meta http-equiv='refresh' content=\"1; url='/story'\">",
        '<meta http-equiv="refresh" content="0,url=/story">',
        '<meta http-equiv="refresh" content=" 3 ; url = https://news.example/story ">',
        '<meta http-equiv="refresh" content="0 /story">',
        '<noscript><meta http-equiv="refresh" content="0; url=/story"></noscript>',
    ],
)
def test_the_address_is_read_as_browsers_read_it(meta: str) -> None:
    assert target(meta) == "https://news.example/story"


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="refresh" content="1200; url=/story">',
        '<meta http-equiv="refresh" content="300">',
        '<meta http-equiv="refresh" content="0; url=/go/1#top">',
        '<meta http-equiv="refresh" content="0; url=/">',
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta http-equiv="refresh" content="0; url=file:///etc/passwd">',
        '<meta http-equiv="refresh" content="soon">',
        '<meta name="refresh" content="0; url=/story">',
        '<!-- <meta http-equiv="refresh" content="0; url=/story"> -->',
    ],
)
def test_what_reloads_leads_nowhere_or_to_the_front_is_not_followed(meta: str) -> None:
    assert target(meta) is None


def test_a_page_that_sends_its_readers_on_says_where() -> None:
    meta = '<meta http-equiv="refresh" content="0; url=/story">'
    wait = (
        "<p>You are being sent to the story. If nothing happens, your browser may be old; then please click here.</p>"
    )
    for text in ("", wait, wait * 2):
        body = f"<html><head><title>One moment</title>{meta}</head><body>{text}</body></html>".encode()
        found = clean.clean(Page(url=HERE, body=body, fetched_at=1_780_000_000.0))
        assert isinstance(found, Refusal)
        assert found.leads_to == "https://news.example/story"


def test_an_article_that_sends_readers_without_scripts_on_stays_one() -> None:
    meta = '<noscript><meta http-equiv="refresh" content="0; url=/no-script"></noscript>'
    body = f"<html><head><title>The ferry</title>{meta}</head><body><article>{STORY}</article></body></html>".encode()
    assert isinstance(clean.clean(Page(url=HERE, body=body, fetched_at=1_780_000_000.0)), Article)


def test_a_header_of_the_reply_says_so_too() -> None:
    tree = parsing.parse("<html><body><p>Please wait.</p></body></html>")
    assert tree is not None
    assert refresh.target(tree, HERE, header="0; url=/story") == "https://news.example/story"
    assert refresh.target(tree, HERE, header="600; url=/story") is None
