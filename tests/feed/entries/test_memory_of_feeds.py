"""What a feed lists is never forgotten, and its state stays small enough for a record."""

import os
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.feed import fitting
from cleanwire.feed.entries import flapping, memory, new_and_changed
from cleanwire.feed.formats.parsed import FeedEntry, Format, ParsedFeed
from cleanwire.feed.gaps import overlap
from cleanwire.feed.gaps import search as gaps
from cleanwire.feed.timing import children, parts, schedule
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records import limits
from cleanwire.records.base import encode
from cleanwire.records.feed import Child, FeedState, Gap, Listing, NewsSitemap
from feed.polled import BASE, NOW, Feed, entry

SITEMAPS = 30
PAGES = 1000


def page(sitemap: int, number: int, day: int = 0) -> FeedEntry:
    return FeedEntry(link=f"{BASE}{sitemap}/{day}/{number}", title=f"Page {number} of sitemap {sitemap}, day {day}")


def index_of(count: int) -> FeedState:
    """Return an index that follows `count` sitemaps, some of them listed by an index in it."""
    state = FeedState(feed_id="i", url=BASE, next_poll_at=NOW, body_hash="read", polled_at=NOW, changed_at=NOW)
    found = tuple(
        Child(state=FeedState(feed_id=f"c{number}", url=f"{BASE}{number}.xml", next_poll_at=NOW))
        for number in range(count)
    )
    return children.with_children(state, found)


def polled(state: FeedState, number: int, entries: Iterable[FeedEntry]) -> tuple[FeedState, int]:
    """Return the index after its sitemap `number` was read, and how many entries were new."""
    child = state.children[number]
    known = memory.written(child.state, memory.for_child(state, child.state.feed_id))
    part = parts.Part(state=known, child=child)
    parsed = ParsedFeed(format=Format.SITEMAP, entries=tuple(entries))
    found = new_and_changed.select(parsed, part.state, now=NOW, first=False)
    shown = found.memory.part(len(found.memory) - found.listed, len(found.memory))
    following = schedule.reschedule(part.state, PollReply(status=200), Bounds(), now=NOW, jitter=0.5)
    return children.polled(state, part, following, shown=shown, recent=1, lost=False), len(found.new)


@pytest.mark.slow
def test_a_feed_of_20000_entries_with_ids_brings_nothing_new_the_second_time() -> None:
    feed = Feed()
    for day in range(2):
        entries = [entry(f"{day}-{number}") for number in range(20_000)]
        assert len(feed.poll(*entries, backfill=20_000).new) == 20_000
        assert len(encode(fitting.fit(feed.state))) < limits.FEED_STATE
        feed.state = fitting.fit(feed.state)
        assert feed.poll(*entries).new == ()


@pytest.mark.slow
def test_an_index_of_30_full_sitemaps_brings_nothing_new_the_second_time() -> None:
    state = index_of(SITEMAPS)
    for day in range(2):  # half of each sitemap is replaced each day
        pages = {number: [page(number, at, day if at % 2 else 0) for at in range(PAGES)] for number in range(SITEMAPS)}
        for number, listed in pages.items():
            state, new = polled(state, number, listed)
            assert new == (PAGES if not day else PAGES // 2)
        state = fitting.fit(state)
        assert len(encode(state)) < limits.FEED_STATE
        for number in range(0, SITEMAPS, 3):
            state, new = polled(state, number, pages[number])
            assert new == 0


def test_an_entry_that_moves_from_one_sitemap_to_another_is_known() -> None:
    state = index_of(2)
    state, new = polled(state, 0, [page(7, 1)])
    assert new == 1
    state, new = polled(state, 1, [page(7, 1)])
    assert new == 0
    state, _ = polled(state, 0, [])
    state, new = polled(state, 1, [page(7, 1)])
    assert (new, len(memory.of(state))) == (0, 2), "once as gone from the first, once as listed by the second"


def test_what_a_sitemap_listed_that_is_followed_no_more_is_remembered() -> None:
    state, _ = polled(index_of(2), 0, [page(0, 1)])
    state = children.with_children(state, state.children[1:])
    assert [child.listed for child in state.children] == [0]
    state, new = polled(state, 0, [page(0, 1)])
    assert new == 0


def test_the_index_itself_forgets_nothing_when_it_is_read() -> None:
    state = index_of(3)
    for number in range(3):
        state, _ = polled(state, number, [page(number, at) for at in range(5)])
    again = children.with_children(state, tuple(reversed(state.children)))
    for number in range(3):
        again, new = polled(again, number, [page(2 - number, at) for at in range(5)])
        assert new == 0


def test_a_state_of_version_0_1_0_is_read() -> None:
    feed = Feed()
    feed.poll(entry("a"), entry("b"))
    known = memory.of(feed.state)
    long = b"".join(said + b"more" for _, said in known.pairs())
    feed.state = structs.replace(feed.state, hashes=b"", revision_hashes=long)
    found = feed.poll(entry("a"), entry("b", summary="Other words"))
    assert ([keyed.link for keyed in found.changed], found.new) == ([BASE + "b"], ())


def test_version_0_1_0_would_find_nothing_new_in_ours() -> None:
    """It knows no `hashes` and `listed`, and takes words that it has not for unknown ones."""
    state = index_of(2)
    for number in range(2):
        state, _ = polled(state, number, [page(number, at) for at in range(5)])
    older = structs.replace(
        state, hashes=b"", children=tuple(structs.replace(child, listed=0) for child in state.children)
    )
    for number in range(2):
        older, new = polled(older, number, [page(number, at) for at in range(5)])
        assert new == 0


@pytest.mark.parametrize("seen", [b"", b"123", b"12345678" * 3])
@pytest.mark.parametrize("hashes", [b"", b"1", b"1234" * 9])
@pytest.mark.parametrize("listed", [0, 2, 99, -3])
def test_any_state_is_a_memory(seen: bytes, hashes: bytes, listed: int) -> None:
    damaged = structs.replace(index_of(1), seen=seen, hashes=hashes)
    damaged = structs.replace(
        damaged, children=tuple(structs.replace(child, listed=listed) for child in damaged.children)
    )
    assert len(memory.of(damaged).hashes) * 2 == len(memory.of(damaged).seen)
    after, _ = polled(damaged, 0, [page(0, 1)])
    assert after.children[0].listed == 1


def full_child(number: int, *, gone: bool, listed: int) -> Child:
    return Child(
        state=FeedState(
            feed_id=f"{number:032}",
            url=BASE + "x" * 2000,
            next_poll_at=NOW,
            moved_to=BASE + "\\" * 1000,
            etag='"' * 512,
            last_modified='"' * 512,
            last_failure="\x01" * 200,
            rhythm=os.urandom(62),
            listing=Listing(articles=os.urandom(3200), ids=os.urandom(3200)),
            gone=gone,
        ),
        modified='"' * 200,
        parent="p" * 32,
        listed=listed,
    )


@settings(max_examples=5)
@given(st.booleans())
def test_a_state_with_everything_at_its_bound_fits_and_keeps_what_is_listed(retired: bool) -> None:
    keys = SITEMAPS * PAGES + memory.CAP
    state = FeedState(
        feed_id="i",
        url=BASE + "x" * 8170,
        next_poll_at=NOW,
        seen=os.urandom(keys * 8),
        hashes=os.urandom(keys * 4),
        changes=os.urandom(flapping.CAP * 13),
        stories=os.urandom(200 * 12),
        title='"' * 512,
        listing=Listing(articles=os.urandom(overlap.MAX_REMEMBERED * 8), ids=os.urandom(overlap.MAX_REMEMBERED * 8)),
        children=(
            *(full_child(number, gone=False, listed=PAGES) for number in range(SITEMAPS)),
            *(
                full_child(100 + number, gone=True, listed=0)
                for number in range(children.MAX_RETIRED if retired else 0)
            ),
        ),
        gap=Gap(
            since=0,
            until=NOW,
            lost=9,
            due_at=NOW,
            scopes=("s" * gaps.MAX_SCOPE,) * gaps.MAX_SCOPES,
            asks=(BASE + "x" * 2000,) * gaps.MAX_ASKS,
        ),
        news_sitemap=NewsSitemap(url=BASE + "x" * 2000, etag='"' * 512),
    )
    fitted = fitting.fit(state)
    assert len(encode(fitted)) <= limits.FEED_STATE
    listed = memory.of(state).part(keys - SITEMAPS * PAGES, keys)
    assert memory.of(fitted).seen.endswith(listed.seen)
    assert [child.listed for child in fitted.children if not child.state.gone] == [PAGES] * SITEMAPS
    assert msgspec.json.decode(encode(fitted), type=FeedState) == fitted


def test_a_usual_state_is_left_alone() -> None:
    feed = Feed()
    feed.poll(*[entry(str(number)) for number in range(60)])
    assert fitting.fit(feed.state) is feed.state
