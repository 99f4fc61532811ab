"""Which feeds does a site have? From what it announces to where feeds usually are, as few requests as will do."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cleanwire.crawl import robots
from cleanwire.feed import autodiscovery
from cleanwire.feed.autodiscovery import FeedCandidate, How
from cleanwire.fetch.outcome import Fetched
from cleanwire.poller.finding import examining
from cleanwire.poller.finding.examining import Probed
from cleanwire.poller.finding.probe import Prober, Unreachable
from cleanwire.urls import parse as urls

MAX_SITEMAPS = 8
_PAGE = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5"
_ANY = "*/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed, and how it was found."""

    feed: Probed
    how: How
    title: str | None  # the feed's own, else what the page calls it


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a search gave. `tried` are addresses without a feed and why, in the order they were asked."""

    found: tuple[FoundFeed, ...]
    tried: tuple[tuple[str, str], ...]


async def discover(
    url: str, prober: Prober, *, everything: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Discovery:
    """Return the feeds of the page, feed, feed list or site at `url`, each one asked and read.

    The search ends with the first step that gives a feed, unless `everything` is wanted: the address itself, what its
    page links, where feeds usually are, news sitemaps that robots.txt names. A site that cannot be reached is asked
    once. `tell` hears what is being done.
    """
    search = _Search(url, prober, tell)
    reply = await search.begin()
    if isinstance(reply, Unreachable):
        return search.result()
    steps = (search.links, search.well_known, search.sitemaps)
    for step in steps:
        if search.found and not everything:
            break
        await step(reply)
    return search.result()


class _Search:
    def __init__(self, url: str, prober: Prober, tell: Callable[[str], None]) -> None:
        self._url = url
        self._prober = prober
        self._tell = tell
        self._tried: dict[str, str] = {}
        self.found: dict[str, FoundFeed] = {}

    def result(self) -> Discovery:
        return Discovery(found=tuple(self.found.values()), tried=tuple(self._tried.items()))

    async def begin(self) -> Fetched | Unreachable | None:
        """Ask the address itself: a feed, a list of feeds, or a page to look through, which is returned."""
        self._tell(f"asking {self._url}")
        reply = await self._prober.get(self._url, accept=_PAGE)
        if isinstance(reply, str):
            self._tried[self._url] = reply
            return reply if isinstance(reply, Unreachable) else None
        read = await self._prober.read(reply, self._url)
        if isinstance(read, Probed):
            self._keep(FeedCandidate(url=self._url, how=How.ITSELF), read)
            return reply
        self._tried[self._url] = read
        listed = await self._prober.listed(reply)
        if listed:
            await self._ask(FeedCandidate(url=each, how=How.LIST) for each in listed)
        return reply

    async def links(self, reply: Fetched | None) -> None:
        if reply is not None:
            await self._ask(await self._prober.links(reply))

    async def well_known(self, reply: Fetched | None) -> None:
        """One after the other: a site that has one of them rarely has another."""
        for candidate in autodiscovery.well_known(reply.url if reply else self._url):
            await self._ask([candidate])
            if any(found.how is How.WELL_KNOWN for found in self.found.values()):
                return

    async def sitemaps(self, reply: Fetched | None) -> None:
        """Look for news sitemaps among those that robots.txt names, and among the children of indexes."""
        address = urls.href("/robots.txt", reply.url if reply else self._url)
        if address is None:
            return
        self._tell(f"asking {address}")
        rules = await self._prober.get(address, accept="text/plain")
        if isinstance(rules, str):
            self._tried[address] = rules
            return
        named = (urls.href(each, address) for each in robots.parse(rules.body).sitemaps)
        waiting = _news_first(each for each in named if each)
        for _ in range(MAX_SITEMAPS):
            if not waiting:
                return
            waiting = _news_first([*await self._sitemap(waiting[0]), *waiting[1:]])

    async def _sitemap(self, url: str) -> list[str]:
        """Keep the sitemap at `url` if it is one of news; return the sitemaps that it lists."""
        if url in self._tried or url in self.found:
            return []
        self._tell(f"asking {url}")
        reply = await self._prober.get(url, accept=_ANY)
        read = reply if isinstance(reply, str) else await self._prober.read(reply, url)
        if isinstance(read, Probed) and read.format == examining.NEWS_SITEMAP:
            self._keep(FeedCandidate(url=url, how=How.SITEMAP), read)
            return []
        self._tried[url] = f"{read.format}: no news" if isinstance(read, Probed) else read
        return [] if isinstance(reply, str) else await self._prober.sitemaps(reply)

    async def _ask(self, wanted: Iterable[FeedCandidate]) -> None:
        each = [one for one in wanted if one.url not in self.found and one.url not in self._tried]
        for one in each:
            self._tell(f"asking {one.url}")
        answers = await asyncio.gather(*(self._prober.feed(one.url) for one in each))
        for one, answer in zip(each, answers, strict=True):
            if isinstance(answer, Probed):
                self._keep(one, answer)
            else:
                self._tried[one.url] = answer

    def _keep(self, candidate: FeedCandidate, feed: Probed) -> None:
        self.found[candidate.url] = FoundFeed(feed=feed, how=candidate.how, title=feed.title or candidate.title)


def _news_first(addresses: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(addresses), key=lambda address: "news" not in address.lower())
