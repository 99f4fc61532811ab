"""Which feeds are there, in the order and of the kind that was asked for?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleanwire.ops.console.held.feeds import STATES, FeedRow
from cleanwire.ops.console.views import paging
from cleanwire.ops.console.views.paging import Part

_NEVER = 4e11  # after every time


def _next(row: FeedRow) -> float:
    return row.polled.next_poll_at if row.polled and row.is_due else _NEVER


def _polled(row: FeedRow) -> float:
    return -(row.polled.polled_at or 0) if row.polled else 0.0


def _failures(row: FeedRow) -> float:
    return -row.polled.failures if row.polled else 0.0


def _rate(row: FeedRow) -> float:
    return -row.polled.entries_a_day if row.polled else 0.0


def _lost(row: FeedRow) -> float:
    return -row.polled.lost if row.polled else 0.0


SORTS: dict[str, tuple[str, Callable[[FeedRow], float | str]]] = {
    "address": ("address", lambda row: row.shown),
    "next": ("next poll", _next),
    "polled": ("last poll", _polled),
    "failures": ("failures", _failures),
    "rate": ("entries a day", _rate),
    "lost": ("entries lost", _lost),
    "added": ("newest subscription", lambda row: -row.feed.added_at),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader of the list asked for."""

    words: str = ""
    state: str = ""
    sort: str = "address"
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    asked: Asked
    part: Part[FeedRow]
    states: tuple[tuple[str, int], ...]
    total: int


def view(rows: Sequence[FeedRow], asked: Asked) -> FeedList:
    """Return the part of `rows` that was asked for."""
    words = asked.words.lower()
    found = [row for row in rows if not words or row.matches(words)]
    states = Counter([row.state for row in found])
    if asked.state:
        found = [row for row in found if row.state == asked.state]
    found.sort(key=SORTS[asked.sort][1])
    return FeedList(
        asked=asked,
        part=paging.part(found, asked.number),
        states=tuple((state, states[state]) for state in STATES),
        total=len(rows),
    )
