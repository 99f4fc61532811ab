"""Topics made and compared on a real broker."""

import asyncio

import pytest

from cleanwire.errors import BrokerUnavailable
from cleanwire.settings import KafkaSettings
from cleanwire.stream import topics
from cleanwire.stream.broker.connection import Connection
from stream.corner import Corner, Watcher

pytestmark = pytest.mark.kafka


async def test_topics_are_made_once_although_three_replicas_do_it_at_once(corner: Corner) -> None:
    specs = topics.layout(corner.connection.settings)
    await asyncio.gather(*(topics.create(corner.connection, specs) for _ in range(3)))
    await topics.create(corner.connection, specs)
    assert await topics.check(corner.connection, specs) == []


async def test_every_difference_is_named(corner: Corner) -> None:
    await corner.make("feeds", partitions=2, cleanup_policy="compact")
    await corner.make("documents", cleanup_policy="compact")
    wanted = [
        topics.TopicSpec(name=corner.topic("feeds"), partitions=4, config={"cleanup.policy": "compact"}),
        topics.TopicSpec(name=corner.topic("documents"), partitions=4, config={"cleanup.policy": "delete"}),
        topics.TopicSpec(name=corner.topic("entries"), partitions=4),
    ]
    assert await topics.check(corner.connection, wanted) == [
        f"{corner.prefix}feeds: 2 partitions, expected 4 (kafka.partitions)",
        f"{corner.prefix}documents: cleanup.policy is compact, expected delete",
        f"{corner.prefix}entries: the topic is missing",
    ]


async def test_what_exists_is_left_as_it_is(corner: Corner) -> None:
    topic = await corner.make("feeds", partitions=2, cleanup_policy="compact")
    await corner.make("feeds", partitions=4, cleanup_policy="delete")
    found = topics.TopicSpec(name=topic, partitions=2, config={"cleanup.policy": "compact"})
    assert await topics.check(corner.connection, [found]) == []


async def test_a_topic_the_broker_refuses_is_named(corner: Corner) -> None:
    spec = topics.TopicSpec(name=corner.topic("x"), partitions=1, replication_factor=3)
    with pytest.raises(BrokerUnavailable, match=f"{spec.name}: cannot be created"):
        await topics.create(corner.connection, [spec])


async def test_waiting_for_a_broker_ends_at_once_when_it_answers(corner: Corner) -> None:
    assert await topics.wait_for_broker(corner.connection, asyncio.Event(), corner.watcher, "run")
    assert corner.watcher.events == []


async def test_waiting_for_a_broker_tells_once_and_ends_with_the_stop() -> None:
    away, watcher, stop = Connection(KafkaSettings(bootstrap="127.0.0.1:9")), Watcher(), asyncio.Event()
    waiting = asyncio.create_task(topics.wait_for_broker(away, stop, watcher, "run"))
    await watcher.until("unavailable")
    stop.set()
    assert not await waiting
    assert watcher.count("unavailable") == 1
