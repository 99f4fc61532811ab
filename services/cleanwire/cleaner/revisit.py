"""When is a published article looked at again, and how often is it worth it?"""

from collections.abc import Mapping

import msgspec
import xxhash

from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason, Looks
from cleanwire.settings import CleanSettings

WORTH_IT = 0.05
"""Share of the looks at one age that must find a change; below it proportionally fewer are made."""
_DECAY = 0.99  # so that the last hundred looks or so count
_PRIOR = Looks(looked=20.0, changed=20.0 * WORTH_IT)
"""Thought to have been seen before the first look: all are made at first, and never fewer than a sixth."""

Habits = Mapping[int, Looks]


def plan(
    state: ArticleState,
    settings: CleanSettings,
    habits: Habits,
    *,
    overtaken: bool,
    claimed: bool = False,
    now: float,
) -> ArticleState:
    """Return `state` with its next look, or without what only a look needs when there is none.

    Args:
        habits: what looks at the article's site found, by age.
        overtaken: a feed announced a change while the page was being read.
        claimed: its own site's feed listed it for the first time meanwhile; the next look heeds that feed's words.
    """
    if state.status not in (ArticleStatus.DONE, ArticleStatus.MOVED):
        return state
    if state.status is ArticleStatus.DONE and overtaken:
        return announced(state, settings, now=now)
    due_at = _next_look(state, settings, habits, now) if state.status is ArticleStatus.DONE else None
    if due_at is None:
        return without_looks(state)
    if claimed:
        state = unread(state)
    due_at = max(due_at, _quiet_until(state, settings))
    return msgspec.structs.replace(state, due_at=due_at, due_reason=DueReason.REVISION)


def announced(state: ArticleState, settings: CleanSettings, *, now: float) -> ArticleState:
    """Return `state` with a look for the change that a feed announced; one that is due for that already stays."""
    due_at = max(now, _quiet_until(state, settings))
    if state.due_reason is DueReason.CHANGED and state.due_at is not None:
        due_at = min(due_at, state.due_at)
    return msgspec.structs.replace(state, due_at=due_at, due_reason=DueReason.CHANGED, attempts=0)


def without_looks(state: ArticleState) -> ArticleState:
    """Return `state` waiting for nothing."""
    return msgspec.structs.replace(unread(state), due_at=None, due_reason=None, entry=None, traceparent=None)


def unread(state: ArticleState) -> ArticleState:
    """Return `state` as one whose next look reads the page in full, be it the same as before."""
    return msgspec.structs.replace(state, page_hash=None, etag=None, last_modified=None)


def learned(habits: Habits, state: ArticleState, settings: CleanSettings, *, changed: bool) -> dict[int, Looks] | None:
    """Return `habits` after a look at `state`; None when it was none that was planned."""
    age = _age(state, settings)
    if age is None:
        return None
    old = habits.get(age, Looks())
    new = Looks(looked=old.looked * _DECAY + 1.0, changed=old.changed * _DECAY + changed)
    return {known: habits[known] for known in settings.revisit_s if known in habits} | {age: new}


def share(looks: Looks) -> float:
    """Return which share of the looks at one age is made, given what they found so far."""
    found = (looks.changed + _PRIOR.changed) / (looks.looked + _PRIOR.looked)
    return min(1.0, found / WORTH_IT)


def _next_look(state: ArticleState, settings: CleanSettings, habits: Habits, now: float) -> float | None:
    if not settings.revisit_s:
        return None
    confirm_at = (state.gone_at or 0.0) + settings.gone_after_s
    if state.gone_at is not None and not state.canceled and confirm_at > now:
        return confirm_at
    first_at = state.first_at
    if first_at is not None:
        for age in settings.revisit_s:
            if first_at + age > now and _chosen(state.id, age, share(habits.get(age, Looks()))):
                return first_at + age
    # Pages come back; after the schedule has ended one more look tells.
    return now + settings.revisit_s[-1] if state.canceled and state.revised_at == now else None


def _chosen(article_id: str, age: int, share: float) -> bool:
    """Tell the same for an article and age each time: a restart draws no new lots."""
    return bool(xxhash.xxh3_64_intdigest(f"{article_id} {age}".encode()) < share * 2.0**64)


def _quiet_until(state: ArticleState, settings: CleanSettings) -> float:
    """After the n-th revision nothing is looked for during n - 1 gaps: what flaps comes ever more slowly."""
    return (state.revised_at or 0.0) + max(0, state.revision - 1) * settings.revision_gap_s


def _age(state: ArticleState, settings: CleanSettings) -> int | None:
    """Return the planned age that a look at `state` was made for; None for looks with another cause."""
    if state.due_reason is not DueReason.REVISION or state.due_at is None or state.gone_at is not None:
        return None
    if state.first_at is None:
        return None
    return max((age for age in settings.revisit_s if state.first_at + age <= state.due_at), default=None)
