"""How are several topics followed at once, from near their ends or from their starts, in no group?"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from cleanwire.stream import direct
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.reading import table

POLL_MS = 500
BATCH = 500  # messages
FETCH_BYTES = 512 * 1024  # of one partition at a time: there are many, and nobody waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What came next, of one partition in order. `left`: offsets still to be read of what was there at the start."""

    messages: tuple[Message, ...]
    left: int


async def watch(connection: Connection, starts: Mapping[str, int | None]) -> AsyncGenerator[Batch, None]:
    """Yield what is committed to the topics of `starts`, without end; an empty batch tells that nothing came.

    Of each topic so many of the last offsets are read first (fewer records: markers of transactions count), shared out
    among its partitions; all of it where None is given. Close it with `aclosing`.

    Raises:
        BrokerUnavailable: no answer in time at the start, there is no such topic, or what was to be read is deleted.
            A broker that is gone later means waiting.
    """
    async with (
        login.translated(connection, f"reading at {connection.settings.bootstrap}"),
        closing.started(connection.reader(fetch_bytes=FETCH_BYTES)) as reader,
    ):
        places = {
            TopicPartition(topic, number): tail
            for topic, tail in starts.items()
            for number in await direct.partitions(connection, reader, topic)
        }
        reader.assign(list(places))
        ends = await _seek(reader, places, {topic: sum(at.topic == topic for at in places) for topic in starts})
        while True:
            found = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
            behind = {at: end - await reader.position(at) for at, end in ends.items()}
            ends = {at: end for at, end in ends.items() if behind[at] > 0}
            left = sum(each for each in behind.values() if each > 0)
            yield Batch(messages=tuple(table.message(one) for records in found.values() for one in records), left=left)


async def _seek(
    reader: AIOKafkaConsumer, places: Mapping[TopicPartition, int | None], partitions: Mapping[str, int]
) -> dict[TopicPartition, int]:
    """Put the reader where it begins, and return the ends of what is behind its places."""
    begins = await reader.beginning_offsets(list(places))
    ends = await reader.end_offsets(list(places))
    for at, tail in places.items():
        share = None if tail is None else -(-tail // partitions[at.topic])
        reader.seek(at, begins[at] if share is None else max(begins[at], ends[at] - share))
    return dict(ends)
