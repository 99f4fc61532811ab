"""A page may say that its article was taken back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cleanwire.article import clean, documents
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page
from cleanwire.records.document import Change, ChangeKind, Status
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejection

TEXT = " ".join(["The harbour master counted the ferries twice before noon and wrote the number down."] * 6)


def read(status: Any, text: str = TEXT) -> Article | Refusal:
    node = {"@type": "NewsArticle", "headline": "Ferries counted", "creativeWorkStatus": status}
    page = (
        "<html><head><title>Ferries counted</title>"
        f"<script type='application/ld+json'>{json.dumps(node)}</script></head>"
        f"<body><article><h1>Ferries counted</h1><p>{text}</p></article></body></html>"
    )
    return clean.clean(Page(url="https://news.example/ferries", body=page.encode(), fetched_at=1_700_000_000.0))


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("Retracted", id="text"),
        pytest.param("withdrawn", id="lower-case"),
        pytest.param("http://cv.iptc.org/newscodes/pubstatusg/canceled", id="iptc"),
        pytest.param({"@type": "DefinedTerm", "name": "Retracted"}, id="defined-term"),
        pytest.param(["Retracted"], id="list"),
    ],
)
def test_an_article_that_was_taken_back_is_none(status: Any) -> None:
    for text in (TEXT, "Taken back."):
        found = read(status, text)
        assert isinstance(found, Refusal)
        assert found.reason is Rejection.RETRACTED


@pytest.mark.parametrize("status", ["Published", "Obsolete", "Draft", None, 5, "This was not retracted"])
def test_any_other_status_takes_nothing_back(status: Any) -> None:
    assert isinstance(read(status), Article)


def test_the_document_that_withdraws_an_article_has_no_text_and_says_where_it_stood() -> None:
    entry = Entry(
        article_id="a" * 32,
        site="news.example",
        url="https://news.example/ferries?from=feed",
        feed_id="f" * 32,
        feed_url="https://news.example/feed",
        seen_at=1_700_000_000.0,
        title="Ferries counted",
    )
    document = documents.canceled(
        entry,
        document_id=entry.article_id,
        revision=3,
        change=Change(kind=ChangeKind.STATUS, previous_hash="b" * 32),
        url="https://news.example/ferries",
        http_status=410,
        emitted_at=1_700_003_600.0,
    )
    assert (document.status, document.revision, document.title) == (Status.CANCELED, 3, "Ferries counted")
    assert (document.body, document.blocks, document.word_count) == ("", (), 0)
    assert (document.url, document.urls.feed) == ("https://news.example/ferries", entry.url)
    assert document.emitted_at == datetime.fromtimestamp(1_700_003_600, UTC)
