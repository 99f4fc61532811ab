"""Entries that change all the time, and changes that are none."""

import pytest

from cleanwire.feed.entries import flapping, words
from cleanwire.feed.entries.flapping import Flaps
from cleanwire.feed.entries.new_and_changed import Dropped
from cleanwire.feed.formats.parsed import FeedEntry
from feed.polled import NOW, Feed, entry, links

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def test_an_entry_that_changes_at_every_poll_is_passed_on_ever_more_rarely() -> None:
    feed, passed = Feed(), []
    feed.poll(entry("a"))
    for number in range(1, 289):  # a day of polls, five minutes apart
        found = feed.poll(entry("a", summary=f"visitor {number}"), now=NOW + number * 5 * MINUTE)
        assert found.new == ()
        assert len(found.changed) + found.held == 1
        passed += [number * 5 for _ in found.changed]
    assert passed == [5, 20, 50, 110, 230, 470, 950]


def test_a_change_that_waits_is_passed_on_when_its_time_has_come_although_the_feed_stayed_the_same() -> None:
    feed = Feed()
    feed.poll(entry("a"))
    assert links(feed.poll(entry("a", summary="first correction")).changed) == ["a"]
    final = entry("a", summary="second correction")
    waiting = feed.poll(final, now=NOW + 5 * MINUTE)
    assert (waiting.changed, waiting.dropped) == ((), {Dropped.FLAPPING: 1})
    assert links(feed.poll(final, now=NOW + 20 * MINUTE).changed) == ["a"]
    later = feed.poll(final, now=NOW + 40 * MINUTE)
    assert (later.changed, later.held, later.unchanged) == ((), 0, 1)


def test_an_entry_that_returns_to_its_old_words_while_it_waits_has_not_changed() -> None:
    feed = Feed()
    feed.poll(entry("a"))
    passed = entry("a", summary="corrected")
    feed.poll(passed)
    assert feed.poll(entry("a", summary="for a moment"), now=NOW + MINUTE).held == 1
    assert feed.poll(passed, now=NOW + HOUR).unchanged == 1


def test_one_flapping_entry_holds_up_no_other() -> None:
    feed = Feed()
    feed.poll(entry("a"), entry("b"))
    feed.poll(entry("a", summary="1"), entry("b"))
    found = feed.poll(entry("a", summary="2"), entry("b", summary="corrected"), now=NOW + MINUTE)
    assert links(found.changed) == ["b"]


def test_flapping_is_remembered_while_the_entry_is_out_of_the_feed_for_a_moment() -> None:
    feed = Feed()
    feed.poll(entry("a"))
    feed.poll(entry("a", summary="1"))
    feed.poll(entry("b"), now=NOW + MINUTE)
    assert feed.poll(entry("a", summary="2"), now=NOW + 2 * MINUTE).held == 1


def test_a_clock_that_jumps_back_holds_nothing_up_for_years() -> None:
    flaps = Flaps(b"")
    assert flaps.pass_on(b"12345678", NOW + DAY)
    assert flaps.pass_on(b"12345678", NOW)


def test_memory_of_changes_is_bounded_and_forgets_what_left_the_feed() -> None:
    flaps = Flaps(b"")
    keys = [f"{number:08}".encode() for number in range(3000)]
    for number, key in enumerate(keys):
        flaps.pass_on(key, NOW + number)
    size = len(flaps.packed(keys, NOW + 3000)) // flapping.CAP
    assert len(flaps.packed(keys, NOW + 3000)) == flapping.CAP * size
    assert flaps.packed([], NOW + 2 * DAY) == b""
    assert flaps.packed(keys[:2], NOW + 2 * DAY) != b""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ferry stays in port. 12 comments", "Ferry stays in port. 1,204 comments"),
        ("Die Fähre bleibt im Hafen (3 Kommentare)", "Die Fähre bleibt im Hafen (4 Kommentare)"),
        ("Le bac reste à quai · 0 commentaire", "Le bac reste à quai · 17 commentaires"),
        ("Паром стоит. 5 комментариев", "Паром стоит. 6 комментариев"),
        ("Пором стоїть. 5 коментарів", "Пором стоїть. 6 коментарів"),
        ("De pont blijft liggen. 5 reacties", "De pont blijft liggen. 16 reacties"),
        ("Prom stoi. 5 komentarzy", "Prom stoi. 6 komentarzy"),
        ("O barco fica. 5 comentários", "O barco fica. 6 comentários"),
        ("Vapur limanda. 5 yorum", "Vapur limanda. 6 yorum"),
        ("Το πλοίο μένει. 5 σχόλια", "Το πλοίο μένει. 6 σχόλια"),
        ("العبارة في الميناء. 5 تعليقات", "العبارة في الميناء. 6 تعليقات"),
        ("渡轮停航 5条评论", "渡轮停航 6条评论"),
        ("フェリー欠航 5コメント", "フェリー欠航 6コメント"),
    ],
)
def test_the_number_of_comments_is_no_news(before: str, after: str) -> None:
    assert words.content_hash(FeedEntry(summary=before)) == words.content_hash(FeedEntry(summary=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 people are missing", "15 people are missing"),
        ("The mayor had 3 commentators thrown out", "The mayor had 4 commentators thrown out"),
        ("Turnover rose by 12.5 percent", "Turnover rose by 13.5 percent"),
    ],
)
def test_other_numbers_are(before: str, after: str) -> None:
    assert words.content_hash(FeedEntry(summary=before)) != words.content_hash(FeedEntry(summary=after))


def test_a_long_run_of_digits_takes_no_time() -> None:
    words.content_hash(FeedEntry(content_html="1" * 1_000_000 + " ,.5" * 100_000))
