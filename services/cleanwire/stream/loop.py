"""How does a stage work on a partition it owns? Load its tables, then take in, work, and write until told to stop.

Both stages are this loop; what differs is their desk. All outcomes and the state that belongs to them are
written together in one transaction, with the offsets of what was taken in.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from cleanwire.stream import turns
from cleanwire.stream.messages import Message, Step
from cleanwire.stream.partitions.partition import Inputs, OwnedPartition
from cleanwire.stream.writing import publishing

__all__ = ["Desk", "DeskStage", "Pace", "Step", "run"]

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

INTAKE_BATCH = 500
SWEEP_EVERY_S = 30.0
FAULT_PAUSE_S = 1.0  # after `start` raised: it may raise again


class Desk(Protocol[Item, Outcome]):
    """What one stage does with one partition. Only `work` waits for the outside world; the rest is quick.

    State in memory runs ahead of what is committed: after any failure the desk is thrown away and a new one
    is restored from the tables.

    None of this may raise, and where it does nevertheless, for what a stranger sent is endless, it concerns only the
    record or item in hand: the loop sets that aside and goes on with the others.
    """

    @property
    def tables(self) -> Sequence[str]:
        """Topics loaded first, in this order."""

    @property
    def followed(self) -> Sequence[str]:
        """Those tables that others write to: read on after the load."""

    @property
    def inputs(self) -> Sequence[str]:
        """Topics read from the committed offset."""

    def restore(self, message: Message) -> None:
        """Take one record of a table."""

    def opened(self, now: float) -> None:
        """All tables are loaded."""

    def take_in(self, message: Message, now: float) -> Sequence[Step]:
        """Take one record of `followed` or `inputs`; return what is to be written before its offset is."""

    def taken(self, now: float) -> Sequence[Step]:
        """All records that had come are taken in; return what else is to be written."""

    def set_aside(self, message: Message, error: Exception, now: float) -> Step:
        """Return what is to be written of a record whose taking in raised what nobody expected."""

    def has_room(self) -> bool:
        """Tell whether more may be taken in."""

    def start(self, now: float) -> Item | None:
        """Hand out the next item that may be worked on now."""

    def next_at(self) -> float | None:
        """Tell when `start` should be asked again; None: not before something happens."""

    async def work(self, item: Item) -> Outcome:
        """Do what takes time. Runs beside other items."""

    def failed(self, item: Item, error: Exception) -> Outcome:
        """Return the outcome of an item whose `work` raised what nobody expected."""

    def settle(self, item: Item, outcome: Outcome, now: float) -> Step:
        """Return what is to be written."""

    def give_up(self, item: Item, error: Exception, now: float) -> Step:
        """Return what is to be written of an item that cannot even be settled as failed."""

    def sweep(self, now: float) -> Sequence[Step]:
        """Return what is to be written by the way: things to forget."""

    def fault(self, where: str, error: Exception) -> None:
        """Tell of what nobody expected, at a place or of a unit that `where` names."""

    def closed(self) -> None:
        """The partition is no longer ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a partition commits and how long it winds down. Seconds."""

    commit_interval_s: float = 1.0
    commit_units: int = 500
    wind_down_s: float = 4.0


@dataclass(slots=True)
class _Batch:
    """What waits for the next transaction."""

    steps: list[Step] = field(default_factory=list)
    offsets: dict[str, int] = field(default_factory=dict)
    writes: bool = False

    def __bool__(self) -> bool:
        return self.writes or bool(self.offsets)

    def add(self, step: Step) -> None:
        if step.unit is not None or step.tell is not None:
            self.steps.append(step)
            self.writes |= step.unit is not None


class DeskStage(Generic[Item, Outcome]):
    """A stage, as a membership runs it: a new desk for each partition that the group gives us.

    Args:
        topic: whose partitions are shared out.
        desk: partition number to the desk that works on it.
        concurrency: how many items this process works on at once, over all partitions.
    """

    def __init__(
        self, name: str, topic: str, desk: Callable[[int], Desk[Item, Outcome]], *, concurrency: int, pace: Pace
    ) -> None:
        self.name = name
        self.topic = topic
        self._desk = desk
        self._slots = asyncio.Semaphore(concurrency)
        self._pace = pace

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        """Work on `partition` until `stop` is set; see `run`."""
        await run(partition, self._desk(partition.number), stop=stop, slots=self._slots, pace=self._pace)


async def run(
    partition: OwnedPartition,
    desk: Desk[Item, Outcome],
    *,
    stop: asyncio.Event,
    slots: asyncio.Semaphore,
    pace: Pace,
    clock: Callable[[], float] = time.time,
) -> None:
    """Work on `partition` until `stop` is set, then finish what is in hand and return.

    Args:
        slots: how many items this process works on at once, over all partitions.

    Raises:
        OwnershipLost, BrokerUnavailable, StateDamaged: as `partition` does; nothing half-done was written.
    """
    positions: dict[str, int | None] = dict.fromkeys(desk.inputs)
    for topic in desk.tables:
        position = await partition.load(topic, lambda message: _restore(desk, message))
        if topic in desk.followed:
            positions[topic] = position
    try:
        desk.opened(clock())
        async with partition.open_inputs(positions) as inputs:
            await _Loop(partition, desk, inputs, stop, slots, pace, clock).run()
    finally:
        desk.closed()


def _restore(desk: Desk[Item, Outcome], message: Message) -> None:
    try:
        desk.restore(message)
    except Exception as error:  # noqa: BLE001  one record must never keep a partition from loading
        desk.fault(message.place, error)


class _Loop(Generic[Item, Outcome]):
    def __init__(
        self,
        partition: OwnedPartition,
        desk: Desk[Item, Outcome],
        inputs: Inputs,
        stop: asyncio.Event,
        slots: asyncio.Semaphore,
        pace: Pace,
        clock: Callable[[], float],
    ) -> None:
        self._partition = partition
        self._desk = desk
        self._inputs = inputs
        self._stop = stop
        self._slots = slots
        self._pace = pace
        self._clock = clock
        self._wake = asyncio.Event()
        self._taken: list[Message] = []
        self._read_to: dict[str, int] = {}  # behind `_taken`
        self._noted_to: dict[str, int] = {}
        self._room = asyncio.Event()
        self._finished: list[tuple[Item, Outcome]] = []
        self._working: set[asyncio.Task[None]] = set()
        self._batch = _Batch()
        self._committed_at = -1e9
        self._swept_at = 0.0
        self._paused_to = -1e9

    async def run(self) -> None:
        async with _cancelled_at_exit(self._read(), self._hear_stop()) as helpers:
            for helper in helpers:
                helper.add_done_callback(lambda _: self._wake.set())
            try:
                while not self._stop.is_set():
                    self._wake.clear()
                    for helper in helpers:
                        if helper.done():
                            await helper  # raises what ended it
                    await self._collect()
                    await self._start_due()
                    if self._commit_due():
                        await self._commit()
                    await self._sleep()
                await self._wind_down()
            finally:
                for task in self._working:
                    task.cancel()
                await asyncio.gather(*self._working, return_exceptions=True)

    async def _collect(self) -> None:
        """Take in what has come and settle what has ended, and let others go on in between: it may be much of both."""
        now = self._clock()
        turn = turns.Turn()
        if self._taken:
            messages, self._taken = self._taken, []
            for message in messages:  # meanwhile no more are read: there is no room yet
                self._add(self._taken_in(message, now))
                await turn.over()
            self._add(self._guarded("taken", self._desk.taken, now))
            self._note(self._read_to)
        if self._desk.has_room():
            self._room.set()
        finished, self._finished = self._finished, []
        for item, outcome in finished:
            self._batch.add(self._settled(item, outcome, now))
            await turn.over()
        if now - self._swept_at >= SWEEP_EVERY_S:
            self._swept_at = now
            self._add(self._guarded("sweep", self._desk.sweep, now))
            # What was read while others had their turn is not taken in yet, so its offsets are not to be written.
            if not self._taken and self._read_to != self._noted_to:
                self._note(self._read_to)

    def _note(self, offsets: dict[str, int]) -> None:
        self._batch.offsets |= offsets
        self._noted_to = offsets

    def _add(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._batch.add(step)

    def _taken_in(self, message: Message, now: float) -> Sequence[Step]:
        try:
            return self._desk.take_in(message, now)
        except Exception as error:  # noqa: BLE001  as in `_work`: the record would be read again after every restart
            return (self._desk.set_aside(message, error, now),)

    def _settled(self, item: Item, outcome: Outcome, now: float) -> Step:
        try:
            return self._desk.settle(item, outcome, now)
        except Exception as error:  # noqa: BLE001  as in `_work`: otherwise it would come back after every restart
            failed = self._desk.failed(item, error)
        try:
            return self._desk.settle(item, failed, now)
        except Exception as error:  # noqa: BLE001  it is the item itself that cannot be settled
            return self._desk.give_up(item, error, now)

    def _guarded(self, where: str, ask: Callable[[float], Sequence[Step]], now: float) -> Sequence[Step]:
        try:
            return ask(now)
        except Exception as error:  # noqa: BLE001  it is tried again soon; what else there is to do goes on
            self._desk.fault(where, error)
            return ()

    async def _start_due(self) -> None:
        while not self._slots.locked() and (item := self._next()) is not None:
            await self._slots.acquire()  # free just now and nothing awaited since: returns at once
            task = asyncio.create_task(self._work(item))
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def _next(self) -> Item | None:
        if self._clock_monotonic() < self._paused_to:
            return None
        try:
            return self._desk.start(self._clock())
        except Exception as error:  # noqa: BLE001  what could not be started was taken from the agenda
            self._desk.fault("start", error)
            self._paused_to = self._clock_monotonic() + FAULT_PAUSE_S
            return None

    async def _work(self, item: Item) -> None:
        try:
            outcome = await self._desk.work(item)
        except Exception as error:  # noqa: BLE001  one item must never stop its partition: the desk records it
            outcome = self._desk.failed(item, error)
        finally:
            self._slots.release()
        self._finished.append((item, outcome))
        self._wake.set()

    async def _read(self) -> None:
        """Keep at most one batch of input waiting, and none while the desk has no room."""
        while True:
            await self._room.wait()
            messages = await self._inputs.get(timeout_s=1.0, limit=INTAKE_BATCH)
            # Also without messages it moves, over transaction markers. Not committing that would one day look like a
            # loss: when retention has deleted all that stood before them.
            self._read_to = {topic: self._inputs.position(topic) for topic in self._desk.inputs}
            if messages:
                self._room.clear()
                self._taken = messages
                self._wake.set()

    async def _hear_stop(self) -> None:
        await self._stop.wait()
        self._wake.set()
        await asyncio.Event().wait()

    def _commit_due(self) -> bool:
        if not self._batch:
            return bool(self._batch.steps)  # nothing to write for these
        full = len(self._batch.steps) >= self._pace.commit_units
        return full or self._clock_monotonic() >= self._committed_at + self._pace.commit_interval_s

    async def _commit(self) -> None:
        batch, self._batch = self._batch, _Batch()
        if not batch:
            for step in batch.steps:
                self._told(step)
            return
        await publishing.publish(self._partition, batch.steps, batch.offsets, done=self._told, fault=self._desk.fault)
        self._committed_at = self._clock_monotonic()

    def _told(self, step: Step) -> None:
        if step.tell is None:
            return
        try:
            step.tell()
        except Exception as error:  # noqa: BLE001  it is written: only the telling failed
            self._desk.fault("tell", error)

    async def _sleep(self) -> None:
        waits = [SWEEP_EVERY_S]
        if self._batch:
            waits.append(self._committed_at + self._pace.commit_interval_s - self._clock_monotonic())
        due_at = self._desk.next_at()
        if due_at is not None:
            # a full house is looked at again when an item finishes; the poll covers items of other partitions
            paused_s = self._paused_to - self._clock_monotonic()
            waits.append(0.1 if self._slots.locked() else max(due_at - self._clock(), paused_s))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(waits))):
                await self._wake.wait()

    async def _wind_down(self) -> None:
        """Let what is in hand finish for a while, then write it; what is left is done again by the next owner."""
        if self._working:
            await asyncio.wait(set(self._working), timeout=self._pace.wind_down_s)
        await self._collect()
        await self._commit()

    @staticmethod
    def _clock_monotonic() -> float:
        return asyncio.get_running_loop().time()


@contextlib.asynccontextmanager
async def _cancelled_at_exit(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Run `coroutines` as tasks that end with the block."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
