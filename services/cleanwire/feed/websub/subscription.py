"""What becomes of a subscription at a WebSub hub when something happens? W3C WebSub §5; times in epoch seconds."""

from collections.abc import Iterable
from math import inf

import xxhash
from msgspec import structs

from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.schedule import PollReply
from cleanwire.feed.websub.hubs import Announced
from cleanwire.records.feed import Feed, FeedState
from cleanwire.records.websub import HubState, Subscription

RENEW_AT = 0.8
"""Share of a lease after which it is renewed: a ten days' lease leaves two days for a hub that is down."""
DAY_S = 86_400.0
"""How long a hub that said no is left alone; the longest wait between two requests."""
MAX_LEASE_S = 90 * DAY_S
"""A longer lease counts as this long, so that a hub which forgot us is asked again one day."""
LEAVE_ATTEMPTS = 3
"""How often a hub is told that we want no more. After that the lease ends by itself, and its pushes are ignored."""
MAX_CREDIT = 8

_AT_THE_HUB = (HubState.WANTED, HubState.ACTIVE, HubState.REFUSED)


def subscription(feed: Feed, hub: str, topic: str, *, key: str, now: float) -> Subscription:
    """Return a subscription that is to be asked for. Its id tells feeds, hubs and topics apart."""
    place = xxhash.xxh3_64_hexdigest(f"{hub} {topic}".encode("utf-8", "surrogatepass"))
    return Subscription(
        id=f"{feed.id}-{place}",
        feed_id=feed.id,
        site=feed.site,
        hub=hub,
        topic=topic,
        state=HubState.WANTED,
        due_at=now,
        key=key,
    )


def announced(
    known: Iterable[Subscription], feed: Feed, found: Announced | None, *, key: str, now: float
) -> list[Subscription]:
    """Return the subscriptions of `feed` that change when it announces `found`.

    Of several hubs the one in use is kept, so that a feed which lists them in turns does not make us wander.
    """
    current = next((sub for sub in known if not sub.retired), None)
    if current is not None and found is not None and current.topic == found.topic and current.hub in found.hubs:
        return []
    changed = [] if current is None else [left(structs.replace(current, retired=True), now=now)]
    if found is not None:
        changed.append(subscription(feed, found.hubs[0], found.topic, key=key, now=now))
    return changed


def left(sub: Subscription, *, now: float) -> Subscription:
    """Return `sub` when it is wanted no more: the hub is told if it ever verified it."""
    if sub.state not in _AT_THE_HUB:
        return sub
    if sub.lease_until is None:
        return structs.replace(sub, state=HubState.RESTING, announced=False)
    return structs.replace(sub, state=HubState.LEAVING, due_at=now, attempts=0, announced=False)


def resumed(sub: Subscription, *, now: float) -> Subscription:
    """Return `sub` when it is wanted (again)."""
    if sub.state in _AT_THE_HUB:
        return sub
    return _asked_anew(sub, now)


def readdressed(sub: Subscription, key: str, *, now: float) -> Subscription:
    """Return `sub` when the installation has another callback address or secret than the hub was given."""
    return structs.replace(_asked_anew(sub, now) if sub.state in _AT_THE_HUB else sub, key=key)


def over(sub: Subscription) -> bool:
    """Return whether nothing of `sub` need be remembered."""
    return sub.retired and sub.state is HubState.RESTING


def asked(
    sub: Subscription, *, status: int | None, retry_after_s: float | None, retry_s: float, now: float
) -> Subscription:
    """Return `sub` after a request to its hub that `status` answered (None: no reply).

    Whatever the hub answers, only its verification counts; without one it is asked again, later each time.
    """
    attempts = sub.attempts + 1
    wait_s = min(max(retry_s * attempts, retry_after_s or 0.0), DAY_S)
    asked_now = structs.replace(sub, attempts=attempts, asked_at=now, due_at=now + wait_s)
    refused = status is not None and 400 <= status < 500 and status not in (408, 425, 429)
    if sub.state is HubState.LEAVING:
        given_up = refused or attempts >= LEAVE_ATTEMPTS
        return ended(asked_now) if given_up else asked_now
    return denied(asked_now, now=now) if refused else asked_now


def verified(sub: Subscription, *, lease_s: float, retry_s: float, now: float) -> Subscription:
    """Return `sub` after its hub's verification of intent, §5.3, for `lease_s`."""
    if sub.state not in _AT_THE_HUB:
        return sub
    lease_s = min(lease_s, MAX_LEASE_S)
    return structs.replace(
        sub,
        state=HubState.ACTIVE,
        attempts=0,
        verified_at=sub.verified_at if active(sub, now=now) else now,
        lease_until=now + lease_s,
        due_at=now + max(lease_s * RENEW_AT, retry_s),
    )


def denied(sub: Subscription, *, now: float) -> Subscription:
    """Return `sub` after its hub said no, §5.2."""
    if sub.state not in _AT_THE_HUB:
        return sub
    return structs.replace(
        sub, state=HubState.REFUSED, due_at=now + DAY_S, verified_at=None, lease_until=None, announced=False
    )


def ended(sub: Subscription) -> Subscription:
    """Return `sub` after its hub let us go."""
    if sub.state is not HubState.LEAVING:
        return sub
    return structs.replace(sub, state=HubState.RESTING, attempts=0, verified_at=None, lease_until=None)


def active(sub: Subscription, *, now: float) -> bool:
    """Return whether the hub pushes: verified, and the lease has not ended."""
    return sub.state is HubState.ACTIVE and sub.lease_until is not None and sub.lease_until > now


def pushed(sub: Subscription, *, now: float) -> Subscription:
    """Return `sub` after a genuine push. Pushes do come, so doubts end."""
    if sub.state not in _AT_THE_HUB:
        return sub
    return structs.replace(sub, pushed_at=now, announced=True, credit=max(sub.credit, 0))


def polled_soon(state: FeedState, *, floor_s: float, now: float) -> FeedState:
    """Return `state` with the poll that a push asks for: now, but `floor_s` after the last one.

    A feed that fails is not asked sooner because of a push: its back-off stands.
    """
    if state.failures or state.gone:
        return state
    soon = max(now, (state.polled_at or 0.0) + floor_s)
    return structs.replace(state, next_poll_at=min(state.next_poll_at, soon))


def polled(
    sub: Subscription,
    state: FeedState,
    reply: PollReply,
    *,
    before: FeedState,
    began_at: float,
    floor_s: float,
    check_s: float,
    now: float,
) -> tuple[Subscription, FeedState]:
    """Return `sub` and `state` after a poll that has just turned the state `before` into `state`.

    While pushes come, polls are a check and grow rare: the wait doubles with each push that brought entries, up to
    `check_s`, but not so long that entries would leave the feed unseen if the hub fell silent now. Entries that no push
    had announced end that, and the hub is asked anew.

    Args:
        began_at: when the poll did; what was pushed later may not be in its reply.
        floor_s: least time between two polls that pushes ask for.
    """
    if state.failures or state.gone or _held_back(state):
        return sub, state
    if sub.announced and sub.pushed_at is not None and sub.pushed_at >= began_at:
        return sub, polled_soon(state, floor_s=floor_s, now=now)
    if missed(sub, reply, before=before, now=now):
        return structs.replace(sub, credit=-1, due_at=sub.due_at if sub.credit < 0 else now), state
    if sub.announced:
        gained = min(sub.credit + 1, MAX_CREDIT) if reply.new_entries else sub.credit
        sub = structs.replace(sub, announced=False, credit=gained)
        if not reply.new_entries:  # a cache on the way may be behind: the feed's own rhythm looks again
            return sub, state
    if sub.credit < 0 or sub.lease_until is None or not active(sub, now=now):
        return sub, state
    wait_s = state.next_poll_at - now
    spared_s = min(wait_s * 2.0 ** (1 + sub.credit), check_s, sub.lease_until - now, _lasts_s(state))
    return sub, structs.replace(state, next_poll_at=now + max(wait_s, spared_s))


def missed(sub: Subscription, reply: PollReply, *, before: FeedState, now: float) -> bool:
    """Return whether a poll brought entries that a hub which had us on its list since the poll before did not push."""
    if sub.announced or not reply.new_entries or before.polled_at is None or not active(sub, now=now):
        return False
    if _held_back(before):
        return False
    return sub.verified_at is not None and sub.verified_at <= before.polled_at


def _lasts_s(state: FeedState) -> float:
    """Return how long entries surely stay in the feed, at the highest rate of late."""
    if not state.window or state.peak_rate <= 0:
        return inf
    return schedule.FILL * max(state.window, schedule.LEAST_WINDOW) / state.peak_rate


def _held_back(state: FeedState) -> bool:
    """Return whether the last poll left entries for the next one, which no push will announce."""
    return state.body_hash == ""


def _asked_anew(sub: Subscription, now: float) -> Subscription:
    return structs.replace(
        sub, state=HubState.WANTED, due_at=now, attempts=0, verified_at=None, lease_until=None, announced=False
    )
