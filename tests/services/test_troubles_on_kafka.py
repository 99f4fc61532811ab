"""One service, one broker, many sites with troubles of all kinds at once: what comes of each article?

The day is lived once; each test looks at one thing that happened in it.
"""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.telemetry.books import Books
from cleanwire.urls import identity
from services.house import House, Outcomes
from services.newsroom import Newsroom, Reply, story

pytestmark = pytest.mark.kafka

GOOD, WRAPPER, RULES, EARLY, TIRED, SILENT, BROKEN, LIAR = (f"127.0.11.{number}" for number in range(1, 9))
HOSTS = (GOOD, WRAPPER, RULES, EARLY, TIRED, SILENT, BROKEN, LIAR)
POISON = {
    "random": (b"k", b"\x00\xff\x17 not json \xfe"),
    "empty-object": (b"k", b"{}"),
    "a-list": (b"k", b"[1, 2, 3]"),
    "null-key": (None, b"{"),
    "huge-key": (b"k" * 100_000, b"x"),
    "not-utf8": (b"\xff\xfe", b'{"article_id": "\xff"}'),
    "surrogate": (b"k", b'{"article_id": "\\ud800", "site": "\\ud800"}'),
}
DOCUMENTS = {
    "A bridge opens", "A ferry is late", "A museum moves", "The orchard blooms", "An open page", "Here after all",
    "Rested well", "Woken up", "The neighbour of trouble",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was seen when all was over."""

    outcomes: Outcomes
    requests: Newsroom
    books: Books
    deferred_slow_down: float
    work_failures: float
    urls: dict[str, str]


@pytest.fixture(scope="module")
def day(kafka: Any) -> Day:
    return asyncio.run(live(House(kafka.bootstrap, **{"fetch.page_limit_bytes": 200_000})))


async def live(house: House) -> Day:
    async with Newsroom().open(*HOSTS) as room:
        urls, feeds = publish(room)
        await house.make_topics()
        for topic in (house.topics.entries, house.topics.commands):
            for key, value in POISON.values():
                await house.write(topic, key, value, partition=1)
            await house.write(topic, b"tombstone", None, partition=1)
        await house.subscribe(*feeds)
        async with house.running() as replica:
            outcomes = await house.until_settled(len(DOCUMENTS) + len(urls) + 2 * len(POISON))
            books = await replica.until_balanced()
            slow = await replica.metric('cleanwire_cleaner_articles_deferred_total{reason="slow_down"}')
            failures = await replica.metric('cleanwire_service_work_failures_total{stage="cleaner"}')
        return Day(
            outcomes=outcomes,
            requests=room,
            books=books,
            deferred_slow_down=slow,
            work_failures=failures,
            urls=urls,
        )


def publish(room: Newsroom) -> tuple[dict[str, str], list[str]]:
    """Set up all sites; return the addresses that give no document, by what is wrong with them, and the feeds."""
    bridge = room.put(GOOD, "/bridge", story("A bridge opens"))
    ferry = room.put(GOOD, "/ferry", story("A ferry is late"))
    neighbour = room.put(BROKEN, "/neighbour", story("The neighbour of trouble"))
    orchard = room.put(GOOD, "/orchard", story("The orchard blooms"))
    museum = room.put(GOOD, "/museum", story("A museum moves"))
    wrapped = room.put(WRAPPER, "/go/1", Reply(status=302, headers={"location": f"{museum}?utm_source=wrapper"}))

    room.put(RULES, "/robots.txt", Reply(body=b"User-agent: *\nDisallow: /private\n", content_type="text/plain"))
    early = room.in_turn(EARLY, "/soon", Reply(status=404), Reply(body=story("Here after all")))
    tired = room.in_turn(
        TIRED, "/rest", Reply(status=429, headers={"retry-after": "2"}), Reply(body=story("Rested well"))
    )
    silent = room.in_turn(SILENT, "/sleep", Reply(hang_s=30), Reply(body=story("Woken up")))
    urls = {
        "private": room.put(RULES, "/private/1", story("Nobody may read this")),
        "gone": room.put(BROKEN, "/gone", Reply(status=410)),
        "server-error": room.put(BROKEN, "/500", Reply(status=500)),
        "too-large": room.put(BROKEN, "/large", Reply(body=b"<p>much</p>" * 40_000)),
        "not-html": room.put(
            BROKEN, "/pdf", Reply(body=b"%PDF-1.7\n" + bytes(range(256)) * 20, content_type="application/pdf")
        ),
        "deep": room.put(BROKEN, "/deep", b"<div>" * 30_000 + b"deep"),
        "circle": room.put(BROKEN, "/circle", Reply(status=302, headers={"location": "/circle"})),
        "short": room.put(BROKEN, "/short", b"<html><title>Short</title><p>Three words only.</p></html>"),
        "empty": room.put(BROKEN, "/empty", b""),
        "blocked": "http://10.1.2.3/inside",
        "bad-encoding": room.put(LIAR, "/zip", Reply(body=b"not gzip at all", headers={"content-encoding": "gzip"})),
    }
    troubles = [(url, what) for what, url in urls.items() if what not in ("private", "bad-encoding")]
    shown = room.put(RULES, "/open", story("An open page"))
    tracked = f"{bridge}?utm_source=rss&utm_medium=feed"
    feeds = [
        room.feed(
            GOOD, "/feed", (bridge, "A bridge opens"), (ferry, "A ferry is late"), (orchard, "The orchard blooms")
        ),
        room.feed(GOOD, "/more", (tracked, "A bridge opens"), (museum, "A museum moves")),
        room.feed(WRAPPER, "/feed", (wrapped, "A museum moves")),
        room.feed(RULES, "/feed", (urls["private"], "Private"), (shown, "An open page")),
        room.feed(EARLY, "/feed", (early, "Here after all")),
        room.feed(TIRED, "/feed", (tired, "Rested well")),
        room.feed(SILENT, "/feed", (silent, "Woken up")),
        room.feed(BROKEN, "/feed", *troubles, (neighbour, "The neighbour of trouble")),
        room.feed(LIAR, "/feed", (urls["bad-encoding"], "Bad encoding")),
    ]
    return urls, feeds


def rejection(day: Day, what: str) -> Rejected:
    [found] = [r for r in day.outcomes.rejected if r.article_id == identity.article_id(day.urls[what])]
    return found


def test_every_article_has_one_outcome(day: Day) -> None:
    assert day.outcomes.each_once(), day.outcomes
    assert day.outcomes.titles() == dict.fromkeys(DOCUMENTS, 1)
    assert len(day.outcomes.rejected) == len(day.urls) + 2 * len(POISON)


def test_an_article_in_two_feeds_of_a_site_is_published_once_and_fetched_once(day: Day) -> None:
    assert day.outcomes.titles()["A bridge opens"] == 1
    assert len(day.requests.asked(GOOD, "/bridge")) == 1


def test_a_page_that_lives_elsewhere_is_published_once_by_its_owner(day: Day) -> None:
    [document] = [document for document in day.outcomes.documents if document.title == "A museum moves"]
    assert document.id == identity.article_id(day.requests.url(GOOD, "/museum"))
    assert day.books.moved == 1


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        pytest.param("private", Rejection.ROBOTS_DISALLOWED, id="robots-disallow"),
        pytest.param("gone", Rejection.HTTP_CLIENT_ERROR, id="410"),
        pytest.param("server-error", Rejection.HTTP_SERVER_ERROR, id="500"),
        pytest.param("too-large", Rejection.PAGE_TOO_LARGE, id="too-large"),
        pytest.param("not-html", Rejection.NOT_HTML, id="pdf"),
        pytest.param("deep", Rejection.PAGE_TOO_COMPLEX, id="too-deep"),
        pytest.param("circle", Rejection.REDIRECTS, id="redirects-in-a-circle"),
        pytest.param("short", Rejection.TOO_SHORT, id="too-short"),
        pytest.param("empty", Rejection.NOT_AN_ARTICLE, id="empty"),
        pytest.param("blocked", Rejection.BLOCKED_ADDRESS, id="private-address"),
        pytest.param("bad-encoding", Rejection.BAD_RESPONSE, id="encoding-that-lies"),
    ],
)
def test_what_gives_no_document_is_rejected_once_with_its_reason(day: Day, what: str, reason: Rejection) -> None:
    assert rejection(day, what).reason is reason


def test_a_page_that_robots_disallows_is_never_asked_for(day: Day) -> None:
    assert day.requests.asked(RULES, "/private/1") == []
    assert len(day.requests.asked(RULES, "/robots.txt")) == 1


def test_what_may_pass_is_tried_as_often_as_the_settings_say(day: Day) -> None:
    assert rejection(day, "server-error").attempts == 3
    assert len(day.requests.asked(BROKEN, "/500")) == 3
    assert len(day.requests.asked(BROKEN, "/gone")) == 1


def test_a_page_that_is_not_there_yet_is_published_later(day: Day) -> None:
    assert len(day.requests.asked(EARLY, "/soon")) == 2


def test_retry_after_is_obeyed_and_no_attempt_is_counted(day: Day) -> None:
    first, second = day.requests.asked(TIRED, "/rest")
    assert second.at - first.at >= 2
    assert day.deferred_slow_down == 1


def test_a_page_that_hangs_is_given_up_and_tried_again(day: Day) -> None:
    assert len(day.requests.asked(SILENT, "/sleep")) == 2


def test_one_request_a_site_is_under_way_at_a_time_and_spaced(day: Day) -> None:
    once = [request for request in day.requests.asked(BROKEN) if request.path not in ("/feed", "/circle")]
    pages = [request.at for request in once]
    assert all(later - earlier >= 0.015 for earlier, later in pairwise(pages))


def test_poison_is_rejected_once_for_each_topic_and_names_its_place(day: Day) -> None:
    poison = [r for r in day.outcomes.rejected if r.reason is Rejection.POISON_MESSAGE]
    assert len(poison) == 2 * len(POISON)
    places = {(r.detail or "").partition(": ")[0] for r in poison}
    assert len(places) == len(poison)


def test_the_books_balance(day: Day) -> None:
    assert day.books.balanced
    assert day.books.documents == len(DOCUMENTS)
    assert sum(day.books.rejected.values()) == len(day.outcomes.rejected)


def test_no_fault_of_ours_was_met(day: Day) -> None:
    assert day.work_failures == 0


def test_publishers_see_who_asks(day: Day) -> None:
    agents = {request.headers.get("user-agent", "") for request in day.requests.requests}
    assert agents == {"Cleanwire/0.2 (+https://reader.example/about)"}
