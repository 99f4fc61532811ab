"""Whatever a feed lists and in which order it is polled: nothing twice, nothing lost, all of it accounted for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.feed.formats.parsed import FeedEntry
from feed.polled import NOW, Feed, entry, links

pytestmark = pytest.mark.slow

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
# name, edition of its words, kind of address, kind of id
LISTED = st.tuples(st.sampled_from("abcdef"), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))
POLLS = st.lists(st.tuples(st.lists(LISTED, max_size=8), st.integers(0, 100_000)), max_size=10)


def written(name: str, edition: int, address: int, ids: int) -> FeedEntry:
    """Return an article as publishers write it on different days: other words, addresses and ids."""
    link = [name, f"{name}?utm_source=rss", f"{name}?fbclid=77"][address]
    return entry(link, id=[f"tag:{name}", None, "one for all", f"{name} at {edition}"][ids], summary=f"text {edition}")


@given(st.lists(NAMES, max_size=8))
def test_over_any_polls_each_entry_is_new_exactly_once(polls: list[list[str]]) -> None:
    feed, found = Feed(), []
    for names in polls:
        found += links(feed.poll(*[entry(name) for name in names]).new)
    assert sorted(found) == sorted({name for names in polls for name in names})


@given(POLLS)
def test_articles_that_change_words_addresses_and_ids_are_new_exactly_once(
    polls: list[tuple[list[tuple[str, int, int, int]], int]],
) -> None:
    feed, found, now = Feed(), [], NOW
    for listed, pause_s in polls:
        now += pause_s
        found += [link[0] for link in links(feed.poll(*[written(*item) for item in listed], now=now).new)]
    assert sorted(found) == sorted({name for listed, _ in polls for name, *_ in listed})


@given(POLLS, st.integers(0, 10))
def test_every_entry_listed_is_new_changed_unchanged_or_dropped_for_a_reason(
    polls: list[tuple[list[tuple[str, int, int, int]], int]], backfill: int
) -> None:
    feed, now = Feed(), NOW
    for listed, pause_s in polls:
        now += pause_s
        found = feed.poll(*[written(*item) for item in listed], now=now, backfill=backfill)
        accounted = len(found.new) + len(found.changed) + found.unchanged + found.backfilled
        assert accounted + sum(found.dropped.values()) == len(listed)
        assert len(feed.state.seen) == 2 * len(feed.state.hashes)


@given(NAMES, st.randoms(use_true_random=False))
def test_the_order_in_which_a_feed_lists_its_entries_is_no_change(names: list[str], random: object) -> None:
    feed = Feed()
    feed.poll(*[entry(name) for name in names])
    random.shuffle(names)  # type: ignore[attr-defined]
    found = feed.poll(*[entry(name) for name in names])
    assert (found.new, found.changed, found.unchanged) == ((), (), len(names))
