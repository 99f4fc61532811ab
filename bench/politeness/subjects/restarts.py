"""Does a reader that was killed come back as if nothing had happened?"""

from collections.abc import Iterable, Sequence

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, tagged
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, gaps, too_close

_LONG_S = 3600
_FEEDS = 6


class Restarts:
    """Publishers whose feeds are not due for an hour, one that asked for rest, and one whose many feeds all are due."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.patient, self.resting = Site("patient"), Site("resting")
        for number in range(3):
            self.patient.feed(f"/hourly-{number}", self._hourly)
        self.resting.feed("/limited", self._limited)
        self.resting.feed("/beside", lambda asked: tagged(asked, press.feed(asked)))
        self.crowd = Site("crowd")
        for number in range(_FEEDS):
            self.crowd.feed(f"/feed-{number}", lambda asked: tagged(asked, press.feed(asked)))
        self.sites = (self.patient, self.resting, self.crowd)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._not_due(traffic)
        yield self._rest_kept(traffic)
        yield self._herd(traffic)
        yield self._remembered(traffic)

    def _not_due(self, traffic: Traffic) -> Grade:
        """What was polled before the kill and is fresh for an hour is not polled again because of it."""
        known = {asked.path for asked in traffic.of("patient") if _long_before(asked, traffic)}
        against = [asked for asked in traffic.after_restart(traffic.of("patient")) if asked.path in known]
        figures = f"{len(known)} feeds fresh for an hour, {len(against)} requests for them after the restart"
        return grade("restart-not-due", occasion=bool(known) and _restarted(traffic), against=against, figures=figures)

    def _rest_kept(self, traffic: Traffic) -> Grade:
        """A Retry-After that still runs holds for the whole site after the restart as well."""
        tired = [asked for asked in traffic.of("resting", "/limited") if asked.status == 429]
        told = bool(tired) and _long_before(tired[0], traffic)
        against = traffic.after_restart(traffic.of("resting")) if told else []
        figures = f"asked to wait an hour {len(tired)} times, {len(against)} requests after the restart"
        return grade("restart-retry-after", occasion=told and _restarted(traffic), against=against, figures=figures)

    def _herd(self, traffic: Traffic) -> Grade:
        """The overdue feeds of one site are polled one after another."""
        requests = traffic.after_restart(traffic.of("crowd", kind=Kind.FEED))
        least = 0.6 * self._terms.spacing
        against = too_close(requests, least)
        figures = f"{len(requests)} polls of {_FEEDS} feeds of one site, {len(against)} within {least:g} s of another"
        occasion = len({asked.path for asked in requests}) >= 3
        return grade("restart-herd", occasion=occasion, against=against, figures=figures, allowed=len(requests) // 10)

    def _remembered(self, traffic: Traffic) -> Grade:
        """Validators outlive the restart: the first poll after it is conditional; so does a 410."""
        requests = [asked for asked in traffic.of("crowd", kind=Kind.FEED) if not traffic.maybe_forgotten(asked)]
        before = [asked for asked in requests if asked.at < traffic.killed]
        first = {asked.path: asked for asked in reversed(traffic.after_restart(requests))}
        against = [asked for path, asked in first.items() if not _is_conditional(asked) and not _looks(asked, before)]
        known = {asked.path for asked in before}
        gone = [asked for asked in traffic.of("gone") if _long_before(asked, traffic)]
        asked_again = traffic.after_restart(traffic.of("gone")) if gone else []
        figures = (
            f"{len(against)} of {len(first)} first polls without the condition known before, "
            f"{len(asked_again)} of a feed that was gone"
        )
        against = [*(asked for asked in against if asked.path in known), *asked_again]
        allowed = 0 if asked_again else len(first) // 3
        return grade("restart-memory", occasion=len(first) >= 3, against=against, figures=figures, allowed=allowed)

    def _hourly(self, asked: Asked) -> Reply:
        return tagged(asked, self._press.slow_feed(asked, step_s=86_400.0, Cache_Control=f"max-age={_LONG_S}"))

    def _limited(self, asked: Asked) -> Reply:
        if asked.nth < 2:
            return tagged(asked, self._press.feed(asked))
        return Reply(status=429, headers={"Retry-After": str(_LONG_S)})


def _restarted(traffic: Traffic) -> bool:
    """Return whether the reader was seen again after it was started again."""
    return bool(traffic.after_restart(traffic.requests))


def _long_before(asked: Asked, traffic: Traffic) -> bool:
    return asked.at < traffic.killed and not traffic.maybe_forgotten(asked)


def _is_conditional(asked: Asked) -> bool:
    return "if-none-match" in asked.headers or "if-modified-since" in asked.headers


def _looks(first: Asked, before: Sequence[Asked]) -> bool:
    """Return whether it was time for a look behind the cache anyway, by how often the reader took one `before`."""
    looks = [[a for a in before if a.path == path and not _is_conditional(a)] for path in {a.path for a in before}]
    habit = min((gap for taken in looks for gap, _ in gaps(taken)), default=None)
    last = max((asked.at for asked in before if asked.path == first.path and not _is_conditional(asked)), default=0.0)
    return habit is not None and first.at - last > 0.9 * habit
