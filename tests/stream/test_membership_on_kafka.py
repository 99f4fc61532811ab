"""Members of a group on a real broker."""

import asyncio

import pytest

from cleanwire.stream.partition import OwnedPartition
from stream.corner import PARTITIONS, Corner, Watcher, reached

pytestmark = pytest.mark.kafka


class Waits:
    """A stage that does nothing until it is stopped."""

    name = "stage"

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.running: list[int] = []

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        self.running.append(partition.number)
        try:
            await stop.wait()
        finally:
            self.running.remove(partition.number)


async def test_two_members_share_the_partitions_and_one_takes_over_when_the_other_stops(corner: Corner) -> None:
    topic = await corner.make("entries")
    watchers = [Watcher(), Watcher()]
    stages = [Waits(topic), Waits(topic)]
    members = [corner.member(stage, observer=watcher) for stage, watcher in zip(stages, watchers, strict=True)]
    stops = [asyncio.Event(), asyncio.Event()]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(members[0].run(stops[0]))
        await reached(lambda: len(stages[0].running) == PARTITIONS)
        second = tasks.create_task(members[1].run(stops[1]))
        await reached(lambda: len(stages[0].running) == len(stages[1].running) == PARTITIONS // 2)
        await reached(lambda: all(member.joined for member in members))
        stops[1].set()
        await second
        await reached(lambda: len(stages[0].running) == PARTITIONS)
        stops[0].set()
    assert watchers[0].count("failed") == watchers[1].count("failed") == 0
