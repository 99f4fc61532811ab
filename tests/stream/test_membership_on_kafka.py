"""Members of a group on a real broker: who works on what, and how they come and go."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.faults import Failure
from cleanwire.stream.partitions.partition import OwnedPartition
from stream.corner import PARTITIONS, Corner, Watcher, counted, reached
from stream.stages import Counts, Waits

pytestmark = pytest.mark.kafka


@contextlib.asynccontextmanager
async def released(held: asyncio.Event) -> AsyncIterator[None]:
    """Let go whoever waits for `held`, also when the block fails: a test that fails must end."""
    try:
        yield
    finally:
        held.set()


async def test_two_members_share_the_partitions_and_one_takes_over_when_the_other_stops(corner: Corner) -> None:
    topic = await corner.make("entries")
    watchers = [Watcher(), Watcher()]
    stages = [Waits(topic), Waits(topic)]
    members = [corner.member(stage, observer=watcher) for stage, watcher in zip(stages, watchers, strict=True)]
    stops = [asyncio.Event(), asyncio.Event()]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(members[0].run(stops[0]))
        await reached(lambda: len(stages[0].partitions) == PARTITIONS)
        second = tasks.create_task(members[1].run(stops[1]))
        await reached(lambda: len(stages[0].partitions) == len(stages[1].partitions) == PARTITIONS // 2)
        await reached(lambda: all(member.joined for member in members))
        assert members[0].partitions | members[1].partitions == set(range(PARTITIONS))
        stops[1].set()
        await second
        await reached(lambda: len(stages[0].partitions) == PARTITIONS)
        stops[0].set()
    assert watchers[0].count("failed") == watchers[1].count("failed") == 0


async def test_replicas_get_the_same_partitions_in_each_stage(corner: Corner) -> None:
    """Four replicas would do so by chance once in 24 times; and again when one has left, once in six."""
    topics = {stage: await corner.make(stage, partitions=12) for stage in ("poller", "cleaner")}
    replicas = [replace(corner, connection=Connection(corner.connection.settings)) for _ in range(4)]
    stops = [asyncio.Event() for _ in replicas]
    async with asyncio.TaskGroup() as tasks:
        members = []
        for replica, stop in zip(replicas, stops, strict=True):
            pair = [replica.member(Waits(topic, name=stage)) for stage, topic in topics.items()]
            members.append(pair)
            for member in pair:
                tasks.create_task(member.run(stop))
        await reached(lambda: all(len(member.partitions) == 3 for pair in members for member in pair))
        assert all(poller.partitions == cleaner.partitions for poller, cleaner in members)
        stops.pop().set()
        members.pop()
        await reached(lambda: all(len(member.partitions) == 4 for pair in members for member in pair))
        assert all(poller.partitions == cleaner.partitions for poller, cleaner in members)
        for stop in stops:
            stop.set()


async def test_a_partition_that_stays_with_its_member_works_on_through_a_rebalance(corner: Corner) -> None:
    topic = await corner.make("entries")
    stages = [Waits(topic), Waits(topic)]
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(corner.member(stages[0]).run(stop))
        await reached(lambda: len(stages[0].partitions) == PARTITIONS)
        tasks.create_task(corner.member(stages[1]).run(stop))
        await reached(lambda: len(stages[1].partitions) == PARTITIONS // 2)
        await reached(lambda: len(stages[0].partitions) == PARTITIONS // 2)
        assert all(stages[0].runs[number] == 1 for number in stages[0].partitions)
        stop.set()


async def test_a_member_that_gets_no_partition_is_joined(corner: Corner) -> None:
    topic = await corner.make("entries", partitions=1)
    stages = [Waits(topic), Waits(topic)]
    members = [corner.member(stage) for stage in stages]
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for member in members:
            assert not member.joined
            tasks.create_task(member.run(stop))
        await reached(lambda: all(member.joined for member in members))
        await reached(lambda: bool(stages[0].partitions or stages[1].partitions))
        assert sorted(len(member.partitions) for member in members) == [0, 1]
        stop.set()


async def test_an_owner_slow_to_end_delays_neither_the_group_nor_is_it_run_beside(corner: Corner) -> None:
    topic = await corner.make("entries")
    holding = asyncio.Event()
    slow, quick = Waits(topic, holding=holding), Waits(topic)
    slow_watcher = Watcher()
    stops = [asyncio.Event(), asyncio.Event()]
    async with asyncio.TaskGroup() as tasks, released(holding):
        member = corner.member(slow, observer=slow_watcher)
        tasks.create_task(member.run(stops[0]))
        await reached(lambda: len(slow.partitions) == PARTITIONS)
        second = tasks.create_task(corner.member(quick).run(stops[1]))
        await reached(lambda: len(quick.partitions) == PARTITIONS // 2)  # although the former owners still run
        stops[1].set()
        await second
        await reached(lambda: len(member.partitions) == PARTITIONS)
        await slow_watcher.until("joined", PARTITIONS, times=2)
        for _ in range(3):  # as long as it takes to acquire a partition: the new owners had their chance
            async with corner.acquired(0, installation=f"{corner.installation}-other"):
                pass
        assert slow_watcher.count("acquired") == PARTITIONS  # none is acquired while its former owner still runs
        holding.set()
        await slow_watcher.until("acquired", times=PARTITIONS + PARTITIONS // 2)
        await reached(lambda: len(slow.partitions) == PARTITIONS)
        stops[0].set()
    assert max(slow.most.values()) == 1


async def test_coming_and_going_members_lose_nothing_and_repeat_nothing(corner: Corner) -> None:
    entries, documents, state = await corner.make("entries"), await corner.make("documents"), await corner.make("state")
    stages = [Counts(entries, documents, state) for _ in range(3)]

    def past(number: int) -> bool:
        return all(max(stage.last[part] for stage in stages) >= number for part in range(PARTITIONS))

    async with asyncio.TaskGroup() as tasks:
        first, second, third = (asyncio.Event() for _ in range(3))
        tasks.create_task(corner.member(stages[0]).run(first))
        await reached(lambda: past(5))
        tasks.create_task(corner.member(stages[1]).run(second))
        await reached(lambda: any(stages[1].last.values()))
        first.set()
        tasks.create_task(corner.member(stages[2]).run(third))
        await reached(lambda: any(stages[2].last.values()))
        second.set()
        target = max(max(stage.last.values()) for stage in stages) + 20
        await reached(lambda: past(target))
        third.set()
    values = counted(await corner.values(documents))
    ends = [max(stage.last[part] for stage in stages) for part in range(PARTITIONS)]
    assert sorted(values) == sorted(number for end in ends for number in range(1, end + 1))


async def test_a_stage_that_fails_is_run_again_and_the_others_go_on(corner: Corner) -> None:
    topic = await corner.make("entries")

    class Fails(Waits):
        async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
            if partition.number == 1 and self.runs[1] < 2:
                self.runs[1] += 1
                raise ZeroDivisionError
            await super().run(partition, stop)

    stage, stop = Fails(topic), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(corner.member(stage).run(stop))
        await reached(lambda: len(stage.partitions) == PARTITIONS)
        stop.set()
    assert corner.watcher.count("failed", 1, Failure.STAGE) == 2
    assert corner.watcher.count("failed") == 2
    assert [stage.runs[number] for number in range(PARTITIONS)] == [1, 3, 1, 1]


async def test_a_partition_that_fails_again_and_again_is_told_of_and_the_others_are_not(corner: Corner) -> None:
    topic = await corner.make("entries")

    class Fails(Waits):
        async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
            if partition.number == 2:
                raise ZeroDivisionError
            await super().run(partition, stop)

    stop = asyncio.Event()
    member = corner.member(Fails(topic))
    task = asyncio.create_task(member.run(stop))
    try:
        await corner.watcher.until("failed", 2, times=2)
        assert member.looping == frozenset()
        await corner.watcher.until("looping", 1)
        assert member.looping == {2}
        assert member.joined
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def test_owners_that_do_not_finish_are_cancelled_after_the_grace(corner: Corner) -> None:
    topic = await corner.make("entries")

    class Stays(Waits):
        async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
            await super().run(partition, asyncio.Event())

    stage, stop = Stays(topic), asyncio.Event()
    running = asyncio.create_task(corner.member(stage, grace_s=0.5).run(stop))
    await reached(lambda: len(stage.partitions) == PARTITIONS)
    began = time.monotonic()
    stop.set()
    await running
    assert time.monotonic() - began < 10
    assert not stage.partitions
    assert corner.watcher.count("released") == PARTITIONS


async def test_stop_reaches_a_member_that_has_no_broker_yet(corner: Corner) -> None:
    settings = corner.connection.settings.model_copy(update={"bootstrap": "127.0.0.1:9"})
    away = Corner(type(corner.connection)(settings), corner.installation, corner.prefix)
    stop = asyncio.Event()
    member = away.member(Waits(away.topic("entries")))
    running = asyncio.create_task(member.run(stop))
    await away.watcher.until("unavailable")
    assert not member.joined
    began = time.monotonic()
    stop.set()
    await running
    assert time.monotonic() - began < 10
    assert away.watcher.count("unavailable") == 1


class CancelsItself(Waits):
    """Its first run ends with a CancelledError that nobody sent, as aiokafka lets one out when it is closed."""

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        if self.runs[partition.number]:
            await super().run(partition, stop)
            return
        self.runs[partition.number] += 1
        raise asyncio.CancelledError


async def test_a_cancellation_that_nobody_asked_for_does_not_orphan_the_partition(corner: Corner) -> None:
    stage = CancelsItself(await corner.make("entries"))
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(corner.member(stage).run(stop))
        await reached(lambda: len(stage.partitions) == PARTITIONS)
        stop.set()
    assert all(count == 2 for count in stage.runs.values())
