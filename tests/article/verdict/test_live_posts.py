"""The posts of a live blog are read to the end, however far they go; a teaser of another live blog is not."""

import json

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

OPENING = "".join(
    f"<p>The council met for the {word} time this week and heard what the harbour will cost, in two long sessions.</p>"
    for word in ("first", "second", "third", "fourth")
)


def post(number: int) -> str:
    return (
        '<div class="live-stream__post"><div class="live-post__body">'
        f"<h3>Vote number {number} is called</h3>"
        f"<p>Member {number} stands up and asks the chair to read the whole proposal once more, word for word.</p>"
        "</div></div>"
    )


def article_of(html: str) -> Article:
    page = Page(url="https://example.org/harbour", body=html.encode(), fetched_at=1_790_000_000.0)
    article = clean.clean(page)
    assert isinstance(article, Article)
    return article


def body_of(html: str) -> str:
    return article_of(html).body


def test_posts_far_behind_what_was_extracted_are_read() -> None:
    posts = "".join(post(number) for number in range(1, 121))
    body = body_of(
        "<html><head><title>Harbour vote, live</title></head><body><main><h1>Harbour vote, live</h1>"
        f"<article>{OPENING}</article><div class='live-stream'>{posts}</div></main></body></html>"
    )
    assert all(f"Member {number} stands up" in body for number in range(1, 121))


def test_a_teaser_of_a_live_blog_elsewhere_stays_out() -> None:
    teaser = '<div class="live-blog-teaser"><p>Follow the regatta minute by minute with our sailing desk.</p></div>'
    body = body_of(
        "<html><head><title>Harbour vote</title></head><body><main><h1>Harbour vote</h1>"
        f"<article>{OPENING}</article></main><div>{'<p>x</p>' * 3}{teaser}</div></body></html>"
    )
    assert "regatta" not in body


SHORT_POSTS = {
    "Doors open": "Our reporter counts forty people in the gallery and two dogs.",
    "A late mayor": "She says the ferry was full. Nobody in the hall believes her.",
    "Where to sit": "The best seats are on the left, under the painting of the old lighthouse.",
}


def page_of_cards(*nodes: object) -> str:
    """Return a page whose posts look like cards of other stories, with `nodes` as JSON-LD."""
    cards = "".join(
        f'<li class="card teaser"><h3 class="card-title">{headline}</h3><p class="card-text">{text}</p></li>'
        for headline, text in SHORT_POSTS.items()
    )
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    return (
        f"<html><head><title>Harbour vote</title>{scripts}</head><body><main><h1>Harbour vote</h1>"
        f"<article>{OPENING}</article><ul class='related-list'>{cards}</ul></main></body></html>"
    )


def live_blog(**properties: object) -> dict[str, object]:
    posts = [
        {"@type": "BlogPosting", "headline": headline, "articleBody": f"<p>{text}</p>"}
        for headline, text in SHORT_POSTS.items()
    ]
    return {"@type": "LiveBlogPosting", "headline": "Harbour vote", "liveBlogUpdate": posts, **properties}


ARTICLE = {"@type": "NewsArticle", "headline": "Harbour vote", "datePublished": "2026-03-01T10:00:00Z"}


@pytest.mark.parametrize(
    "nodes", [pytest.param([live_blog()], id="alone"), pytest.param([ARTICLE, live_blog()], id="beside-an-article")]
)
def test_what_json_ld_says_stands_in_a_post_is_the_article(nodes: list[object]) -> None:
    article = article_of(page_of_cards(*nodes))
    assert all(text in article.body for text in SHORT_POSTS.values())
    assert article.kind == "live"


@pytest.mark.parametrize(
    "nodes",
    [
        pytest.param([], id="nothing-said"),
        pytest.param([ARTICLE], id="an-article"),
        pytest.param([ARTICLE, live_blog(url="https://example.org/other-blog")], id="another-pages-posts"),
        pytest.param([live_blog(liveBlogUpdate=[{"headline": text} for text in SHORT_POSTS.values()])], id="no-texts"),
        pytest.param([live_blog(liveBlogUpdate=[None, 7, "post", {"articleBody": 5}])], id="broken"),
    ],
)
def test_cards_without_that_word_stay_out(nodes: list[object]) -> None:
    assert not any(text in article_of(page_of_cards(*nodes)).body for text in SHORT_POSTS.values())
