"""What XML cannot hold, and what moves a terminal, costs a page nothing but itself."""

import json

import pytest

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind
from cleanwire.records.feed import Entry

SENTENCE = (
    "The council of the town{} decided after a long debate that the old bridge will stay open to walkers, number {}."
)
ODD = [
    "&#11;", "&#12;", "&#27;", "&#1;", "&#xffff;", "&#xfffe;", "&#xd800;", "&#xd83d;", "&#0;", "&#x80;", "&#x9f;",
    "&#x110000;", "&#99999999999999999999;", "&#11", "&#x1b ", "\x0b", "\x1b", "\x00", "\x07", "\ufffe", "\uffff",
    "&#8238;", "\u202e", "\u2067", "&#127;", "\x7f", "\x9b", "&#x85;",
]  # fmt: skip


def read(odd: str, encoding: str = "utf-8") -> Article:
    ld = json.dumps({"@type": "NewsArticle", "headline": f"Council{odd} votes on bridge", "articleSection": f"a{odd}b"})
    page = (
        f'<html><head><meta charset="{encoding}"><title>Council{odd} votes on bridge</title>'
        f'<meta name="author" content="Ann{odd} Bee"><meta name="keywords" content="a{odd}b, c">'
        f'<meta property="og:site_name" content="The{odd} Quay"><script type="application/ld+json">{ld}</script></head>'
        f"<body><article class='x{odd}'><h1>Council{odd} votes on bridge</h1><figure><img src='/a.jpg'>"
        f"<figcaption>The{odd} bridge</figcaption></figure>"
        + "".join(f"<p>{SENTENCE.format(odd, number)}</p>" for number in range(8))
        + "</article></body></html>"
    )
    found = clean.clean(Page(url="http://a.example/1", body=page.encode(encoding, "replace"), fetched_at=1.79e9))
    assert isinstance(found, Article), found
    return found


def names(article: Article, odd: str) -> list[str | None]:
    entry = Entry(
        article_id="a", site="a.example", url="http://a.example/1", feed_id="f", feed_url="http://a.example/f",
        seen_at=1.79e9, title=f"t{odd}", feed_title=f"f{odd}", categories=(f"c{odd}",), authors=(f"Bo{odd} Ode",),
    )  # fmt: skip
    document = documents.compose(
        article,
        entry=entry,
        page=Page(url="http://a.example/1", body=b"", fetched_at=1.79e9),
        document_id="a",
        revision=1,
        change=Change(kind=ChangeKind.NEW),
        seen_at=1.79e9,
        emitted_at=1.79e9,
    )
    assert encode(document)
    feed, publisher = document.feed, document.publisher
    assert feed is not None
    assert publisher is not None
    return [
        document.title, document.title_raw, document.description, document.section, publisher.name, feed.title,
        *document.keywords, *feed.categories, *(author.name for author in document.authors),
        *(image.caption for image in document.images), *documents.hints(entry).authors, documents.hints(entry).title,
    ]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_a_page_with_odd_characters_is_read_and_its_names_hold_none(odd: str) -> None:
    article = read(odd)
    assert article.word_count >= 150
    for name in filter(None, names(article, odd)):
        assert name.isprintable(), name


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "windows-1252"])
def test_it_is_the_same_in_every_encoding(encoding: str) -> None:
    assert read("&#27;", encoding).word_count == read("", encoding).word_count


def test_halves_of_a_character_are_put_together() -> None:
    assert "debate" in read("&#xd83d;&#xde00;").body
    assert "😀" in read("&#xd83d;&#xde00;").body


def test_a_plain_text_with_odd_characters_is_read() -> None:
    text = "Council\x1b votes\x0b on bridge\u202e\n\n" + "\n\n".join(SENTENCE.format("\x07", at) for at in range(8))
    found = clean.clean(
        Page(url="http://a.example/1", body=text.encode(), fetched_at=1.79e9, content_type="text/plain")
    )
    assert isinstance(found, Article)
    assert found.title == "Council votes on bridge"
