"""What is new on the input topics of one partition? Read in order, from where the group stopped."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from cleanwire.errors import StateDamaged
from cleanwire.stream import faults
from cleanwire.stream.broker import closing
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.reading import table


class Inputs:
    """A reader in no group: no other task of this process can take its records."""

    def __init__(self, reader: AIOKafkaConsumer, partition: int, positions: dict[str, int]) -> None:
        self._reader = reader
        self._partition = partition
        self._positions = positions

    async def get(self, *, timeout_s: float, limit: int) -> list[Message]:
        """Return up to `limit` messages, of one topic in order; an empty list after `timeout_s` without one.

        Raises:
            StateDamaged: records were deleted that had not been read.
            BrokerUnavailable: the broker gives an error. A broker that is merely gone gives nothing.
        """
        with faults.translated("reading inputs"):
            try:
                found = await self._reader.getmany(timeout_ms=round(timeout_s * 1000), max_records=limit)
            except OffsetOutOfRangeError as error:
                raise StateDamaged(f"partition {self._partition}: records were deleted unread: {error}") from error
            for topic in self._positions:
                self._positions[topic] = await self._reader.position(self._at(topic))
        return [table.message(record) for records in found.values() for record in records]

    def position(self, topic: str) -> int:
        """Return the offset after everything delivered, transaction markers included: the one to commit.

        Committing "last message + 1" instead would stop before the marker; when retention later deletes the log
        up to its end, that looks like a loss.
        """
        return self._positions[topic]

    def pause(self, topic: str) -> None:
        """Deliver nothing of `topic` until `resume`."""
        self._reader.pause(self._at(topic))

    def resume(self, topic: str) -> None:
        """Deliver `topic` again."""
        self._reader.resume(self._at(topic))

    def _at(self, topic: str) -> TopicPartition:
        return TopicPartition(topic, self._partition)


@asynccontextmanager
async def opened(
    connection: Connection, partition: int, starts: Mapping[str, int | None], *, limit_s: float
) -> AsyncIterator[Inputs]:
    """Open the topics of `starts` at the offset given; None is the beginning.

    Raises:
        StateDamaged: an offset lies outside what the topic holds.
        BrokerUnavailable: no answer within `limit_s` seconds.
    """
    reader = connection.reader()
    try:
        with faults.translated("opening inputs"):
            async with asyncio.timeout(limit_s):
                await reader.start()
                positions = await _seek(reader, partition, starts)
        yield Inputs(reader, partition, positions)
    finally:
        await closing.consumer(reader)


async def _seek(reader: AIOKafkaConsumer, partition: int, starts: Mapping[str, int | None]) -> dict[str, int]:
    places = {topic: TopicPartition(topic, partition) for topic in starts}
    reader.assign(list(places.values()))
    begin = await reader.beginning_offsets(list(places.values()))
    end = await reader.end_offsets(list(places.values()))
    positions: dict[str, int] = {}
    for topic, at in places.items():
        start = starts[topic]
        position = begin[at] if start is None else start
        _check(topic, partition, position, begin=begin[at], end=end[at])
        reader.seek(at, position)
        positions[topic] = position
    return positions


def _check(topic: str, partition: int, position: int, *, begin: int, end: int) -> None:
    if position < begin:
        raise StateDamaged(
            f"{topic}[{partition}]: {begin - position} records were deleted before they were read"
            f" (next to read {position}, oldest kept {begin})"
        )
    if position > end:
        raise StateDamaged(
            f"{topic}[{partition}]: read up to {position}, but the topic ends at {end}; was it created anew?"
        )
