"""Troubles are provoked; the alert that names each is told, no other, and it ends when the trouble does.

A real broker of its own, the service in a process, a real Prometheus that scrapes it. The day is lived once; each test
looks at one thing that was seen in it.
"""

import asyncio
import contextlib
import html
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from aiokafka import TopicPartition

from alerts import expired, monitoring, small_disk
from alerts.small_disk import SmallDisk
from alerts.test_monitoring_files import QUERIES
from cleanwire.stream import direct
from cleanwire.stream.broker import closing
from cleanwire.stream.messages import Write
from cleanwire.urls import identity
from kafka.broker import Broker, Unavailable, free_port
from services import process
from services.house import PARTITIONS, House
from services.newsroom import RSS, Newsroom, Reply, story

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.timeout(900)]

GOOD, GARBLED, GONE, CLOSED = (f"127.0.61.{number}" for number in range(1, 5))
EXPIRED = tuple(f"127.0.62.{number}" for number in range(1, 15))
"""Their certificate ran out yesterday."""
OTHERS = tuple(f"127.0.63.{number}" for number in range(1, 4))
HOSTS = (GOOD, GARBLED, GONE, CLOSED, *EXPIRED, *OTHERS)
GOOD_FEEDS = 6
CONSUMER = "archive"
OF_THE_MACHINE = frozenset({"CleanwireEventLoopLags", "CleanwireDown"})
"""Say that the machine is busy, which while tests run it may be: a scrape of a second gets no answer then."""
WHILE_THE_BROKER_IS_AWAY = frozenset({"CleanwireNoPartitions", "CleanwirePartitionLoops", "CleanwireTransactionsFail"})
"""Also true then."""
BAD_KINDS = frozenset(
    {"CleanwireFeedsGone", "CleanwireFeedsUnreadable", "CleanwireCertificates", "CleanwireSitesRefuse"}
)
"""Provoked together."""
ALSO_TRUE_OF_THEM = frozenset({"CleanwireFeedsFail", "CleanwireMostRejected", "CleanwireNothingPublished"})


@dataclass(kw_only=True)
class Seen:
    """Which alerts were told: when all was well, in each trouble, and when it was over."""

    well: set[str] = field(default_factory=set)
    empty_panels: list[str] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    log: list[dict[str, object]] = field(default_factory=list)
    page: dict[str, str] = field(default_factory=dict)
    """What the ops page showed in a trouble."""


class Day:
    """The parts of the day, and what is done to them."""

    def __init__(self, broker: Broker, room: Newsroom, folder: Path, authority: Path, disk: SmallDisk | None) -> None:
        self.broker = broker
        self.room = room
        self.folder = folder
        self.disk = disk
        own = {"ops.port": free_port(), "console.port": free_port(), "console.consumers": CONSUMER}
        self.house = House(broker.bootstrap, **own)
        self.environment = {**self.house.environment(), "SSL_CERT_FILE": str(authority)}
        self.seen = Seen()

    def live(self) -> Seen:
        asyncio.run(self.house.make_topics())
        self.subscribe_to_what_works()
        with monitoring.watching(int(self.house.flags["ops.port"]), free_port(), self.folder) as self.prometheus:
            with process.running(self.environment, self.folder) as replica:
                monitoring.until(replica.is_ready, what=lambda: "a ready replica")
                self.when_all_is_well()
                self.clocks_differ_for_a_while()
                self.feeds_fail_for_a_while()
                self.a_consumer_is_slow_for_a_while()
                self.the_broker_is_away_for_a_while(replica)
                self.the_brokers_disk_is_full_for_a_while(replica)
            self.nobody_answers_for_a_while()
        return self.seen

    def subscribe_to_what_works(self) -> None:
        pages = [self.room.put(GOOD, f"/{number}", story(f"Story {number}")) for number in range(15)]
        feeds = [
            self.room.feed(GOOD, f"/feed{number}", *((page, "A story") for page in pages))
            for number in range(GOOD_FEEDS)
        ]
        others = [self.room.feed(host, "/feed", (pages[0], "A story")) for host in OTHERS]
        asyncio.run(self.house.subscribe(*feeds, *others))

    def fired(self, *, but: frozenset[str] = frozenset()) -> set[str]:
        return self.prometheus.firing() - OF_THE_MACHINE - but

    def until_fired(self, name: str, *, but: frozenset[str] = frozenset(), trouble: str | None = None) -> None:
        monitoring.until(
            lambda: name in self.prometheus.firing(), what=lambda: f"{name}; told are {self.prometheus.firing()}"
        )
        self.seen.told[trouble or name] = self.fired(but=but) | {name} - but

    def shown(self, path: str) -> str:
        """Return a page of the ops page, as it is read by people."""
        address = f"http://127.0.0.1:{self.house.flags['console.port']}{path}"
        return html.unescape(httpx.get(address, timeout=20, trust_env=False).text)

    def until_ended(self, *names: str) -> None:
        monitoring.until(
            lambda: not self.prometheus.firing() & set(names),
            what=lambda: f"the end of {names}; told are {self.prometheus.firing()}",
        )
        self.seen.ended |= set(names)

    def when_all_is_well(self) -> None:
        self.until_documents(15)
        page = self.room.put(GOOD, "/15", story("Story 15"))
        self.room.feed(GOOD, "/feed0", (page, "A story"))  # a rate counts from the second sample on
        self.until_documents(16)
        with suppress(AssertionError):  # a rate needs a second sample
            monitoring.until(lambda: not self.empty_panels(), what=lambda: "something in every panel")
        self.seen.empty_panels = self.empty_panels()
        self.seen.well = self.fired()

    def until_documents(self, count: int) -> None:
        there = f"sum(cleanwire_cleaner_documents_new_total) == {count}"
        monitoring.until(lambda: bool(self.prometheus.asked(there)), what=lambda: f"{count} documents")

    def empty_panels(self) -> list[str]:
        """Return the queries that tell nothing, but for those that show only what happened, as nothing has."""
        asked = {query: query.replace("$__rate_interval", "4s") for query in QUERIES if not query.endswith("> 0")}
        return [query for query, now in asked.items() if not self.prometheus.asked(now)]

    def clocks_differ_for_a_while(self) -> None:
        """To us it is the same whether all servers' clocks are wrong or our own."""
        self.room.clock_ahead_s = -3600
        self.until_fired("CleanwireClockWrong")
        self.room.clock_ahead_s = 0
        self.until_ended("CleanwireClockWrong")

    def feeds_fail_for_a_while(self) -> None:
        """The good feeds answer 500, then as before."""
        before = dict(self.room.answers)
        feeds = [(host, path) for host, path in before if path.startswith("/feed")]
        for host, path in feeds:
            self.room.answers[host, path] = Reply(status=500)
        self.until_fired("CleanwireFeedsFail")
        for host, path in feeds:
            self.room.answers[host, path] = before[host, path]
        self.until_ended("CleanwireFeedsFail")

    def a_consumer_is_slow_for_a_while(self) -> None:
        """It has read all, then nothing of what comes, then all again."""
        asyncio.run(self.consume())
        pages = [Write(topic=self.house.topics.documents, key=b"", value=b"{}", partition=at % 2) for at in range(200)]

        def told_while_more_comes() -> bool:
            asyncio.run(direct.write(self.house.connection, pages))
            return "CleanwireConsumerSlow" in self.prometheus.firing()

        monitoring.until(told_while_more_comes, what=lambda: f"a slow consumer; told are {self.prometheus.firing()}")
        self.until_fired("CleanwireConsumerSlow")
        self.seen.page["slow consumer"] = self.shown("/")
        asyncio.run(self.consume())
        self.until_ended("CleanwireConsumerSlow")

    async def consume(self) -> None:
        """Read all documents that there are in the group `CONSUMER`, and leave it."""
        places = [TopicPartition(self.house.topics.documents, at) for at in range(PARTITIONS)]
        async with closing.started(self.house.connection.subscriber(CONSUMER, from_start=True)) as consumer:
            consumer.assign(places)
            await consumer.commit(await consumer.end_offsets(places))

    def the_broker_is_away_for_a_while(self, replica: process.Process) -> None:
        self.broker.stop()
        self.until_fired("CleanwireBrokerUnavailable", but=WHILE_THE_BROKER_IS_AWAY)
        self.broker.start()
        monitoring.until(replica.is_ready, what=lambda: "a ready replica", within_s=180)
        self.until_ended("CleanwireBrokerUnavailable", *WHILE_THE_BROKER_IS_AWAY)

    def the_brokers_disk_is_full_for_a_while(self, replica: process.Process) -> None:
        """Kafka then closes its log folder, and ends with the last one."""
        if self.disk is None:
            return
        self.disk.fill()
        monitoring.until(self.broker.has_ended, what=lambda: "the end of a broker that cannot write")
        self.until_fired("CleanwireBrokerUnavailable", but=WHILE_THE_BROKER_IS_AWAY, trouble="full disk")
        self.seen.page["full disk"] = self.shown("/")
        self.disk.free()
        self.broker.start()
        monitoring.until(replica.is_ready, what=lambda: "a ready replica", within_s=180)
        self.until_ended("CleanwireBrokerUnavailable", *WHILE_THE_BROKER_IS_AWAY)

    def nobody_answers_for_a_while(self) -> None:
        """The replica is gone; another comes, and finds sites and feeds of all bad kinds."""
        self.until_fired("CleanwireDown")
        with process.running(self.environment, self.folder) as replica:
            monitoring.until(replica.is_ready, what=lambda: "a ready replica")
            self.until_ended("CleanwireDown")
            self.publishers_of_all_bad_kinds()
            self.seen.log = replica.events("feed_poll_failed")
            url = self.room.url(EXPIRED[0], "/feed").replace("http:", "https:")
            self.seen.page["expired"] = self.shown(f"/feeds/{identity.feed_id(url)}")

    def publishers_of_all_bad_kinds(self) -> None:
        garbled = Reply(body=b"not gzip at all", headers={"content-encoding": "gzip"}, content_type=RSS)
        closed = [self.room.put(CLOSED, f"/{number}", Reply(status=403)) for number in range(45)]
        urls = [
            *(self.room.put(GARBLED, f"/feed{number}", garbled) for number in range(8)),
            *(self.room.url(host, "/feed").replace("http:", "https:") for host in EXPIRED),
            self.room.put(GONE, "/feed", Reply(status=410)),
            self.room.feed(CLOSED, "/feed", *((page, "Closed") for page in closed)),
        ]
        asyncio.run(self.house.subscribe(*urls))
        for name in BAD_KINDS:
            self.until_fired(name, but=BAD_KINDS | ALSO_TRUE_OF_THEM)


@contextlib.contextmanager
def small_disk_or_none(broker: Broker) -> Iterator[SmallDisk | None]:
    with contextlib.ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk.under(broker))
        except small_disk.NoMount as error:
            warnings.warn(str(error), stacklevel=1)
            disk = None
        yield disk


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    try:
        broker = Broker()  # no container: it is stopped and started again
    except Unavailable as error:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(f"REQUIRE_KAFKA=1, but: {error}")
        pytest.skip(f"no Kafka: {error}")
    folder = tmp_path_factory.mktemp("day")
    context, authority = expired.certificate(folder, *EXPIRED)
    try:
        with (
            small_disk_or_none(broker) as disk,
            Newsroom().open_in_thread(*HOSTS, tls=dict.fromkeys(EXPIRED, context)) as room,
        ):
            broker.start()
            yield Day(broker, room, folder, authority, disk).live()
    except monitoring.Missing as error:
        if os.environ.get("REQUIRE_PROMETHEUS") == "1":
            pytest.fail(f"REQUIRE_PROMETHEUS=1, but: {error}")
        warnings.warn(f"NO PROMETHEUS, alerts are not provoked: {error}", stacklevel=1)
        pytest.skip(str(error))
    finally:
        broker.close()


def test_no_alert_is_told_while_all_is_well(seen: Seen) -> None:
    assert seen.well == set()


def test_every_panel_shows_something(seen: Seen) -> None:
    assert seen.empty_panels == []


def test_a_clock_that_is_wrong_is_told_and_nothing_else(seen: Seen) -> None:
    assert seen.told["CleanwireClockWrong"] == {"CleanwireClockWrong"}


def test_a_consumer_that_falls_behind_is_told_and_nothing_else_and_the_page_names_it(seen: Seen) -> None:
    assert seen.told["CleanwireConsumerSlow"] == {"CleanwireConsumerSlow"}
    assert re.search(rf"{CONSUMER}</th>.*?nobody", seen.page["slow consumer"])


def test_feeds_that_fail_are_told_and_nothing_else(seen: Seen) -> None:
    assert seen.told["CleanwireFeedsFail"] == {"CleanwireFeedsFail"}


def test_a_broker_that_is_away_is_told_and_nothing_else(seen: Seen) -> None:
    assert seen.told["CleanwireBrokerUnavailable"] == {"CleanwireBrokerUnavailable"}


def test_a_full_disk_of_the_broker_is_told_as_a_broker_that_is_away_and_nothing_else(seen: Seen) -> None:
    if "full disk" not in seen.told:
        pytest.skip("no file system can be mounted: a full disk is NOT provoked")
    assert seen.told["full disk"] == {"CleanwireBrokerUnavailable"}
    assert "The broker does not tell" in seen.page["full disk"]


def test_a_certificate_that_has_run_out_is_named_by_the_log_and_on_the_page(seen: Seen) -> None:
    told = [str(event["detail"]) for event in seen.log if event["reason"] == "tls"]
    assert told
    assert all("certificate has expired" in detail for detail in told)
    assert "certificate has expired" in seen.page["expired"]


def test_a_replica_that_is_gone_is_told_and_nothing_else(seen: Seen) -> None:
    assert seen.told["CleanwireDown"] == {"CleanwireDown"}


@pytest.mark.parametrize("name", sorted(BAD_KINDS))
def test_publishers_of_a_bad_kind_are_told_and_nothing_else(seen: Seen, name: str) -> None:
    assert seen.told[name] == set()


def test_alerts_end_with_their_troubles(seen: Seen) -> None:
    passing = "ClockWrong", "FeedsFail", "ConsumerSlow", "BrokerUnavailable", "Down"
    assert {f"Cleanwire{name}" for name in passing} <= seen.ended
