"""A small document as the service publishes it, for tests of what reads documents."""

from datetime import UTC, datetime
from typing import Any

from cleanwire.records.document import (
    SCHEMA,
    Block,
    BlockType,
    Change,
    ChangeKind,
    Document,
    Kind,
    Pipeline,
    Quality,
    Status,
    Urls,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def document(name: str = "a", **fields: Any) -> Document:
    """Return a document whose id is `name`, with some of its fields changed."""
    first = fields.get("revision", 1) == 1
    usual: dict[str, Any] = {
        "revision": 1,
        "status": Status.USABLE,
        "change": Change(kind=ChangeKind.NEW if first else ChangeKind.BODY),
        "url": f"https://www.news.example/{name}",
        "title": "The mill turns",
        "kind": Kind.ARTICLE,
        "language": "en",
    }
    return Document(
        schema_=SCHEMA,
        id=name,
        urls=Urls(),
        body="It turns.",
        blocks=(Block(type=BlockType.PARAGRAPH, text="It turns."),),
        body_hash="0",
        fingerprint="0",
        word_count=2,
        seen_at=NOON,
        fetched_at=NOON,
        emitted_at=NOON,
        quality=Quality(extractor="none", removed_share=0.0),
        pipeline=Pipeline(version="0", rules_version="0", extractor_version="0"),
        **{**usual, **fields},
    )
