"""Pages that change, pretend to, flap, vanish and come back, looked at by the whole service; and one kill."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.document import ChangeKind, Document, Status
from cleanwire.stream.messages import Message
from cleanwire.telemetry.books import Books
from services import process
from services.house import House, until_true
from services.newsroom import RSS, Newsroom, Reply, Request, rss, story

pytestmark = pytest.mark.kafka
Houses = Callable[..., House]

HOSTS = STEADY, SAME, SHAM, CHANGED, TITLE, FLAPS, GONE, BACK, RETRACTED, FRONT, LYING = [
    f"127.0.14.{number}" for number in range(1, 12)
]
AGES = (1, 2, 4, 6, 8)
ETAG = '"v1"'
MISSING = Reply(status=404)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was seen when the last look was over."""

    room: Newsroom
    documents: dict[str, list[Document]]
    states: dict[str, ArticleState]
    looks: dict[str, float]
    books: Books


@pytest.fixture(scope="module")
def day(kafka: Any) -> Day:
    changes = {"clean.revisit_s": " ".join(map(str, AGES)), "clean.gone_after_s": 1, "clean.revision_gap_s": 0}
    return asyncio.run(live(House(kafka.bootstrap, **changes)))


def title_of(host: str) -> str:
    return f"The news of {host}"


def sham(number: int) -> Reply:
    """Return the same story with another date, markup and white space each time."""
    body = story(title_of(SHAM)).replace(b"<p>", f"\n  <p class='r{number}'>".encode())
    return Reply(body=body.replace(b"<head>", f'<head><meta name="date" content="2026-11-{number:02}">'.encode()))


def retracted() -> Reply:
    node = b'{"@type": "NewsArticle", "headline": "x", "creativeWorkStatus": "Retracted"}'
    script = b'<script type="application/ld+json">' + node + b"</script></head>"
    return Reply(body=story(title_of(RETRACTED)).replace(b"</head>", script))


def late() -> Reply:
    body = story(title_of(TITLE))
    return Reply(body=body.replace(b"<h1>", b"<h1>Late: ").replace(b"<title>", b"<title>Late: "))


def steady(request: Request) -> Reply:
    if request.headers.get("if-none-match") == ETAG:
        return Reply(status=304, headers={"etag": ETAG})
    return Reply(body=story(title_of(STEADY)), headers={"etag": ETAG})


def behind_a_lying_cache() -> Callable[[Request], Reply]:
    """Return a page that changes after it was read once, behind a cache that says that it does not."""
    salts = iter(("", "later", "later"))

    def answer(request: Request) -> Reply:
        if "if-none-match" in request.headers:
            return Reply(status=304)
        return Reply(body=story(title_of(LYING), salt=next(salts)), headers={"etag": ETAG})

    return answer


def put_pages(room: Newsroom) -> None:
    def first(host: str, salt: str = "") -> Reply:
        return Reply(body=story(title_of(host), salt=salt))

    room.put(STEADY, "/story", steady)
    room.put(LYING, "/story", behind_a_lying_cache())
    room.put(SAME, "/story", first(SAME))
    room.in_turn(SHAM, "/story", *(sham(number) for number in range(1, 20)))
    room.in_turn(CHANGED, "/story", first(CHANGED), first(CHANGED), first(CHANGED, "later"))
    room.in_turn(TITLE, "/story", first(TITLE), late())
    room.in_turn(FLAPS, "/story", *(first(FLAPS, salt) for salt in ("", "b", "", "b", "", "b", "", "b", "")))
    room.in_turn(GONE, "/story", first(GONE), MISSING)
    room.in_turn(BACK, "/story", first(BACK), MISSING, Reply(status=410), first(BACK))
    room.in_turn(RETRACTED, "/story", first(RETRACTED), retracted())
    room.in_turn(FRONT, "/story", first(FRONT), Reply(status=302, headers={"location": "/"}))
    room.put(FRONT, "/", story("All the news of today"))


async def live(house: House) -> Day:
    async with Newsroom().open(*HOSTS) as room:
        put_pages(room)
        for host in HOSTS:
            room.feed(host, "/feed", (room.url(host, "/story"), title_of(host)))
        before, after = (
            Reply(body=rss((room.url(LYING, "/story"), title)), content_type=RSS) for title in ("Early", "Late")
        )
        room.in_turn(LYING, "/feed", before, before, before, after)
        await house.make_topics()
        await house.subscribe(*(room.url(host, "/feed") for host in HOSTS))
        async with house.running() as replica:
            await house.until_read(are_over, house.topics.article_state, what=lambda: "all looks made")
            books = await replica.until_balanced()
            looks = {
                outcome: await replica.metric(f'cleanwire_cleaner_looks_total{{outcome="{outcome}"}}')
                for outcome in ("not_modified", "same", "sham", "changed", "gone", "failed")
            }
        documents: dict[str, list[Document]] = {host: [] for host in HOSTS}
        for document in await house.documents():
            documents[next(host for host in HOSTS if f"/{host}:" in document.url)].append(document)
        return Day(
            room=room,
            documents=documents,
            states=states(await house.read(house.topics.article_state)),
            looks=looks,
            books=books,
        )


def are_over(messages: list[Message]) -> bool:
    """Tell whether no page will be looked at any more."""
    found = states(messages)
    all_made = len(found) == len(HOSTS) and all(not state.due_at for state in found.values())
    return all_made and found[LYING].revision > 1


def states(messages: list[Message]) -> dict[str, ArticleState]:
    """Return what is remembered of each article, by the host of its page."""
    found = {}
    for message in messages:
        state = msgspec.json.decode(message.value or b"", type=ArticleState)
        found[next(host for host in HOSTS if f"/{host}:" in state.url)] = state
    return found


def revisions(day: Day, host: str) -> list[tuple[int, Status, ChangeKind]]:
    return [(document.revision, document.status, document.change.kind) for document in day.documents[host]]


def looks_at(day: Day, host: str) -> int:
    """Return how many looks there were; on a slow machine one comes after its successor's time and takes its place."""
    return len(day.room.asked(host, "/story")) - 1


NEW = (1, Status.USABLE, ChangeKind.NEW)


@pytest.mark.parametrize("host", [STEADY, SAME, SHAM, FRONT])
def test_a_page_that_says_the_same_is_published_once(day: Day, host: str) -> None:
    assert revisions(day, host) == [NEW]
    assert 2 <= looks_at(day, host) <= len(AGES)


def test_looks_come_no_sooner_than_planned_and_ask_with_what_the_page_gave(day: Day) -> None:
    first, *others = day.room.asked(STEADY, "/story")
    emitted = day.documents[STEADY][0].emitted_at.timestamp()
    assert "if-none-match" not in first.headers
    assert {request.headers.get("if-none-match") for request in others} == {ETAG}
    for age, request in zip(AGES, others, strict=False):
        assert request.at - emitted >= age


def test_a_changed_text_is_the_next_revision(day: Day) -> None:
    assert revisions(day, CHANGED) == [NEW, (2, Status.USABLE, ChangeKind.BODY)]
    first, second = day.documents[CHANGED]
    assert second.change.previous_hash == first.body_hash != second.body_hash


def test_a_changed_title_is_the_next_revision(day: Day) -> None:
    assert revisions(day, TITLE) == [NEW, (2, Status.USABLE, ChangeKind.TITLE)]


def test_a_page_that_flaps_gives_no_more_revisions_than_there_are_looks(day: Day) -> None:
    later = [(number, Status.USABLE, ChangeKind.BODY) for number in range(2, 2 + looks_at(day, FLAPS))]
    assert revisions(day, FLAPS) == [NEW, *later]
    assert all(later.change.previous_hash == earlier.body_hash for earlier, later in pairwise(day.documents[FLAPS]))


def test_a_page_that_is_gone_is_canceled_once_after_two_looks(day: Day) -> None:
    assert revisions(day, GONE) == [NEW, (2, Status.CANCELED, ChangeKind.STATUS)]
    _, first, second, *_ = day.room.asked(GONE, "/story")
    canceled = day.documents[GONE][1]
    assert second.at - first.at >= 1
    assert canceled.emitted_at.timestamp() >= second.at
    assert (canceled.title, canceled.body, canceled.http and canceled.http.status) == (title_of(GONE), "", 404)


def test_a_page_that_comes_back_is_usable_again(day: Day) -> None:
    canceled, usable = (2, Status.CANCELED, ChangeKind.STATUS), (3, Status.USABLE, ChangeKind.STATUS)
    assert revisions(day, BACK) == [NEW, canceled, usable]
    assert day.documents[BACK][2].body == day.documents[BACK][0].body


def test_a_retraction_is_believed_at_once(day: Day) -> None:
    assert revisions(day, RETRACTED)[:2] == [NEW, (2, Status.CANCELED, ChangeKind.STATUS)]
    assert len(revisions(day, RETRACTED)) == 2


def test_a_change_that_a_feed_announces_is_found_behind_a_cache_that_lies(day: Day) -> None:
    assert revisions(day, LYING) == [NEW, (2, Status.USABLE, ChangeKind.BODY)]
    asked = ["if-none-match" in request.headers for request in day.room.asked(LYING, "/story")]
    assert asked.count(False) == 2
    assert asked.count(True) >= 1


def test_each_look_is_counted_by_what_it_found(day: Day) -> None:
    assert day.looks["not_modified"] == looks_at(day, STEADY) + looks_at(day, LYING) - 1
    assert day.looks["sham"] == looks_at(day, SHAM)
    assert day.looks["failed"] == looks_at(day, FRONT)
    later = [document for found in day.documents.values() for document in found[1:]]
    assert day.looks["changed"] == sum(document.status is Status.USABLE for document in later)
    assert sum(day.looks.values()) == sum(looks_at(day, host) for host in HOSTS)


def test_looks_are_not_in_the_books(day: Day) -> None:
    assert day.books.documents == len(HOSTS)
    assert day.books.balanced


def test_what_only_looks_need_is_not_kept_after_the_last(day: Day) -> None:
    for state in day.states.values():
        assert (state.status, state.entry, state.etag, state.page_hash) == (ArticleStatus.DONE, None, None, None)


async def test_a_look_that_a_kill_cuts_short_gives_one_revision(house_of: Houses, tmp_path: Path) -> None:
    house = house_of(clean__revisit_s="1 30")
    host = "127.0.14.20"
    async with Newsroom().open(host) as room:
        slow = Reply(body=story("The news", salt="later"), hang_s=1.5)
        page = room.in_turn(host, "/story", Reply(body=story("The news")), slow, slow)
        await house.make_topics()
        await house.subscribe(room.feed(host, "/feed", (page, "The news")))
        with process.running(house.environment(), tmp_path, "first") as first:
            await until_true(lambda: len(room.asked(host, "/story")) == 2, what=lambda: "a look under way")
            first.kill()
        assert [document.revision for document in await house.documents()] == [1]
        async with house.running() as second:
            await house.until_settled(2)
            assert (await second.until_balanced()).acquired == 0
            polls = len(room.asked(host, "/feed"))
            await until_true(lambda: len(room.asked(host, "/feed")) > polls + 1, what=lambda: "two more polls")
        found = await house.documents()
    assert [document.change.kind for document in found] == [ChangeKind.NEW, ChangeKind.BODY]
    assert [document.revision for document in found] == [1, 2]
    assert len(room.asked(host, "/story")) == 3
