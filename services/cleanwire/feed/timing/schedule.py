"""When is a feed asked again?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

from msgspec import Struct, structs

from cleanwire.feed.timing import pace
from cleanwire.records.feed import FeedState

JITTER = 0.1
"""Share by which a wait is drawn out or shortened, so that feeds subscribed together drift apart."""
FILL = 0.5
"""Share of the window that may be replaced until the next poll if the feed goes on as it did since the last."""
LEAST_WINDOW = 10
"""A feed with fewer entries is not full yet. Of real feeds nine in ten hold ten or more."""
OUTGROWN = 2.0
"""A feed that brings so many entries in the update period which it states has outgrown the statement."""
MAX_MOVED = 1024
"""Characters of an address that a permanent redirect may put in place of a feed's own; others are only followed."""
MAX_COUNTED = 64
"""Entries of one poll that count for the rhythm, and whose dates tell of a burst."""
FIRST_STRETCH = 4
"""A feed whose dates say it sleeps waits at first no longer than this many first intervals, one without dates one."""
MAX_STEPS = 288
"""Steps of linear back-off: from the default floor of 5 minutes they reach a day. Feeds come back: none is dropped."""
CLIENT_ERROR_STEPS = 3
"""A 4xx is rarely gone in five minutes: each counts as so many steps."""
CONFIRMATIONS = 2
"""How often in a row a permanent redirect must point to the same place before it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How often any feed is asked, in seconds. A feed's own options may replace floor and ceiling."""

    floor_s: float = 300.0
    ceiling_s: float = 86_400.0
    first_s: float = 900.0
    audit_s: float = 86_400.0  # no feed waits longer for a look without conditions, unless its publisher wishes


class PollReply(Struct, frozen=True, kw_only=True):
    """What of a poll's outcome decides about the next. Durations in seconds, times in epoch seconds.

    `status` None means there was no reply; `failure` is why the poll brought no feed (a word for people), also when
    the reply was a 200 whose body is none. `not_modified` is a 304, or a body with the hash of the last one.
    """

    status: int | None
    not_modified: bool = False
    entries: int = 0  # what the feed holds, when it was read
    new_entries: int = 0
    lost_entries: int = 0  # by estimate: those that came and went since the last poll
    entry_times: tuple[float, ...] = ()  # newest first
    max_age_s: float | None = None
    expires_s: float | None = None
    retry_after_s: float | None = None
    ttl_s: float | None = None
    update_period_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    failure: str | None = None
    permanent_redirect_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    unconditional: bool = False  # no condition was sent: an audit of the server's cache


def reschedule(state: FeedState, reply: PollReply, bounds: Bounds, *, now: float, jitter: float) -> FeedState:
    """Return `state` with what `reply` teaches and the time of the next poll.

    `jitter` is a random number from 0 to 1. The wait lies between the floor and the ceiling of `bounds`, whatever the
    server wishes; only a feed that is gone (410) is not asked again.
    """
    if reply.status == 410:
        return structs.replace(
            _failed(state, reply, now), gone=True, next_poll_at=now + bounds.ceiling_s, last_failure="410 gone"
        )
    if reply.failure is not None or reply.status is None or reply.status >= 400:
        failed = _failed(state, reply, now)
        return structs.replace(failed, next_poll_at=now + _backoff_s(failed, reply, bounds, jitter))
    known = _heard(_moved(_recovered(state), reply), reply, now)
    curve = pace.curve_of(known.rhythm, state.rate)
    rate, day_rate, peak = _rates(state, reply, curve, bounds, now)
    safe_s = min(_safe_s(known, reply, max(rate, day_rate, peak, pace.LEAST_RATE), now), bounds.ceiling_s)
    longest_s = min(safe_s, bounds.audit_s) / (1 - JITTER)  # what is longer makes no difference
    pays_s = pace.wait_s(rate, curve, now=now, longest_s=longest_s)
    if state.rate <= 0:  # a careful start: dates may be wrong
        pays_s = min(pays_s, bounds.first_s * (FIRST_STRETCH if reply.entry_times else 1))
    wait_s = pays_s * _spread(jitter)
    if asked_s := _asked_s(known, reply, rate):
        wait_s = max(wait_s, asked_s * (1 + JITTER * jitter))
    wait_s = min(wait_s, safe_s)
    at = now + _bounded(max(wait_s, reply.retry_after_s) if reply.retry_after_s else wait_s, bounds)
    if known.skip_hours or known.skip_days:
        at = _outside_skipped(at, known, now + bounds.ceiling_s)
    kept = reply.not_modified
    lied = reply.unconditional and reply.new_entries > 0 and _same_validators(state, reply)
    return structs.replace(
        known,
        next_poll_at=at,
        interval_s=_bounded(min(pays_s, wait_s), bounds),
        rate=rate,
        day_rate=day_rate,
        peak_rate=peak,
        etag=state.etag if kept and reply.etag is None else reply.etag,
        last_modified=state.last_modified if kept and reply.last_modified is None else reply.last_modified,
        body_hash=state.body_hash if reply.body_hash is None else reply.body_hash,
        polled_at=now,
        changed_at=now if reply.new_entries else state.changed_at,
        audited_at=now if reply.unconditional and not kept else state.audited_at,
        lying_cache=state.lying_cache or lied,
    )


def first_poll(feed_id: str, url: str, *, now: float, jitter: float, spread_s: float = 0.0) -> FeedState:
    """Return the state of a feed that was never polled: due within `spread_s` from `now`."""
    return FeedState(feed_id=feed_id, url=url, next_poll_at=now + spread_s * jitter)


def audit_due(state: FeedState, interval_s: float, *, now: float) -> bool:
    """Return whether the next poll should be unconditional, because caches that lie (a 304, though changed) exist."""
    return state.lying_cache or state.audited_at is None or now - state.audited_at >= interval_s


def _failed(state: FeedState, reply: PollReply, now: float) -> FeedState:
    reason = reply.failure or (f"status {reply.status}" if reply.status else "no reply")
    rest_s = reply.retry_after_s if reply.status in (429, 503) else None
    return structs.replace(
        state,
        failures=state.failures + 1,
        last_failure=reason[:200],
        polled_at=now,
        rest_until=now + rest_s if rest_s else None,
    )


def _backoff_s(state: FeedState, reply: PollReply, bounds: Bounds, jitter: float) -> float:
    """Linear in the failures in a row; the server's wish wins when it is longer."""
    client_error = reply.status is not None and 400 <= reply.status < 500 and reply.status not in (408, 425, 429)
    steps = min(1 + state.failures * (CLIENT_ERROR_STEPS if client_error else 1), MAX_STEPS)
    wait_s = max(bounds.floor_s * steps, state.interval_s) * _spread(jitter)
    return _bounded(max(wait_s, reply.retry_after_s or 0.0), bounds)


def _recovered(state: FeedState) -> FeedState:
    """Forget failures, after a poll that succeeded."""
    if not (state.failures or state.gone or state.last_failure):
        return state
    return structs.replace(state, failures=0, last_failure=None, gone=False)


def _heard(state: FeedState, reply: PollReply, now: float) -> FeedState:
    """Return `state` with what the feed says and shows of its rhythm; a reply without a feed says nothing new of it."""
    if not reply.entries:
        return state
    count = min(reply.new_entries, MAX_COUNTED)
    dated = reply.entry_times[:count]
    appeared = dated + (now,) * (count - len(dated))  # without a date: when it was found
    return structs.replace(
        state,
        rhythm=pace.curve_of(state.rhythm, state.rate).counted(appeared) if appeared else state.rhythm,
        window=reply.entries,
        ttl_s=reply.ttl_s,
        update_period_s=reply.update_period_s,
        skip_hours=reply.skip_hours,
        skip_days=reply.skip_days,
    )


def _same_validators(state: FeedState, reply: PollReply) -> bool:
    """Whether the server would have answered 304, although there were new entries."""
    if state.etag is not None:
        return reply.etag == state.etag
    return state.last_modified is not None and reply.last_modified == state.last_modified


def _moved(state: FeedState, reply: PollReply) -> FeedState:
    """Follow a permanent redirect for good once it was seen often enough: hotel and captive portals redirect too."""
    target = reply.permanent_redirect_to
    if target is not None and len(target) > MAX_MOVED:
        return state
    if target is None and state.moved_to is None:
        return state
    if target is None or target == state.url:
        return structs.replace(state, moved_to=None, moved_seen=0)
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen >= CONFIRMATIONS:
        return structs.replace(state, url=target, moved_to=None, moved_seen=0)
    return structs.replace(state, moved_to=target, moved_seen=seen)


def _rates(
    state: FeedState, reply: PollReply, curve: pace.Curve, bounds: Bounds, now: float
) -> tuple[float, float, float]:
    """Return the feed's entries a second: mean, of the last day, highest of late; at first as the dates say."""
    if state.rate <= 0 or state.polled_at is None:
        rate, peak = pace.first_rates(reply.entry_times, now) or (pace.GUESS_S / bounds.first_s**2, 0.0)
        return rate, rate, peak
    rate, day_rate, elapsed_s = state.rate, state.day_rate, max(0.0, now - state.polled_at)
    if not state.failures:  # what gathered while the feed failed says little about its rate
        came = reply.new_entries + reply.lost_entries
        rate = pace.next_rate(rate, came, curve.exposure_s(state.polled_at, now))
        day_rate = pace.next_day_rate(day_rate, came, elapsed_s)
    return rate, day_rate, pace.next_peak(state.peak_rate, day_rate, reply.new_entries, elapsed_s)


def _safe_s(state: FeedState, reply: PollReply, rate: float, now: float) -> float:
    """Return how long the feed's window certainly lasts, whatever news breaks and whatever is under way."""
    if not state.window:
        return inf
    window = max(state.window, LEAST_WINDOW)
    if not reply.new_entries:
        return pace.lasts_s(window, rate)
    dates = reply.entry_times[: min(reply.new_entries, MAX_COUNTED)]
    signs = [(came, now - at) for came, at in enumerate(dates, 1)]
    if state.polled_at is None:
        return pace.lasts_s(window, rate, signs)
    came, elapsed_s = reply.new_entries + reply.lost_entries, max(0.0, now - state.polled_at)
    signs.append((came, elapsed_s))
    return min(pace.lasts_s(window, rate, signs), elapsed_s * FILL * window / came)


def _asked_s(state: FeedState, reply: PollReply, rate: float) -> float:
    """Return how long the server asks us to wait: of its statements about freshness the shortest that says anything."""
    asked_s = (reply.max_age_s if reply.max_age_s is not None else reply.expires_s) or 0.0
    if state.ttl_s:
        asked_s = min(asked_s or inf, state.ttl_s)
    if state.update_period_s and rate * state.update_period_s < OUTGROWN:
        asked_s = min(asked_s or inf, state.update_period_s)
    return asked_s


def _spread(jitter: float) -> float:
    return 1 + JITTER * (2 * jitter - 1)


def _bounded(wait_s: float, bounds: Bounds) -> float:
    if wait_s <= bounds.floor_s:
        return bounds.floor_s
    return wait_s if wait_s <= bounds.ceiling_s else max(bounds.ceiling_s, bounds.floor_s)


def _outside_skipped(at: float, state: FeedState, latest: float) -> float:
    """Move `at` to the first hour that the feed does not want skipped, but not beyond `latest`."""
    moment = datetime.fromtimestamp(at, UTC)
    for _ in range(7 * 24):
        if moment.hour not in state.skip_hours and moment.weekday() not in state.skip_days:
            return min(moment.timestamp(), max(at, latest))
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at
