"""Which entries a poll brings."""

import pytest

from cleanwire.feed.entries import memory, new_and_changed, words
from cleanwire.feed.entries.new_and_changed import Dropped
from cleanwire.feed.formats.parsed import Format, ParsedFeed
from cleanwire.records.feed import FeedState
from feed.polled import BASE, NOW, Feed, entry, links


def test_everything_is_new_once() -> None:
    feed = Feed()
    first = feed.poll(entry("b"), entry("a"))
    assert links(first.new) == ["a", "b"], "oldest first: a feed lists the newest first"
    again = feed.poll(entry("c"), entry("b"), entry("a"))
    assert links(again.new) == ["c"]
    assert (again.changed, again.unchanged) == ((), 2)


@pytest.mark.parametrize(
    "now_written_as",
    [
        pytest.param({"link": "http://news.example/a"}, id="http-for-https"),
        pytest.param({"link": BASE + "a?utm_source=rss&utm_medium=x"}, id="tracking-parameters"),
        pytest.param({"link": BASE + "a?session=5f3a"}, id="parameter-nobody-knows"),
        pytest.param({"link": BASE + "2026/a-new-slug"}, id="another-slug"),
        pytest.param({"id": None}, id="the-id-is-gone"),
        pytest.param({"id": "other-id-each-time"}, id="the-id-changes-each-time"),
        pytest.param({"published": "2026-11-02T08:00:00Z", "updated": "2026-11-02T09:00:00Z"}, id="dates"),
        pytest.param({"summary": "<p>Words  of\n a</p><img src='/pixel?77'>"}, id="markup-and-white-space"),
    ],
)
def test_the_same_entry_written_otherwise_is_neither_new_nor_changed(now_written_as: dict[str, str | None]) -> None:
    feed = Feed()
    feed.poll(entry("b"), entry("a"))
    found = feed.poll(entry("b"), entry("a", **now_written_as))
    assert (found.new, found.changed, found.unchanged) == ((), (), 2)


@pytest.mark.parametrize("part", ["title", "summary", "content_html"])
def test_other_words_are_a_change_once(part: str) -> None:
    feed = Feed()
    feed.poll(entry("a"))
    corrected = entry("a", **{part: "Corrected words"})
    found = feed.poll(corrected)
    assert (found.new, links(found.changed)) == ((), ["a"])
    assert feed.poll(corrected).changed == ()


def test_an_id_that_is_reused_for_another_article_is_new() -> None:
    feed = Feed()
    feed.poll(entry("a", id="1"), entry("b", id="2"))
    found = feed.poll(entry("c", id="1"), entry("a", id="2"))
    assert links(found.new) == ["c"]


def test_an_id_shared_by_all_entries_is_not_believed() -> None:
    feed = Feed()
    first = feed.poll(entry("a", id=BASE), entry("b", id=BASE), entry("c", id="x"), entry("d", id="x"))
    assert sorted(links(first.new)) == ["a", "b", "c", "d"]
    again = feed.poll(entry("a", id=BASE), entry("b", id=BASE), entry("e", id="x"), entry("d", id="x"))
    assert links(again.new) == ["e"]


def test_entries_without_a_usable_link_and_repeated_ones_are_counted() -> None:
    found = Feed().poll(
        entry("a"), entry("a", id="again"), entry("x", link=None), entry("y", link="mailto:desk@news.example")
    )
    assert links(found.new) == ["a"]
    assert found.dropped == {Dropped.NO_LINK: 2, Dropped.REPEATED: 1}


def test_a_first_poll_takes_the_newest_and_remembers_the_rest() -> None:
    feed = Feed()
    dated = [entry(str(day), published=f"2026-10-{day:02}T00:00:00Z") for day in (3, 9, 1, 7)]
    first = feed.poll(*dated, backfill=2)
    assert links(first.new) == ["7", "9"]
    assert first.backfilled == 2
    assert feed.poll(*dated, entry("late")).new[0].link == BASE + "late"


def test_a_first_poll_without_dates_goes_by_the_order_of_the_feed() -> None:
    assert links(Feed().poll(*[entry(str(n)) for n in range(9)], backfill=3).new) == ["2", "1", "0"]


def test_a_failed_first_poll_does_not_open_the_flood() -> None:
    feed = Feed()
    feed.state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0, polled_at=NOW, failures=3)
    assert len(feed.poll(*[entry(str(n)) for n in range(50)], backfill=5).new) == 5


def test_no_backfill_means_only_what_comes_later() -> None:
    feed = Feed()
    assert feed.poll(entry("a"), backfill=0).new == ()
    assert links(feed.poll(entry("b"), entry("a"), backfill=0).new) == ["b"]


def test_memory_is_bounded_but_keeps_all_that_is_listed() -> None:
    feed = Feed()
    old = [entry(f"old{n}") for n in range(12_000)]
    feed.poll(*old, backfill=0)
    assert len(feed.state.seen) == 24_000 * words.HASH_BYTES, "more than the bound, as all of it is listed"
    feed.poll(*[entry(f"new{n}") for n in range(100)])
    assert len(feed.state.seen) == memory.CAP * words.HASH_BYTES == 2 * len(feed.state.hashes)
    assert feed.poll(*[entry(f"new{n}") for n in range(100)]).new == ()


def test_an_entry_that_left_the_feed_and_returns_is_not_new() -> None:
    feed = Feed()
    feed.poll(entry("a"), entry("b"))
    for number in range(50):
        feed.poll(entry(str(number)))
    assert feed.poll(entry("a"), entry("b")).new == ()


def test_state_from_before_content_hashes_counts_as_unchanged() -> None:
    feed = Feed()
    feed.poll(entry("a"))
    feed.state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0, seen=feed.state.seen)
    found = feed.poll(entry("a"))
    assert (found.new, found.changed) == ((), ())


def test_the_time_of_entries_ignores_the_future_and_the_unknown() -> None:
    parsed = ParsedFeed(
        format=Format.RSS,
        entries=(
            entry("a", published="2026-11-02T08:00:00+01:00"),
            entry("b", published="soon"),
            entry("c", published="2199-01-01T00:00:00Z"),
            entry("d", updated="2026-11-03"),
            entry("e"),
        ),
    )
    assert new_and_changed.entry_times(parsed, now=NOW) == (1793664000.0, 1793602800.0)


def test_an_entry_without_words_says_nothing_about_those_it_had() -> None:
    feed = Feed()
    bare = entry("a", id=None, title=None, summary=None)
    assert links(feed.poll(bare).new) == ["a"]
    assert feed.poll(bare).unchanged == 1
    assert feed.poll(entry("a")).unchanged == 1, "the first words are no change"
    assert feed.poll(bare).unchanged == 1
    assert links(feed.poll(entry("a", title="Corrected")).changed) == ["a"]
    assert links(feed.poll(entry("b", title=None, summary=None), entry("c", title=None, summary=None)).new) == [
        "c",
        "b",
    ]


def test_an_id_that_is_reused_for_another_entry_without_words_is_new() -> None:
    feed = Feed()
    feed.poll(entry("a", id="1", title=None, summary=None), entry("b", id="1", title=None, summary=None))
    found = feed.poll(entry("c", id="1", title=None, summary=None), entry("d", id="1", title=None, summary=None))
    assert sorted(links(found.new)) == ["c", "d"]
