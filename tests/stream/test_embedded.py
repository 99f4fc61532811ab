"""The broker without an installation: good enough for a demo."""

import asyncio

import pytest

from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.broker.embedded import EmbeddedBroker
from stream.corner import Corner, counted, reached
from stream.stages import Counts

pytest.importorskip("confluent_kafka")


async def test_a_stage_works_on_the_embedded_broker() -> None:
    with EmbeddedBroker() as broker:
        settings = KafkaSettings(bootstrap=broker.bootstrap, partitions=topics.EMBEDDED_PARTITIONS)
        connection = Connection(settings, embedded=True)
        specs = topics.layout(settings)
        await topics.create(connection, specs)
        assert await topics.check(connection, specs) == []
        corner = Corner(connection, "demo", settings.topic_prefix)
        stage = Counts(corner.topic("entries"), corner.topic("documents"), corner.topic("feed-state"))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            member = corner.member(stage)
            tasks.create_task(member.run(stop))
            await reached(lambda: len(stage.last) == topics.EMBEDDED_PARTITIONS and min(stage.last.values()) > 2)
            assert member.joined
            stop.set()
        assert sum(number == 1 for number in counted(await corner.values(stage._documents))) == 4


async def test_what_is_written_to_the_embedded_broker_is_followed() -> None:
    with EmbeddedBroker() as broker:
        settings = KafkaSettings(bootstrap=broker.bootstrap, partitions=topics.EMBEDDED_PARTITIONS)
        corner = Corner(Connection(settings, embedded=True), "demo", settings.topic_prefix)
        await topics.create(corner.connection, topics.layout(settings))
        await corner.fill(corner.topic("documents"), "1")
        messages = direct.follow(corner.connection, corner.topic("documents"), from_start=True)
        assert (await anext(messages)).value == b"1"
        await messages.aclose()
