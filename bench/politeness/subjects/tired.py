"""Is a publisher left alone who says that it is tired, and not forgotten?"""

import time
from collections.abc import Iterable
from email.utils import formatdate
from statistics import median

from bench.politeness.grading import Grade, grade, verdict
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, article, tagged
from bench.politeness.subjects.subject import own_pace
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, gaps

_STORIES = range(400, 406)
_MORE = range(410, 440)
_GROWTH = 1.1  # the last wait is at least so many times the first
_BEYOND = 1.25  # and so many times what is usual


class Tired:
    """Publishers who answer 429 and 503, with Retry-After in both forms and without, and some that fail."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.seconds, self.date = Site("tired-seconds"), Site("tired-date")
        self.seconds.feed("/first", lambda asked: self._tires(asked, Reply(status=429, headers=self._in_seconds())))
        self.date.feed("/first", lambda asked: self._tires(asked, Reply(status=503, headers=self._as_date())))
        for site in (self.seconds, self.date):
            site.feed("/second", self._feed)
        self.seconds.articles("/story", _MORE)
        self.seconds.feed("/stories", lambda asked: press.listing(asked, self.seconds, "/story", _MORE))
        self.page = Site("tired-page")
        for number in _STORIES:
            self.page.page(f"/story/{number}", self._tired_page)
        self.page.feed("/feed", lambda asked: press.listing(asked, self.page, "/story", _STORIES))
        self.page.feed("/second", self._feed)
        self._pages_asked = 0
        self.silent, self.broken, self.missing = Site("tired-silent"), Site("broken"), Site("missing")
        self.silent.feed("/feed", lambda asked: Reply(status=429) if asked.nth > 1 else self._feed(asked))
        self.broken.feed("/feed", lambda asked: Reply(status=500) if asked.nth < 5 else self._feed(asked))
        self.missing.feed("/feed", lambda _: Reply(status=404))
        self.sites = (self.seconds, self.date, self.page, self.silent, self.broken, self.missing)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._left_alone(traffic, "retry-after-seconds", "tired-seconds", Kind.FEED)
        yield self._left_alone(traffic, "retry-after-date", "tired-date", Kind.FEED)
        yield self._left_alone(traffic, "retry-after-on-a-page", "tired-page", Kind.PAGE)
        yield self._backs_off(traffic, "back-off-429", "tired-silent")
        yield self._backs_off(traffic, "back-off-errors", "broken", "missing")
        yield self._comes_back(traffic)

    def _left_alone(self, traffic: Traffic, name: str, site: str, kind: Kind) -> Grade:
        """Nothing at all of the site is asked while the Retry-After of one reply runs (RFC 9110 §10.2.3)."""
        requests = [asked for asked in traffic.of(site) if asked.kind is not Kind.ROBOTS]
        tired = [asked for asked in requests if asked.status in (429, 503) and asked.kind is kind]
        rest = self._terms.rest - (1 if name.endswith("date") else 0)  # a date has whole seconds
        against = [
            later
            for asked in tired
            for later in requests
            if self._terms.slack < later.at - asked.at < rest - self._terms.slack
        ]
        waited = [asked for asked in tired if traffic.now - asked.at > rest]
        figures = f"asked {len(tired)} times to wait {self._terms.rest} s, {len(against)} requests meanwhile"
        return grade(name, occasion=bool(waited), against=against, figures=figures)

    def _backs_off(self, traffic: Traffic, name: str, *sites: str) -> Grade:
        """The waits after failures in a row are longer than usual, and grow."""
        pace, occasion, against, seen = own_pace(traffic), False, [], []
        for site in sites:
            failed = [asked for asked in traffic.of(site, "/feed") if asked.status >= 400]
            waits = [gap for gap, _ in gaps(failed)]
            if len(waits) >= 2 and pace is not None:
                occasion = True
                usual = median(waits[1:])  # one wait may be long for other reasons: a restart, a busy machine
                if waits[-1] < _GROWTH * waits[0] or usual < _BEYOND * max(pace, self._terms.floor):
                    against += failed[-3:]
            elif failed and pace is not None and traffic.now - failed[-1].at > 6 * pace:
                occasion = True  # it waits still
            seen.append(f"{site} {'/'.join(f'{wait:.1f}' for wait in waits[:6]) or '-'} s")
        return grade(name, occasion=occasion, against=against, figures=f"waits: {', '.join(seen)}")

    def _comes_back(self, traffic: Traffic) -> Grade:
        """A feed that failed is asked again: feeds come back."""
        found = {site: traffic.of(site, "/feed") for site in ("broken", "missing")}
        occasion = all(found.values()) and traffic.now - max(f[0].at for f in found.values()) > 15 * self._terms.floor
        kept = all(len(requests) >= 3 for requests in found.values())
        figures = ", ".join(f"{site} asked {len(requests)} times" for site, requests in found.items())
        shown = [asked for requests in found.values() for asked in requests]
        return verdict("never-dropped", occasion=bool(occasion), kept=kept, figures=figures, shown_by=shown)

    def _feed(self, asked: Asked) -> Reply:
        return tagged(asked, self._press.feed(asked))

    def _tires(self, asked: Asked, tired: Reply) -> Reply:
        """Answer the third poll with `tired`."""
        return tired if asked.nth == 3 else self._feed(asked)

    def _tired_page(self, asked: Asked) -> Reply:
        self._pages_asked += 1
        if self._pages_asked == 2:
            return Reply(status=429, headers=self._in_seconds())
        return article(int(asked.path.rpartition("/")[2]))

    def _in_seconds(self) -> dict[str, str]:
        return {"Retry-After": str(self._terms.rest)}

    def _as_date(self) -> dict[str, str]:
        return {"Retry-After": formatdate(time.time() + self._terms.rest, usegmt=True)}
