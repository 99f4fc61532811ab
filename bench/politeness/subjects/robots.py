"""Is robots.txt asked for before pages, obeyed, and not asked for all the time? RFC 9309."""

import re
from collections.abc import Iterable

from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Answer, Reply, Site
from bench.politeness.subjects.subject import own_pace
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic, gaps

_OPEN = range(500, 503)
_CLOSED = range(510, 513)
_FREE = range(520, 522)
_DELAYED = range(530, 534)
_TOKEN = re.compile(r"[A-Za-z_-]+")


class Robots:
    """Publishers with a group for the reader itself, with a Crawl-delay, and with a robots.txt that cannot be had."""

    def __init__(self, terms: Terms, press: Press) -> None:
        self._terms = terms
        self.groups = Site("robots-groups", robots=_groups)
        self.groups.articles("/news", _OPEN)
        self.groups.articles("/members", _CLOSED)
        self.groups.articles("/members/free", _FREE)
        for folder, numbers in (("/news", _OPEN), ("/members", _CLOSED), ("/members/free", _FREE)):
            name = folder.strip("/").replace("/", "-")
            self.groups.feed(f"/{name}.xml", _listing(press, self.groups, folder, numbers))
        self.delay = Site("robots-delay", robots=f"User-agent: *\nCrawl-delay: {terms.crawl_delay}\n")
        self.delay.articles("/news", _DELAYED)
        self.delay.feed("/feed", lambda asked: press.listing(asked, self.delay, "/news", _DELAYED))
        self.down = Site("robots-down", robots=lambda _: Reply(status=503))
        self.down.articles("/news", _OPEN)
        self.down.feed("/feed", lambda asked: press.listing(asked, self.down, "/news", _OPEN))
        self.sites = (self.groups, self.delay, self.down)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        yield self._first(traffic)
        yield self._obeyed(traffic)
        yield self._delayed(traffic)
        yield self._unavailable(traffic)
        yield self._cached(traffic)

    def _first(self, traffic: Traffic) -> Grade:
        """The site's robots.txt was answered before the first of its pages is asked for (§2.2)."""
        pages: dict[str, Asked] = {}
        for asked in traffic.requests:
            if asked.kind in (Kind.PAGE, Kind.GUESS):
                pages.setdefault(asked.site, asked)
        against = [
            page
            for site, page in pages.items()
            if not any((rules.ended or page.at + 1) <= page.at for rules in traffic.of(site, "/robots.txt"))
        ]
        figures = f"{len(pages) - len(against)} of {len(pages)} sites' pages asked for after robots.txt"
        return grade("robots-first", occasion=bool(pages), against=against, figures=figures)

    def _obeyed(self, traffic: Traffic) -> Grade:
        """The reader's own group counts, the longest pattern in it decides (§2.2.1, §2.2.2)."""
        pages = traffic.of("robots-groups", kind=Kind.PAGE) + traffic.of("robots-groups", kind=Kind.GUESS)
        against = [page for page in pages if page.path.startswith("/members/") and "/free/" not in page.path]
        figures = f"{len(pages)} pages asked for, {len(against)} of them disallowed"
        return grade("robots-obeyed", occasion=bool(pages), against=against, figures=figures)

    def _delayed(self, traffic: Traffic) -> Grade:
        """A small Crawl-delay is kept between pages: not in the RFC, but what publishers write."""
        pages, delay = traffic.of("robots-delay", kind=Kind.PAGE), self._terms.crawl_delay
        against = [page for gap, page in gaps(pages) if gap < 0.9 * delay - self._terms.slack]
        shortest = min((gap for gap, _ in gaps(pages)), default=0.0)
        figures = f"{len(pages)} pages, shortest gap {shortest:.1f} s, asked for {delay} s"
        return grade("crawl-delay", occasion=len(pages) >= 2, against=against, figures=figures)

    def _unavailable(self, traffic: Traffic) -> Grade:
        """While robots.txt answers 5xx no page is asked for (§2.3.1.4)."""
        rules, pages = traffic.of("robots-down", "/robots.txt"), traffic.of("robots-down", kind=Kind.PAGE)
        figures = f"robots.txt asked for {len(rules)} times, {len(pages)} pages"
        return grade("robots-unavailable", occasion=bool(rules), against=pages, figures=figures)

    def _cached(self, traffic: Traffic) -> Grade:
        """An answer is kept (§2.4): one request a site, and one more after a restart, which may forget."""
        pace, starts = own_pace(traffic), len(traffic.started)
        found = {site: requests for (site, _), requests in traffic.by_path(Kind.ROBOTS).items()}
        against = [late for requests in found.values() for late in requests[starts:] if late.status == 200]
        most = max((len(requests) for requests in found.values()), default=0)
        figures = f"{len(found)} sites, at most {most} times each; the reader was started {starts} times"
        return grade("robots-cached", occasion=bool(found) and pace is not None, against=against, figures=figures)


def _groups(asked: Asked) -> Reply:
    """All is closed but to this reader, by the name it gives itself; to it a folder is, and in it one is open."""
    name = _TOKEN.match(asked.headers.get("user-agent", "")) or _TOKEN.match("anonymous")
    assert name is not None
    rules = f"User-agent: *\nDisallow: /\n\nUser-agent: {name.group()}\nDisallow: /members/\nAllow: /members/free/\n"
    return Reply(headers={"Content-Type": "text/plain"}, body=rules.encode())


def _listing(press: Press, site: Site, folder: str, numbers: range) -> Answer:
    return lambda asked: press.listing(asked, site, folder, numbers)
