"""Authors and dates of pages that state neither: what a reader would see beside the headline."""

from datetime import UTC, datetime

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp()
TEXT = "".join(
    f"<p>The {what} of the pier will begin in May, the harbour master said on Tuesday after the council had met.</p>"
    for what in ("repair", "painting", "lighting")
)


def read(body: str, head: str = "", url: str = "https://ledger.example/pier") -> Article:
    markup = f"<html lang=en><head><title>Pier to reopen in May</title>{head}</head><body>{body}</body></html>"
    found = clean.clean(Page(url=url, body=markup.encode(), content_type="text/html", fetched_at=NOW))
    assert isinstance(found, Article)
    return found


def day(article: Article) -> str | None:
    return article.published.stated.local[:10] if article.published else None


def names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"<div>Saturday, 1 June 2024</div><h1>Pier to reopen in May</h1><p>3 May 2024, 10:15</p>{TEXT}",
            id="todays-date-on-top",
        ),
        pytest.param(
            f"<h1>Pier to reopen in May</h1><span>3 May 2024 , Orla Fennwick</span>{TEXT}", id="a-name-behind-the-date"
        ),
        pytest.param(
            f"<h1>Pier to reopen in May</h1>{TEXT}<p>Last updated: 5 May 2024<br>Published on: 3 May 2024</p>",
            id="an-update-beside-it",
        ),
        pytest.param(
            f"<h1>Pier to reopen in May</h1><div>Published</div><div>May 3, 2024</div>{TEXT}", id="label-apart"
        ),
        pytest.param(
            "<div class=teasers><time class=t>9 May 2024</time><time class=t>8 May 2024</time><time class=t>7 May 2024"
            f"</time></div><h1>Pier to reopen in May</h1><p>3 May 2024</p>{TEXT}",
            id="dates-of-other-stories",
        ),
        pytest.param(
            f"<h1>Pier to reopen in May</h1><p>3 May 2024</p>{TEXT}<div id=comments><p><time pubdate>4 May 2024"
            "</time></p></div>",
            id="comments",
        ),
    ],
)
def test_the_date_at_the_headline_is_the_articles(body: str) -> None:
    assert day(read(body)) == "2024-05-03"


def test_a_vague_meta_element_gives_way_to_the_date_at_the_headline() -> None:
    article = read(
        f"<h1>Pier to reopen in May</h1><time>3 May 2024, 10:15</time>{TEXT}", "<meta name=date content=2024-05-07>"
    )
    assert day(article) == "2024-05-03"


def test_the_address_a_page_calls_canonical_tells_the_day() -> None:
    head = "<link rel=canonical href=https://ledger.example/2024/05/03/pier>"
    assert day(read(f"<h1>Pier to reopen in May</h1>{TEXT}", head, "https://ledger.example/?p=7")) == "2024-05-03"


def test_a_year_alone_is_no_first_of_january() -> None:
    assert day(read(f"<h1>Pier to reopen in May</h1>{TEXT}<footer>© 2021 The Ledger</footer>")) is None


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("<div><span>By</span> <a href=/orla>Orla Fennwick</a></div>", id="label-apart"),
        pytest.param("<ul><li>Author: Orla Fennwick</li></ul>", id="list"),
        pytest.param("<div>Written by Orla Fennwick | 3 May 2024</div>", id="date-behind"),
        pytest.param("<h5><em>Von Orla Fennwick</em></h5>", id="heading"),
    ],
)
def test_a_line_that_begins_like_a_byline_names_the_author(line: str) -> None:
    assert names(read(f"<h1>Pier to reopen in May</h1>{line}{TEXT}")) == ["Orla Fennwick"]


def test_whoever_comments_is_no_author() -> None:
    comment = "<div class=comments><p class=comment-author><a rel=author>Jo Loud</a></div>"
    assert names(read(f"<h1>Pier to reopen in May</h1>{TEXT}{comment}")) == []


def test_a_person_in_the_byline_says_more_than_the_publisher_in_json_ld() -> None:
    ld = """<script type="application/ld+json">{"@type":"NewsArticle","headline":"Pier to reopen in May",
    "author":{"@type":"Organization","name":"The Ledger"},"publisher":{"@type":"Organization","name":"The Ledger"}}
    </script>"""
    assert names(read(f"<h1>Pier to reopen in May</h1><p class=byline>By Orla Fennwick</p>{TEXT}", ld)) == [
        "Orla Fennwick"
    ]
    assert names(read(f"<h1>Pier to reopen in May</h1>{TEXT}", ld)) == ["The Ledger"]


def test_previews_of_links_name_the_author() -> None:
    head = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Orla Fennwick">'
    assert names(read(f"<h1>Pier to reopen in May</h1>{TEXT}", head)) == ["Orla Fennwick"]


def test_library_records_put_the_family_name_first() -> None:
    head = '<meta name="citation_author" content="Fennwick, Orla"><meta name="citation_author" content="Solm, Henrike">'
    assert names(read(f"<h1>Pier to reopen in May</h1>{TEXT}", head)) == ["Orla Fennwick", "Henrike Solm"]


def test_the_end_of_a_breadcrumb_is_no_headline() -> None:
    body = f"<ul><li><h1>Harbour pier news and all about tides</h1></li></ul><h2>Pier to reopen in May</h2>{TEXT}"
    assert read(body).title == "Pier to reopen in May"


def test_styles_and_soft_hyphens_stay_out_of_the_title() -> None:
    body = f"<h1><style>.a{{color:red}}</style>Pier to re\u00adopen in May</h1>{TEXT}"
    assert read(body).title == "Pier to reopen in May"
