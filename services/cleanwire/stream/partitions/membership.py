"""Which partitions are ours? One group member per stage and process; a task for each partition it is given."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from cleanwire.stream import faults, names, waiting
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.observer import StreamObserver
from cleanwire.stream.partitions.ownership import Owner, Stage
from cleanwire.stream.partitions.steadiness import Steadiness
from cleanwire.stream.topics import EMBEDDED_PARTITIONS
from cleanwire.stream.writing.refusals import Refusals
from cleanwire.stream.writing.transactions import Checkpoint

__all__ = ["Membership", "Stage"]

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 5.0
POLL_MS = 1000  # how often the member is asked for errors, and shows that it is alive
PROBE_EVERY_S = 2.0
PROBE_LIMIT_S = 3.0
WATCH_EVERY_S = 5.0
CANCEL_LIMIT_S = 0.3  # for those that were cancelled, before the group is left; their closing goes on beside it


class Membership:
    """Shares the partitions of `stage.topic` with the other replicas and runs the stage on ours.

    An assignment only says who should work; what keeps two from writing is the fence of each partition's producer.
    So partitions that stay ours in a rebalance work on undisturbed, and an owner that failed waits until it is
    settled whose the partition is.

    Args:
        grace_s: how long owners may finish what is in hand after `stop`, before they are cancelled.
        before_commit: for tests: awaited in every transaction when all is sent and only the commit is missing.
    """

    def __init__(
        self,
        connection: Connection,
        stage: Stage,
        *,
        installation: str,
        observer: StreamObserver,
        grace_s: float = 6.0,
        before_commit: Checkpoint | None = None,
    ) -> None:
        self._connection = connection
        self._stage = stage
        self._installation = installation
        self._observer = observer
        self._grace_s = grace_s
        self._before_commit = before_commit
        self._group = names.group(installation, stage.name)
        self._owners: dict[int, asyncio.Task[None]] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._refusals: defaultdict[int, Refusals] = defaultdict(Refusals)
        self._steadiness = Steadiness()
        self._settled = asyncio.Event()
        self._reachable = False
        self._told = False

    @property
    def joined(self) -> bool:
        """Whether the broker answers and the group has given us an assignment, be it an empty one."""
        return self._reachable and self._settled.is_set()

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are ours, acquired or about to be."""
        return frozenset(self._owners)

    @property
    def looping(self) -> frozenset[int]:
        """Those of our partitions that fail again and again."""
        return self._steadiness.looping() & self.partitions

    async def run(self, stop: asyncio.Event) -> None:
        """Be a member until `stop` is set; then let the owners finish, leave the group and return.

        No state of the broker ends this: it waits and tries again.
        """
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(self._watch(), name=f"{self._stage.name}-watch")
            if self._connection.embedded:
                await self._be_alone(tasks, stop)
                watch.cancel()
                return
            probe = tasks.create_task(self._probe(), name=f"{self._stage.name}-probe")
            wait_s = FIRST_RETRY_S
            while not stop.is_set():
                try:
                    await self._be_member(tasks, stop)
                except (KafkaError, OSError) as error:
                    wait_s = FIRST_RETRY_S if self._settled.is_set() else min(wait_s * 2, LAST_RETRY_S)
                    self._settled.clear()
                    await self._unavailable(error)
                    await waiting.until(stop, wait_s)
            await self._finish()
            probe.cancel()
            watch.cancel()

    async def _be_alone(self, tasks: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        """Own everything: the embedded broker takes one member in a group, and lets it wait three seconds to join."""
        self._answers(True)
        self.settled(frozenset(range(EMBEDDED_PARTITIONS)), tasks, stop)
        await stop.wait()
        await self._finish()

    async def _be_member(self, tasks: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        member = self._connection.member(self._group)
        member.subscribe([self._stage.topic], listener=_Listener(self, member, tasks, stop))
        try:
            await waiting.unless(stop, member.start())
            while not stop.is_set():
                # Nothing is delivered, for all partitions are paused. It raises what the coordinator met with, and a
                # member that never asks leaves the group after five minutes.
                await waiting.unless(stop, member.getmany(timeout_ms=POLL_MS))
            await self._finish()
        finally:
            await closing.consumer(member)
        self._observer.group_left(self._stage.name)

    def unsettled(self) -> None:
        """Take note that a rebalance began. Owners work on: only the next assignment says which of them end."""
        self._settled.clear()

    def settled(self, assigned: frozenset[int], tasks: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        """Start and stop owners so that they are those of `assigned`. Waits for nothing: no heartbeats run now."""
        for number in self._owners.keys() - assigned:
            self._owners.pop(number).cancel()
            self._steadiness.forget(number)
        for number in [number for number, owner in self._owners.items() if owner.done()]:
            del self._owners[number]  # an owner ends only when it is told to; should one end by itself, start anew
        for number in assigned - self._owners.keys():
            if not stop.is_set():
                task = tasks.create_task(self._own(number, stop), name=f"{self._stage.name}-{number}")
                self._owners[number] = task
        self._settled.set()
        self._told = False
        self._observer.group_joined(self._stage.name, len(assigned))

    async def _own(self, number: int, stop: asyncio.Event) -> None:
        owner = Owner(
            number,
            self._stage,
            connection=self._connection,
            installation=self._installation,
            observer=self._observer,
            refusals=self._refusals[number],
            assigned=self._settled.wait,
            failed=partial(self._failed, number),
            before_commit=self._before_commit,
        )
        # A former owner of the partition in this process may still be closing: it must be gone before the next one
        # opens a producer under the same id.
        async with self._turns[number]:
            await owner.run(stop)

    def _failed(self, number: int) -> None:
        self._steadiness.failed(number)
        self._tell_looping()

    async def _watch(self) -> None:
        """Tell now and then which partitions loop: that ends by itself."""
        while True:
            self._tell_looping()
            await asyncio.sleep(WATCH_EVERY_S)

    def _tell_looping(self) -> None:
        self._observer.partitions_looping(self._stage.name, len(self.looping))

    async def _finish(self) -> None:
        """Wait until the owners, who know of the stop, have finished; cancel those that are late."""
        owners = list(self._owners.values())
        self._owners.clear()
        if not owners:
            return
        _, late = await asyncio.wait(owners, timeout=self._grace_s)
        for task in late:
            task.cancel()  # an open transaction is never committed: readers see nothing of it
        if late:
            await asyncio.wait(late, timeout=CANCEL_LIMIT_S)

    async def _probe(self) -> None:
        """Keep asking the broker for the group's coordinator: cheap, and it answers only when the group can work."""
        while True:
            admin, answered = self._connection.admin(), False
            try:
                async with asyncio.timeout(PROBE_LIMIT_S):
                    await admin.start()
                while True:
                    async with asyncio.timeout(PROBE_LIMIT_S):
                        await admin.find_coordinator(self._group)
                    answered = True
                    self._answers(True)
                    await asyncio.sleep(PROBE_EVERY_S)
            except (KafkaError, OSError) as error:  # TimeoutError is an OSError
                if answered and isinstance(error, KafkaConnectionError):
                    # Brokers hang up on sessions that grew old (KIP-368): it means nothing until a new one fails.
                    continue
                self._answers(False)
                await self._unavailable(error)
            finally:
                await closing.admin(admin)
            await asyncio.sleep(PROBE_EVERY_S)

    def _answers(self, does: bool) -> None:
        """Take note whether the broker answers, and tell the observer."""
        self._reachable = does
        self._observer.broker_away(self._stage.name, away=not does)

    async def _unavailable(self, error: KafkaError | OSError) -> None:
        """Tell the observer, once for a time without a broker."""
        if not self._told:
            self._told = True
            detail = await login.refusal(self._connection) or faults.told(error)
            self._observer.broker_unavailable(self._stage.name, detail)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Called by aiokafka in the middle of a rebalance."""

    def __init__(
        self, membership: Membership, member: AIOKafkaConsumer, tasks: asyncio.TaskGroup, stop: asyncio.Event
    ) -> None:
        self._membership = membership
        self._member = member
        self._tasks = tasks
        self._stop = stop

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002  aiokafka's interface
        self._membership.unsettled()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._member.pause(*assigned)
        self._membership.settled(frozenset(at.partition for at in assigned), self._tasks, self._stop)
