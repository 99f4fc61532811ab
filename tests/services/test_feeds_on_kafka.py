"""One service and feeds of all kinds at once: cached, gone, moved, unsubscribed, paused, broken, listed in a file."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.records.command import Action
from cleanwire.records.feed import Feed, FeedState, Origin
from cleanwire.stream.messages import Message
from services.house import House, Outcomes, until_true
from services.newsroom import RSS, Newsroom, Reply, Request, rss, story

pytestmark = pytest.mark.kafka

CACHED, GONE, MOVED, LEFT, ODD, JSON, PAUSED = (f"127.0.13.{number}" for number in range(1, 8))
HOSTS = (CACHED, GONE, MOVED, LEFT, ODD, JSON, PAUSED)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was seen when all was over."""

    room: Newsroom
    outcomes: Outcomes
    states: dict[str, FeedState]
    left_after: tuple[int, int]  # polls of the feed that was left: then, and after others were polled three times more
    paused_polls: tuple[int, int]
    tombstones: Counter[bytes]


@pytest.fixture(scope="module")
def day(kafka: Any) -> Day:
    return asyncio.run(live(House(kafka.bootstrap)))


def page(room: Newsroom, host: str) -> tuple[str, str]:
    title = f"The news of {host}"
    return room.put(host, "/story", story(title)), title


def conditional(body: bytes) -> Any:
    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"v1"':
            return Reply(status=304, headers={"etag": '"v1"'})
        return Reply(body=body, content_type=RSS, headers={"etag": '"v1"'})

    return answer


async def live(house: House) -> Day:
    async with Newsroom().open(*HOSTS) as room:
        feeds = await publish(house, room)
        async with house.running() as replica:
            await house.until_settled(len(HOSTS) - 1)
            await until_true(lambda: polls(room, MOVED, "/new") >= 2, what=lambda: "the feed to have moved")
            await house.unsubscribe(feeds[LEFT])
            await house.ask(Action.PAUSE, feeds[PAUSED])
            await house.until_read(
                is_forgotten(feeds[LEFT]), house.topics.feed_state, what=lambda: "the feed forgotten"
            )
            await house.until_read(is_paused(feeds[PAUSED]), house.topics.feeds, what=lambda: "the feed paused")
            before = {host: polls(room, host, "/feed") for host in HOSTS}
            await until_true(
                lambda: polls(room, CACHED, "/feed") >= before[CACHED] + 3, what=lambda: "three more polls"
            )
            after = {host: polls(room, host, "/feed") for host in HOSTS}
            await house.ask(Action.POLL_NOW, feeds[GONE])
            await until_true(lambda: polls(room, GONE, "/feed") == 2, what=lambda: "a poll of what was gone")
            await replica.until_balanced()
        return Day(
            room=room,
            outcomes=await house.outcomes(),
            states={host: (await states(house))[feed.id] for host, feed in feeds.items() if host != LEFT},
            left_after=(before[LEFT], after[LEFT]),
            paused_polls=(before[PAUSED], after[PAUSED]),
            tombstones=Counter(m.key or b"" for m in await house.read(house.topics.feed_state) if m.value is None),
        )


async def publish(house: House, room: Newsroom) -> dict[str, Feed]:
    pages = {host: page(room, host) for host in HOSTS}
    room.put(CACHED, "/feed", conditional(rss(pages[CACHED])))
    room.put(GONE, "/feed", Reply(status=410))
    room.put(MOVED, "/feed", Reply(status=301, headers={"location": "/new"}))
    room.feed(MOVED, "/new", pages[MOVED])
    room.feed(LEFT, "/feed", pages[LEFT])
    room.feed(PAUSED, "/feed", pages[PAUSED])
    odd = Reply(body=rss(pages[ODD]), content_type=RSS)
    room.in_turn(ODD, "/feed", Reply(status=500), Reply(body=b"<html>not a feed</html>"), Reply(hang_s=10), odd)
    items = [{"id": "1", "url": pages[JSON][0], "title": pages[JSON][1]}]
    body = msgspec.json.encode({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": items})
    room.put(JSON, "/feed", Reply(body=body, content_type="application/feed+json"))
    await house.make_topics()
    for value in (b"\xff\x00", b"{}", b'{"id": 3}'):
        await house.write(house.topics.feeds, b"poison", value)
        await house.write(house.topics.feed_state, b"poison", value)
    return dict(zip(HOSTS, await house.subscribe(*(room.url(host, "/feed") for host in HOSTS)), strict=True))


def polls(room: Newsroom, host: str, path: str) -> int:
    return len(room.asked(host, path))


async def states(house: House) -> dict[str, FeedState]:
    found = {}
    for message in await house.read(house.topics.feed_state):
        if message.value is not None and message.key != b"poison":
            state = msgspec.json.decode(message.value, type=FeedState)
            found[state.feed_id] = state
    return found


def is_forgotten(feed: Feed) -> Callable[[list[Message]], bool]:
    return lambda states: any(m.value is None and m.key == feed.id.encode() for m in states)


def is_paused(feed: Feed) -> Callable[[list[Message]], bool]:
    def paused(feeds: list[Message]) -> bool:
        found = [m.value for m in feeds if m.key == feed.id.encode() and m.value]
        return bool(found) and msgspec.json.decode(found[-1], type=Feed).options.paused

    return paused


def test_every_feed_that_can_be_read_gave_its_article_once(day: Day) -> None:
    titles = {f"The news of {host}" for host in HOSTS if host != GONE}
    assert day.outcomes.titles() == dict.fromkeys(titles, 1)
    assert day.outcomes.rejected == []


def test_an_unchanged_feed_is_asked_with_its_validators_and_answers_304(day: Day) -> None:
    first, *others = day.room.asked(CACHED, "/feed")
    assert "if-none-match" not in first.headers
    assert {request.headers.get("if-none-match") for request in others} == {'"v1"'}
    assert day.states[CACHED].etag == '"v1"'


def test_a_feed_that_is_gone_is_polled_no_more_until_somebody_asks(day: Day) -> None:
    assert polls(day.room, GONE, "/feed") == 2
    assert day.states[GONE].gone


def test_a_permanent_redirect_is_followed_for_good_after_the_second_time(day: Day) -> None:
    assert polls(day.room, MOVED, "/feed") == 2
    assert day.states[MOVED].url == day.room.url(MOVED, "/new")


def test_an_unsubscribed_feed_is_polled_no_more_and_its_state_removed(day: Day) -> None:
    before, after = day.left_after
    assert before == after
    assert sum(day.tombstones.values()) == 1


def test_a_paused_feed_is_polled_no_more(day: Day) -> None:
    before, after = day.paused_polls
    assert before == after


def test_a_feed_that_fails_in_many_ways_comes_back(day: Day) -> None:
    assert polls(day.room, ODD, "/feed") >= 4
    assert day.states[ODD].failures == 0


async def test_synchronising_a_list_removes_only_what_came_from_a_list(kafka: Any, tmp_path: Path) -> None:
    house = House(kafka.bootstrap)
    host = "127.0.13.9"
    async with Newsroom().open(host) as room:
        kept, old, by_hand, new = (room.url(host, path) for path in ("/kept", "/old", "/by-hand", "/new"))
        await house.make_topics()
        await house.subscribe(kept, old, origin=Origin.FILE)
        await house.subscribe(by_hand, origin=Origin.CLI)
        listing = tmp_path / "feeds.txt"
        listing.write_text(f"{kept}\n# a remark\n{new}\n{by_hand}\n")
        async with house.running(service__feeds=str(listing)), house.running(service__feeds=str(listing)):
            pass
        known: dict[str, Feed | None] = {}
        for message in await house.read(house.topics.feeds):
            known[(message.key or b"").decode()] = message.value and msgspec.json.decode(message.value, type=Feed)
    feeds = {feed.url: feed.origin for feed in known.values() if feed}
    assert feeds == {kept: Origin.FILE, new: Origin.FILE, by_hand: Origin.CLI}
