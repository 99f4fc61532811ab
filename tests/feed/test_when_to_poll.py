"""When a feed is asked again."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.crawl import headers
from cleanwire.feed.timing import pace, schedule
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records.feed import FeedState

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC).timestamp()  # a Monday
HOUR = 3600.0
BOUNDS = Bounds(floor_s=300.0, ceiling_s=86_400.0, first_s=900.0)
EVEN = struct.pack("<31H", *[700] * 24, *[2400] * 7)  # as many entries at each hour and on each weekday
STATE = FeedState(  # of a rate for which an hour is right, and asked a moment ago
    feed_id="f",
    url="https://news.example/feed",
    next_poll_at=NOW,
    interval_s=HOUR,
    rate=2 * pace.PRICE_S / HOUR**2,
    peak_rate=2 * pace.PRICE_S / HOUR**2,
    rhythm=EVEN,
    polled_at=NOW,
)
QUIET = structs.replace(STATE, rate=2 * pace.PRICE_S / (10 * HOUR) ** 2, peak_rate=2 * pace.PRICE_S / (10 * HOUR) ** 2)
FRESH = schedule.first_poll("f", "https://news.example/feed", now=NOW, jitter=0.5, spread_s=60.0)


def wait_s(state: FeedState, reply: PollReply, *, jitter: float = 0.5, bounds: Bounds = BOUNDS) -> float:
    return schedule.reschedule(state, reply, bounds, now=NOW, jitter=jitter).next_poll_at - NOW


def ok(**given: object) -> PollReply:
    return PollReply(status=200, **given)  # type: ignore[arg-type]


def feed(gap_s: float, *, last_s: float = 0.0, new: int = 0, **given: object) -> PollReply:
    """Return a reply with a feed of 30 entries that appeared every `gap_s`, the last one `last_s` ago."""
    times = tuple(NOW - last_s - gap_s * n for n in range(30))
    return ok(entries=30, new_entries=new, entry_times=times, **given)


@pytest.mark.parametrize(
    ("state", "reply", "expected_s"),
    [
        pytest.param(FRESH, ok(), 900, id="nothing-known-yet"),
        pytest.param(FRESH, feed(60.0), 300, id="never-below-the-floor"),
        pytest.param(FRESH, feed(24 * HOUR, last_s=9000 * HOUR), 3600, id="asleep-but-a-careful-start"),
        pytest.param(STATE, ok(not_modified=True), HOUR, id="as-its-rate-asks"),
        pytest.param(
            structs.replace(STATE, rate=STATE.rate / 4), ok(), 2 * HOUR, id="a-quarter-the-rate-half-as-often"
        ),
        pytest.param(
            structs.replace(STATE, rate=STATE.rate * 4), ok(), HOUR / 2, id="four-times-the-rate-twice-as-often"
        ),
        pytest.param(structs.replace(STATE, rate=1e-12), ok(), 86_400, id="never-beyond-the-ceiling"),
        pytest.param(structs.replace(STATE, failures=3), feed(60.0, new=30), 300, id="new-after-a-failure"),
        pytest.param(STATE, ok(max_age_s=2 * HOUR), 2.1 * HOUR, id="fresh-for-longer"),
        pytest.param(STATE, ok(max_age_s=60.0), HOUR, id="fresh-for-shorter"),
        pytest.param(STATE, ok(max_age_s=9e9), 86_400, id="fresh-for-ever"),
        pytest.param(STATE, ok(expires_s=3 * HOUR), 3.15 * HOUR, id="expires"),
        pytest.param(STATE, ok(max_age_s=0.0, expires_s=3 * HOUR), HOUR, id="max-age-beats-expires"),
        pytest.param(QUIET, feed(1e5, ttl_s=20 * HOUR, update_period_s=24 * HOUR), 21 * HOUR, id="the-shorter-of-two"),
        pytest.param(QUIET, feed(1e5, update_period_s=20 * HOUR), 21 * HOUR, id="the-period-it-states"),
        pytest.param(STATE, ok(entries=99, update_period_s=20 * HOUR), HOUR, id="a-period-that-it-has-outgrown"),
        pytest.param(
            structs.replace(QUIET, ttl_s=20 * HOUR), ok(not_modified=True), 21 * HOUR, id="said-before-the-304"
        ),
        pytest.param(structs.replace(QUIET, ttl_s=20 * HOUR), feed(1e5), 10 * HOUR, id="and-taken-back"),
        pytest.param(STATE, ok(retry_after_s=5 * HOUR), 5 * HOUR, id="retry-after-on-success"),
        pytest.param(FRESH, PollReply(status=500), 600, id="first-failure-adds-one-step"),
        pytest.param(structs.replace(FRESH, failures=4), PollReply(status=None), 1800, id="fifth-failure"),
        pytest.param(FRESH, PollReply(status=404), 1200, id="missing-is-graver"),
        pytest.param(FRESH, PollReply(status=429, retry_after_s=HOUR), HOUR, id="wish-wins-when-longer"),
        pytest.param(FRESH, PollReply(status=429, retry_after_s=1.0), 600, id="wish-cannot-make-us-impolite"),
        pytest.param(FRESH, PollReply(status=503, retry_after_s=1e7), 86_400, id="wish-cannot-park-us-for-months"),
        pytest.param(structs.replace(FRESH, failures=10**6), PollReply(status=500), 86_400, id="never-dropped"),
        pytest.param(FRESH, ok(failure="html"), 600, id="a-page-instead-of-a-feed-is-a-failure"),
        pytest.param(STATE, PollReply(status=502), HOUR, id="a-failure-does-not-hurry-a-slow-feed"),
    ],
)
def test_the_wait_follows_from_state_and_reply(state: FeedState, reply: PollReply, expected_s: float) -> None:
    assert wait_s(state, reply) == pytest.approx(expected_s, rel=0.01)


@pytest.mark.parametrize(("jitter", "expected_s"), [(0.0, 0.9 * HOUR), (1.0, 1.1 * HOUR)])
def test_waits_are_spread_by_a_tenth(jitter: float, expected_s: float) -> None:
    assert wait_s(STATE, ok(), jitter=jitter) == pytest.approx(expected_s, rel=0.01)


def test_a_feed_that_outran_its_window_is_asked_before_half_of_it_can_go() -> None:
    before = structs.replace(STATE, polled_at=NOW - HOUR, peak_rate=1e-9)
    assert wait_s(before, feed(60.0, new=30)) <= HOUR / 2
    assert wait_s(before, feed(60.0, new=30, lost_entries=30)) <= HOUR / 4


def test_a_ttl_is_not_waited_for_when_entries_would_be_lost_but_retry_after_is() -> None:
    lively = structs.replace(STATE, window=10, ttl_s=20 * HOUR, peak_rate=1 / HOUR)
    assert wait_s(lively, ok(not_modified=True)) < HOUR / 2
    assert wait_s(structs.replace(lively, window=10_000), ok(not_modified=True)) >= 20 * HOUR
    assert wait_s(lively, ok(not_modified=True, retry_after_s=2 * HOUR)) >= 2 * HOUR


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_no_wish_is_cut_short_by_the_spread(jitter: float) -> None:
    assert wait_s(STATE, ok(max_age_s=2 * HOUR), jitter=jitter) >= 2 * HOUR
    assert wait_s(STATE, ok(retry_after_s=2 * HOUR), jitter=jitter) >= 2 * HOUR


def test_hours_and_days_to_skip_are_skipped_up_to_the_ceiling() -> None:
    said = schedule.reschedule(STATE, feed(1e5, skip_hours=(12, 13, 14, 15)), BOUNDS, now=NOW, jitter=0.5)
    assert datetime.fromtimestamp(said.next_poll_at, UTC) == datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    later = schedule.reschedule(said, ok(not_modified=True), BOUNDS, now=NOW, jitter=0.5)
    assert datetime.fromtimestamp(later.next_poll_at, UTC).hour == 16
    at = schedule.reschedule(STATE, feed(1e5, skip_days=(0, 1, 2)), BOUNDS, now=NOW, jitter=0.5).next_poll_at
    assert at == NOW + BOUNDS.ceiling_s


def test_success_clears_failures_and_keeps_what_the_server_said() -> None:
    failed = structs.replace(STATE, failures=7, last_failure="status 500", gone=True)
    new = schedule.reschedule(failed, ok(etag='"1"', body_hash="b", new_entries=2), BOUNDS, now=NOW, jitter=0.5)
    assert (new.failures, new.last_failure, new.gone) == (0, None, False)
    assert (new.etag, new.last_modified, new.body_hash, new.polled_at, new.changed_at) == ('"1"', None, "b", NOW, NOW)


def test_not_modified_keeps_validators_and_a_new_reply_replaces_them() -> None:
    known = structs.replace(STATE, etag='"1"', last_modified="Mon", body_hash="b")
    same = schedule.reschedule(known, PollReply(status=304, not_modified=True), BOUNDS, now=NOW, jitter=0.5)
    assert (same.etag, same.last_modified, same.body_hash) == ('"1"', "Mon", "b")
    other = schedule.reschedule(known, ok(body_hash="c"), BOUNDS, now=NOW, jitter=0.5)
    assert (other.etag, other.last_modified, other.body_hash) == (None, None, "c")


def test_gone_is_remembered_and_not_forgiven_by_time() -> None:
    gone = schedule.reschedule(STATE, PollReply(status=410), BOUNDS, now=NOW, jitter=0.5)
    assert gone.gone
    assert gone.next_poll_at == NOW + BOUNDS.ceiling_s


def test_a_permanent_redirect_is_kept_when_seen_twice_in_a_row() -> None:
    moved = ok(permanent_redirect_to="https://new.example/feed")
    once = schedule.reschedule(STATE, moved, BOUNDS, now=NOW, jitter=0.5)
    assert (once.url, once.moved_to, once.moved_seen) == (STATE.url, "https://new.example/feed", 1)
    twice = schedule.reschedule(once, moved, BOUNDS, now=NOW, jitter=0.5)
    assert (twice.url, twice.moved_to, twice.moved_seen, twice.feed_id) == ("https://new.example/feed", None, 0, "f")
    interrupted = schedule.reschedule(once, ok(), BOUNDS, now=NOW, jitter=0.5)
    assert (interrupted.url, interrupted.moved_to) == (STATE.url, None)
    elsewhere = schedule.reschedule(once, ok(permanent_redirect_to="https://x.example/"), BOUNDS, now=NOW, jitter=0.5)
    assert (elsewhere.url, elsewhere.moved_seen) == (STATE.url, 1)


def test_a_redirect_that_ends_in_a_failure_confirms_nothing() -> None:
    once = schedule.reschedule(STATE, ok(permanent_redirect_to="https://new.example/"), BOUNDS, now=NOW, jitter=0.5)
    failed = PollReply(status=200, failure="html", permanent_redirect_to="https://new.example/")
    assert schedule.reschedule(once, failed, BOUNDS, now=NOW, jitter=0.5).url == STATE.url


def test_a_cache_that_lies_is_found_by_an_audit() -> None:
    known = structs.replace(STATE, etag='"1"', audited_at=NOW)
    assert not schedule.audit_due(known, 86_400.0, now=NOW + HOUR)
    assert schedule.audit_due(known, 86_400.0, now=NOW + 25 * HOUR)
    honest = schedule.reschedule(known, ok(unconditional=True, new_entries=1, etag='"2"'), BOUNDS, now=NOW, jitter=0.5)
    assert not honest.lying_cache
    lying = schedule.reschedule(known, ok(unconditional=True, new_entries=1, etag='"1"'), BOUNDS, now=NOW, jitter=0.5)
    assert lying.lying_cache
    assert schedule.audit_due(lying, 86_400.0, now=NOW)


REPLIES = st.builds(
    PollReply,
    status=st.one_of(st.none(), st.integers(200, 599)),
    not_modified=st.booleans(),
    entries=st.integers(0, 50),
    new_entries=st.integers(0, 5),
    entry_times=st.lists(st.floats(0, NOW), max_size=30).map(lambda times: tuple(sorted(times, reverse=True))),
    max_age_s=st.none() | st.floats(0, 1e12),
    retry_after_s=st.none() | st.floats(0, 1e12),
    ttl_s=st.none() | st.floats(0, 1e9),
    skip_hours=st.lists(st.integers(0, 23)).map(tuple),
    skip_days=st.lists(st.integers(0, 6)).map(tuple),
    failure=st.none() | st.just("timeout"),
)


@given(st.lists(REPLIES, min_size=1, max_size=10), st.floats(0, 1))
def test_the_next_poll_is_always_within_bounds(replies: list[PollReply], jitter: float) -> None:
    state = FRESH
    for reply in replies:
        state = schedule.reschedule(state, reply, BOUNDS, now=NOW, jitter=jitter)
        assert BOUNDS.floor_s - 1e-3 <= state.next_poll_at - NOW <= BOUNDS.ceiling_s + 1e-3


DATE = "Mon, 02 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, (None, None, None), id="nothing"),
        pytest.param({"cache-control": "public, max-age=600"}, (600.0, None, None), id="max-age"),
        pytest.param({"cache-control": 'MAX-AGE="600"', "age": "100"}, (500.0, None, None), id="less-its-age"),
        pytest.param({"cache-control": "max-age=600", "age": "9999"}, (0.0, None, None), id="stale"),
        pytest.param({"cache-control": "s-maxage=600"}, (None, None, None), id="for-shared-caches-only"),
        pytest.param({"cache-control": "no-cache, max-age=600"}, (0.0, None, None), id="no-cache"),
        pytest.param({"cache-control": "max-age=soon"}, (None, None, None), id="no-number"),
        pytest.param({"expires": "Mon, 02 Nov 2026 13:00:00 GMT"}, (None, 3600.0, None), id="expires"),
        pytest.param(
            {"expires": "Mon, 02 Nov 2026 13:00:00 GMT", "date": "Mon, 02 Nov 2026 12:30:00 GMT"},
            (None, 1800.0, None),
            id="by-the-servers-own-clock",
        ),
        pytest.param({"expires": "0"}, (None, 0.0, None), id="expired-by-convention"),
        pytest.param({"expires": "Mon, 02 Nov 2020 13:00:00 GMT"}, (None, 0.0, None), id="long-expired"),
        pytest.param({"retry-after": "120"}, (None, None, 120.0), id="retry-after-seconds"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 12:10:00 GMT"}, (None, None, 600.0), id="retry-after-date"),
        pytest.param({"retry-after": "Monday, 02-Nov-26 12:10:00 GMT"}, (None, None, 600.0), id="obsolete-date"),
        pytest.param({"retry-after": "-5"}, (None, None, None), id="negative"),
        pytest.param({"retry-after": "9" * 400}, (None, None, None), id="absurd"),
    ],
)
def test_headers_say_how_long_to_wait(given: dict[str, str], expected: tuple[float | None, ...]) -> None:
    found = (
        headers.max_age_s(given),
        headers.expires_s(given, now=NOW),
        headers.retry_after_s(given, now=NOW),
    )
    assert found == expected


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "retry-after", "age", "date"]), st.text(max_size=40))
)
def test_any_headers_are_read(given: dict[str, str]) -> None:
    for value in (headers.max_age_s(given), headers.expires_s(given, now=NOW), headers.retry_after_s(given, now=NOW)):
        assert value is None or value >= 0


def test_a_feed_that_tells_nothing_goes_on_as_it_began() -> None:
    def second_wait_s(first_s: float) -> float:
        bounds = Bounds(floor_s=1.0, first_s=first_s)
        begun = schedule.reschedule(FRESH, ok(entries=20, new_entries=20), bounds, now=NOW, jitter=0.5)
        later = schedule.reschedule(begun, ok(not_modified=True), bounds, now=begun.next_poll_at, jitter=0.5)
        return later.next_poll_at - begun.next_poll_at

    assert second_wait_s(900.0) > 900.0
    assert second_wait_s(60.0) < 300.0


def test_no_wait_outlasts_a_look_behind_the_cache_unless_the_publisher_wishes() -> None:
    bounds = Bounds(audit_s=2 * HOUR)
    silent = structs.replace(QUIET, rate=1e-9, peak_rate=1e-9)
    assert wait_s(silent, ok(not_modified=True)) > 10 * HOUR
    assert wait_s(silent, ok(not_modified=True), bounds=bounds) < 2.5 * HOUR
    assert wait_s(silent, ok(not_modified=True, max_age_s=5 * HOUR), bounds=bounds) >= 5 * HOUR
