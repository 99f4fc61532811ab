"""What somebody writes into our topics, or what a topic will not take, stops no partition and loses no article."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from cleanwire.poller import subscriptions
from cleanwire.records.feed import Feed
from cleanwire.stream import topics
from services.house import PARTITIONS, House, Outcomes, until_true
from services.newsroom import RSS, Newsroom, Reply, story

pytestmark = pytest.mark.kafka

DEEP = b'{"zzz":' + b"[" * 1200 + b"]" * 1200 + b"}"
POISON = (
    DEEP,
    b"[" * 500_000,
    b'{"id":"\xff"}',
    b"null",
    b"",
    b'{"id":"x","seen_at":1e999}',
    b'{"revision":-5}',
    b"\x00",
)
HOSTS = tuple(f"127.0.17.{number}" for number in range(1, 5))


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was seen when all was over."""

    outcomes: Outcomes
    failures: float
    faults: float
    refused: float
    ready: int
    listed: dict[str, Feed]
    feeds: list[Feed]


async def seen(house: House, replica: Any, feeds: list[Feed]) -> Day:
    async def total(name: str) -> float:
        lines = (await replica.page("/metrics")).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + "{"))

    return Day(
        outcomes=await house.outcomes(),
        failures=await total("cleanwire_stream_partition_failures_total"),
        faults=await total("cleanwire_service_work_failures_total"),
        refused=await total("cleanwire_stream_records_refused_total"),
        ready=(await replica.page("/readyz")).status_code,
        listed=await subscriptions.read_all(house.connection, house.topics.feeds),
        feeds=feeds,
    )


async def strew(house: House) -> None:
    """Write poison to each partition of every topic."""
    names = house.topics
    for topic in (
        names.feeds, names.feed_state, names.entries, names.article_state, names.site_state, names.commands,
        names.websub,
    ):  # fmt: skip
        for partition in range(house.settings.kafka.partitions):
            for value in POISON:
                await house.write(topic, b"k", value, partition=partition)


def publish(room: Newsroom, host: str, *titles: str) -> None:
    items = [(room.put(host, f"/{title}", story(title)), title) for title in titles]
    room.feed(host, "/feed", *items)


@pytest.fixture(scope="module")
def poisoned(kafka: Any) -> Day:
    """Poison before the start, and more of it while the service runs."""

    async def live(house: House) -> Day:
        async with Newsroom().open(*HOSTS) as room:
            await house.make_topics()
            await strew(house)
            for host in HOSTS:
                publish(room, host, f"first-{host}")
            feeds = await house.subscribe(*(room.url(host, "/feed") for host in HOSTS))
            async with house.running() as replica:
                await published(house, len(HOSTS))
                await strew(house)
                for host in HOSTS:
                    publish(room, host, f"first-{host}", f"second-{host}")
                await published(house, 2 * len(HOSTS))
                await replica.until_balanced()
                return await seen(house, replica, feeds)

    return asyncio.run(live(House(kafka.bootstrap)))


async def published(house: House, count: int) -> None:
    await house.until_read(lambda found: len(found) >= count, house.topics.documents, what=lambda: f"{count} documents")


def test_every_article_is_published_once_beside_poison_on_every_topic(poisoned: Day) -> None:
    assert len(poisoned.outcomes.titles()) == 2 * len(HOSTS)
    assert poisoned.outcomes.each_once()


def test_no_partition_starts_anew_because_of_poison(poisoned: Day) -> None:
    assert (poisoned.failures, poisoned.faults, poisoned.ready) == (0, 0, 200)


def test_poison_on_input_topics_is_rejected_record_by_record(poisoned: Day) -> None:
    reasons = {rejected.reason.value for rejected in poisoned.outcomes.rejected}
    assert reasons == {"poison_message"}
    assert len(poisoned.outcomes.rejected) == 2 * 2 * PARTITIONS * len(POISON)  # twice, entries and commands


def test_feeds_are_listed_beside_poison(poisoned: Day) -> None:
    assert poisoned.listed == {feed.id: feed for feed in poisoned.feeds}


@pytest.fixture(scope="module", params=[6000, 2500])
def narrow(kafka: Any, request: pytest.FixtureRequest) -> Day:
    """Topics of states and entries that take next to nothing, and a feed of which little is."""

    async def live(house: House) -> Day:
        limit = {"max.message.bytes": str(request.param), "compression.type": "uncompressed"}
        states = (house.topics.entries, house.topics.article_state, house.topics.feed_state)
        specs = [
            topics.TopicSpec(name=spec.name, partitions=spec.partitions, config={**spec.config, **limit})
            if spec.name in states
            else spec
            for spec in topics.layout(house.settings.kafka)
        ]
        await topics.create(house.connection, specs)
        async with Newsroom().open(*HOSTS) as room:
            wordy = "".join(
                f"<item><title>Long {n}</title><link>{room.put(HOSTS[0], f'/long{n}', story(f'Long {n}'))}</link>"
                f"<author>{'A' * 250}</author><category>{'C' * 250}</category><guid>{n}{'g' * 800}</guid>"
                f"<description>{'word ' * 2000}</description></item>"
                for n in range(20)
            )
            body = f"<rss version='2.0'><channel><title>{'T' * 900}</title>{wordy}</channel></rss>".encode()
            room.put(HOSTS[0], "/feed", Reply(body=body, content_type=RSS))
            for host in HOSTS[1:]:
                publish(room, host, f"plain-{host}")
            endless = f"<item><title>Endless</title><link>{room.url(HOSTS[0], '/' + 'e' * 7000)}</link></item>"
            body = f"<rss version='2.0'><channel><title>E</title>{endless}</channel></rss>".encode()
            room.put(HOSTS[0], "/endless", Reply(body=body, content_type=RSS))
            addresses = [room.url(host, "/feed") for host in HOSTS]
            feeds = await house.subscribe(*addresses, room.url(HOSTS[0], "/endless"))
            async with house.running() as replica:
                await house.until_settled(20 + len(HOSTS))
                polls = len(room.asked(HOSTS[0], "/feed"))
                await until_true(lambda: len(room.asked(HOSTS[0], "/feed")) >= polls + 2, what=lambda: "two more polls")
                await replica.until_balanced()
                return await seen(house, replica, feeds)

    return asyncio.run(live(House(kafka.bootstrap)))


def test_topics_that_take_little_lose_no_article_and_repeat_none(narrow: Day) -> None:
    assert len(narrow.outcomes.documents) + len(narrow.outcomes.rejected) == 20 + len(HOSTS)
    assert narrow.outcomes.each_once()
    assert {f"plain-{host}" for host in HOSTS[1:]} <= set(narrow.outcomes.titles())


def test_an_entry_whose_address_fits_no_record_is_rejected_once(narrow: Day) -> None:
    assert narrow.outcomes.reasons().get("") == ["record_too_large"]


def test_topics_that_take_little_start_no_partition_anew(narrow: Day) -> None:
    assert narrow.refused > 0, "the test shows nothing"
    assert (narrow.failures, narrow.faults, narrow.ready) == (0, 0, 200)
