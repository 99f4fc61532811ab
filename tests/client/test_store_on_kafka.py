"""Documents get into a store of the caller's exactly once, whatever moves its places meanwhile."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cleanwire.client import Batch, storing
from cleanwire.errors import BrokerUnavailable, ConfigError, StateDamaged
from cleanwire.records.base import encode
from cleanwire.stream.broker import closing
from published_document import document

from .published import PARTITIONS, Topic
from .shelf import Shelf

DEADLINE_S = 90

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


@asynccontextmanager
async def storing_into(topic: Topic, shelf: Shelf, **options: Any) -> AsyncIterator[None]:
    """Store documents beside the block, and stop in the end. What ends the storing ends the block."""
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(store(topic, shelf, **options))
        yield
        task.cancel()


def store(topic: Topic, shelf: Shelf, **options: Any) -> Any:
    return storing.store(topic.bootstrap, shelf, topic=topic.name, **{"group": topic.prefix + "shelf", **options})


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.05)


async def test_a_store_goes_on_where_it_is_and_the_groups_offsets_have_no_say(topic: Topic) -> None:
    shelf, names = Shelf(), [f"a{number}" for number in range(40)]
    await topic.publish(*map(document, names[:30]))
    async with storing_into(topic, shelf, at_most=3):
        await until(lambda: len(shelf.stored) >= 30)
    assert max(len(batch.documents) for batch in shelf.batches) == 3
    await topic.publish(*map(document, names[30:]))
    async with storing_into(topic, shelf, group=topic.prefix + "others"):
        await until(lambda: len(shelf.stored) >= 40)
    assert Counter(shelf.stored) == Counter(names)
    await _again_from_the_start(topic, Counter(names))


async def _again_from_the_start(topic: Topic, names: Counter[str]) -> None:
    """A store that was emptied is filled anew by the same group."""
    shelf = Shelf()
    async with storing_into(topic, shelf):
        await until(lambda: len(shelf.stored) >= 40)
    assert Counter(shelf.stored) == names


async def test_whoever_finds_the_place_moved_begins_anew_there(topic: Topic) -> None:
    """Another reader stores a part of the first batch in front of it: the rest comes, and nothing twice."""

    def other(shelf: Shelf, batch: Batch) -> None:
        shelf.stored += [one.id for one in batch.documents[:2]]
        shelf.places[batch.partition] = 2

    shelf, names = Shelf(other), [f"b{number}" for number in range(4 * PARTITIONS)]
    await topic.publish(*map(document, names))
    async with storing_into(topic, shelf):
        await until(lambda: len(shelf.stored) >= len(names))
    assert Counter(shelf.stored) == Counter(names)


async def test_two_readers_share_the_partitions_and_nothing_comes_twice(topic: Topic) -> None:
    shelf, names = Shelf(), [f"c{number}" for number in range(120)]
    await topic.publish(*map(document, names[:40]))
    async with storing_into(topic, shelf, at_most=2):
        await until(lambda: len(shelf.stored) > 4)
        async with storing_into(topic, shelf, at_most=2):
            await topic.publish(*map(document, names[40:80]))
            await until(lambda: len(shelf.stored) > 60)
        await topic.publish(*map(document, names[80:]))
        await until(lambda: len(shelf.stored) >= len(names))
    assert Counter(shelf.stored) == Counter(names)


async def test_the_place_moves_over_what_was_not_asked_for_and_over_markers(
    topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "EMPTY_S", 0.5)
    async with topic.connection.producer(transactional_id=topic.prefix) as producer, producer.transaction():
        for partition, name in enumerate(("wanted", "other", "else")):
            language = "de" if name == "wanted" else "en"
            await producer.send(topic.name, encode(document(name, language=language)), partition=partition)
    shelf = Shelf()
    async with storing_into(topic, shelf, languages=["de"], every_s=0.1):
        await until(lambda: shelf.places == {0: 2, 1: 2, 2: 2})  # behind a record and the marker of its transaction
    assert shelf.stored == ["wanted"]
    assert len(shelf.batches) <= 6, "where nothing comes nothing is put"


async def test_kafkas_tools_see_how_far_the_store_is(topic: Topic) -> None:
    shelf = Shelf()
    await topic.publish(*map(document, "abcd"))
    admin = topic.connection.admin()
    await admin.start()
    try:
        async with storing_into(topic, shelf):
            while True:
                told = await admin.list_consumer_group_offsets(topic.prefix + "shelf")
                if {at.partition: place.offset for at, place in told.items()} == dict.fromkeys(range(PARTITIONS), 1):
                    break
                await asyncio.sleep(0.1)
    finally:
        await closing.admin(admin)


async def test_what_the_store_raises_ends_it(topic: Topic) -> None:
    def full(shelf: Shelf, batch: Batch) -> None:
        raise OSError("the disk is full")

    await topic.publish(document("a"))
    with pytest.raises(OSError, match="the disk is full"):
        await asyncio.wait_for(store(topic, Shelf(full)), DEADLINE_S)


async def test_a_place_that_the_topic_does_not_have_is_damage(topic: Topic) -> None:
    shelf = Shelf()
    shelf.places[1] = 5
    with pytest.raises(StateDamaged, match="created anew"):
        await asyncio.wait_for(store(topic, shelf), DEADLINE_S)


async def test_a_topic_that_is_not_there_is_named(topic: Topic) -> None:
    with pytest.raises(BrokerUnavailable, match="there is no such topic"):
        await storing.store(topic.bootstrap, Shelf(), group="g", topic=topic.prefix + "nowhere", request_timeout_s=1)


async def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="at_most=0"):
        await storing.store("127.0.0.1:1", Shelf(), group="g", at_most=0)
