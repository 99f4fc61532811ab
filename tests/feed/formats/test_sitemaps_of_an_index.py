"""Which sitemaps of an index are followed, and until when."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.feed.entries.memory import Memory
from cleanwire.feed.formats.parsed import SitemapLink
from cleanwire.feed.timing import children, parts, schedule
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records.feed import Child, FeedState

NOW = 1_800_000_000.0
HOUR, DAY = 3600.0, 86_400.0
BASE = "https://quay.example/"
BOUNDS = Bounds()
INDEX = FeedState(feed_id="i", url=BASE + "index.xml", next_poll_at=NOW)


def link(path: str, days_ago: float | None = None) -> SitemapLink:
    if days_ago is None:
        return SitemapLink(url=BASE + path)
    return SitemapLink(url=BASE + path, modified=datetime.fromtimestamp(NOW - days_ago * DAY, UTC).isoformat())


def read(*links: SitemapLink, state: FeedState = INDEX, now: float = NOW) -> FeedState:
    """Return the state after the index was read."""
    found = children.followed(state, links, site="quay.example", bounds=BOUNDS, now=now)
    return structs.replace(children.with_children(state, found), body_hash="read", next_poll_at=now + HOUR)


def active(state: FeedState) -> list[str]:
    return [child.state.url.removeprefix(BASE) for child in state.children if not child.state.gone]


def child_of(state: FeedState, path: str) -> Child:
    return next(child for child in state.children if child.state.url == BASE + path)


def poll(
    state: FeedState, path: str, *, status: int = 200, recent: int | None = 1, lost: bool = False, now: float = NOW
) -> FeedState:
    """Return the state after one sitemap was polled."""
    part = Part(state=child_of(state, path).state, child=child_of(state, path))
    failure = None if status == 200 and not lost else f"HTTP {status}"
    reply = PollReply(status=status, failure=failure, new_entries=recent or 0, body_hash="b")
    following = schedule.reschedule(part.state, reply, BOUNDS, now=now, jitter=0.5)
    return children.polled(state, part, following, shown=None, recent=recent, lost=lost)


def test_of_a_dated_index_those_that_changed_lately_are_followed() -> None:
    state = read(link("2026-09.xml", 60), link("2026-10.xml", 20), link("2026-11.xml", 0.1), link("2026-12.xml", 2))
    assert active(state) == ["2026-11.xml", "2026-12.xml"]


def test_where_none_changed_lately_the_latest_is_followed() -> None:
    assert active(read(link("a1.xml", 90), link("a2.xml", 40))) == ["a2.xml"]


def test_of_an_undated_index_the_ends_are_followed() -> None:
    state = read(*(link(f"posts-{number}.xml") for number in (1, 2, 3, 10, 9, 8, 7, 4, 5, 6)))
    assert active(state) == ["posts-10.xml", "posts-9.xml", "posts-8.xml", "posts-1.xml"]


def test_news_comes_first_also_when_it_is_not_dated() -> None:
    state = read(*(link(f"p{number}.xml", 1) for number in range(20)), link("news-sitemap.xml"))
    assert active(state)[0] == "news-sitemap.xml"
    assert len(active(state)) == children.MAX_FOLLOWED


def test_a_folder_named_news_says_nothing_about_its_files() -> None:
    state = read(*(link(f"news/{number}.xml", 100 - number) for number in range(98)), link("news/today.xml", 0.1))
    assert active(state) == ["news/today.xml", "news/97.xml"]


@pytest.mark.parametrize(
    "path", ["category-sitemap.xml", "post_tag-sitemap.xml", "sitemap-authors.xml", "video-sitemap.xml", "page-1.xml"]
)
def test_lists_of_no_articles_are_left_out(path: str) -> None:
    assert active(read(link(path, 0.1), link("post-sitemap.xml", 0.2))) == ["post-sitemap.xml"]


def test_an_index_speaks_for_its_own_site_only() -> None:
    elsewhere = SitemapLink(url="https://elsewhere.example/news.xml")
    mirror = SitemapLink(url="https://maps.quay.example/news.xml")
    assert [c.state.url for c in read(elsewhere, mirror).children] == [mirror.url]


def test_first_polls_are_spread_and_each_is_handed_out_in_its_turn() -> None:
    state = read(*(link(f"{number}.xml", number / 10) for number in range(1, 6)))
    times = [child.state.next_poll_at for child in state.children]
    assert times == [NOW + 60 * number for number in range(5)]
    assert parts.due_at(state) == NOW
    assert parts.next_part(state).state.url == BASE + "1.xml"
    polled = poll(state, "1.xml")
    assert parts.due_at(polled) == NOW + 60


def test_the_index_itself_has_its_turn() -> None:
    state = structs.replace(read(link("a.xml", 1)), next_poll_at=NOW - 1)
    assert parts.next_part(state).child is None


def test_what_was_seen_in_one_sitemap_is_known_in_all() -> None:
    state = read(link("a.xml", 1), link("b.xml", 1))
    part = Part(state=child_of(state, "a.xml").state, child=child_of(state, "a.xml"))
    following = structs.replace(part.state, next_poll_at=NOW + DAY)
    shown = Memory(b"12345678", b"abcd")
    after = children.polled(state, part, following, shown=shown, recent=1, lost=False)
    assert (after.seen, child_of(after, "a.xml").state.seen) == (b"12345678", b"")
    following_part = parts.next_part(after)
    assert (following_part.state.url, following_part.state.seen) == (BASE + "b.xml", b"12345678")


def test_only_sitemaps_of_the_first_reading_have_a_first_poll_and_share_its_back_fill() -> None:
    state = read(link("a.xml", 1), link("b.xml", 1))
    assert (parts.next_part(state).first, parts.next_part(state).share) == (True, 0.5)
    after = poll(state, "a.xml")
    later = read(link("a.xml", 1), link("b.xml", 1), link("c.xml", 0), state=after)
    firsts = {c.state.url[-5:]: c.initial and c.state.body_hash is None for c in later.children}
    assert firsts == {"c.xml": False, "a.xml": False, "b.xml": True}


def test_a_sitemap_that_failed_at_first_still_has_its_first_poll_ahead() -> None:
    state = poll(read(link("a.xml", 1)), "a.xml", status=503, recent=None)
    part = parts.next_part(structs.replace(state, next_poll_at=NOW + 9 * DAY))
    assert part.first


def test_what_vanishes_from_the_index_is_forgotten() -> None:
    assert active(read(link("b.xml", 1), state=read(link("a.xml", 1), link("b.xml", 1)))) == ["b.xml"]


def test_one_that_is_gone_is_retired_at_once_until_the_index_dates_it_anew() -> None:
    state = poll(read(link("a.xml", 1), link("b.xml", 1)), "a.xml", status=410, recent=None)
    assert active(state) == ["b.xml"]
    assert active(read(link("a.xml", 1), link("b.xml", 1), state=state)) == ["b.xml"]
    assert set(active(read(link("a.xml", 0.5), link("b.xml", 1), state=state))) == {"a.xml", "b.xml"}


@pytest.mark.parametrize(("status", "lost", "retired"), [(404, True, True), (200, True, True), (503, False, False)])
def test_one_that_is_no_sitemap_any_more_is_retired_and_one_with_trouble_is_not(
    status: int, lost: bool, retired: bool
) -> None:
    state = read(link("a.xml", 1))
    for number in range(children.FAILED_POLLS):
        assert active(state) == ["a.xml"]
        state = poll(state, "a.xml", status=status, recent=None, lost=lost, now=NOW + number * DAY)
    assert (active(state) == []) == retired


def test_one_that_lists_nothing_recent_is_retired_but_never_one_of_news() -> None:
    state = read(link("posts-1.xml"), link("posts-2.xml"), link("news.xml"))
    for _ in range(children.IDLE_POLLS):
        for path in ("posts-1.xml", "news.xml"):
            state = poll(state, path, recent=0)
    assert set(active(state)) == {"posts-2.xml", "news.xml"}
    again = read(link("posts-1.xml"), link("posts-2.xml"), link("news.xml"), state=state)
    assert set(active(again)) == {"posts-2.xml", "news.xml"}


def test_a_page_now_and_then_keeps_it() -> None:
    state = read(link("a.xml", 1))
    for recent in (0, 0, 1, 0, 0, None, 1):
        state = poll(state, "a.xml", recent=recent)
    assert active(state) == ["a.xml"]


def test_a_new_date_asks_for_an_early_poll_but_not_before_the_floor() -> None:
    state = poll(read(link("a.xml", 1)), "a.xml")
    planned = child_of(state, "a.xml").state.next_poll_at
    again = read(link("a.xml", 0.5), state=state, now=NOW + 10)
    assert child_of(again, "a.xml").state.next_poll_at == NOW + BOUNDS.floor_s < planned
    assert parts.due_at(read(link("a.xml", 1), state=state)) == planned


def test_a_poll_that_is_asked_for_asks_everything() -> None:
    state = poll(read(link("a.xml", 1), link("b.xml", 1)), "a.xml", status=410, recent=None)
    asked = children.asked(state, NOW + 5)
    assert {child.state.next_poll_at for child in asked.children} == {NOW + 5}
    assert len(active(asked)) == 2


def test_dead_ones_that_somebody_asked_for_leave_no_room_for_others() -> None:
    state = read(*(link(f"year-{number}.xml", 1) for number in range(4)))
    for number in range(4):
        inner = child_of(state, f"year-{number}.xml")
        for turn in range(2):
            links = [link(f"{number}-{turn}-{each}.xml", 1) for each in range(8)]
            found = children.followed(state, links, parent=inner, site="quay.example", bounds=BOUNDS, now=NOW)
            dead = [
                structs.replace(each, state=structs.replace(each.state, gone=True)) for each in found if each.parent
            ]
            state = structs.replace(state, children=(*(each for each in found if not each.parent), *dead))
    state = children.asked(state, NOW)
    more = [link(f"more-{each}.xml", 1) for each in range(8)]
    inner = child_of(state, "year-0.xml")
    found = children.followed(state, more, parent=inner, site="quay.example", bounds=BOUNDS, now=NOW)
    assert not [child for child in found if child.parent == inner.state.feed_id]


LINKS = st.lists(
    st.builds(
        link,
        st.from_regex(r"(news|post|tag|sitemap)[-/][0-9]{1,3}\.xml", fullmatch=True),
        st.one_of(st.none(), st.floats(-3, 400)),
    ),
    max_size=60,
)


@given(st.lists(LINKS, min_size=1, max_size=4))
def test_the_state_is_bounded_whatever_an_index_lists(readings: list[list[SitemapLink]]) -> None:
    state = INDEX
    for number, links in enumerate(readings):
        state = read(*links, state=state, now=NOW + number * HOUR)
        assert len(active(state)) <= children.MAX_FOLLOWED
        assert len(state.children) <= children.MAX_FOLLOWED + children.MAX_RETIRED
        assert {child.state.url for child in state.children} <= {each.url for each in links}
        for path in active(state)[:3]:
            state = poll(state, path, status=410, recent=None)


@given(st.lists(st.tuples(st.integers(0, 40), LINKS), max_size=12))
def test_indexes_in_the_index_are_bounded_too_and_none_is_left_behind(
    readings: list[tuple[int, list[SitemapLink]]],
) -> None:
    state = read(*(link(f"year-{number}.xml", 1) for number in range(12)))
    for number, (which, links) in enumerate(readings):
        inner = state.children[which % len(state.children)]
        found = children.followed(
            state, links, parent=inner, site="quay.example", bounds=BOUNDS, now=NOW + number * HOUR
        )
        state = structs.replace(state, children=found)
        ids = [child.state.feed_id for child in found]
        assert len(set(ids)) == len(ids), "none is asked twice"
        assert all(child.parent is None or child.parent in ids for child in found)
        deeper = [child for child in found if child.parent is not None and not child.state.gone]
        assert len(deeper) <= children.MAX_DEEPER
        assert len([child for child in found if child.parent is None]) == children.MAX_FOLLOWED
    shares = [parts.next_part(structs.replace(state, next_poll_at=NOW + DAY)).share for _ in state.children]
    assert all(0 < share <= 1 / children.MAX_FOLLOWED for share in shares)
    emptied = read(state=state)
    assert emptied.children == ()


def test_reading_an_index_again_changes_nothing() -> None:
    links = [link(f"{number}.xml", number / 10) for number in range(30)]
    state = read(*links)
    assert read(*links, state=state) == state
