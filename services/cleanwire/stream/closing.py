"""How is a Kafka client closed without waiting for a broker that may be gone?

aiokafka 0.14: `stop()` of a producer flushes first and hangs while the broker is away; of a group's consumer it
waits for a join in flight. Nothing here flushes: what was not committed is aborted by the broker.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, ProducerClosed

CLOSE_LIMIT_S = 0.8


async def producer(client: AIOKafkaProducer) -> None:
    """Drop what `client` has not sent and close its connections; at most 2 × CLOSE_LIMIT_S."""
    # Without this, stop() flushes: batches of a transaction that nobody will commit, to a broker that may be gone.
    client._message_accumulator.fail_all(ProducerClosed())
    await _within(CLOSE_LIMIT_S, client.client.close())
    await _within(CLOSE_LIMIT_S, client.stop())


async def consumer(client: AIOKafkaConsumer) -> None:
    """Leave the group, if any, and close the connections of `client`; at most 2 × CLOSE_LIMIT_S."""
    if not await _within(CLOSE_LIMIT_S, client.stop()):
        await _within(CLOSE_LIMIT_S, client._client.close())


async def admin(client: AIOKafkaAdminClient) -> None:
    """Close the connections of `client`."""
    if not await _within(CLOSE_LIMIT_S, client.close()):
        await _within(CLOSE_LIMIT_S, client._client.close())


@contextlib.asynccontextmanager
async def started(client: AIOKafkaConsumer) -> AsyncIterator[AIOKafkaConsumer]:
    """Start a reader, and close it in the end whatever happens."""
    try:
        await client.start()
        yield client
    finally:
        await consumer(client)


async def _within(limit_s: float, closing: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(limit_s):
            await closing
    except (TimeoutError, KafkaError, OSError):
        return False
    return True
