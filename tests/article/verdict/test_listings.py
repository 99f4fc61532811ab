"""A page that only lists other pages is no article; an article that lists links, or stands among many, is one."""

from pathlib import Path

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Hints, Page
from cleanwire.records.rejected import Rejection

CORPUS = Path(__file__).parents[2] / "corpus"
ROUNDUP = (CORPUS / "en-links-of-the-week" / "page.html").read_text("utf-8")
UNDATED = ROUNDUP.replace("article:published_time", "not-a-time")
HEADINGS = ("Harbour wall", "Lighthouse keepers", "Island school", "Sea wall", "Bakery", "Quota", "Bus line", "Old map")
PARAGRAPHS = (
    "The old ferry pier of Wexport reopened on Monday after four months of repairs, and the first boat left with more "
    "than ninety passengers on board, the harbour office said in the evening.",
    "Engineers had replaced forty of the wooden piles that the January storms had broken; the council paid for all of "
    "it from its reserve, and no ticket costs more than it did before the winter.",
    "The timetable stays as it was before the storms, with six crossings a day until the end of September and four of "
    "them in the winter months, when the last boat leaves at five.",
    "On the islands nobody had waited for the pier: bread and letters came by the fishing boats all winter, and the "
    "doctor, who cannot swim, crossed the sound in them twice a week without a word of complaint.",
)


def cleaned(markup: str, **hints: str) -> Article | Refusal:
    page = Page(url="https://news.wexport.example/2026/x", body=markup.encode(), fetched_at=1_780_000_000.0)
    return clean.clean(page, Hints(**hints))


def test_a_list_says_how_many_pages_it_lists() -> None:
    found = cleaned(UNDATED)
    assert isinstance(found, Refusal)
    assert (found.reason, found.detail) == (Rejection.NOT_AN_ARTICLE, "a list of 14 other pages")


def test_what_the_feed_announces_is_an_article() -> None:
    assert isinstance(cleaned(UNDATED, title="Links of the week"), Article)


def test_an_address_that_leads_to_the_front_instead_is_none() -> None:
    assert isinstance(cleaned(UNDATED, title="Storm breaks the pier"), Refusal)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<meta property="article:published_time" content="2026-03-06T08:00:00Z">', id="meta"),
        pytest.param(
            '<script type="application/ld+json">{"@type":"BlogPosting","headline":"Links of the week"}</script>',
            id="json-ld",
        ),
    ],
)
def test_a_page_that_calls_itself_an_article_is_one(head: str) -> None:
    assert isinstance(cleaned(UNDATED.replace("</head>", f"{head}</head>")), Article)


def test_an_article_among_many_links_is_an_article() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    links = "".join(
        f'<p><a href="/{at}">{heading}: all our stories about it</a></p>' for at, heading in enumerate(HEADINGS * 4)
    )
    found = cleaned(f"<html><title>Pier reopens</title><body><main><h1>Pier reopens</h1>{text}{links}</main></html>")
    assert isinstance(found, Article)
    assert PARAGRAPHS[0] in found.body


def test_a_post_and_its_answers_are_no_list() -> None:
    answers = "".join(
        f'<div class="answer"><div><a href="/user/{at}"><b>Reader {at} of Wexport</b> @reader_{at}</a> 6 March</div>'
        f"<p>I was on the first boat and saw how glad they all were. Number {at} of many.</p></div>"
        for at in range(12)
    )
    found = cleaned(
        f"<html lang=en><title>Pier reopens</title><body><main><p>The pier is open.</p>{answers}</main></html>"
    )
    assert isinstance(found, Article), found


def test_linked_subheads_do_not_make_a_list_of_paragraphs() -> None:
    items = "".join(
        f'<h3><a href="/{at}">{heading} of Wexport</a></h3><p>{PARAGRAPHS[at % 3]}</p><p>{PARAGRAPHS[(at + 1) % 3]}</p>'
        for at, heading in enumerate(HEADINGS)
    )
    assert isinstance(
        cleaned(f"<html><title>Eight walks</title><body><main><h1>Eight walks</h1>{items}</main></html>"), Article
    )


def test_text_split_by_line_breaks_below_a_link_is_no_card() -> None:
    lines = "<br><br>".join(sentence for text in PARAGRAPHS for sentence in text.split(", "))
    above = '<div><a href="/all">All our stories about the harbour</a></div>'
    main = UNDATED.replace("<h1>Links of the week</h1>", f"<h1>Links of the week</h1>{above}<p>{lines}</p>")
    assert isinstance(cleaned(main), Article)


ITEM_LIST = '<script type="application/ld+json">{"@type":"ItemList","itemListElement":[]}</script>'
TEASERS = "".join(
    f'<article class="teaser"><h3><a href="/2026/{at}">{heading}: what is new this week</a></h3>'
    f"<p>All that the islands argue about, in short.</p></article>"
    for at, heading in enumerate(HEADINGS)
)


def short_article(head: str = "") -> str:
    text = f'<article class="story"><h1>Pier reopens</h1><p>{PARAGRAPHS[0]}</p></article>'
    return (
        f"<html lang=en><head><title>Pier reopens</title>{head}</head><body><main>{text}{TEASERS}</main></body></html>"
    )


@pytest.mark.parametrize(
    ("head", "address"),
    [
        pytest.param("", "/2026/pier-reopens", id="plain"),
        pytest.param('<meta property="og:type" content="website">', "/2026/pier-reopens", id="a-website"),
        pytest.param('<meta property="og:type" content="website">', "/", id="at-the-front"),
        pytest.param("", "/archive/2026/pier-reopens", id="in-an-archive"),
        pytest.param(ITEM_LIST, "/2026/pier-reopens", id="with-a-list"),
    ],
)
def test_a_short_article_above_a_list_is_an_article(head: str, address: str) -> None:
    page = Page(
        url=f"https://news.wexport.example{address}", body=short_article(head).encode(), fetched_at=1_780_000_000.0
    )
    found = clean.clean(page)
    assert isinstance(found, Article), found
    assert PARAGRAPHS[0] in found.body


@pytest.mark.parametrize(
    ("of", "stays"),
    [
        pytest.param("https://news.wexport.example/2026/x", True, id="this-page"),
        pytest.param("https://news.wexport.example/2026/another", False, id="another-page"),
        pytest.param("https://news.wexport.example/", True, id="the-site"),
    ],
)
def test_json_ld_makes_an_article_of_its_own_page_only(of: str, stays: bool) -> None:
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Links","url":"{of}"}}</script>'
    assert isinstance(cleaned(UNDATED.replace("</head>", f"{head}</head>")), Article) == stays


def test_an_article_without_an_address_is_none_of_a_page_that_states_a_list() -> None:
    article = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Links"}</script>'
    assert isinstance(cleaned(UNDATED.replace("</head>", f"{article}</head>")), Article)
    assert isinstance(cleaned(UNDATED.replace("</head>", f"{article}{ITEM_LIST}</head>")), Refusal)
