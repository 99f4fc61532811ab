"""How do the command line and the demo read and write topics, without owning anything?"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from cleanwire.errors import BrokerUnavailable, InputError
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write
from cleanwire.stream.reading import table

POLL_MS = 500
RETRY_S = 0.05

Tell = Callable[[str, float], None]
"""Hears which topic is read, and which share of it has been, from 0 to 1."""


async def write(connection: Connection, writes: Sequence[Write]) -> None:
    """Write records, each to the partition it names, and return when all replicas have them.

    Raises:
        InputError: a write names no partition: only owners have one to assume.
        BrokerUnavailable: no answer in time, or a record was refused; some may have been written.
    """
    for item in writes:
        if item.partition is None:
            raise InputError(f"{item.topic}: a record without a partition")
    producer = connection.producer()
    try:
        async with login.translated(connection, f"writing at {connection.settings.bootstrap}"):
            async with asyncio.timeout(connection.settings.request_timeout_s):
                await producer.start()
                sent = [
                    await producer.send(
                        item.topic, item.value, key=item.key, partition=item.partition, headers=list(item.headers)
                    )
                    for item in writes
                ]
                for result in await asyncio.gather(*sent, return_exceptions=True):
                    if isinstance(result, BaseException):
                        raise result
    finally:
        await closing.producer(producer)


async def read_all(
    connection: Connection, topic: str, on_message: Callable[[Message], None], tell: Tell | None = None
) -> int:
    """Hand every committed message of `topic` to `on_message`, one partition after the other; return how many.

    `tell` hears how far it has come.

    Raises:
        BrokerUnavailable: no answer, or no progress, in time; or there is no such topic.
    """
    count = 0
    async with login.translated(connection, f"reading {topic} at {connection.settings.bootstrap}"):
        async with closing.started(connection.reader()) as reader:
            numbers = await partitions(connection, reader, topic)
        for done, partition in enumerate(numbers):
            on_share = _part(tell, topic, done, len(numbers))
            count += (await table.read(connection, topic, partition, on_message, on_share))[1]
    return count


def _part(tell: Tell | None, topic: str, done: int, of: int) -> Callable[[float], None] | None:
    """Return what hears of the share of one partition, the others before it being `done`."""
    return None if tell is None else lambda share: tell(topic, (done + share) / of)


async def read_partition(
    connection: Connection, topic: str, partition: int, on_message: Callable[[Message], None], tell: Tell | None = None
) -> None:
    """Hand every committed message of one partition of `topic` to `on_message`; `tell` hears how far it has come.

    Raises:
        BrokerUnavailable: no answer, or no progress, in time; or there is no such topic.
    """
    async with login.translated(connection, f"reading {topic} at {connection.settings.bootstrap}"):
        async with closing.started(connection.reader()) as reader:
            if partition not in await partitions(connection, reader, topic):
                raise BrokerUnavailable(f"{topic}: there is no partition {partition}: is kafka.partitions right?")
        await table.read(connection, topic, partition, on_message, _part(tell, topic, 0, 1))


async def follow(
    connection: Connection, topic: str, *, from_start: bool = False, since: float | None = None
) -> AsyncGenerator[Message, None]:
    """Yield what is committed to `topic` from now on, from its start, or `since` (epoch seconds) on, without end.

    Close it with `aclosing`.

    Raises:
        BrokerUnavailable: no answer in time at the start, or there is no such topic. Later, a broker that is gone
            means waiting.
    """
    async with (
        login.translated(connection, f"reading {topic} at {connection.settings.bootstrap}"),
        closing.started(connection.reader()) as reader,
    ):
        places = [TopicPartition(topic, number) for number in await partitions(connection, reader, topic)]
        reader.assign(places)
        starts = await (reader.beginning_offsets(places) if from_start else reader.end_offsets(places))
        if since is not None:
            found = await reader.offsets_for_times(dict.fromkeys(places, round(since * 1000)))
            starts |= {at: first.offset for at, first in found.items() if first is not None}
        for at, offset in starts.items():
            reader.seek(at, offset)
        while True:
            for records in (await reader.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    yield table.message(record)


async def partitions(connection: Connection, reader: AIOKafkaConsumer, topic: str) -> list[int]:
    """Return the numbers of the partitions of `topic`; what `reader` was assigned is forgotten.

    Raises:
        BrokerUnavailable: there is no such topic.
    """
    reader.assign([TopicPartition(topic, 0)])  # makes the client ask for the topic
    try:
        async with asyncio.timeout(connection.settings.request_timeout_s):
            while not (found := reader.partitions_for_topic(topic)):  # noqa: ASYNC110  there is no event for it
                await asyncio.sleep(RETRY_S)
    except TimeoutError as error:
        raise BrokerUnavailable(f"{topic}: there is no such topic yet, or nobody may read it") from error
    return sorted(found)
