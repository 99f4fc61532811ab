"""When may a site be asked again? One request at a time, spaced, slower when it says or shows that it is tired."""

from dataclasses import dataclass

MAX_DELAY_S = 900.0
"""Longest wait we impose ourselves. What a server asks for may be longer, up to `MAX_RETRY_AFTER_S`."""
MAX_RETRY_AFTER_S = 86_400.0
LEASE_S = 600.0
"""A request that was started and never reported as finished blocks its site no longer than this."""
DOWN_AFTER = 3
"""Failures to connect in a row after which a host counts as down."""
DOWN_PAUSE_S = 30.0
"""First pause for a host that is down, unless the caller says otherwise; doubled with each further failure."""
SLOW_BASE_S = 5.0
"""First extra delay after 429 or 503 without Retry-After; doubled each time, halved by each success."""
EFFORT = 1.0
"""A site rests as many times the duration of the last reply: a loaded server sets its own pace."""


@dataclass(slots=True)
class _SiteClock:
    free_at: float = 0.0
    delay_s: float = 0.0  # asked for by robots.txt
    slow_s: float = 0.0  # learned from 429 and 503
    started_at: float | None = None
    failures: int = 0


class Pacer:
    """Remembers when each site may be asked next. Times are epoch seconds, or any clock that does not jump back.

    Memory is bounded: a site that may be asked at once and has nothing to remember is forgotten, and beyond
    `max_sites` the ones that became free longest ago go first.
    """

    def __init__(
        self,
        spacing_s: float,
        *,
        down_pause_s: float = DOWN_PAUSE_S,
        max_crawl_delay_s: float = 60.0,
        max_sites: int = 100_000,
    ) -> None:
        self._spacing_s = spacing_s
        self._down_pause_s = down_pause_s
        self._max_crawl_delay_s = max_crawl_delay_s
        self._max_sites = max_sites
        self._sites: dict[str, _SiteClock] = {}

    def __len__(self) -> int:
        """How many sites are remembered."""
        return len(self._sites)

    def ready_at(self, site: str, now: float) -> float:
        """Return when `site` may be asked: `now` or later.

        While a request is under way this is when its lease ends; ask again after `finished`.
        """
        clock = self._sites.get(site)
        if clock is None:
            return now
        if clock.started_at is not None:
            return max(now, clock.started_at + LEASE_S)
        return max(now, clock.free_at)

    def busy(self, site: str) -> bool:
        """Return whether a request to `site` is under way."""
        clock = self._sites.get(site)
        return clock is not None and clock.started_at is not None

    def down(self, site: str) -> bool:
        """Return whether `site` could not be reached several times in a row."""
        clock = self._sites.get(site)
        return clock is not None and clock.failures >= DOWN_AFTER

    def ask_delay(self, site: str, delay_s: float | None) -> None:
        """Keep at least `delay_s` between two requests to `site`, as its robots.txt wishes; None takes it back."""
        wished = min(delay_s or 0.0, self._max_crawl_delay_s)
        if wished > 0 or site in self._sites:
            self._clock(site).delay_s = wished

    def started(self, site: str, now: float) -> None:
        """Note that a request to `site` begins."""
        if site not in self._sites and len(self._sites) >= self._max_sites:
            self.forget(now)
        self._clock(site).started_at = now

    def finished(
        self,
        site: str,
        now: float,
        *,
        status: int | None,
        took_s: float = 0.0,
        retry_after_s: float | None = None,
    ) -> None:
        """Note how the request ended. `status` is None when there was no reply."""
        clock = self._clock(site)
        clock.started_at = None
        clock.failures = clock.failures + 1 if status is None else 0
        if status in (429, 503):
            clock.slow_s = min(max(clock.slow_s * 2, SLOW_BASE_S), MAX_DELAY_S)
        elif status is not None:
            clock.slow_s = clock.slow_s / 2 if clock.slow_s >= 1 else 0.0
        rest_s = min(max(self._spacing_s, clock.delay_s, clock.slow_s, took_s * EFFORT), MAX_DELAY_S)
        asked_s = min(max(retry_after_s or 0.0, 0.0), MAX_RETRY_AFTER_S)
        clock.free_at = now + max(rest_s, asked_s, self._pause_s(clock.failures))

    def forget(self, now: float) -> int:
        """Drop what is no longer worth remembering at `now`; returns how many sites went."""
        before = len(self._sites)
        self._sites = {site: clock for site, clock in self._sites.items() if _worth_keeping(clock, now)}
        surplus = len(self._sites) - self._max_sites + 1
        if surplus > 0:
            idle = [(clock.free_at, site) for site, clock in self._sites.items() if clock.started_at is None]
            for _, site in sorted(idle)[: surplus + self._max_sites // 10]:
                del self._sites[site]
        return before - len(self._sites)

    def _pause_s(self, failures: int) -> float:
        if failures < DOWN_AFTER:
            return 0.0
        return min(self._down_pause_s * 2.0 ** min(failures - DOWN_AFTER, 16), MAX_DELAY_S)

    def _clock(self, site: str) -> _SiteClock:
        return self._sites.setdefault(site, _SiteClock())


def _worth_keeping(clock: _SiteClock, now: float) -> bool:
    if clock.started_at is not None:
        return now - clock.started_at < LEASE_S
    # What was learned (delay, slowness, failures) is kept for a while after the site is free again.
    learned = clock.delay_s or clock.slow_s or clock.failures
    return clock.free_at + (3600.0 if learned else 0.0) > now
