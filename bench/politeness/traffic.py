"""What was asked of whom, when, and how did it end? All times are seconds since the field opened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise


class Kind(StrEnum):
    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots.txt"
    GUESS = "guess"
    """What the publisher never named: a place where a news sitemap often is, for one."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request, and what became of the reply. `nth` counts the requests for this path, from 1."""

    site: str
    path: str
    query: str
    kind: Kind
    method: str
    at: float
    nth: int
    headers: dict[str, str]  # lower-case names
    status: int = 0
    replied: dict[str, str] = field(default_factory=dict)  # headers of the reply, lower-case names
    ended: float | None = None  # None: the reply is still being sent
    sent: int = 0  # bytes of the reply

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.site}{self.target}  {self.status or '-'}"


@dataclass(slots=True)
class Traffic:
    """All requests of a run, in order, and when the reader was started and stopped."""

    requests: list[Asked] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    now: float = 0.0
    """When the run ended."""

    def of(self, site: str, *paths: str, kind: Kind | None = None) -> list[Asked]:
        """Return the requests for `paths` of a site (all if none is named), of one kind if it is given."""
        return [
            asked
            for asked in self.requests
            if asked.site == site and (not paths or asked.path in paths) and kind in (None, asked.kind)
        ]

    def by_path(self, kind: Kind) -> dict[tuple[str, str], list[Asked]]:
        """Return the requests of one kind by site and path."""
        found: dict[tuple[str, str], list[Asked]] = defaultdict(list)
        for asked in self.requests:
            if asked.kind is kind:
                found[asked.site, asked.path].append(asked)
        return found

    @property
    def restarted(self) -> float | None:
        """When the reader was started again; None if it was not."""
        return self.started[1] if len(self.started) > 1 else None

    @property
    def killed(self) -> float:
        """When the reader was killed before it was started again; the end of the run if it was not."""
        return self.stopped[0] if self.stopped else self.now

    def after_restart(self, requests: Iterable[Asked]) -> list[Asked]:
        began = self.restarted
        return [asked for asked in requests if began is not None and asked.at >= began]

    def asleep(self, asked: Asked, gap: float) -> bool:
        """Return whether the reader was killed in the `gap` before a request."""
        return self.restarted is not None and asked.at - gap <= self.killed <= asked.at

    def maybe_forgotten(self, asked: Asked) -> bool:
        """Return whether a reader that was killed may not have written down what this request brought."""
        return 0.0 <= self.killed - asked.at < 4.0 and self.restarted is not None


def gaps(requests: Sequence[Asked]) -> Iterator[tuple[float, Asked]]:
    """Return the time from each request to the one before it, and the later one."""
    for before, after in pairwise(requests):
        yield after.at - before.at, after


def too_close(requests: Sequence[Asked], least_s: float) -> list[Asked]:
    """Return the requests that began less than `least_s` after the reply before them ended."""
    return [
        after
        for before, after in pairwise(requests)
        if after.at - (before.at if before.ended is None else before.ended) < least_s
    ]


def overlapping(requests: Sequence[Asked], margin_s: float) -> list[Asked]:
    """Return the requests that began while more than `margin_s` of another's reply was still to come."""
    found, busy_until = [], 0.0
    for asked in requests:
        if asked.at < busy_until - margin_s:
            found.append(asked)
        busy_until = max(busy_until, asked.at if asked.ended is None else asked.ended)
    return found


def median_gap(requests: Sequence[Asked]) -> float | None:
    """Return the usual time between two of `requests`; None for fewer than three."""
    found = sorted(gap for gap, _ in gaps(requests))
    return found[len(found) // 2] if len(found) > 1 else None
