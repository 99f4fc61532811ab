"""Is an article fetched once, however often and under however many names it is listed?"""

from collections.abc import Iterable

from bench.politeness import writing
from bench.politeness.grading import Grade, grade
from bench.politeness.press import Press
from bench.politeness.site import Reply, Site, feed_reply
from bench.politeness.subjects.subject import steady
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked, Kind, Traffic
from bench.politeness.writing import Item

_STORIES = range(600, 603)


class Articles:
    """A publisher whose feeds list the same articles with new ids, dates and tracking at every poll."""

    def __init__(self, terms: Terms, press: Press) -> None:
        del terms
        self._press = press
        self.restless = Site("restless")
        self.restless.articles("/story", _STORIES)
        self.restless.feed("/feed", self._restless)
        self.restless.feed("/other", self._restless)
        self.sites = (self.restless,)

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        listed = len(steady(traffic)) >= 3
        restless = traffic.of("restless", kind=Kind.FEED)
        pages = traffic.by_path(Kind.PAGE)
        quiet = {key: found for key, found in pages.items() if key[0] != "restless"}
        yield _once(traffic, "pages-once", quiet, occasion=listed)
        disguised = {key: found for key, found in pages.items() if key[0] == "restless"}
        yield _once(traffic, "same-page-new-name", disguised, occasion=len(restless) >= 3)

    def _restless(self, asked: Asked) -> Reply:
        """List the same articles with another id, date and tracking parameter at every poll."""
        items = [
            Item(
                link=self.restless.url(f"/story/{number}?utm_source=rss&utm_campaign=c{asked.nth}"),
                title=writing.title(number),
                published=self._press.published(0, asked.at) + asked.at,
                guid=f"{number}-{asked.path}-{asked.nth}",
            )
            for number in _STORIES
        ]
        return feed_reply(writing.rss("Restless", self.restless.home, items))


def _once(traffic: Traffic, name: str, pages: dict[tuple[str, str], list[Asked]], *, occasion: bool) -> Grade:
    """No page that was given is asked for again, but for one whose giving a kill may have undone."""
    against: list[Asked] = []
    for requests in pages.values():
        given = [asked for asked in requests if asked.status == 200 and not traffic.maybe_forgotten(asked)]
        against += given[1:]
    fetched = sum(len(found) for found in pages.values())
    figures = f"{len(pages)} pages, {fetched} requests, {len(against)} for what was given before"
    return grade(name, occasion=occasion and bool(pages), against=against, figures=figures)
