"""What does a partition hold now? Everything up to its last stable offset, nothing of an aborted transaction."""

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from cleanwire.stream import turns
from cleanwire.stream.broker import closing
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message

STALLED_S = 30.0  # without progress the load has failed; aiokafka itself would try for ever
POLL_MS = 1000


async def read(
    connection: Connection,
    topic: str,
    partition: int,
    on_message: Callable[[Message], None],
    on_share: Callable[[float], None] | None = None,
) -> tuple[int, int]:
    """Hand each message of the partition to `on_message`, in order; return (next offset, messages).

    `on_share` hears now and then which share has been read, from 0 to 1.

    The end is asked for once, at the start, with read_committed: it is the last stable offset, and the owner of the
    partition, who alone writes, has nothing beyond it.

    Raises:
        TimeoutError: no progress for STALLED_S seconds.
        KafkaError: what the broker answers.
    """
    at = TopicPartition(topic, partition)
    async with asyncio.timeout(STALLED_S) as deadline, closing.started(connection.reader()) as reader:
        reader.assign([at])
        end = (await reader.end_offsets([at]))[at]
        position = begin = (await reader.beginning_offsets([at]))[at]
        reader.seek(at, position)
        count = 0
        while position < end:
            count += await _page(reader, at, on_message)
            now_at = await reader.position(at)  # moves over transaction markers, which are no messages
            if now_at > position:
                deadline.reschedule(asyncio.get_running_loop().time() + STALLED_S)
            position = now_at
            if on_share is not None:
                on_share(min(1.0, (position - begin) / (end - begin)))
        return position, count


async def _page(reader: AIOKafkaConsumer, at: TopicPartition, on_message: Callable[[Message], None]) -> int:
    records = (await reader.getmany(at, timeout_ms=POLL_MS)).get(at, [])
    turn = turns.Turn()
    for record in records:
        await turn.over()
        on_message(message(record))
    return len(records)


def message(record: ConsumerRecord) -> Message:
    """Return a record as ours."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        timestamp=record.timestamp / 1000,
        headers=tuple((name, value or b"") for name, value in record.headers),
    )
