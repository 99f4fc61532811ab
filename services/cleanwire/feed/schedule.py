"""When is a feed asked again?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from msgspec import structs

from cleanwire.records.feed import FeedState

JITTER = 0.1
"""Share by which a wait is drawn out or shortened, so that feeds subscribed together drift apart."""
RHYTHM_ENTRIES = 20
"""How many recent entries tell a feed's rhythm."""
RHYTHM_SHARE = 0.5
"""A feed is asked about twice in the usual gap between two entries: an entry then waits a quarter of a gap."""
GROWTH = 1.3
"""An interval grows by this when a poll brings nothing, but never beyond half the silence since the last entry."""
SHRINK = 0.7
"""An interval shrinks to this when a poll brings something."""
FIRST_STRETCH = 4
"""A feed whose dates say it sleeps waits at first no longer than this many first intervals."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReply:
    """What of a poll's outcome decides about the next. Durations in seconds, times in epoch seconds.

    `status` None means there was no reply; `failure` is why the poll brought no feed (a word for people), also when
    the reply was a 200 whose body is none. `not_modified` is a 304, or a body with the hash of the last one.
    """

    status: int | None
    not_modified: bool = False
    new_entries: int = 0
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
    succeeded = _succeeded(_moved(state, reply), reply, bounds, now)
    wait_s = _jittered(_wait_s(succeeded, reply), bounds, jitter)
    at = _outside_skipped(now + wait_s, reply, now + bounds.ceiling_s)
    return structs.replace(succeeded, next_poll_at=at)


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
    wait_s = _jittered(max(bounds.floor_s * steps, state.interval_s), bounds, jitter)
    return _bounded(max(wait_s, reply.retry_after_s or 0.0), bounds)


def _succeeded(state: FeedState, reply: PollReply, bounds: Bounds, now: float) -> FeedState:
    kept = reply.not_modified
    lied = reply.unconditional and reply.new_entries > 0 and _same_validators(state, reply)
    return structs.replace(
        state,
        interval_s=_interval_s(state, reply, bounds, now),
        etag=state.etag if kept and reply.etag is None else reply.etag,
        last_modified=state.last_modified if kept and reply.last_modified is None else reply.last_modified,
        body_hash=state.body_hash if reply.body_hash is None else reply.body_hash,
        polled_at=now,
        changed_at=now if reply.new_entries else state.changed_at,
        audited_at=now if reply.unconditional and not kept else state.audited_at,
        lying_cache=state.lying_cache or lied,
        failures=0,
        last_failure=None,
        gone=False,
    )


def _same_validators(state: FeedState, reply: PollReply) -> bool:
    """Whether the server would have answered 304, although there were new entries."""
    if state.etag is not None:
        return reply.etag == state.etag
    return state.last_modified is not None and reply.last_modified == state.last_modified


def _moved(state: FeedState, reply: PollReply) -> FeedState:
    """Follow a permanent redirect for good once it was seen often enough: hotel and captive portals redirect too."""
    target = reply.permanent_redirect_to
    if target is None or target == state.url:
        return structs.replace(state, moved_to=None, moved_seen=0)
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen >= CONFIRMATIONS:
        return structs.replace(state, url=target, moved_to=None, moved_seen=0)
    return structs.replace(state, moved_to=target, moved_seen=seen)


def _interval_s(state: FeedState, reply: PollReply, bounds: Bounds, now: float) -> float:
    """Return what the feed's own rhythm asks for, within `bounds`: by its dates, corrected by what polls bring."""
    by_dates_s = _by_dates_s(reply.entry_times, now)
    if state.interval_s <= 0:  # nothing known yet, and dates may be wrong: a careful start
        start_s = bounds.first_s if by_dates_s is None else min(by_dates_s, bounds.first_s * FIRST_STRETCH)
        return _bounded(start_s, bounds)
    if reply.new_entries:
        shrunk_s = state.interval_s * SHRINK
        mean_s = shrunk_s if by_dates_s is None else (shrunk_s + by_dates_s) / 2
        return _bounded(min(mean_s, state.interval_s), bounds)
    grown_s = state.interval_s * GROWTH
    if state.changed_at is not None:
        grown_s = min(grown_s, max(state.interval_s, (now - state.changed_at) * RHYTHM_SHARE))
    return _bounded(grown_s, bounds)


def _by_dates_s(times: tuple[float, ...], now: float) -> float | None:
    """Return the interval that suits the median gap of recent entries, or the silence since the last if longer."""
    recent = times[:RHYTHM_ENTRIES]
    gaps = [newer - older for newer, older in pairwise(recent)]
    return max(median(gaps), now - recent[0]) * RHYTHM_SHARE if len(gaps) >= 2 else None


def _wait_s(state: FeedState, reply: PollReply) -> float:
    """The longest of rhythm and the server's wishes; of the wishes about freshness the shortest that says anything."""
    fresh = reply.max_age_s if reply.max_age_s is not None else reply.expires_s
    wishes = (fresh, reply.ttl_s, reply.update_period_s)
    stated = [wish for wish in wishes if wish is not None and wish > 0]
    return max(state.interval_s, min(stated, default=0.0), reply.retry_after_s or 0.0)


def _jittered(wait_s: float, bounds: Bounds, jitter: float) -> float:
    return _bounded(wait_s * (1 + JITTER * (2 * jitter - 1)), bounds)


def _bounded(wait_s: float, bounds: Bounds) -> float:
    return min(max(wait_s, bounds.floor_s), max(bounds.ceiling_s, bounds.floor_s))


def _outside_skipped(at: float, reply: PollReply, latest: float) -> float:
    """Move `at` to the first hour that the feed does not want skipped, but not beyond `latest`."""
    moment = datetime.fromtimestamp(at, UTC)
    for _ in range(7 * 24):
        if moment.hour not in reply.skip_hours and moment.weekday() not in reply.skip_days:
            return min(moment.timestamp(), max(at, latest))
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at
