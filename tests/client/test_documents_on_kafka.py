"""Programs get every document at least once, with asyncio and without, alone and in a group."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from cleanwire.client import documents, iter_documents
from cleanwire.errors import BrokerUnavailable, ConfigError, InputError
from cleanwire.records.document import Document, Kind
from published_document import document

from .published import Topic

DEADLINE_S = 90

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


async def take(found: AsyncGenerator[Document, None], count: int) -> list[str]:
    """Return the ids of the next `count` documents, done with all of them but the last, and stop reading."""
    ids: list[str] = []
    async with asyncio.timeout(DEADLINE_S), aclosing(found):
        async for one in found:
            ids.append(one.id)
            if len(ids) == count:
                break
    return ids


async def test_a_group_goes_on_where_it_was_and_what_was_in_hand_comes_again(topic: Topic) -> None:
    names = {f"a{number}" for number in range(8)}
    await topic.publish(*map(document, sorted(names)))
    first = await take(topic.read(), 3)
    rest = await take(topic.read(), 6)
    assert set(first) | set(rest) == names
    assert first[-1] in rest, "what was in hand comes again"
    assert not set(first[:-1]) & set(rest), "what was done does not"


async def test_two_members_share_the_work_and_nothing_is_left_out(topic: Topic) -> None:
    names = {f"b{number}" for number in range(60)}
    seen: list[str] = []
    both = asyncio.Event()

    async def member() -> None:
        mine = 0
        async with aclosing(topic.read()) as found:
            async for one in found:
                seen.append(one.id)
                mine += 1
                if set(seen) >= names:
                    both.set()

    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as members:
        tasks = [members.create_task(member())]
        await topic.publish(*map(document, sorted(names)[:20]))
        tasks.append(members.create_task(member()))
        await topic.publish(*map(document, sorted(names)[20:]))
        await both.wait()
        for task in tasks:
            task.cancel()
    assert set(seen) == names


async def test_readers_get_what_they_asked_for(topic: Topic) -> None:
    await topic.publish(
        document("plain"),
        document("austrian", language="de-AT"),
        document("other", url="https://paper.example/other", language="de"),
        document("live", language="de", kind=Kind.LIVE),
    )
    assert await take(topic.read(group="g1", languages=["de"], sites=["news.example"], kinds=["live"]), 1) == ["live"]
    assert set(await take(topic.read(group="g2", languages=["de"]), 3)) == {"austrian", "other", "live"}
    assert await take(topic.read(group="g3", sites=["paper.example"]), 1) == ["other"]


async def test_a_new_group_may_begin_at_a_moment(topic: Topic) -> None:
    await topic.publish(document("early"))
    between = datetime.now(UTC)
    await topic.publish(document("late"), document("later"))
    assert set(await take(topic.read(since=between), 2)) == {"late", "later"}


async def test_what_is_no_document_is_left_out_and_named(topic: Topic, caplog: pytest.LogCaptureFixture) -> None:
    await topic.publish(b"{]")
    await topic.publish(b'{"removed":' + b'[{"features":' * 1200)
    await topic.publish(document("sound"))
    with caplog.at_level(logging.WARNING, "cleanwire.client"):
        assert await take(topic.read(), 1) == ["sound"]
    assert f"{topic.name}/0/0 is no document" in caplog.text
    assert f"{topic.name}/0/1 is no document" in caplog.text


async def test_without_asyncio_the_group_holds_while_a_document_is_worked_on(topic: Topic) -> None:
    await topic.publish(document("a"), document("b"), document("c"))

    def read(count: int) -> list[str]:
        found = iter_documents(topic.bootstrap, topic=topic.name, group="plain")
        with contextlib.closing(found):
            return [one.id for one in islice(found, count)]

    async with asyncio.timeout(DEADLINE_S):
        first = await asyncio.to_thread(read, 2)
        rest = await asyncio.to_thread(read, 2)
    assert set(first) | set(rest) == {"a", "b", "c"}
    assert first[1] == rest[0] or first[1] in rest


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        pytest.param({"kinds": ["column"]}, InputError, "column", id="no-such-kind"),
        pytest.param({"languages": "de"}, InputError, r"\['de'\]", id="a-text-for-a-list"),
        pytest.param({"session_timeout": 3}, ConfigError, r"kafka\.session_timeout", id="no-such-setting"),
        pytest.param({"since": datetime(2026, 1, 1)}, ConfigError, "zone", id="no-zone"),  # noqa: DTZ001
    ],
)
async def test_a_wrong_option_is_named(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        await anext(documents("127.0.0.1:1", group="g", **options))


async def test_a_broker_that_is_not_there_is_named() -> None:
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1"):
        await anext(documents("127.0.0.1:1", group="g", request_timeout_s=1))
