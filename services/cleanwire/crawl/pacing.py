"""When may a site be asked again? One request at a time, spaced, slower when it says or shows that it is tired."""

from dataclasses import dataclass

MAX_DELAY_S = 900.0
"""Longest wait we impose ourselves. What a server asks for may be longer, up to `MAX_RETRY_AFTER_S`."""
MAX_RETRY_AFTER_S = 86_400.0
LEASE_S = 600.0
"""A request that was started and never reported as finished blocks its site no longer than this."""
LOOK_AGAIN_S = 0.25
"""After so long a stage looks whether another one's request to the site has ended."""
KEEP_S = 3600.0
"""What was learned of a site is kept this long after it is free again."""
DOWN_AFTER = 3
"""Failures to connect in a row after which a host counts as down."""
DOWN_PAUSE_S = 30.0
"""First pause for a host that is down, unless the caller says otherwise; doubled with each further failure."""
SLOW_BASE_S = 5.0
"""First extra delay after 429 or 503 without Retry-After; doubled each time, halved by each success."""
EFFORT = 1.0
"""A site rests as many times the duration of the last reply: a loaded server sets its own pace."""


@dataclass(slots=True)
class _Known:
    """What every stage must heed of a site."""

    rest_until: float = 0.0  # asked for by the site, or because it is down
    slow_s: float = 0.0  # learned from 429 and 503
    started_at: float | None = None
    failures: int = 0


@dataclass(slots=True)
class _Spaced:
    """How one stage spaces its own requests to a site."""

    free_at: float = 0.0
    delay_s: float = 0.0  # asked for by robots.txt


class Sites:
    """What the stages of a process know together: which sites are being asked, and which want to be left alone.

    Memory is bounded: a site that may be asked at once and has nothing to remember is forgotten, and beyond
    `max_sites` the ones that became free longest ago go first.
    """

    def __init__(self, *, max_sites: int = 100_000) -> None:
        self.max_sites = max_sites
        self._known: dict[str, _Known] = {}

    def __len__(self) -> int:
        """Return how many sites are remembered."""
        return len(self._known)

    def get(self, site: str) -> _Known | None:
        """Return what is known of `site`, if anything is."""
        return self._known.get(site)

    def known(self, site: str, now: float) -> _Known:
        """Return what is known of `site`, to be changed."""
        if site not in self._known and len(self._known) >= self.max_sites:
            self.forget(now)
        return self._known.setdefault(site, _Known())

    def forget(self, now: float) -> None:
        """Drop what is no longer worth remembering at `now`."""
        self._known = {site: known for site, known in self._known.items() if _worth_keeping(known, now)}
        surplus = len(self._known) - self.max_sites + 1
        if surplus > 0:
            idle = [(known.rest_until, site) for site, known in self._known.items() if known.started_at is None]
            for _, site in sorted(idle)[: surplus + self.max_sites // 10]:
                del self._known[site]


class Pacer:
    """Tells one stage when it may ask each site next. Times are epoch seconds, or any clock that does not jump back.

    Each stage keeps its own spacing, so that a page need not wait for the pause after the poll that found it; that a
    site is being asked, wants rest or is down holds for all stages that share `sites`.
    """

    def __init__(
        self,
        spacing_s: float,
        *,
        down_pause_s: float = DOWN_PAUSE_S,
        max_crawl_delay_s: float = 60.0,
        sites: Sites | None = None,
    ) -> None:
        self._spacing_s = spacing_s
        self._down_pause_s = down_pause_s
        self._max_crawl_delay_s = max_crawl_delay_s
        self._sites = Sites() if sites is None else sites
        self._spaced: dict[str, _Spaced] = {}
        self._asking: set[str] = set()  # started here, and not finished

    def __len__(self) -> int:
        """How many sites are remembered."""
        return max(len(self._sites), len(self._spaced))

    def ready_at(self, site: str, now: float) -> float:
        """Return when `site` may be asked: `now` or later.

        While a request of this stage is under way this is when its lease ends; ask again after `finished`. While
        another stage's is, it is a moment later: look again then.
        """
        known, spaced = self._sites.get(site), self._spaced.get(site)
        ready_at = max(now, spaced.free_at if spaced else 0.0, known.rest_until if known else 0.0)
        if known is None or known.started_at is None:
            return ready_at
        lease_ends = known.started_at + LEASE_S
        return max(ready_at, lease_ends if site in self._asking else min(now + LOOK_AGAIN_S, lease_ends))

    def busy(self, site: str) -> bool:
        """Return whether a request to `site` is under way."""
        known = self._sites.get(site)
        return known is not None and known.started_at is not None

    def down(self, site: str) -> bool:
        """Return whether `site` could not be reached several times in a row."""
        known = self._sites.get(site)
        return known is not None and known.failures >= DOWN_AFTER

    def ask_delay(self, site: str, delay_s: float | None) -> None:
        """Keep at least `delay_s` between two requests to `site`, as its robots.txt wishes; None takes it back."""
        wished = min(delay_s or 0.0, self._max_crawl_delay_s)
        if wished > 0 or site in self._spaced:
            self._spacing(site, 0.0).delay_s = wished

    def rest(self, site: str, until: float, now: float) -> None:
        """Leave `site` alone until then, as it asked for before we were started."""
        known = self._sites.known(site, now)
        known.rest_until = max(known.rest_until, min(until, now + MAX_RETRY_AFTER_S))

    def rests_until(self, site: str, now: float) -> float | None:
        """Return until when `site` is left alone by its own wish (a Crawl-delay, too), or as it is tired or down.

        None when only our own spacing may keep us from asking.
        """
        known, spaced = self._sites.get(site), self._spaced.get(site)
        wished = spaced.free_at if spaced is not None and spaced.delay_s else 0.0
        until = max(wished, known.rest_until if known is not None else 0.0)
        return until if until > now else None

    def started(self, site: str, now: float) -> None:
        """Note that a request to `site` begins."""
        self._sites.known(site, now).started_at = now
        self._asking.add(site)

    def released(self, site: str) -> None:
        """Note that what was started came to nothing: the site was not asked, or we shall never know."""
        if site in self._asking:
            self._asking.discard(site)
            if (known := self._sites.get(site)) is not None:
                known.started_at = None

    def closed(self) -> None:
        """Release whatever is under way: this stage no longer deals with these sites."""
        for site in tuple(self._asking):
            self.released(site)

    def finished(
        self,
        site: str,
        now: float,
        *,
        status: int | None,
        unreached: bool = False,
        took_s: float = 0.0,
        retry_after_s: float | None = None,
    ) -> None:
        """Note how the request ended.

        `status` is None without a reply that could be taken. Only a host that was `unreached` may count as down: one
        that sends what we refuse is there.
        """
        self.released(site)
        known, spaced = self._sites.known(site, now), self._spacing(site, now)
        known.failures = known.failures + 1 if unreached else 0
        if status in (429, 503):
            known.slow_s = min(max(known.slow_s * 2, SLOW_BASE_S), MAX_DELAY_S)
        elif not unreached:
            known.slow_s = known.slow_s / 2 if known.slow_s >= 1 else 0.0
        asked_s = min(max(retry_after_s or 0.0, 0.0), MAX_RETRY_AFTER_S)
        known.rest_until = now + max(known.slow_s, asked_s, self._pause_s(known.failures))
        spaced.free_at = now + min(max(self._spacing_s, spaced.delay_s, took_s * EFFORT), MAX_DELAY_S)

    def forget(self, now: float) -> int:
        """Drop what is no longer worth remembering at `now`; returns how many sites went."""
        before = len(self)
        self._sites.forget(now)
        self._spaced = {
            site: spaced
            for site, spaced in self._spaced.items()
            if spaced.free_at + (KEEP_S if spaced.delay_s else 0.0) > now
        }
        return before - len(self)

    def _spacing(self, site: str, now: float) -> _Spaced:
        """Return how requests to `site` are spaced, to be changed; room for a new one is made as in `Sites`."""
        if site not in self._spaced and len(self._spaced) >= self._sites.max_sites:
            self.forget(now)
            surplus = len(self._spaced) - self._sites.max_sites + 1
            if surplus > 0:
                oldest = sorted(self._spaced, key=lambda name: self._spaced[name].free_at)
                for name in oldest[: surplus + self._sites.max_sites // 10]:
                    del self._spaced[name]
        return self._spaced.setdefault(site, _Spaced())

    def _pause_s(self, failures: int) -> float:
        if failures < DOWN_AFTER:
            return 0.0
        return min(self._down_pause_s * 2.0 ** min(failures - DOWN_AFTER, 16), MAX_DELAY_S)


def _worth_keeping(known: _Known, now: float) -> bool:
    if known.started_at is not None:
        return now - known.started_at < LEASE_S
    learned = known.slow_s or known.failures
    return known.rest_until + (KEEP_S if learned else 0.0) > now
