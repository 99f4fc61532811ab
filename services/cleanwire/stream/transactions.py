"""How do units become visible all at once, or not at all?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import MessageSizeTooLargeError, TopicAuthorizationFailedError
from aiokafka.protocol.offset import OffsetRequest

from cleanwire.errors import OwnershipLost
from cleanwire.stream import closing, faults
from cleanwire.stream.connection import Connection
from cleanwire.stream.messages import Unit

RETRY_S = 0.05
READ_UNCOMMITTED, READ_COMMITTED = 0, 1  # isolation levels, and the offset that means "the end", of ListOffsets
LATEST = -1

Checkpoint = Callable[[], Awaitable[None]]
_Sent = list[tuple[str, "asyncio.Future[object]"]]


class Transactions:
    """One transactional producer. After the first failure it is dead: it is closed, never aborted or used again."""

    def __init__(
        self, connection: Connection, transactional_id: str, partition: int, *, before_commit: Checkpoint | None = None
    ) -> None:
        self._producer: AIOKafkaProducer = connection.producer(transactional_id=transactional_id)
        self._partition = partition
        self._limit_s = connection.settings.transaction_timeout_s
        self._start_limit_s = connection.settings.request_timeout_s
        self._before_commit = before_commit
        self._usable = False

    @property
    def client(self) -> AIOKafkaClient:
        """The producer's connections, for questions to the same broker."""
        return self._producer.client

    async def start(self) -> None:
        """Fence whoever produced under this id before, and wait until the transaction it left is completed.

        Raises:
            BrokerUnavailable: no answer in time.
        """
        with faults.translated("starting a producer"):
            async with asyncio.timeout(self._start_limit_s):
                await self._producer.start()
        self._usable = True

    async def close(self) -> None:
        """Close at once; a transaction that is open will be aborted by the next owner or by the broker."""
        self._usable = False
        await closing.producer(self._producer)

    async def publish(self, units: Sequence[Unit], group: str, offsets: Mapping[str, int]) -> float:
        """Make all of `units`, and the group's `offsets`, visible in one transaction; return the seconds it took.

        Raises:
            RecordRefused: naming the units of which a record was refused. Nothing is visible.
            OwnershipLost: another producer started under this id. Nothing is visible.
            BrokerUnavailable: no answer in time. Whether all or nothing is visible shows when the state is reloaded.
        """
        if not self._usable:
            raise OwnershipLost(f"partition {self._partition}: its producer failed before")
        self._usable = False  # whatever ends this early, a cancellation too, leaves a producer of unknown state
        began = time.monotonic()
        with faults.translated(f"committing partition {self._partition}"):
            async with asyncio.timeout(self._limit_s):
                await self._transact(units, group, offsets)
        self._usable = True
        return time.monotonic() - began

    async def left_open(self, topic: str) -> bool:
        """Tell whether a transaction is open in the owned partition of `topic`: it is stable not up to its end.

        The caller sets the deadline.
        """
        await self._producer.partitions_for(topic)
        stable = await self._end(topic, READ_COMMITTED)
        return stable < await self._end(topic, READ_UNCOMMITTED)

    async def abort_left_open(self, topics: Collection[str], group: str, *, readable: str) -> None:
        """Abort what the broker still holds open under this id in any partition of `topics`, and in `group`'s offsets.

        A broker that is killed may, when it starts again, take a transaction for completed of which it has not
        marked the records (Kafka 4.4.0, topics without a second replica: for a moment no partition has a leader, and
        "these partitions are likely deleted"). They stay open, invisible, until this producer's next marker, which
        would publish what by then has been done again. An empty transaction that is aborted closes them all alike.
        The caller sets the deadline.

        Args:
            readable: a topic that we read. Topics that we may not write are left out: nothing of ours is in them.
        """
        known = (await self.client.fetch_all_metadata()).topics() & set(topics)
        partitions = {topic: await self._producer.partitions_for(topic) for topic in sorted(known)}
        while True:
            try:
                await self._abort_in(partitions, group, readable)
                return
            except TopicAuthorizationFailedError as error:
                refused = partitions.keys() & set(error.args[0])
                if not refused:
                    raise
                partitions = {topic: numbers for topic, numbers in partitions.items() if topic not in refused}
                self._producer._txn_manager.wait_for_transaction_end().exception()  # the same, asked for by nobody
                await self._producer.abort_transaction()

    async def _abort_in(self, partitions: Mapping[str, Collection[int]], group: str, readable: str) -> None:
        await self._producer.begin_transaction()
        for topic, numbers in partitions.items():
            for number in numbers:
                self._producer._txn_manager.maybe_add_partition_to_txn(TopicPartition(topic, number))
        # Never committed, so any offset will do: it makes the group's coordinator part of the transaction.
        await self._producer.send_offsets_to_transaction({TopicPartition(readable, self._partition): 0}, group)
        await self._producer.abort_transaction()

    async def _end(self, topic: str, isolation: int) -> int:
        at = TopicPartition(topic, self._partition)
        while True:
            leader = self.client.cluster.leader_for_partition(at)
            if leader is not None and leader >= 0 and await self.client.ready(leader):
                answer = await self.client.send(
                    leader, OffsetRequest(-1, isolation, [(topic, [(at.partition, LATEST)])])
                )
                [(_, [(_, code, _, offset)])] = answer.topics
                if code == 0:
                    return int(offset)
            await asyncio.sleep(RETRY_S)
            await self.client.force_metadata_update()

    async def _transact(self, units: Sequence[Unit], group: str, offsets: Mapping[str, int]) -> None:
        # No `async with producer.transaction()`: its abort may raise in place of a CancelledError.
        await self._producer.begin_transaction()
        await _delivered(await self._send(units))
        if offsets:
            await self._producer.send_offsets_to_transaction(
                {TopicPartition(topic, self._partition): offset for topic, offset in offsets.items()}, group
            )
        if self._before_commit is not None:
            await self._before_commit()
        await self._producer.commit_transaction()

    async def _send(self, units: Sequence[Unit]) -> _Sent:
        sent: _Sent = []
        for unit in units:
            for write in unit.writes:
                partition = self._partition if write.partition is None else write.partition
                try:
                    future = await self._producer.send(write.topic, write.value, key=write.key, partition=partition)
                except MessageSizeTooLargeError as error:  # the client's own limit: this very unit
                    raise faults.RecordRefused(frozenset({unit.key}), repr(error)) from error
                future.add_done_callback(_retrieved)
                sent.append((unit.key, future))
        return sent


async def _delivered(sent: _Sent) -> None:
    """Wait until the broker has every record.

    commit_transaction() succeeds although a record in the transaction was refused, so this must come first.
    """
    results = await asyncio.gather(*(future for _, future in sent), return_exceptions=True)
    failures = [
        (key, result) for (key, _), result in zip(sent, results, strict=True) if isinstance(result, BaseException)
    ]
    # Only these units: a batch behind a refused one fails too, out of order, and is not to blame.
    refusals = [(key, error) for key, error in failures if faults.is_refusal(error)]
    if refusals:
        raise faults.RecordRefused(frozenset(key for key, _ in refusals), repr(refusals[0][1]))
    for _, error in failures:
        raise error


def _retrieved(future: "asyncio.Future[object]") -> None:
    """Take note of the future's error, so that one nobody waits for any more is not reported as forgotten."""
    if not future.cancelled():
        future.exception()
