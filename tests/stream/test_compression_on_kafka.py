"""Records are packed as the setting says, and a reader gets them whole."""

from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.record.memory_records import MemoryRecords

from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection

from .corner import Corner

CODECS = {"none": 0, "gzip": 1, "lz4": 3, "zstd": 4}  # Kafka's protocol guide, record batch, attributes bits 0 to 2
TEXT = b"The council met on Tuesday. " * 200

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


@pytest.mark.parametrize("compression", CODECS)
async def test_a_record_lies_in_the_topic_packed_as_asked(corner: Corner, kafka: Any, compression: str) -> None:
    folder = getattr(kafka.broker, "folder", None)
    if folder is None:
        pytest.skip("the files of this broker cannot be read: it is not one that the tests started")
    topic = await corner.make(f"packed-{compression}", partitions=1)
    settings = corner.connection.settings.model_copy(update={"compression": compression})
    producer = Connection(settings).producer()
    await producer.start()
    try:
        await producer.send_and_wait(topic, TEXT)
    finally:
        await producer.stop()
    assert _codec(folder, topic) == CODECS[compression]
    assert await _read(corner, topic) == TEXT


def test_what_is_packed_by_default_is_the_smallest() -> None:
    assert KafkaSettings().compression == "zstd"


def _codec(folder: Path, topic: str) -> int:
    """Return the codec of the first batch in the topic's log."""
    (segment,) = folder.rglob(f"{topic}-0/*.log")
    batch = MemoryRecords(segment.read_bytes()).next_batch()
    assert batch is not None
    return int(batch.attributes) & 0b111


async def _read(corner: Corner, topic: str) -> bytes | None:
    reader = corner.connection.reader()
    await reader.start()
    try:
        partition = TopicPartition(topic, 0)
        reader.assign([partition])
        reader.seek(partition, 0)
        return (await reader.getone()).value
    finally:
        await reader.stop()
