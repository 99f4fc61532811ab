"""Is a feed that moved followed, as far as its publisher meant it, and one that is gone left alone?"""

from collections.abc import Iterable

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, tagged
from bench.politeness.subjects.subject import own_pace
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Traffic

_CONFIRMED = 4  # polls after which a permanent redirect that stays the same should be believed
_HOPS = 31  # requests of one poll: no common client follows more than 30 redirects unasked
_GONE = 2  # a 410 may be asked for once more, in case it was a mistake


class Moves:
    """Publishers whose feeds moved for good, for a while, in circles, or away."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self._press = press
        self.moved, self.lent, self.home = Site("moved"), Site("lent"), Site("new-home")
        for code in (301, 308):
            self.home.feed(f"/from-{code}", self._feed, listed=False)
            self.moved.feed(f"/{code}", self._to(code, self.home, f"/from-{code}"))
        for code in (302, 307):
            self.home.feed(f"/from-{code}", self._feed, listed=False)
            self.lent.feed(f"/{code}", self._to(code, self.home, f"/from-{code}"))
        self.circles = Site("circles")
        self.circles.feed("/loop", self._to(301, self.circles, "/loop-on"))
        self.circles.feed("/loop-on", self._to(302, self.circles, "/loop"), listed=False)
        self.circles.feed("/chain", self._chain)
        self.gone = Site("gone")
        self.gone.feed("/feed", lambda _: Reply(status=410))
        self.sites = (self.moved, self.lent, self.home, self.circles, self.gone)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._kept(traffic)
        yield self._not_kept(traffic)
        yield self._circles(traffic)
        yield self._gone(traffic)

    def _kept(self, traffic: Traffic) -> Grade:
        """301 and 308 are followed, and after a few polls the new address is asked (RFC 9110 §15.4.2, §15.4.9)."""
        against, occasion, seen = [], False, []
        for code in (301, 308):
            old, new = traffic.of("moved", f"/{code}"), traffic.of("new-home", f"/from-{code}")
            occasion |= len(old) > _CONFIRMED or len(new) > _CONFIRMED
            against += old[_CONFIRMED:]
            if len(old) > 1 and not new:
                against += old
            seen.append(f"{code}: old {len(old)} times, new {len(new)}")
        figures = f"{', '.join(seen)}; {_CONFIRMED} polls may confirm it"
        return grade("permanent-redirect", occasion=occasion, against=against, figures=figures, allowed=1)

    def _not_kept(self, traffic: Traffic) -> Grade:
        """302 and 307 are followed, and the old address is asked each time (RFC 9110 §15.4.3, §15.4.8)."""
        against, seen, polled = [], [], 0
        for code in (302, 307):
            old, new = traffic.of("lent", f"/{code}"), traffic.of("new-home", f"/from-{code}")
            polled += len(new)
            for number, asked in enumerate(new, 1):
                if sum(before.at <= asked.at for before in old) < number:
                    against.append(asked)
            if len(old) > 1 and not new:
                against += old
            seen.append(f"{code}: old {len(old)} times, new {len(new)}")
        return grade("temporary-redirect", occasion=polled >= 4, against=against, figures=", ".join(seen))

    def _circles(self, traffic: Traffic) -> Grade:
        """Each poll of a feed whose redirects never end is given up after at most 30 of them (RFC 9110 §15.4)."""
        requests = traffic.of("circles")
        bursts: list[list[Asked]] = []
        for asked in requests:
            if bursts and asked.at - bursts[-1][-1].at < 0.5 * self._terms.floor:
                bursts[-1].append(asked)
            else:
                bursts.append([asked])
        longest = max(bursts, key=len, default=[])
        # Two feeds go in circles there, and may be asked right after one another.
        against = longest[2 * _HOPS :]
        figures = f"{len(requests)} requests, at most {len(longest)} in a row"
        return grade("redirect-loop", occasion=bool(requests), against=against, figures=figures)

    def _gone(self, traffic: Traffic) -> Grade:
        """A feed that is 410 Gone is asked no more (RFC 9110 §15.5.11)."""
        requests, pace = traffic.of("gone"), own_pace(traffic)
        occasion = bool(requests) and pace is not None and traffic.now - requests[0].at > 4 * pace
        return grade("gone", occasion=occasion, against=requests[_GONE:], figures=f"asked {len(requests)} times")

    def _feed(self, asked: Asked) -> Reply:
        return tagged(asked, self._press.feed(asked))

    @staticmethod
    def _to(status: int, site: Site, path: str) -> "_Redirect":
        return _Redirect(status, site, path)

    def _chain(self, asked: Asked) -> Reply:
        """Redirect to an address that was never asked before, for ever."""
        step = int(asked.query or 0) + 1
        return Reply(status=302, headers={"Location": f"{self.circles.home}/chain?{step}"})


class _Redirect:
    """Sends readers on; the address is known only once the target is served."""

    def __init__(self, status: int, site: Site, path: str) -> None:
        self._status, self._site, self._path = status, site, path

    def __call__(self, asked: Asked) -> Reply:
        return Reply(status=self._status, headers={"Location": self._site.url(self._path)})
