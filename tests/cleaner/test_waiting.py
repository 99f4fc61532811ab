"""Articles that wait are kept small, and no site's backlog closes the intake for all."""

import msgspec
import pytest

from cleaner.articles import NOW, TOPICS, Desk, entry, message, pending
from cleanwire.cleaner import intake
from cleanwire.cleaner.articles.article_table import Catalogue
from cleanwire.cleaner.articles.backlog import COUNTS_AT_MOST, SHARE_OF_BYTES, Waiting
from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.base import encode
from cleanwire.urls import identity

MIB = 1024 * 1024


def state(number: int, site: str = "archive.example", feed: str | None = None) -> ArticleState:
    url = f"https://{site}/2026/11/{number}-a-story-of-the-old-bridge-and-its-two-arches"
    return pending(url, entry=entry(url, feed_url=feed or f"https://{site}/feed.xml", title=f"Story number {number}"))


def test_what_waits_comes_back_as_it_was() -> None:
    waiting = Waiting(10, MIB)
    odd = msgspec.structs.replace(state(1), attempts=3, etag='"é"', gone_at=NOW)
    waiting.put(odd)
    assert waiting.get(odd.id) == odd
    assert list(waiting) == [odd]
    waiting.drop(odd.id)
    assert waiting.get(odd.id) is None
    assert len(waiting) == 0
    assert waiting._bytes == 0


def test_an_archive_of_six_thousand_on_one_site_leaves_room_for_others() -> None:
    waiting = Waiting(5000, 64 * MIB)
    for number in range(6000):
        waiting.put(state(number))
    assert waiting.has_room
    assert not waiting.is_over_share(state(0))


def test_a_feed_that_lists_thousands_of_sites_counts_as_one() -> None:
    waiting = Waiting(500, 64 * MIB)
    for number in range(2000):
        waiting.put(state(1, f"site{number}.example", "https://stranger.example/feed"))
    assert waiting.has_room
    assert waiting._sources.counted == 500 // COUNTS_AT_MOST


def test_intake_closes_when_many_sites_wait() -> None:
    waiting = Waiting(50, 64 * MIB)
    for number in range(49):
        waiting.put(state(1, f"site{number}.example"))
    assert waiting.has_room
    waiting.put(state(1, "last.example"))
    assert not waiting.has_room
    waiting.drop(state(1, "last.example").id)
    assert waiting.has_room


def test_a_share_holds_more_than_twenty_thousand_ordinary_articles() -> None:
    waiting = Waiting(5000, 64 * MIB)
    for number in range(1000):
        waiting.put(state(number))
    assert waiting._bytes / 1000 * 20_000 < 64 * MIB * SHARE_OF_BYTES


def test_what_is_beyond_a_sites_share_is_rejected_once_and_others_are_taken_in() -> None:
    desk = Desk(max_pending=1000, max_pending_mb=1)
    desk.load()
    listed = [entry(f"https://news.example/{number}") for number in range(1000)]
    desk.take(*listed)
    rejected = [record for topic, record in desk.written if topic == "rejected"]
    assert rejected
    assert {record["reason"] for record in rejected} == {"over_share"}
    assert desk.desk.has_room()
    states = {record["id"]: record["status"] for topic, record in desk.written if topic == "article-state"}
    assert len(states) == 1000
    assert sum(status == "forgotten" for status in states.values()) == len(rejected)
    before = len(desk.written)
    desk.take(*(one for one in listed if one.article_id == rejected[0]["article_id"]))
    assert "rejected" not in [topic for topic, _ in desk.written[before:]]


def test_a_restart_restores_what_waited_and_what_was_rejected() -> None:
    catalogue = Catalogue(1000, 64 * MIB)
    states = [state(number) for number in range(50)]
    for one in states:
        catalogue.restore(message(encode(one), topic=TOPICS.article_state, key=one.id.encode()))
    assert catalogue.pending_count == 50
    assert sorted(one.id for one in catalogue.due()) == sorted(one.id for one in states)
    assert catalogue.get(states[7].id) == intake.restored(states[7])
    catalogue.put(msgspec.structs.replace(states[7], status=ArticleStatus.REJECTED, due_at=None))
    assert catalogue.pending_count == 49
    catalogue.drop(states[8].id)
    assert catalogue.pending_count == 48


@pytest.mark.parametrize("feed_url", ["", "urn:x", "https://[", "f" * 100])
def test_a_feeds_address_that_is_none_harms_nobody(feed_url: str) -> None:
    url = "https://news.example/a"
    waiting = Waiting(10, MIB)
    odd = pending(url, entry=entry(url, feed_url=feed_url))
    waiting.put(odd)
    assert waiting.get(identity.article_id(url)) == odd
