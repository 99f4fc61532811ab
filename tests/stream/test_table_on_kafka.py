"""What a load of a partition gives on a real broker."""

import asyncio
import secrets

import pytest

from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.stream.observer import Failure
from stream.corner import Corner, unit
from stream.test_partition_on_kafka import Gate

pytestmark = pytest.mark.kafka


async def load(corner: Corner, topic: str) -> tuple[list[bytes | None], int]:
    found: list[Message] = []
    async with corner.acquired() as owned:
        position = await owned.load(topic, found.append)
    return [message.value for message in found], position


async def test_an_empty_topic_gives_nothing(corner: Corner) -> None:
    assert await load(corner, await corner.make("state")) == ([], 0)


async def test_a_load_ends_behind_the_last_transaction_marker(corner: Corner) -> None:
    state = await corner.make("state")
    async with corner.acquired() as owned:
        for number in range(20):
            await owned.commit([unit(f"{number}", (state, f"{number}"))])
    values, position = await load(corner, state)
    assert values == [f"{number}".encode() for number in range(20)]
    assert position == 40


async def test_an_aborted_transaction_is_not_in_the_table(corner: Corner) -> None:
    state = await corner.make("state")
    async with corner.acquired() as owned:
        await owned.commit([unit("a", (state, "kept"))])
    gate = Gate()
    async with corner.acquired(before_commit=gate) as owned:
        task = asyncio.create_task(owned.commit([unit("a", (state, "aborted"))]))
        await gate.reached.wait()
        task.cancel()
        await asyncio.wait([task])
    values, position = await load(corner, state)
    assert values == [b"kept"]
    assert position == 4  # kept, its marker, aborted, its marker


async def test_a_load_neither_waits_for_nor_shows_a_transaction_that_is_open(corner: Corner) -> None:
    state = await corner.make("state")
    async with corner.acquired() as owned:
        await owned.commit([unit("a", (state, "kept"))])
    gate = Gate()
    async with corner.acquired_as("another id", gate) as other:
        task = asyncio.create_task(other.commit([unit("a", (state, "open"))]))
        await gate.reached.wait()
        assert await load(corner, state) == ([b"kept"], 2)
        gate.open.set()
        await task


async def test_what_a_broker_left_open_is_looked_for_and_the_partition_works_on(corner: Corner) -> None:
    state, documents = await corner.make("state"), await corner.make("documents")
    gate = Gate()
    async with corner.acquired_as("another id", gate) as other, corner.acquired() as owned:
        task = asyncio.create_task(other.commit([unit("a", (state, "open"))]))
        await gate.reached.wait()
        await owned.load(state, lambda _: None)
        assert corner.watcher.count("transaction failed", Failure.BROKER) == 1
        await owned.commit([unit("b", (documents, "published"))], {state: 0})
        gate.open.set()
        await task
    assert await corner.values(documents) == [b"published"]
    assert await corner.values(state) == [b"open"]


async def test_a_table_and_offsets_are_written_before_anything_else(corner: Corner) -> None:
    """What was sent of a transaction always shows where the next owner looks, however early the broker was killed."""
    state, entries = await corner.make("state"), await corner.make("entries")
    async with corner.acquired() as owned:
        await owned.load(state, lambda _: None)
        missing = unit("a", (corner.topic("documents"), "waits for its topic"), (state, "done"))
        task = asyncio.create_task(owned.commit([missing], {entries: 1}))
        async with asyncio.timeout(20):
            while not await is_open(corner, state):
                await asyncio.sleep(0.02)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])


async def is_open(corner: Corner, topic: str) -> bool:
    """Tell whether a transaction is open in partition 0 of `topic`."""
    async with corner.acquired(installation="somebody else") as other:
        return await other._transactions.left_open(topic)


async def test_a_table_larger_than_one_fetch_is_read_whole(corner: Corner) -> None:
    state = await corner.make("state")
    async with corner.acquired() as owned:
        for number in range(12):
            await owned.commit([unit(f"{number}-{part}", (state, secrets.token_hex(200_000))) for part in range(2)])
    values, _ = await load(corner, state)
    assert len(values) == 24


async def test_a_tombstone_has_no_value(corner: Corner) -> None:
    state = await corner.make("state")
    async with corner.acquired() as owned:
        await owned.commit([Unit(key="a", writes=(Write(topic=state, key=b"a", value=None),))])
    assert (await load(corner, state))[0] == [None]
