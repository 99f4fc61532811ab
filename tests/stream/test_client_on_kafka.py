"""What a command line does with topics."""

import asyncio
from contextlib import aclosing

import pytest

from cleanwire.errors import BrokerUnavailable, InputError
from cleanwire.settings import KafkaSettings
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Write
from stream.corner import Corner, unit

pytestmark = pytest.mark.kafka


async def test_what_is_written_is_read_from_every_partition(corner: Corner) -> None:
    feeds = await corner.make("feeds")
    await direct.write(
        corner.connection,
        [Write(topic=feeds, key=b"k", value=str(number).encode(), partition=number) for number in range(4)],
    )
    found: list[Message] = []
    assert await direct.read_all(corner.connection, feeds, found.append) == 4
    assert [(message.partition, message.value) for message in found] == [(n, str(n).encode()) for n in range(4)]


async def test_a_write_without_a_partition_is_refused_before_anything_is_sent(corner: Corner) -> None:
    with pytest.raises(InputError):
        await direct.write(corner.connection, [Write(topic="x", key=b"k", value=b"")])


async def test_a_record_that_is_too_large_is_an_error(corner: Corner) -> None:
    feeds = await corner.make("feeds", max_message_bytes="1000")
    with pytest.raises(BrokerUnavailable, match="TooLarge"):
        await corner.fill(feeds, "".join(map(str, range(5000))))


async def test_a_topic_that_is_missing_is_an_error_and_no_wait_without_end(corner: Corner) -> None:
    settings = corner.connection.settings.model_copy(update={"request_timeout_s": 1.0})
    with pytest.raises(BrokerUnavailable, match="missing"):
        await direct.read_all(Connection(settings), corner.topic("missing"), print)


async def test_no_broker_is_an_error() -> None:
    with pytest.raises(BrokerUnavailable):
        await direct.read_all(Connection(KafkaSettings(bootstrap="127.0.0.1:9")), "x", print)


async def test_following_gives_what_is_committed_from_then_on(corner: Corner) -> None:
    documents = await corner.make("documents")
    await corner.fill(documents, "before")
    async with aclosing(direct.follow(corner.connection, documents)) as messages, corner.acquired() as owned:
        first = asyncio.create_task(anext(messages))
        for number in range(100):  # it begins where the topic ends when it gets there
            await owned.commit([unit("a", (documents, f"{number}"))])
            if first.done():
                break
        value = (await first).value
    assert value is not None
    assert value != b"before"


async def test_following_from_the_start_gives_all(corner: Corner) -> None:
    documents = await corner.make("documents")
    await corner.fill(documents, "1", "2")
    async with aclosing(direct.follow(corner.connection, documents, from_start=True)) as messages:
        assert [(await anext(messages)).value for _ in range(2)] == [b"1", b"2"]
