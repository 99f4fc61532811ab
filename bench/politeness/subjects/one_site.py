"""Is one site asked one thing at a time, with a pause between?"""

from collections.abc import Iterable
from dataclasses import replace

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, tagged
from bench.politeness.subjects.subject import polls
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, overlapping, too_close

_FEEDS = 8
_PAGES = range(300, 320)
_REPLY_S = 0.25


class OneSite:
    """A publisher with a slow server, many feeds and many pages."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.many = Site("many")
        for number in range(_FEEDS):
            self.many.feed(f"/feed-{number}", self._slow_feed)
        self.many.articles("/story", _PAGES, wait_s=_REPLY_S)
        self.many.feed("/stories", lambda asked: press.listing(asked, self.many, "/story", _PAGES))
        self.sites = (self.many,)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        asked = traffic.of("many")
        feeds = [request for request in asked if request.kind in (Kind.FEED, Kind.GUESS)]  # a poller looks for sitemaps
        pages = [request for request in asked if request.kind is Kind.PAGE]
        polled = sum(bool(found) for found in polls(traffic, self.many).values())
        yield self._spacing("feed-spacing", feeds, occasion=polled >= 4)
        yield self._spacing("page-spacing", pages, occasion=len(pages) >= 4)
        yield self._one_at_a_time(asked, occasion=polled >= 4)

    def _spacing(self, name: str, requests: list[Asked], *, occasion: bool) -> Grade:
        """The end of a reply and the next request lie apart; one in ten may be spoilt by a busy machine."""
        least = 0.6 * self._terms.spacing
        against = too_close(requests, least)
        figures = f"{len(against)} of {len(requests)} requests within {least:g} s of the reply before"
        return grade(name, occasion=occasion, against=against, figures=figures, allowed=len(requests) // 10)

    def _one_at_a_time(self, requests: list[Asked], *, occasion: bool) -> Grade:
        """At most one request is under way (RFC 9112 §9.4 asks for few connections); one in fifty may be spoilt."""
        against = overlapping(requests, 0.1)
        figures = f"{len(against)} of {len(requests)} requests while another was under way"
        return grade("one-at-a-time", occasion=occasion, against=against, figures=figures, allowed=len(requests) // 50)

    def _slow_feed(self, asked: Asked) -> Reply:
        return replace(tagged(asked, self._press.feed(asked)), wait_s=_REPLY_S)
