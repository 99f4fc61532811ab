"""Documents on a topic of a test's own."""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cleanwire.client import documents
from cleanwire.records.base import encode
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
from cleanwire.settings import KafkaSettings
from cleanwire.stream import client, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Write

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PARTITIONS = 4


def document(
    name: str,
    *,
    site: str = "news.example",
    language: str = "en",
    kind: Kind = Kind.ARTICLE,
    revision: int = 1,
    status: Status = Status.USABLE,
    title: str = "The mill turns",
) -> Document:
    """Return a document whose id is `name`."""
    return Document(
        schema_=SCHEMA,
        id=name,
        revision=revision,
        status=status,
        change=Change(kind=ChangeKind.NEW),
        url=f"https://www.{site}/{name}",
        urls=Urls(),
        title=title,
        body="It turns.",
        blocks=(Block(type=BlockType.PARAGRAPH, text="It turns."),),
        body_hash="0",
        fingerprint="0",
        word_count=2,
        kind=kind,
        seen_at=NOON,
        fetched_at=NOON,
        emitted_at=NOON,
        quality=Quality(extractor="none", removed_share=0.0),
        pipeline=Pipeline(version="0", rules_version="0", extractor_version="0"),
        language=language,
    )


@dataclass
class Topic:
    """A topic of one test."""

    bootstrap: str
    prefix: str
    name: str
    connection: Connection

    async def publish(self, *published: Document | bytes) -> None:
        values = [encode(item) if isinstance(item, Document) else item for item in published]
        await client.write(
            self.connection,
            [
                Write(topic=self.name, key=str(number).encode(), value=value, partition=number % PARTITIONS)
                for number, value in enumerate(values)
            ],
        )

    def read(self, **options: Any) -> AsyncGenerator[Document, None]:
        return documents(self.bootstrap, topic=self.name, **{"group": "readers-" + self.name, **options})


async def make(bootstrap: str) -> Topic:
    """Return a new topic, `documents` with a prefix of its own."""
    prefix = f"{uuid.uuid4().hex[:8]}."
    name = prefix + "documents"
    connection = Connection(KafkaSettings(bootstrap=bootstrap))
    await topics.create(connection, [topics.TopicSpec(name=name, partitions=PARTITIONS, config={})])
    return Topic(bootstrap, prefix, name, connection)
