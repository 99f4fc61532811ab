"""The loop of both stages over a partition that only remembers what it is told: what is written, when, and together."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest

from cleanwire.errors import BrokerUnavailable
from cleanwire.stream import loop, turns
from cleanwire.stream.faults import RecordRefused
from cleanwire.stream.loop import Pace, Step
from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.stream.writing.refusals import Refusals

QUICK = Pace(commit_interval_s=0.01, wind_down_s=1.0)


class Paper:
    """A partition whose topics are lists in memory. `commits` holds (keys of units, offsets) of each transaction."""

    number = 0

    def __init__(self, **topics: list[bytes]) -> None:
        self.topics = topics
        self.commits: list[tuple[list[str], dict[str, int]]] = []
        self.happened = asyncio.Event()
        self.broken: Exception | None = None
        self.refusals = Refusals()
        self.finest = True
        self.limit = 1_000_000  # bytes of a value that it takes
        self.dropped_keys: list[str] = []
        self.read_error: Exception | None = None
        self._positions: dict[str, int] = {}

    async def load(self, topic: str, on_message: Callable[[Message], None]) -> int:
        for message in self._messages(topic, 0):
            on_message(message)
        return len(self.topics[topic])

    @contextlib.asynccontextmanager
    async def open_inputs(self, topics: Mapping[str, int | None]) -> AsyncIterator["Paper"]:
        self._positions = {topic: offset or 0 for topic, offset in topics.items()}
        yield self

    async def get(self, *, timeout_s: float, limit: int) -> list[Message]:
        if self.read_error is not None:
            raise self.read_error
        for topic, position in self._positions.items():
            if found := self._messages(topic, position)[:limit]:
                self._positions[topic] = position + len(found)
                return found
        await asyncio.sleep(0.01)  # a broker answers after a while too
        return []

    def position(self, topic: str) -> int:
        return self._positions[topic]

    async def commit(self, units: Sequence[Unit], offsets: Mapping[str, int] = {}) -> None:
        if self.broken is not None:
            raise self.broken
        if large := frozenset(u.key for u in units for w in u.writes if len(w.value or b"") > self.limit):
            raise RecordRefused(large, "too large", exact=True)
        self.commits.append(([unit.key for unit in units], dict(offsets)))
        self.happened.set()

    def dropped(self, key: str, detail: str) -> None:
        self.dropped_keys.append(key)

    def written(self) -> list[str]:
        return [key for keys, _ in self.commits for key in keys]

    def _messages(self, topic: str, start: int) -> list[Message]:
        return [
            Message(topic=topic, partition=0, offset=offset, key=b"k", value=value, timestamp=0.0)
            for offset, value in enumerate(self.topics[topic])
            if offset >= start
        ]


class Desk:
    """Takes in words, works on each, and writes it."""

    def __init__(self, *, room: int = 1000) -> None:
        self.tables: Sequence[str] = ("table",)
        self.followed: Sequence[str] = ()
        self.inputs: Sequence[str] = ("entries",)
        self.restored: list[bytes | None] = []
        self.waiting: list[str] = []
        self.told: list[str] = []
        self.faults: list[str] = []
        self.bad = ""  # what raises
        self.most_at_once = 0
        self.is_closed = False
        self.gate = asyncio.Event()
        self.gate.set()
        self._busy = 0
        self._room = room

    def restore(self, message: Message) -> None:
        if message.value == b"bad":
            raise RecursionError("bad")
        self.restored.append(message.value)

    def opened(self, now: float) -> None:
        assert self.restored is not None

    def take_in(self, message: Message, now: float) -> Sequence[Step]:
        word = (message.value or b"").decode()
        if word == "untakeable":
            raise RecursionError(word)
        self.waiting.append(word)
        return [self._step(f"in {word}")]

    def taken(self, now: float) -> Sequence[Step]:
        if self.bad == "taken":
            raise RecursionError
        return ()

    def set_aside(self, message: Message, error: Exception, now: float) -> Step:
        return self._step(f"aside {message.place}")

    def has_room(self) -> bool:
        return len(self.waiting) < self._room

    def start(self, now: float) -> str | None:
        if self.bad == "start":
            self.bad = ""
            raise RecursionError
        return self.waiting.pop(0) if self.waiting else None

    def next_at(self) -> float | None:
        return 0.0 if self.waiting else None

    async def work(self, item: str) -> str:
        self._busy += 1
        self.most_at_once = max(self.most_at_once, self._busy)
        try:
            await asyncio.sleep(0)
            await self.gate.wait()
            if item == "raise":
                raise ZeroDivisionError(item)
            return item
        finally:
            self._busy -= 1

    def failed(self, item: str, error: Exception) -> str:
        return f"failed {item}"

    def settle(self, item: str, outcome: str, now: float) -> Step:
        if outcome == "unsettling" or "hopeless" in outcome:
            raise ZeroDivisionError(outcome)
        if item == "large":
            return self._step("out large", "x" * 2000, smaller=lambda: self._step("out large, smaller"))
        return self._step(f"out {outcome}")

    def give_up(self, item: str, error: Exception, now: float) -> Step:
        return self._step(f"gave up {item}")

    def fault(self, where: str, error: Exception) -> None:
        self.faults.append(where)

    def sweep(self, now: float) -> Sequence[Step]:
        if self.bad == "sweep":
            raise RecursionError
        return ()

    def closed(self) -> None:
        self.is_closed = True

    def _step(self, key: str, value: str = "v", smaller: Callable[[], Step] | None = None) -> Step:
        unit = Unit(key=key, writes=(Write(topic="t", key=b"k", value=value.encode()),))

        def tell() -> None:
            if self.bad == "tell":
                raise RecursionError
            self.told.append(key)

        return Step(unit=unit, tell=tell, smaller=smaller)


async def until_written(paper: Paper, *keys: str) -> None:
    async with asyncio.timeout(10):
        while not set(keys) <= set(paper.written()):
            paper.happened.clear()
            await paper.happened.wait()


@contextlib.asynccontextmanager
async def running(paper: Any, desk: Any, *, slots: int = 4, pace: Pace = QUICK) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(loop.run(paper, desk, stop=stop, slots=asyncio.Semaphore(slots), pace=pace))
    try:
        yield task
        stop.set()
        async with asyncio.timeout(10):
            await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_offsets_are_committed_with_what_was_taken_in_never_before() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"b"]), Desk()
    desk.gate.clear()
    async with running(paper, desk):
        await until_written(paper, "in a", "in b")
        with_offsets = [commit for commit in paper.commits if commit[1]]
        assert with_offsets == [(["in a", "in b"], {"entries": 2})]
        desk.gate.set()
        await until_written(paper, "out a", "out b")


async def test_nothing_is_told_before_it_was_committed() -> None:
    paper, desk = Paper(table=[], entries=[b"a"]), Desk()
    paper.broken = BrokerUnavailable("gone")
    with pytest.raises(BrokerUnavailable):
        async with running(paper, desk) as task:
            await task
    assert desk.told == []
    assert desk.is_closed


async def test_tables_are_restored_before_anything_else() -> None:
    paper, desk = Paper(table=[b"x", b"y"], entries=[b"a"]), Desk()
    async with running(paper, desk):
        await until_written(paper, "out a")
    assert desk.restored == [b"x", b"y"]


@pytest.mark.parametrize("word", ["raise", "unsettling"])
async def test_one_item_that_fails_in_an_unforeseen_way_stops_nothing(word: str) -> None:
    paper, desk = Paper(table=[], entries=[b"a", word.encode(), b"z"]), Desk()
    async with running(paper, desk):
        await until_written(paper, "out a", f"out failed {word}", "out z")


async def test_a_record_that_cannot_be_taken_in_is_set_aside_and_its_neighbours_go_on() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"untakeable", b"z"]), Desk()
    async with running(paper, desk):
        await until_written(paper, "out a", "out z")
    assert paper.written().count("aside entries/0/1") == 1
    assert paper.commits[0][1] == {"entries": 3}


async def test_an_item_that_cannot_even_be_settled_as_failed_is_given_up() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"hopeless", b"z"]), Desk()
    async with running(paper, desk):
        await until_written(paper, "out a", "gave up hopeless", "out z")


@pytest.mark.parametrize("bad", ["taken", "sweep", "start", "tell"])
async def test_whatever_else_of_a_desk_raises_is_told_and_work_goes_on(bad: str) -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"z"]), Desk()
    desk.bad = bad
    async with running(paper, desk):
        await until_written(paper, "out a", "out z")
    assert bad in desk.faults


async def test_a_record_of_a_table_that_raises_keeps_nothing_from_loading() -> None:
    paper, desk = Paper(table=[b"x", b"bad", b"y"], entries=[b"a"]), Desk()
    async with running(paper, desk):
        await until_written(paper, "out a")
    assert desk.restored == [b"x", b"y"]
    assert desk.faults == ["table/0/1"]


async def test_what_is_refused_is_written_smaller_and_told_once_and_its_neighbours_go_on() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"large", b"z"]), Desk()
    paper.limit = 1000
    async with running(paper, desk):
        await until_written(paper, "out a", "out large, smaller", "out z")
    assert desk.told.count("out large, smaller") == 1
    assert "out large" not in desk.told
    assert paper.dropped_keys == []


async def test_what_is_refused_in_every_form_does_not_keep_offsets_from_advancing() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"z"]), Desk()
    paper.limit = 0
    async with running(paper, desk):
        async with asyncio.timeout(10):
            while not any(offsets for _, offsets in paper.commits):
                paper.happened.clear()
                await paper.happened.wait()
    assert {"in a", "in z"} <= set(paper.dropped_keys)
    assert "in a" not in desk.told


async def test_no_more_is_worked_on_at_once_than_there_are_slots() -> None:
    paper, desk = Paper(table=[], entries=[str(number).encode() for number in range(20)]), Desk()
    async with running(paper, desk, slots=3):
        await until_written(paper, *(f"out {number}" for number in range(20)))
    assert desk.most_at_once == 3


async def test_nothing_more_is_read_while_there_is_no_room() -> None:
    paper, desk = Paper(table=[], entries=[b"a"]), Desk(room=0)
    async with running(paper, desk):
        for _ in range(5):
            await asyncio.sleep(0)
        assert paper.commits == []


async def test_an_error_while_reading_ends_the_loop_at_once() -> None:
    paper, desk = Paper(table=[], entries=[]), Desk()
    paper.read_error = BrokerUnavailable("gone")
    async with asyncio.timeout(5):
        with pytest.raises(BrokerUnavailable):
            async with running(paper, desk) as task:
                await task


async def test_after_stop_what_is_in_hand_is_finished_and_written() -> None:
    paper, desk = Paper(table=[], entries=[b"a"]), Desk()
    desk.gate.clear()
    async with running(paper, desk):
        await until_written(paper, "in a")
        asyncio.get_running_loop().call_later(0.05, desk.gate.set)
    assert "out a" in paper.written()
    assert desk.is_closed


async def test_after_stop_what_takes_too_long_is_left_for_the_next_owner() -> None:
    paper, desk = Paper(table=[], entries=[b"a"]), Desk()
    desk.gate.clear()
    async with running(paper, desk, pace=Pace(commit_interval_s=0.01, wind_down_s=0.05)):
        await until_written(paper, "in a")
    assert "out a" not in paper.written()


async def test_slots_are_given_back_when_the_loop_is_cancelled() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"b"]), Desk()
    desk.gate.clear()
    slots = asyncio.Semaphore(2)
    task = asyncio.create_task(loop.run(paper, desk, stop=asyncio.Event(), slots=slots, pace=QUICK))  # type: ignore[arg-type]
    await until_written(paper, "in a")
    async with asyncio.timeout(5):
        while not slots.locked():
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not slots.locked()


async def test_offsets_never_run_ahead_of_what_is_taken_in() -> None:
    paper, desk = Paper(table=[], entries=[b"a", b"b", b"c"]), Desk()
    jumps = itertools.count(1)
    settle = desk.settle

    def slowly(item: str, outcome: str, now: float) -> Step:
        """Take so long that others get their turn, in which more is read."""
        if len(paper.topics["entries"]) < 40:
            paper.topics["entries"].append(b"later")
        ends_at = time.monotonic() + 2 * turns.TURN_S
        while time.monotonic() < ends_at:
            pass
        return settle(item, outcome, now)

    desk.settle = slowly  # type: ignore[method-assign]
    stop = asyncio.Event()
    clock = lambda: next(jumps) * loop.SWEEP_EVERY_S  # noqa: E731  it is time to sweep whenever it is asked
    task = asyncio.create_task(
        loop.run(paper, desk, stop=stop, slots=asyncio.Semaphore(4), pace=QUICK, clock=clock)  # type: ignore[arg-type]
    )
    async with asyncio.timeout(20):
        while sum(key.startswith("out ") for key in paper.written()) < 40:
            paper.happened.clear()
            await paper.happened.wait()
        stop.set()
        await task
    taken_in = 0
    for keys, offsets in paper.commits:
        taken_in += sum(key.startswith("in ") for key in keys)
        assert offsets.get("entries", 0) <= taken_in
