"""Is a feed asked no more often than it was agreed, and than its publisher says it changes?"""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from itertools import pairwise

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, tagged
from bench.politeness.subjects.subject import own_pace, polls
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, gaps

_TTL_S = 60  # RSS counts in minutes: one is the least that can be said
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Pace:
    """Publishers who state a lifetime in each of the ways there are, and a plain one."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.fresh = Site("fresh")
        self.fresh.feed("/max-age", lambda asked: self._headed(asked, Cache_Control=f"public, max-age={terms.fresh}"))
        self.fresh.feed("/expires", self._expiring)
        self.fresh.feed(
            "/aged", lambda asked: self._headed(asked, Cache_Control=f"max-age={5 * terms.fresh}", Age=4 * terms.fresh)
        )
        self.ttl = Site("ttl")
        self.ttl.feed("/ttl", lambda asked: self._told(asked, "<ttl>1</ttl>"))
        per_hour = 3600 // terms.fresh
        self.module = Site("module")
        self.module.feed(
            "/sy",
            lambda asked: self._told(
                asked,
                f"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>{per_hour}</sy:updateFrequency>",
            ),
        )
        self.skip = Site("skip")
        self.skip.feed("/hours", lambda asked: self._told(asked, _skip_hours()))
        self.skip.feed("/days", lambda asked: self._told(asked, _skip_days()))
        self.sites = (self.fresh, self.ttl, self.module, self.skip)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._interval(traffic)
        terms, per_hour = self._terms, 3600 // self._terms.fresh
        yield self._lifetime(traffic, "cache-lifetime", dict.fromkeys(polls(traffic, self.fresh), terms.fresh))
        yield self._lifetime(traffic, "ttl", {"/ttl": _TTL_S})
        yield self._lifetime(traffic, "update-period", {"/sy": 3600 / per_hour})
        yield self._lifetime(traffic, "skip-hours-and-days", {"/hours": 3600, "/days": 86_400})

    def _interval(self, traffic: Traffic) -> Grade:
        """No feed is asked again before the floor has passed; one gap in fifty may be spoilt by a busy machine."""
        found = [
            (gap, asked)
            for (site, _), requests in traffic.by_path(Kind.FEED).items()
            if site != "circles"  # there one poll asks many times
            for gap, asked in gaps(requests)
        ]
        floor = self._terms.floor
        against = [asked for gap, asked in found if gap < 0.7 * floor]
        shortest = min((gap for gap, _ in found), default=0.0)
        figures = f"{len(found)} repeated polls, shortest gap {shortest:.2f} s, floor {floor:g} s"
        occasion = own_pace(traffic) is not None
        return grade("interval", occasion=occasion, against=against, figures=figures, allowed=len(found) // 50)

    def _lifetime(self, traffic: Traffic, name: str, lifetimes: dict[str, float]) -> Grade:
        """No feed is asked again within the lifetime it stated, if the reader would otherwise ask it sooner."""
        pace = min(
            (gap for gap, late in gaps(traffic.of("archive", "/feed")) if not traffic.asleep(late, gap)), default=None
        )
        against: list[Asked] = []
        seen: list[str] = []
        occasion = False
        for path, requests in self._polled(traffic, lifetimes):
            lifetime = lifetimes[path]
            against += [
                after
                for before, after in pairwise(requests)
                if after.at - before.at < 0.9 * lifetime - self._terms.slack and not traffic.maybe_forgotten(before)
            ]
            watched = min(lifetime, traffic.now - requests[0].at)
            occasion |= pace is not None and watched > 1.5 * pace
            seen.append(f"{path} every {_usual(requests)} of {lifetime:g} s")
        own = "-" if pace is None else f"{pace:.1f} s"
        return grade(name, occasion=occasion, against=against, figures=f"{', '.join(seen)}; unasked after {own}")

    def _polled(self, traffic: Traffic, paths: Iterable[str]) -> Iterator[tuple[str, list[Asked]]]:
        for site in self.sites:
            for path, requests in polls(traffic, site).items():
                if path in paths and requests:
                    yield path, requests

    def _headed(self, asked: Asked, **headers: object) -> Reply:
        return tagged(asked, self._press.slow_feed(asked, **{name: str(value) for name, value in headers.items()}))

    def _expiring(self, asked: Asked) -> Reply:
        now = time.time()
        return self._headed(
            asked, Date=formatdate(now, usegmt=True), Expires=formatdate(now + self._terms.fresh, usegmt=True)
        )

    def _told(self, asked: Asked, channel: str) -> Reply:
        return tagged(asked, self._press.slow_feed(asked, channel=channel))


def _skip_hours() -> str:
    hour = datetime.now(UTC).hour
    return f"<skipHours><hour>{hour}</hour><hour>{(hour + 1) % 24}</hour></skipHours>"


def _skip_days() -> str:
    today = datetime.now(UTC)
    days = (_DAYS[(today + timedelta(days=more)).weekday()] for more in (0, 1))
    return f"<skipDays>{''.join(f'<day>{day}</day>' for day in days)}</skipDays>"


def _usual(requests: list[Asked]) -> str:
    return f"{requests[-1].at - requests[-2].at:.1f} s" if len(requests) > 1 else "never again"
