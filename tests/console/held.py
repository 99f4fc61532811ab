"""What the tests of the ops page put into it: records as the topics hold them."""

import itertools
from typing import Any

import msgspec

import published_document
from cleanwire.ops.console.held.installation import Installation
from cleanwire.records.base import Record, encode
from cleanwire.records.feed import Entry, Feed, FeedOptions, FeedState, Origin
from cleanwire.records.rejected import SCHEMA, Rejected, Rejection
from cleanwire.stream import topics
from cleanwire.stream.messages import Message
from cleanwire.urls import identity
from cleanwire.urls import site as sites

NAMES = topics.names("")
NOW = 1_800_000_000.0
_OFFSETS = itertools.count()


def installation(*, most_documents: int = 100, memory_bytes: int = 2**24) -> Installation:
    return Installation(NAMES, most_documents=most_documents, memory_bytes=memory_bytes)


def message(topic: str, key: str, record: Record | bytes | None, *, at: float = NOW) -> Message:
    value = encode(record) if isinstance(record, Record) else record
    return Message(topic=topic, partition=0, offset=next(_OFFSETS), key=key.encode(), value=value, timestamp=at)


def document(**changes: Any) -> Message:
    """Return the record of a published document; `changes` are fields of it."""
    record = msgspec.structs.replace(published_document.document(), **changes)
    return message(NAMES.documents, record.id, record)


def rejected(url: str = "https://news.example/gone", **changes: Any) -> Message:
    fields = {"reason": Rejection.HTTP_CLIENT_ERROR, "rejected_at": NOW, "http_status": 404, **changes}
    article = identity.article_id(url)
    record = Rejected(schema_=SCHEMA, article_id=article, site=sites.site(url), url=url, **fields)
    return message(NAMES.rejected, article, record)


def entry(url: str = "https://news.example/a", *, at: float = NOW, **changes: Any) -> Message:
    record = Entry(
        article_id=identity.article_id(url),
        site=sites.site(url),
        url=url,
        feed_id="f",
        feed_url="https://news.example/feed",
        seen_at=at,
        **changes,
    )
    return message(NAMES.entries, record.site, record, at=at)


def feed(url: str = "https://news.example/feed", **options: Any) -> Message:
    record = Feed(
        id=identity.feed_id(url),
        url=url,
        site=sites.site(url),
        origin=Origin.CLI,
        added_at=NOW,
        options=FeedOptions(**options),
    )
    return message(NAMES.feeds, record.id, record)


def state(url: str = "https://news.example/feed", **changes: Any) -> Message:
    feed_id = identity.feed_id(url)
    record = FeedState(feed_id=feed_id, url=url, **{"next_poll_at": NOW + 300, **changes})
    return message(NAMES.feed_state, feed_id, record)
