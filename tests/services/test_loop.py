"""The loop of both stages over a partition that only remembers what it is told: what is written, when, and together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest

from cleanwire.errors import BrokerUnavailable
from cleanwire.stream import loop
from cleanwire.stream.loop import Pace, Step
from cleanwire.stream.messages import Message, Unit, Write

QUICK = Pace(commit_interval_s=0.01, wind_down_s=1.0)


class Paper:
    """A partition whose topics are lists in memory. `commits` holds (keys of units, offsets) of each transaction."""

    number = 0

    def __init__(self, **topics: list[bytes]) -> None:
        self.topics = topics
        self.commits: list[tuple[list[str], dict[str, int]]] = []
        self.happened = asyncio.Event()
        self.broken: Exception | None = None
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
        self.commits.append(([unit.key for unit in units], dict(offsets)))
        self.happened.set()

    def refused(self, unit_key: str) -> bool:
        return False

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
        self.most_at_once = 0
        self.is_closed = False
        self.gate = asyncio.Event()
        self.gate.set()
        self._busy = 0
        self._room = room

    def restore(self, message: Message) -> None:
        self.restored.append(message.value)

    def opened(self, now: float) -> None:
        assert self.restored is not None

    def take_in(self, messages: Sequence[Message], now: float) -> Sequence[Step]:
        words = [(message.value or b"").decode() for message in messages]
        self.waiting += words
        return [self._step(f"in {word}") for word in words]

    def has_room(self) -> bool:
        return len(self.waiting) < self._room

    def start(self, now: float) -> str | None:
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

    def settle(self, item: str, outcome: str, now: float, refused: Callable[[str], bool]) -> Step:
        if outcome == "unsettling":
            raise ZeroDivisionError(outcome)
        return self._step(f"out {outcome}")

    def sweep(self, now: float) -> Sequence[Step]:
        return ()

    def closed(self) -> None:
        self.is_closed = True

    def _step(self, key: str) -> Step:
        unit = Unit(key=key, writes=(Write(topic="t", key=b"k", value=b"v"),))
        return Step(unit=unit, tell=lambda: self.told.append(key))


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
