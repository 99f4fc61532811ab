"""The broker dies, freezes and comes back; processes are killed and frozen. Nothing is lost, nothing comes twice."""

import asyncio
import contextlib
import signal
import sys
import time
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection
from kafka.broker import Broker, Unavailable
from stream.corner import PARTITIONS, Corner, counted, reached
from stream.stages import Counts

pytestmark = pytest.mark.kafka

WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture
def broker(kafka: object) -> Iterator[Broker]:
    """A broker of this test's own, to be killed and frozen."""
    try:
        own = Broker().start()
    except Unavailable as error:
        pytest.skip(f"needs a broker of its own: {error}")
    yield own
    own.close()


def corner_of(bootstrap: str) -> Corner:
    name = uuid.uuid4().hex[:8]
    settings = KafkaSettings(
        bootstrap=bootstrap,
        topic_prefix=f"{name}.",
        partitions=PARTITIONS,
        session_timeout_s=6,
        request_timeout_s=3,
        transaction_timeout_s=6,
    )
    return Corner(Connection(settings), f"test-{name}", f"{name}.")


async def counting(corner: Corner) -> Counts:
    return Counts(await corner.make("entries"), await corner.make("documents"), await corner.make("state"))


async def assert_contiguous(corner: Corner, stage: Counts) -> None:
    """Every number was published once in its partition: what the state topic says is what readers see."""
    # Readers see a commit when its markers are there, in one topic sooner than in the other.
    documents = counted(await corner.values(corner.topic("documents"), at_least=sum(stage.last.values())))
    state = counted(await corner.values(corner.topic("state"), at_least=len(documents)))
    documents = counted(await corner.values(corner.topic("documents"), at_least=len(state)))
    assert documents == state
    assert sum(number == 1 for number in documents) == PARTITIONS
    assert all(documents.count(number) <= PARTITIONS for number in set(documents))
    assert sorted(documents) == sorted(number for end in _ends(documents) for number in range(1, end + 1))


def _ends(documents: list[int]) -> list[int]:
    """Return the last number of each partition; partitions come one after the other."""
    return [number for number, after in zip(documents, [*documents[1:], 1], strict=True) if after == 1]


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_work_goes_on_after_a_broker_restart(broker: Broker, how: str) -> None:
    corner = corner_of(broker.bootstrap)
    stage, stop = await counting(corner), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        member = corner.member(stage)
        tasks.create_task(member.run(stop))
        await reached(lambda: len(stage.last) == PARTITIONS and min(stage.last.values()) > 3)
        await asyncio.to_thread(broker.stop if how == "stop" else broker.kill)
        await reached(lambda: not member.joined)
        await asyncio.to_thread(broker.start)
        before = dict(stage.last)
        back = time.monotonic()
        await reached(lambda: member.joined and all(stage.last[part] > before[part] + 3 for part in before))
        assert time.monotonic() - back < 30
        stop.set()
    await assert_contiguous(corner, stage)


async def test_work_goes_on_after_the_broker_was_frozen_beyond_the_session(broker: Broker) -> None:
    corner = corner_of(broker.bootstrap)
    stage, stop = await counting(corner), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        member = corner.member(stage)
        tasks.create_task(member.run(stop))
        await reached(lambda: len(stage.last) == PARTITIONS and min(stage.last.values()) > 3)
        await asyncio.to_thread(broker.pause)
        await corner.watcher.until("failed", times=PARTITIONS * 2)
        await reached(lambda: not member.joined)
        await asyncio.to_thread(broker.resume)
        before = dict(stage.last)
        await reached(lambda: member.joined and all(stage.last[part] > before[part] + 3 for part in before))
        stop.set()
    await assert_contiguous(corner, stage)


@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_stop_is_quick_although_the_broker_is_away(broker: Broker, how: str) -> None:
    corner = corner_of(broker.bootstrap)
    stage, stop = await counting(corner), asyncio.Event()
    running = asyncio.create_task(corner.member(stage, grace_s=3.0).run(stop))
    await reached(lambda: len(stage.last) == PARTITIONS)
    await asyncio.to_thread(broker.kill if how == "kill" else broker.pause)
    await reached(lambda: len(stage.committing) == PARTITIONS)  # each hangs in its transaction
    began = time.monotonic()
    stop.set()
    await asyncio.wait([running], timeout=20)
    assert running.done()
    assert time.monotonic() - began < 15
    leftover = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.wait(leftover, timeout=5) if leftover else None
    assert [task for task in leftover if not task.done()] == []


async def test_a_member_waits_for_a_broker_that_starts_later(broker: Broker) -> None:
    corner = corner_of(broker.bootstrap)
    stage, stop = await counting(corner), asyncio.Event()
    await asyncio.to_thread(broker.stop)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(corner.member(stage).run(stop))
        await corner.watcher.until("unavailable")
        await asyncio.to_thread(broker.start)
        await reached(lambda: len(stage.last) == PARTITIONS)
        stop.set()
    assert corner.watcher.count("unavailable") == 1
    await assert_contiguous(corner, stage)


@contextlib.asynccontextmanager
async def worker(corner: Corner, *arguments: str) -> AsyncIterator[Process]:
    """Run a process that copies entries to documents. With `hold` it waits for a line before its first commit."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(WORKER),
        str(corner.connection.settings.bootstrap),
        corner.installation,
        corner.prefix,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def said(process: Process, word: str) -> None:
    """Read what the worker says until it says `word`."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while (line := await process.stdout.readline()).strip() != word.encode():
            assert line, f"the worker ended before it said {word}"


ENTRIES = [str(number) for number in range(1, 21)]


async def make_entries(corner: Corner) -> None:
    entries = await corner.make("entries", partitions=1)
    await corner.make("documents", partitions=1)
    await corner.fill(entries, *ENTRIES)


async def published(corner: Corner) -> list[bytes | None]:
    return await corner.values(corner.topic("documents"))


async def test_kill_9_between_send_and_commit_neither_loses_nor_repeats(kafka: object) -> None:
    corner = corner_of(kafka.bootstrap)  # type: ignore[attr-defined]
    await make_entries(corner)
    async with worker(corner, "hold") as victim:
        await said(victim, "sent")
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
    assert await published(corner) == []
    async with worker(corner) as heir:
        await said(heir, "committed")
    assert await published(corner) == [entry.encode() for entry in ENTRIES]


async def test_a_process_frozen_before_its_commit_publishes_nothing_when_it_wakes(kafka: object) -> None:
    corner = corner_of(kafka.bootstrap)  # type: ignore[attr-defined]
    await make_entries(corner)
    async with worker(corner, "hold") as zombie:
        await said(zombie, "sent")
        zombie.send_signal(signal.SIGSTOP)
        async with worker(corner) as heir:
            await said(heir, "committed")  # after the session of the frozen one ran out
            assert zombie.stdin is not None
            zombie.stdin.write(b"go on\n")
            zombie.send_signal(signal.SIGCONT)
            await said(zombie, "released")  # it was fenced, or learnt first that the partition is not its any more
    assert await published(corner) == [entry.encode() for entry in ENTRIES]
