"""Entries that came and went between two polls: noticed, estimated, looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.entries.new_and_changed import Keyed
from cleanwire.feed.formats.parsed import FeedEntry, Format, ParsedFeed
from cleanwire.feed.gaps import overlap
from cleanwire.feed.gaps import search as gaps
from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records.feed import FeedState, Gap
from feed.windows import BASE, DAY, HOUR, MINUTE, SEARCH_S, START, Feed, every, stamp


def listed(*times: float, dated: bool = True, folder: str = "town/") -> ParsedFeed:
    """Return a feed with an entry for each time; the time names it."""
    entries = [
        FeedEntry(link=f"{BASE}{folder}{at:.0f}", title=f"At {at:.0f}", published=stamp(at) if dated else None)
        for at in sorted(times, reverse=True)
    ]
    return ParsedFeed(format=Format.RSS, entries=tuple(entries))


def on_top(pinned: list[float], times: list[float], *, dated: bool) -> ParsedFeed:
    """Return a feed that shows `pinned` entries above those of `times`, all in the order given."""
    entries = [
        FeedEntry(link=f"{BASE}town/{at:.0f}", title="t", published=stamp(at) if dated else None)
        for at in (*pinned, *times)
    ]
    return ParsedFeed(format=Format.RSS, entries=tuple(entries))


def test_an_entry_that_is_listed_twice_means_that_nothing_was_missed() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    assert feed.poll(listed(*every(10, 20, until=START + 190 * MINUTE)), START + 190 * MINUTE) is None


def test_what_was_shown_in_between_is_counted() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    now = START + 10 * HOUR  # 60 entries came, 20 are shown
    gap = feed.poll(listed(*every(10, 20, until=now)), now)
    assert gap is not None
    assert (gap.since, gap.until, gap.lost) == (START, now - 190 * MINUTE, 40)
    assert (feed.state.gaps, feed.state.lost, feed.state.gap) == (1, 40, gap)


def test_a_quiet_night_is_no_gap() -> None:
    feed = Feed()
    evening = every(10, 20, until=START)
    feed.poll(listed(*evening), START)
    now = START + 9 * HOUR
    assert feed.poll(listed(*every(10, 5, until=now), *evening[:15]), now) is None


def test_windows_that_just_touch_are_no_gap() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    now = START + 200 * MINUTE
    assert feed.poll(listed(*every(10, 20, until=now)), now) is None


def test_a_pinned_entry_of_last_year_does_not_change_the_estimate() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START), START - 300 * DAY), START)
    now = START + 10 * HOUR
    gap = feed.poll(listed(*every(10, 20, until=now), START - 301 * DAY), now)
    assert gap is not None
    assert gap.lost == 40


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("pinned", [1, 2, 4])
def test_pinned_entries_hide_no_gap(pinned: int, dated: bool) -> None:
    feed = Feed(every_s=10 * MINUTE)
    old = [START - (300 + number) * DAY for number in range(pinned)]
    feed.poll(on_top(old, every(10, 20, until=START), dated=dated), START)
    now = START + 10 * HOUR
    gap = feed.poll(on_top(old, every(10, 20, until=now), dated=dated), now)
    assert gap is not None
    assert gap.lost == 40


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("shared", [1, 3, 19])
def test_pinned_entries_make_no_gap(shared: int, dated: bool) -> None:
    feed = Feed(every_s=10 * MINUTE)
    old = [START - 300 * DAY]
    feed.poll(on_top(old, every(10, 20, until=START), dated=dated), START)
    morning = START + 9 * HOUR
    window = [*every(10, 20 - shared, until=morning), *every(10, shared, until=START)]
    assert feed.poll(on_top(old, window, dated=dated), morning) is None


@pytest.mark.parametrize("shared", [1, 10, 19])
def test_an_undated_feed_that_shows_the_oldest_first_has_no_gap_while_its_windows_overlap(shared: int) -> None:
    feed = Feed(every_s=MINUTE)
    ascending = sorted(every(10, 60, until=START))
    feed.poll(on_top([], ascending[:20], dated=False), START)
    assert feed.poll(on_top([], ascending[20 - shared : 40 - shared], dated=False), START + 9 * HOUR) is None


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
def test_what_is_remembered_of_a_large_window_is_bounded_and_finds_the_overlap(dated: bool) -> None:
    feed = Feed(every_s=MINUTE)
    feed.poll(on_top([], every(1, 3000, until=START), dated=dated), START)
    assert feed.state.listing is not None
    assert len(feed.state.listing.articles + feed.state.listing.ids) <= 2 * overlap.MAX_REMEMBERED * 8
    now = START + 2999 * MINUTE
    assert feed.poll(on_top([], every(1, 3000, until=now), dated=dated), now) is None


def test_an_entry_is_known_again_by_its_id() -> None:
    feed = Feed()
    entries = [FeedEntry(id=f"e{n}", link=f"{BASE}s1/{n}", published=stamp(START - n * MINUTE)) for n in range(3)]
    feed.poll(ParsedFeed(format=Format.RSS, entries=tuple(entries)), START)
    morning = START + 9 * HOUR
    moved = [FeedEntry(id="e0", link=f"{BASE}s2/0", published=stamp(START))]
    new = [FeedEntry(id=f"n{n}", link=f"{BASE}s2/n{n}", published=stamp(morning - n * MINUTE)) for n in range(2)]
    assert feed.poll(ParsedFeed(format=Format.RSS, entries=(*new, *moved)), morning) is None


def test_a_feed_that_shows_one_entry_a_day_misses_none() -> None:
    feed = Feed(every_s=DAY)
    feed.poll(listed(START), START + HOUR)
    assert feed.poll(listed(START + DAY), START + DAY + HOUR) is None


def test_a_feed_whose_addresses_all_changed_lost_nothing() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    assert feed.poll(listed(*every(10, 20, until=START), folder="moved/"), START + HOUR) is None


def test_without_dates_it_is_counted_from_poll_to_poll() -> None:
    feed = Feed(every_s=10 * MINUTE)
    feed.poll(listed(*every(10, 20, until=START), dated=False), START)
    now = START + 10 * HOUR
    gap = feed.poll(listed(*every(10, 20, until=now), dated=False), now)
    assert gap is not None
    assert (gap.since, gap.until, gap.lost) == (START, now, 40)


def test_an_estimate_has_an_end() -> None:
    feed = Feed()
    feed.poll(listed(*every(1, 20, until=START)), START)
    now = START + 300 * DAY
    gap = feed.poll(listed(*every(1, 20, until=now)), now)
    assert gap is not None
    assert gap.lost == gaps.MAX_LOST


def test_a_first_poll_a_failed_one_and_an_empty_one_are_no_gap() -> None:
    feed = Feed()
    assert feed.poll(listed(*every(10, 20, until=START)), START) is None
    assert feed.poll(listed(), START + HOUR) is None
    assert feed.poll(listed(*every(10, 20, until=START + 10 * HOUR)), START + 10 * HOUR) is None


def test_a_feed_with_a_gap_is_asked_the_more_often_the_more_it_cost() -> None:
    polled_at = START - 10 * HOUR
    state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0, rate=6 / HOUR, window=20, polled_at=polled_at)
    waits = [
        schedule.reschedule(
            state,
            PollReply(status=200, entries=20, new_entries=20, lost_entries=lost),
            Bounds(),
            now=START,
            jitter=0.5,
        ).next_poll_at
        - START
        for lost in (0, 40, 400, 4000)
    ]
    assert waits == sorted(waits, reverse=True)
    assert waits[1] < waits[0]
    assert waits[-1] == Bounds().floor_s


def test_a_second_gap_joins_the_one_that_waits_and_searches_keep_their_distance() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    first = feed.poll(listed(*every(10, 20, until=START + 10 * HOUR)), START + 10 * HOUR)
    second = feed.poll(listed(*every(10, 20, until=START + 20 * HOUR)), START + 20 * HOUR)
    assert first is not None
    assert second is not None
    joined = feed.state.gap
    assert joined is not None
    assert (joined.since, joined.until, joined.lost) == (START, second.until, first.lost + second.lost)
    searched_at = START + 20 * HOUR
    feed.state = gaps.closed(feed.state, (), now=searched_at)
    feed.poll(listed(*every(1, 20, until=START + 24 * HOUR)), START + 24 * HOUR)
    assert feed.state.gap is not None
    assert feed.state.gap.due_at == searched_at + SEARCH_S


def test_searching_can_be_switched_off() -> None:
    state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0)
    gap = Gap(since=START, until=START + HOUR, lost=3, due_at=START)
    after = gaps.counted(state, gap, search_every_s=0, now=START)
    assert (after.gap, after.gaps, after.lost) == (None, 1, 3)


# What the news sitemap still lists


def after_gap() -> tuple[Feed, Gap, float]:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START)), START)
    now = START + 10 * HOUR
    gap = feed.poll(listed(*every(10, 20, until=now)), now)
    assert gap is not None
    return feed, gap, now


def names(found: tuple[Keyed, ...]) -> list[str]:
    return [keyed.link.removeprefix(BASE) for keyed in found]


def test_what_lies_in_the_gap_and_was_never_shown_is_missing() -> None:
    feed, gap, now = after_gap()
    everything = listed(*every(10, 200, until=now))
    found = gaps.missing(everything, feed.state, gap, now=now)
    assert names(found) == [f"town/{at:.0f}" for at in sorted(every(10, 40, until=gap.until - 10 * MINUTE))]
    assert len(found) == gap.lost


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(FeedEntry(link=BASE + "politics/1", title="t", published=stamp(START + HOUR)), id="section"),
        pytest.param(FeedEntry(link="https://blogs.news.example/town/1", title="t", published=stamp(START + HOUR)),
                     id="host"),
        pytest.param(FeedEntry(link=BASE + "town/1", title="t", published=stamp(START - 1)), id="before"),
        pytest.param(FeedEntry(link=BASE + "town/1", title="t", published=stamp(START + 9 * HOUR)), id="after"),
        pytest.param(FeedEntry(link=BASE + "town/1", title="t", published="soon"), id="undated"),
        pytest.param(FeedEntry(link=BASE + "town/1", updated=stamp(START + HOUR)), id="page-that-was-edited"),
        pytest.param(FeedEntry(link=None, title="t", published=stamp(START + HOUR)), id="no-link"),
        pytest.param(FeedEntry(link=f"{BASE}town/{START:.0f}?utm_source=x", title="t",
                               published=stamp(START + HOUR)), id="known"),
    ],
)  # fmt: skip
def test_everything_else_in_the_sitemap_is_not(entry: FeedEntry) -> None:
    feed, gap, now = after_gap()
    assert gaps.missing(ParsedFeed(format=Format.SITEMAP, entries=(entry,)), feed.state, gap, now=now) == ()


def test_a_site_without_sections_is_one_section() -> None:
    feed = Feed()
    feed.poll(listed(*every(10, 20, until=START), folder="2027/01/"), START)
    now = START + 10 * HOUR
    gap = feed.poll(listed(*every(10, 20, until=now), folder="2027/01/"), now)
    assert gap is not None
    found = gaps.missing(listed(*every(10, 200, until=now), folder="2027/02/"), feed.state, gap, now=now)
    assert len(found) == gap.lost


def test_what_was_found_is_known_afterwards_whatever_its_words() -> None:
    feed, gap, now = after_gap()
    found = gaps.missing(listed(*every(10, 200, until=now)), feed.state, gap, now=now)
    feed.state = gaps.closed(feed.state, found, now=now)
    assert (feed.state.gap, feed.state.recovered, feed.state.searched_at) == (None, 40, now)
    assert gaps.missing(listed(*every(10, 200, until=now)), feed.state, gap, now=now) == ()
    late = [keyed.entry for keyed in found[:2]]
    shown = ParsedFeed(format=Format.RSS, entries=(*listed(*every(10, 19, until=now)).entries, *late))
    again = new_and_changed.select(shown, feed.state, now=now)
    assert (again.new, again.changed) == ((), ())
    assert feed.poll(shown, now) is None


def test_only_the_latest_of_very_many_are_taken() -> None:
    feed, gap, now = after_gap()
    busy = listed(*[START + 1 + second for second in range(1000)])
    found = gaps.missing(busy, feed.state, gap, now=now)
    assert len(found) == gaps.MAX_RECOVERED
    assert names(found)[-1] == f"town/{START + 1000:.0f}"


ROBOTS = ("https://news.example/sitemap-index.xml", "/maps/news.xml", "https://elsewhere.example/news.xml", "mailto:x")


def test_sitemaps_named_for_news_are_asked_alone() -> None:
    found = gaps.sitemaps_to_ask(ROBOTS, feed_url=BASE + "feed.xml", now=START)
    assert found == ("https://news.example/maps/news.xml",)


def test_without_them_those_listed_come_before_guesses_and_the_number_is_bounded() -> None:
    found = gaps.sitemaps_to_ask(("/a.xml", "/b.xml", "/c.xml"), feed_url=BASE + "feed.xml", now=START)
    assert found[:3] == (BASE + "a.xml", BASE + "b.xml", BASE + "news-sitemap.xml")
    assert len(found) < gaps.MAX_ASKS
    assert gaps.sitemaps_to_ask((), feed_url=BASE + "feed.xml", now=START)[0] == BASE + "news-sitemap.xml"


@given(
    st.lists(st.integers(1, 90), min_size=1, max_size=80),
    st.lists(st.integers(1, 60), min_size=2, max_size=12),
    st.integers(3, 20),
)
def test_with_a_complete_sitemap_nothing_is_lost_and_nothing_comes_twice(
    pauses: list[int], polls: list[int], size: int
) -> None:
    """Entries at random times, polls at random times, a feed that shows the last `size`, a sitemap that shows all."""
    times = [START + MINUTE * sum(pauses[: place + 1]) for place in range(len(pauses))]
    feed, passed, now = Feed(every_s=30 * MINUTE), list[str](), START
    for pause in polls:
        now += pause * 5 * MINUTE
        published = [at for at in times if at <= now]
        before = feed.state
        parsed = listed(*published[-size:])
        new = new_and_changed.select(parsed, before, now=now).new
        gap = feed.poll(parsed, now)
        passed += names(new)
        if gap is not None:
            found = gaps.missing(listed(*published), feed.state, gap, now=now)
            feed.state = gaps.closed(feed.state, found, now=now)
            passed += names(found)
            assert {f"town/{at:.0f}" for at in published if at > gap.since} <= set(passed)
    assert len(passed) == len(set(passed))
