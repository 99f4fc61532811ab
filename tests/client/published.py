"""Documents on a topic of a test's own."""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from cleanwire.client import documents
from cleanwire.records.base import encode
from cleanwire.records.document import Document
from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Write

PARTITIONS = 4


@dataclass
class Topic:
    """A topic of one test."""

    bootstrap: str
    prefix: str
    name: str
    connection: Connection

    async def publish(self, *published: Document | bytes) -> None:
        values = [encode(item) if isinstance(item, Document) else item for item in published]
        await direct.write(
            self.connection,
            [
                Write(topic=self.name, key=str(number).encode(), value=value, partition=number % PARTITIONS)
                for number, value in enumerate(values)
            ],
        )

    async def publish_by_id(self, *published: Document) -> None:
        """Publish as the service does: all revisions of an article in one partition."""
        await direct.write(
            self.connection,
            [
                Write(topic=self.name, key=key, value=encode(item), partition=crc32(key) % PARTITIONS)
                for item in published
                for key in (item.id.encode(),)
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
