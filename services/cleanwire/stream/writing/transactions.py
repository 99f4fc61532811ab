"""How do units become visible all at once, or not at all?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.protocol.transaction import EndTxnRequest

from cleanwire.errors import OwnershipLost
from cleanwire.stream import faults, turns
from cleanwire.stream.broker import closing
from cleanwire.stream.broker.connection import CAREFUL_BATCH_BYTES, RECORD_LIMIT_BYTES, Connection
from cleanwire.stream.messages import Unit, Write

RETRY_S = 0.05
READ_UNCOMMITTED, READ_COMMITTED = 0, 1  # isolation levels, and the offset that means "the end", of ListOffsets
LATEST = -1
ENVELOPE_BYTES = 512  # of a record beyond its key, value and headers, generously
_NOTHING_TO_ABORT = 48  # no record of the transaction had reached the broker; it has compared id and epoch before that
_TRY_AGAIN = frozenset({14, 15, 16, 51})  # loading, no coordinator, another coordinator, still completing

Checkpoint = Callable[[], Awaitable[None]]
_Sent = list[tuple[str, "asyncio.Future[object]"]]


class Transactions:
    """One transactional producer at a time.

    After a failure it is dead: it is closed, never used again. Only after a refused record may another one take its
    place (`renew`): what failed then is known, and so is that nothing of it is visible.
    """

    def __init__(
        self, connection: Connection, transactional_id: str, partition: int, *, before_commit: Checkpoint | None = None
    ) -> None:
        self._connection = connection
        self._id = transactional_id
        self._producer: AIOKafkaProducer = connection.producer(transactional_id=transactional_id)
        self._partition = partition
        self._limit_s = connection.settings.transaction_timeout_s
        self._start_limit_s = connection.settings.request_timeout_s
        self._before_commit = before_commit
        self._usable = False
        self._care = 0

    @property
    def finest(self) -> bool:
        """Whether what is refused is refused for a single record, as near as can be."""
        return self._care == len(CAREFUL_BATCH_BYTES) - 1

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

    async def renew(self) -> None:
        """After a refused record go on with another producer, if nobody has owned the partition in between.

        Each owner that starts raises the epoch of the id by one, and nothing else does while no transaction is open.
        So the old transaction is aborted first, by the epoch that it had: the broker refuses that when somebody else
        has started. If the new producer's epoch then is just the next one, nobody has done so before it either, and
        what we know of the partition still holds.

        Raises:
            OwnershipLost: somebody may have; all that was read must be read anew.
            BrokerUnavailable: no answer in time.
        """
        if self._usable:
            return
        known = self._producer._txn_manager
        before = (known.producer_id, known.producer_epoch)
        with faults.translated(f"starting a producer for partition {self._partition} again"):
            async with asyncio.timeout(self._start_limit_s):
                await self._abort(*before)
                await closing.producer(self._producer)
                self._care = min(self._care + 1, len(CAREFUL_BATCH_BYTES) - 1)
                self._producer = self._connection.producer(transactional_id=self._id, care=self._care)
                await self._producer.start()
        known = self._producer._txn_manager
        if (known.producer_id, known.producer_epoch) != (before[0], before[1] + 1):
            raise OwnershipLost(f"partition {self._partition}: it may have been owned by another while a record failed")
        self._usable = True

    async def close(self) -> None:
        """Close at once; a transaction that is open will be aborted by the next owner or by the broker."""
        self._usable = False
        await closing.producer(self._producer)

    async def publish(
        self, units: Sequence[Unit], group: str, offsets: Mapping[str, int], *, first: Collection[str] = ()
    ) -> float:
        """Make all of `units`, and the group's `offsets`, visible in one transaction; return the seconds it took.

        The broker has our partition's records of the topics in `first`, and then the offsets, before anything else of
        the transaction is sent: there the next owner sees that a transaction was left open.

        Raises:
            RecordRefused: naming the units of which a record was refused. Nothing is visible; see `renew`.
            OwnershipLost: another producer started under this id. Nothing is visible.
            BrokerUnavailable: no answer in time. Whether all or nothing is visible shows when the state is reloaded.
        """
        if not self._usable:
            raise OwnershipLost(f"partition {self._partition}: its producer failed before")
        if too_large := frozenset(unit.key for unit in units if any(map(_too_large, unit.writes))):
            raise faults.RecordRefused(too_large, f"over {RECORD_LIMIT_BYTES} bytes", exact=True)  # nothing was begun
        self._usable = False  # whatever ends this early, a cancellation too, leaves a producer of unknown state
        began = time.monotonic()
        with faults.translated(f"committing partition {self._partition}"):
            async with asyncio.timeout(self._limit_s):
                await self._transact(units, group, offsets, first)
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

    async def _abort(self, producer_id: int, epoch: int) -> None:
        """Abort what is open under our id and epoch.

        aiokafka's own abort does not work when a batch behind the refused one was out of order.

        Raises:
            KafkaError: the broker knows another epoch.
        """
        while True:
            node = await self.client.coordinator_lookup(CoordinationType.TRANSACTION, self._id)
            if await self.client.ready(node, group=ConnectionGroup.COORDINATION):
                request = EndTxnRequest(self._id, producer_id, epoch, False)
                answer = await self.client.send(node, request, group=ConnectionGroup.COORDINATION)
                if answer.error_code in (0, _NOTHING_TO_ABORT):
                    return
                if answer.error_code not in _TRY_AGAIN:
                    error: KafkaError = for_code(answer.error_code)()
                    raise error
            await asyncio.sleep(RETRY_S)

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

    async def _transact(
        self, units: Sequence[Unit], group: str, offsets: Mapping[str, int], first: Collection[str]
    ) -> None:
        # No `async with producer.transaction()`: its abort may raise in place of a CancelledError.
        writes = [(unit.key, write) for unit in units for write in unit.writes]
        looked_at = [one for one in writes if self._is_among(one[1], first)]
        others = [one for one in writes if not self._is_among(one[1], first)]
        await self._producer.begin_transaction()
        await _delivered(await self._send(looked_at))
        if offsets:
            await self._producer.send_offsets_to_transaction(
                {TopicPartition(topic, self._partition): offset for topic, offset in offsets.items()}, group
            )
        await _delivered(await self._send(others))
        if self._before_commit is not None:
            await self._before_commit()
        await self._producer.commit_transaction()

    def _is_among(self, write: Write, topics: Collection[str]) -> bool:
        """Tell whether `write` goes to our partition of one of `topics`."""
        return write.topic in topics and write.partition in (None, self._partition)

    async def _send(self, writes: Sequence[tuple[str, Write]]) -> _Sent:
        """Hand over writes, each with the key of its unit."""
        sent: _Sent = []
        turn = turns.Turn()
        for key, write in writes:
            await turn.over()
            partition = self._partition if write.partition is None else write.partition
            future = await self._producer.send(
                write.topic, write.value, key=write.key, partition=partition, headers=list(write.headers)
            )
            future.add_done_callback(_retrieved)
            sent.append((key, future))
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


def _too_large(write: Write) -> bool:
    beside = sum(len(name) + len(value) for name, value in write.headers)
    return len(write.key) + len(write.value or b"") + beside + ENVELOPE_BYTES > RECORD_LIMIT_BYTES


def _retrieved(future: "asyncio.Future[object]") -> None:
    """Take note of the future's error, so that one nobody waits for any more is not reported as forgotten."""
    if not future.cancelled():
        future.exception()
