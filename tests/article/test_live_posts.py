"""The posts of a live blog are read to the end, however far they go; a teaser of another live blog is not."""

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


def body_of(html: str) -> str:
    page = Page(url="https://example.org/live/harbour", body=html.encode(), fetched_at=1_790_000_000.0)
    article = clean.clean(page)
    assert isinstance(article, Article)
    return article.body


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
