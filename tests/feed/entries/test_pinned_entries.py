"""Entries that stay in a feed, whatever comes and goes: they neither hide a gap nor make one."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.feed.formats.parsed import FeedEntry, Format, ParsedFeed
from feed.windows import BASE, DAY, HOUR, MINUTE, START, Feed, every, stamp

pytestmark = pytest.mark.slow

SHOWN, OLD = 20, START - 300 * DAY
Entry = tuple[str, float | None]
Layout = Callable[[list[Entry], list[Entry], float], list[Entry]]


def on_top(fresh: list[Entry], pinned: list[Entry], _: float) -> list[Entry]:
    return pinned + fresh


def at_the_end(fresh: list[Entry], pinned: list[Entry], _: float) -> list[Entry]:
    return fresh + pinned


def between(fresh: list[Entry], pinned: list[Entry], _: float) -> list[Entry]:
    shown = list(fresh)
    for number, entry in enumerate(pinned, 1):
        shown.insert(number * SHOWN // (len(pinned) + 1), entry)
    return shown


def redated(fresh: list[Entry], pinned: list[Entry], now: float) -> list[Entry]:
    return [(name, now - 1) for name, _ in pinned] + fresh


def some_redated(fresh: list[Entry], pinned: list[Entry], now: float) -> list[Entry]:
    return between(fresh, [(name, now - 1 if place % 2 else at) for place, (name, at) in enumerate(pinned)], now)


def all_redated(fresh: list[Entry], pinned: list[Entry], now: float) -> list[Entry]:
    return [(name, now) for name, _ in pinned + fresh]


def oldest_first(fresh: list[Entry], pinned: list[Entry], _: float) -> list[Entry]:
    return pinned + fresh[::-1]


def undated(layout: Layout) -> Layout:
    return lambda fresh, pinned, now: [(name, None) for name, _ in layout(fresh, pinned, now)]


LAYOUTS = {
    "on-top": on_top,
    "at-the-end": at_the_end,
    "between": between,
    "redated": redated,
    "some-redated": some_redated,
    "all-redated": all_redated,
    "oldest-first": oldest_first,
    "undated-on-top": undated(on_top),
    "undated-at-the-end": undated(at_the_end),
    "undated-between": undated(between),
    "undated-oldest-first": undated(oldest_first),
}
layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def feed(shown: list[Entry]) -> ParsedFeed:
    entries = [
        FeedEntry(link=BASE + name, title="t", published=None if at is None else stamp(at)) for name, at in shown
    ]
    return ParsedFeed(format=Format.RSS, entries=tuple(entries))


def window(layout: Layout, pinned: int, now: float, newest: float) -> ParsedFeed:
    """Return what a feed shows at `now`, with an entry every ten minutes up to `newest` and some that stay."""
    fresh: list[Entry] = [(f"{at:.0f}", at) for at in every(10, SHOWN - pinned, until=newest)]
    return feed(layout(fresh, [(f"pinned-{number}", OLD - number) for number in range(pinned)], now))


@layouts
@pytest.mark.parametrize("pinned", [1, 4, 6, 9])
def test_a_gap_behind_them_is_seen(layout: Layout, pinned: int) -> None:
    polled, now = Feed(every_s=10 * MINUTE), START + 10 * HOUR  # 60 entries came
    polled.poll(window(layout, pinned, START, START), START)
    gap = polled.poll(window(layout, pinned, now, now), now)
    assert gap is not None
    assert gap.lost == 60 - (SHOWN - pinned)


@layouts
@given(pinned=st.integers(0, 9), shared=st.integers(1, 19))
def test_one_entry_that_moved_on_beside_them_means_that_nothing_was_missed(
    layout: Layout, pinned: int, shared: int
) -> None:
    polled = Feed(every_s=10 * MINUTE)
    polled.poll(window(layout, pinned, START, START), START)
    newest = START + max(0, SHOWN - pinned - shared) * 10 * MINUTE
    now = newest + 9 * HOUR  # much later than its rate suggests
    assert polled.poll(window(layout, pinned, now, newest), now) is None


@given(seed=st.integers(0, 10_000), shared=st.integers(SHOWN // 2, SHOWN - 1), dated=st.booleans())
def test_a_feed_in_no_order_has_no_gap_while_half_of_it_stays(seed: int, shared: int, dated: bool) -> None:
    chance, polled = Random(seed), Feed(every_s=MINUTE)
    names = [f"{number}" for number in range(2 * SHOWN)]
    dates = {name: START - chance.random() * DAY if dated else None for name in names}
    first = chance.sample(names, SHOWN)
    then = chance.sample(first, shared) + [name for name in names if name not in first][: SHOWN - shared]
    chance.shuffle(then)
    polled.poll(feed([(name, dates[name]) for name in first]), START)
    assert polled.poll(feed([(name, dates[name]) for name in then]), START + DAY) is None


@given(st.integers(0, 10_000))
def test_nor_has_one_that_shuffles_the_last_entries(seed: int) -> None:
    chance, polled = Random(seed), Feed(every_s=10 * MINUTE)
    for hours in range(8):  # twelve new ones, eight that were shown before
        now = START + 2 * hours * HOUR
        shown: list[Entry] = [(f"{at:.0f}", at) for at in every(10, SHOWN, until=now)]
        chance.shuffle(shown)
        assert polled.poll(feed(shown), now) is None


def test_an_article_that_was_taken_back_makes_no_gap() -> None:
    polled = Feed(every_s=10 * MINUTE)
    polled.poll(feed([(f"{at:.0f}", at) for at in every(10, SHOWN, until=START)]), START)
    now = START + 17 * 10 * MINUTE
    after: list[Entry] = [(f"{at:.0f}", at) for at in every(10, SHOWN + 1, until=now) if at != START]
    assert polled.poll(feed(after), now) is None
