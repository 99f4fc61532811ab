"""Where reading begins, and what is done when the log does not fit the offsets."""

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.admin.records_to_delete import RecordsToDelete

from cleanwire.errors import StateDamaged
from cleanwire.stream import names
from cleanwire.stream.reading import offsets
from cleanwire.stream.writing.transactions import Transactions
from stream.corner import Corner, unit
from stream.test_partition_on_kafka import Gate

pytestmark = pytest.mark.kafka


async def delete_before(corner: Corner, topic: str, offset: int) -> None:
    admin = corner.connection.admin()
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()


async def test_without_a_committed_offset_reading_begins_with_the_oldest_record(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, "1", "2", "3")
    await delete_before(corner, entries, 1)
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        assert [message.value for message in await inputs.get(timeout_s=20, limit=10)] == [b"2", b"3"]


async def test_reading_begins_at_the_offset_that_is_given(corner: Corner) -> None:
    feeds = await corner.make("feeds")
    await corner.fill(feeds, "1", "2", "3")
    async with corner.acquired() as owned:
        position = await owned.load(feeds, lambda _: None)
        async with owned.open_inputs({feeds: position}) as inputs:
            assert await inputs.get(timeout_s=0.2, limit=10) == []
            await corner.fill(feeds, "4")
            assert [message.value for message in await inputs.get(timeout_s=20, limit=10)] == [b"4"]


async def test_offsets_below_the_start_of_the_log_are_damage_and_name_the_topic(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, "1", "2", "3")
    async with corner.acquired() as owned:
        await owned.commit([], {entries: 1})
    await delete_before(corner, entries, 2)
    async with corner.acquired() as owned:
        with pytest.raises(StateDamaged, match=rf"{entries}\[0\]: 1 records were deleted"):
            async with owned.open_inputs({entries: None}):
                pass


async def test_offsets_behind_the_end_of_the_log_are_damage_and_name_the_topic(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, "1")
    async with corner.acquired() as owned:
        await owned.commit([], {entries: 7})
        with pytest.raises(StateDamaged, match=rf"{entries}\[0\]: read up to 7, but the topic ends at 1"):
            async with owned.open_inputs({entries: None}):
                pass


async def test_records_deleted_while_reading_are_damage(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, "1", "2", "3")
    async with corner.acquired() as owned, owned.open_inputs({entries: 0}) as inputs:
        inputs.pause(entries)
        assert await inputs.get(timeout_s=1, limit=10) == []  # and what was fetched ahead is dropped
        await delete_before(corner, entries, 2)
        inputs.resume(entries)
        with pytest.raises(StateDamaged, match="deleted unread"):
            await inputs.get(timeout_s=20, limit=10)


async def test_the_position_to_commit_lies_behind_the_transaction_marker(corner: Corner) -> None:
    """Else a log that retention emptied to its end would look as if a record had been lost."""
    entries = await corner.make("entries")
    async with corner.acquired() as owned:
        await owned.commit([unit("a", (entries, "1"))])
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        [message] = await inputs.get(timeout_s=20, limit=10)
        assert message.offset == 0
        await owned.commit([], {entries: inputs.position(entries)})
    await delete_before(corner, entries, 2)
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        assert inputs.position(entries) == 2


async def test_a_paused_topic_gives_nothing_until_it_is_resumed(corner: Corner) -> None:
    entries, commands = await corner.make("entries"), await corner.make("commands")
    await corner.fill(entries, "1", "2")
    await corner.fill(commands, "c")
    async with corner.acquired() as owned, owned.open_inputs({entries: None, commands: None}) as inputs:
        inputs.pause(entries)
        assert [message.value for message in await inputs.get(timeout_s=20, limit=10)] == [b"c"]
        assert await inputs.get(timeout_s=0.7, limit=10) == []
        inputs.resume(entries)
        assert [message.value for message in await inputs.get(timeout_s=20, limit=10)] == [b"1", b"2"]


async def test_a_limit_is_kept_and_nothing_is_left_out(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, *map(str, range(10)))
    found: list[bytes | None] = []
    async with corner.acquired() as owned, owned.open_inputs({entries: None}) as inputs:
        while len(found) < 10:
            messages = await inputs.get(timeout_s=20, limit=3)
            assert 0 < len(messages) <= 3
            found += [message.value for message in messages]
    assert found == [str(number).encode() for number in range(10)]


async def test_offsets_in_an_open_transaction_are_waited_for(corner: Corner) -> None:
    entries = await corner.make("entries")
    await corner.fill(entries, "1", "2", "3")
    gate = Gate()
    group = names.group(corner.installation, "stage")
    reader = Transactions(corner.connection, "another id", 0)
    await reader.start()
    try:
        async with corner.acquired(before_commit=gate) as owned:
            commit = asyncio.create_task(owned.commit([], {entries: 3}))
            await gate.reached.wait()
            asked = asyncio.create_task(offsets.committed(reader.client, group, [entries], 0))
            _, waiting = await asyncio.wait([asked], timeout=1)
            assert waiting
            gate.open.set()
            await commit
            assert await asked == {entries: 3}
    finally:
        await reader.close()
