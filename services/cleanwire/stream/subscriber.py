"""How does a member of a group read every record of a topic at least once?

The place of a record is committed after the caller has asked for the next one, so what was in hand when a process died
comes again. When the group deals out its partitions anew, what was done is committed first, and what was read ahead is
let go: its next owner reads it.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.reading import table

POLL_MS = 500
COMMIT_S = 2.0


class _Progress(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """What was done of the partitions that are ours."""

    def __init__(self, consumer: AIOKafkaConsumer, since: float | None) -> None:
        self._consumer = consumer
        self._since_ms = None if since is None else round(since * 1000)
        self._done: dict[TopicPartition, int] = {}
        self._committed_at = time.monotonic()
        self.deals = 0
        """How often partitions were dealt out: what was read before is not ours any more."""

    def note(self, at: TopicPartition, offset: int) -> None:
        self._done[at] = offset + 1

    async def commit_if_due(self) -> None:
        if time.monotonic() - self._committed_at >= COMMIT_S:
            await self.commit()

    async def commit(self) -> None:
        """Commit what is done. Where that is refused it is done again, by us or by the next owner."""
        done, self._done = self._done, {}
        self._committed_at = time.monotonic()
        if done:
            with contextlib.suppress(KafkaError, IllegalStateError):
                await self._consumer.commit(done)

    async def on_partitions_revoked(self, revoked: object) -> None:
        del revoked
        self.deals += 1
        await self.commit()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Pass over what a new group has no use for: a shortcut, since what is too old is left out anyhow."""
        if self._since_ms is None:
            return
        for at in assigned:
            with contextlib.suppress(KafkaError):
                if await self._consumer.committed(at) is None:
                    await self._pass_over(at, self._since_ms)

    async def _pass_over(self, at: TopicPartition, since_ms: int) -> None:
        (found,) = (await self._consumer.offsets_for_times({at: since_ms})).values()
        (end,) = (await self._consumer.end_offsets([at])).values()
        start = end if found is None else found.offset
        if await self._consumer.position(at) < start:
            self._consumer.seek(at, start)


async def subscribed(
    connection: Connection, topic: str, *, group: str, from_start: bool = True, since: float | None = None
) -> AsyncGenerator[Message, None]:
    """Yield each committed record of the partitions that `group` gives us, without end. Close it with `aclosing`.

    A group that is new to a partition begins at its start, or else at its end. Records written before `since` (epoch
    seconds) are left out.

    Raises:
        BrokerUnavailable: no answer in time at the start, or the broker lets us not in. Later, a broker that is gone
            means waiting.
    """
    async with (
        login.translated(connection, f"reading {topic} at {connection.settings.bootstrap}"),
        closing.started(connection.subscriber(group, from_start=from_start)) as consumer,
    ):
        progress = _Progress(consumer, since)
        consumer.subscribe([topic], listener=progress)
        try:
            while True:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
                deals = progress.deals
                for at, records in batches.items():
                    for record in records:
                        if progress.deals != deals:
                            break
                        if since is None or record.timestamp >= since * 1000:
                            yield table.message(record)
                        if progress.deals == deals:
                            progress.note(at, record.offset)
                        await progress.commit_if_due()
                await progress.commit_if_due()
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(connection.settings.request_timeout_s):
                    await progress.commit()
