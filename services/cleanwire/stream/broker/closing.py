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

LEAVE_LIMIT_S = 1.0  # to tell the group; else it finds out when the session ends
CLOSE_LIMIT_S = 0.3  # no answer is waited for


async def producer(client: AIOKafkaProducer) -> None:
    """Drop what `client` has not sent and close its connections; at most 4 × CLOSE_LIMIT_S."""
    await _within(CLOSE_LIMIT_S, client.client.close())  # what is in flight fails now
    sender = client._sender.sender_task
    if sender is not None:
        for _ in range(2):  # the first waits for its requests to fail, the second does not
            sender.cancel()
            await asyncio.wait([sender], timeout=CLOSE_LIMIT_S)
    _drop(client)
    await _within(CLOSE_LIMIT_S, client.stop())


async def consumer(client: AIOKafkaConsumer) -> None:
    """Leave the group, if any, and close the connections of `client`; at most LEAVE_LIMIT_S + 2 × CLOSE_LIMIT_S."""
    if not await _within(LEAVE_LIMIT_S, client.stop()):
        await _within(CLOSE_LIMIT_S, client._client.close())
        if client._fetcher is not None:  # stop() was cut short before it came to this
            await _within(CLOSE_LIMIT_S, client._fetcher.close())


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


@contextlib.asynccontextmanager
async def started_admin(client: AIOKafkaAdminClient) -> AsyncIterator[AIOKafkaAdminClient]:
    """Start a client that administers, and close it in the end whatever happens."""
    try:
        await client.start()
        yield client
    finally:
        await admin(client)


def _drop(client: AIOKafkaProducer) -> None:
    """Fail every batch that is waiting, so that stop() has nothing to flush to a broker that may be gone."""
    accumulator = client._message_accumulator
    accumulator.fail_all(ProducerClosed())
    waiters = [batch._drain_waiter for batches in accumulator._batches.values() for batch in batches]
    if client._txn_manager is not None:
        waiters.append(client._txn_manager._transaction_waiter)
    for waiter in waiters:
        if waiter is not None and waiter.done() and not waiter.cancelled():
            waiter.exception()  # nobody else asks, and asyncio would report it as forgotten


async def _within(limit_s: float, closing: Awaitable[None]) -> bool:
    task = asyncio.current_task()
    assert task is not None
    cancelled = task.cancelling()
    closed = False
    try:
        async with asyncio.timeout(limit_s):
            await closing
        closed = True
    except (TimeoutError, KafkaError, OSError):
        pass
    except asyncio.CancelledError:
        if task.cancelling() > cancelled:
            raise
        # Not sent to us: stop() awaits tasks of the client that were cancelled before.
    if task.cancelling() > cancelled:
        raise asyncio.CancelledError  # sent to us, and kept by close(), which takes it for that of its own task
    return closed
