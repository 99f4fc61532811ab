"""Replicas that are killed, replaced, added and told to stop: every article once, whatever happens."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.errors import StateDamaged
from cleanwire.records.command import Action
from cleanwire.records.feed import Feed
from cleanwire.stream import topics
from cleanwire.stream.messages import Message
from cleanwire.urls import identity
from services import process
from services.house import House, until, until_true
from services.newsroom import Newsroom, Reply, story

pytestmark = pytest.mark.kafka
Houses = Callable[..., House]


def publish(room: Newsroom, host: str, count: int, *, hang_s: float = 0.0) -> list[str]:
    """Put stories on a site and all of them in its feed; return their titles."""
    titles = [f"Story {number} of {host}" for number in range(count)]
    links = [
        (room.put(host, f"/{number}", Reply(body=story(title), hang_s=hang_s)), title)
        for number, title in enumerate(titles)
    ]
    room.feed(host, "/feed", *links)
    return titles


async def test_a_killed_replicas_backlog_is_published_once_by_the_next(house_of: Houses, tmp_path: Path) -> None:
    house = house_of()
    slow, quick = "127.0.12.1", "127.0.12.2"
    async with Newsroom().open(slow, quick) as room:
        titles = publish(room, slow, 10, hang_s=0.2) + publish(room, quick, 6)
        await house.make_topics()
        await house.subscribe(room.url(slow, "/feed"), room.url(quick, "/feed"))
        with process.running(house.environment(), tmp_path, "first") as first:
            await house.until_settled(8)
            first.kill()
        assert len((await house.outcomes()).documents) < len(titles), "nothing was left to do"
        with process.running(house.environment(), tmp_path, "second") as second:
            outcomes = await house.until_settled(len(titles))
            await until_true(lambda: second.books().pending == 0, what=lambda: str(second.books()))
            account = second.books()
            assert account.balanced
            assert account.acquired > 0
    assert outcomes.titles() == dict.fromkeys(titles, 1)
    assert outcomes.each_once()


async def test_a_replica_takes_over_from_a_killed_one_and_one_without_partitions_is_ready(
    house_of: Houses, tmp_path: Path
) -> None:
    house = house_of(kafka__partitions=1)
    host = "127.0.12.3"
    async with Newsroom().open(host) as room:
        titles = publish(room, host, 8, hang_s=0.1)
        await house.make_topics()
        feed = room.url(host, "/feed")
        with process.running(house.environment(), tmp_path, "first") as first:
            await until_true(first.is_ready, what=lambda: "the first ready")
            with process.running(house.environment(), tmp_path, "idle") as idle:
                await until_true(idle.is_ready, what=lambda: "one without partitions ready")
                await house.subscribe(feed)
                await house.until_settled(2)
                owner, heir = (first, idle) if owns(first) else (idle, first)
                owner.kill()
                outcomes = await house.until_settled(len(titles))
                await until_true(lambda: owns(heir), what=lambda: "the heir to own the partition")
    assert outcomes.titles() == dict.fromkeys(titles, 1)


async def test_a_page_that_asked_for_rest_is_left_alone_after_a_restart_too(house_of: Houses) -> None:
    house = house_of()
    host, rest_s = "127.0.12.9", 9
    async with Newsroom().open(host) as room:
        tired = Reply(status=503, headers={"retry-after": str(rest_s)})
        page = room.in_turn(host, "/story", tired, Reply(body=story("Rested well")))
        await house.make_topics()
        await house.subscribe(room.feed(host, "/feed", (page, "Rested well")))
        async with house.running():
            await house.until_read(has_rest, house.topics.site_state, what=lambda: "the rest to be written")
        assert len(room.asked(host, "/story")) == 1, "the restart came too late"
        async with house.running():
            outcomes = await house.until_settled(1)
        first, second = room.asked(host, "/story")
        assert second.at - first.at >= rest_s - 1
        assert outcomes.titles() == {"Rested well": 1}


def has_rest(sites: list[Message]) -> bool:
    return any(b"rest_until" in (message.value or b"") for message in sites)


def owns(replica: process.Process) -> bool:
    """Tell whether a replica owns the cleaner's only partition."""
    return 'cleanwire_stream_partitions_owned{stage="cleaner"} 1.0' in replica.page("/metrics").text


async def test_sigterm_ends_a_busy_replica_in_order(house_of: Houses, tmp_path: Path) -> None:
    house = house_of()
    host = "127.0.12.4"
    async with Newsroom().open(host) as room:
        titles = publish(room, host, 12, hang_s=0.3)
        await house.make_topics()
        await house.subscribe(room.url(host, "/feed"))
        with process.running(house.environment(), tmp_path) as busy:
            await house.until_settled(2)
            code, took_s = await asyncio.to_thread(busy.terminate, 20)
        assert code == 0, busy.log.read_text()[-2000:]
        assert took_s < 10
        async with house.running():
            outcomes = await house.until_settled(len(titles))
    assert outcomes.titles() == dict.fromkeys(titles, 1)


async def test_without_a_broker_it_waits_is_alive_not_ready_and_stops_in_time(house_of: Houses, tmp_path: Path) -> None:
    house = house_of(kafka__bootstrap="127.0.0.1:9")  # the discard port: nobody listens
    with process.running(house.environment(), tmp_path) as alone:
        assert (await asyncio.to_thread(alone.page, "/healthz")).status_code == 200
        reply = await asyncio.to_thread(alone.page, "/readyz")
        assert (reply.status_code, reply.json()["ready"]) == (503, False)
        assert (await asyncio.to_thread(alone.page, "/metrics")).status_code == 200
        code, took_s = await asyncio.to_thread(alone.terminate, 25)
    assert code == 0
    assert took_s < 20


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        pytest.param({"CLEANWIRE_FETCH_CONTACT": ""}, "fetch.contact", id="no-contact"),
        pytest.param({"CLEANWIRE_SERVICE_FEEDS": "nowhere.opml"}, "nowhere.opml", id="no-such-list"),
    ],
)
def test_bad_configuration_ends_it_at_once_naming_the_key(
    changes: dict[str, str], key: str, kafka: Any, tmp_path: Path
) -> None:
    house = House(kafka.bootstrap)
    with process.running({**house.environment(), **changes}, tmp_path) as wrong:
        assert wrong.ended(60) == 2  # 2 s on an idle machine
        text = wrong.log.read_text()
    assert key in text
    assert "Traceback" not in text


async def test_configuration_is_checked_before_any_topic_is_touched(house_of: Houses, tmp_path: Path) -> None:
    house = house_of()
    with process.running({**house.environment(), "CLEANWIRE_SERVICE_FEEDS": "no.opml"}, tmp_path) as wrong:
        assert await asyncio.to_thread(wrong.ended, 15) == 2
    problems = await topics.check(house.connection, topics.layout(house.settings.kafka))
    assert len(problems) == len(topics.layout(house.settings.kafka)), "some topic was made"


async def test_topics_with_another_number_of_partitions_stop_it(house_of: Houses) -> None:
    house = house_of()
    await house.make_topics()
    with pytest.raises(ExceptionGroup) as caught:
        async with house.running(kafka__partitions=8):
            pass
    assert caught.group_contains(StateDamaged, match="partitions")


async def test_commands_given_during_a_rebalance_are_carried_out(house_of: Houses) -> None:
    house = house_of()
    host = "127.0.12.5"
    async with Newsroom().open(host) as room:
        titles = publish(room, host, 2)
        page = room.in_turn(host, "/late", Reply(status=410), Reply(body=story("Back again")))
        await house.make_topics()
        [feed] = await house.subscribe(room.feed(host, "/feed", (page, "Back again"), *listed(room, host, titles)))
        async with house.running() as first:
            outcomes = await house.until_settled(3)
            assert outcomes.reasons() == {page: ["http_client_error"]}
            async with house.running() as second:  # its joining takes partitions from the first
                await house.retry(page)
                await house.ask(Action.PAUSE, feed)
                outcomes = await house.until_settled(4)
                assert outcomes.titles()["Back again"] == 1
                await asyncio.gather(first.until_joined(), second.until_joined())
                await house.until_read(
                    lambda feeds: is_paused(feeds, feed.id), house.topics.feeds, what=lambda: "the feed paused"
                )
                polls = len(room.asked(host, "/feed"))
                await house.ask(Action.RESUME, feed)
                await until_true(lambda: len(room.asked(host, "/feed")) > polls, what=lambda: "a poll after resume")
                assert not is_paused(await house.read(house.topics.feeds), feed.id)
    assert (await house.outcomes()).titles() == dict.fromkeys([*titles, "Back again"], 1)


def listed(room: Newsroom, host: str, titles: list[str]) -> list[tuple[str, str]]:
    return [(room.url(host, f"/{number}"), title) for number, title in enumerate(titles)]


def is_paused(messages: list[Message], feed_id: str) -> bool:
    """Tell whether the feed's record says so."""
    feeds = [msgspec.json.decode(message.value, type=Feed) for message in messages if message.value]
    return [feed for feed in feeds if feed.id == feed_id][-1].options.paused


async def test_a_site_that_does_not_tell_its_rules_is_asked_nothing_until_it_does(house_of: Houses) -> None:
    house = house_of()
    host = "127.0.12.6"
    async with Newsroom().open(host) as room:
        room.put(host, "/robots.txt", Reply(status=503))
        titles = publish(room, host, 1)
        await house.make_topics()
        await house.subscribe(room.url(host, "/feed"))
        async with house.running() as first:

            async def deferred() -> bool:
                return await first.metric('cleanwire_cleaner_articles_deferred_total{reason="robots_unavailable"}') > 0

            await until(deferred, what=lambda: "a deferral")
            account = await first.until_balanced(pending=1)
            assert account.documents == 0
        assert room.asked(host, "/0") == []
        room.put(host, "/robots.txt", Reply(body=b"User-agent: *\nDisallow:\n", content_type="text/plain"))
        async with house.running() as second:  # a restart asks at once; otherwise it takes five minutes
            outcomes = await house.until_settled(1)
            await second.until_balanced()
    assert outcomes.titles() == dict.fromkeys(titles, 1)


async def test_a_document_the_broker_refuses_is_rejected_and_its_neighbours_published(house_of: Houses) -> None:
    house = house_of()
    host = "127.0.12.7"
    async with Newsroom().open(host) as room:
        titles = publish(room, host, 4)
        large = room.put(host, "/large", incompressible("The longest story"))
        await house.make_topics(max_message_bytes="30000")
        await house.subscribe(room.feed(host, "/feed", *listed(room, host, titles), (large, "The longest story")))
        async with house.running() as replica:
            outcomes = await house.until_settled(5)
            account = await replica.until_balanced()
    assert outcomes.titles() == dict.fromkeys(titles, 1)
    assert outcomes.reasons() == {large: ["record_too_large"]}
    assert account.rejected == {"record_too_large": 1}


def incompressible(title: str) -> bytes:
    """Return a page whose document stays beyond 30 kB however it is packed."""
    words = [identity.article_id(f"http://x.example/{number}") for number in range(2500)]
    paragraphs = "".join(f"<p>It was said that {' '.join(words[at : at + 25])}.</p>" for at in range(0, 2500, 25))
    return f"<html><title>{title}</title><article><h1>{title}</h1>{paragraphs}</article></html>".encode()
