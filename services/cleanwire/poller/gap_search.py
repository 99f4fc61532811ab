"""How are entries looked for that came and went between two polls? One request at a time, paced like polls.

First robots.txt, for where the site's sitemaps are; then those, an index before its children, until one lists news.
What was found is remembered with the feed, and asked directly the next time.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from msgspec import structs

from cleanwire.crawl import headers
from cleanwire.feed.entries.new_and_changed import Keyed
from cleanwire.feed.formats.parsed import NotAFeed, ParsedFeed
from cleanwire.feed.gaps import search as gaps
from cleanwire.feed.timing.parts import Part
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed
from cleanwire.fetch.robots import RobotsCache, RobotsVerdict
from cleanwire.poller.bodies.readers import Readers
from cleanwire.records.feed import FeedState, Gap, NewsSitemap
from cleanwire.sandbox.pool import PoolCrashed, PoolTimeout
from cleanwire.settings import FetchSettings
from cleanwire.telemetry.catalogue import GapSearch
from cleanwire.urls import site as sites

ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.1"
SHELF_S = 600.0
"""How long what a site answered about one of its sitemaps serves its other feeds: a list, another address, nothing."""
_SHELF_SIZE = 16
_NOT_MODIFIED = 304
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What one request of a search brought. `status`: None without a reply that we take, 200 where none was needed."""

    url: str
    status: int | None
    unreached: bool = False  # there was not even a reply that we refuse
    took_s: float = 0.0
    wire_bytes: int = 0
    retry_after_s: float | None = None
    asks: tuple[str, ...] = ()  # sitemaps to ask before those that already wait
    news: ParsedFeed | None = None
    found: NewsSitemap | None = None  # where `news` came from; also when it has not changed
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a request leaves behind: `result` is None while the search goes on."""

    state: FeedState
    recovered: tuple[Keyed, ...] = ()
    result: GapSearch | None = None


def settle(state: FeedState, gap: Gap, searched: Searched, *, now: float) -> Settled:
    """Return the feed's next state, and what was found of the entries lost in `gap`."""
    if searched.found is not None:
        recovered = gaps.missing(searched.news, state, gap, now=now) if searched.news is not None else ()
        closed = structs.replace(gaps.closed(state, recovered, now=now), news_sitemap=searched.found)
        return Settled(state=closed, recovered=recovered, result=GapSearch.FOUND if recovered else GapSearch.NOTHING)
    asks = (*searched.asks, *gap.asks[1:])
    moved = state.news_sitemap is not None and not gap.asks  # it is not where it was: look for it again
    if (asks or moved) and gap.asked + 1 < gaps.MAX_ASKS:
        further = structs.replace(gap, asks=asks, asked=gap.asked + 1, due_at=now)
        return Settled(state=structs.replace(state, gap=further, news_sitemap=None if moved else state.news_sitemap))
    reached = searched.status is not None and searched.status < 500
    return Settled(
        state=structs.replace(gaps.closed(state, (), now=now), news_sitemap=None if moved else state.news_sitemap),
        result=GapSearch.NO_SITEMAP if reached else GapSearch.FAILED,
    )


class Searches:
    """Makes the requests, with the process's fetcher."""

    def __init__(self, fetcher: Fetcher, robots: RobotsCache, readers: Readers, settings: FetchSettings) -> None:
        self._fetcher = fetcher
        self._readers = readers
        self._robots = robots
        self._settings = settings
        self._shelf: OrderedDict[tuple[str | None, ...], tuple[float, Searched]] = OrderedDict()

    async def make(self, part: Part) -> Searched:
        """Make the next request of the search that `part` is in. Everyday failures are outcomes."""
        assert part.gap is not None
        began = time.perf_counter()
        known = part.state.news_sitemap
        if part.gap.asks:
            searched = await self._sitemap(NewsSitemap(url=part.gap.asks[0]), part.gap)
        elif known is not None:
            searched = await self._sitemap(known, part.gap)
        else:
            searched = await self._named(part.state.url)
        return replace(searched, took_s=time.perf_counter() - began)

    async def _named(self, feed_url: str) -> Searched:
        now = time.time()
        named = await self._robots.sitemaps(feed_url, now)
        if isinstance(named, RobotsVerdict):
            return _unknown(feed_url, named)
        return Searched(url=feed_url, status=200, asks=gaps.sitemaps_to_ask(named, feed_url=feed_url, now=now))

    async def _sitemap(self, known: NewsSitemap, gap: Gap) -> Searched:
        now = time.time()
        validators = (known.url, known.etag, known.last_modified)
        at, kept = self._shelf.get((known.url,)) or self._shelf.get(validators) or (0.0, None)
        if kept is not None and gap.until <= at and now - at < SHELF_S:
            return replace(kept, status=200, wire_bytes=0, retry_after_s=None)
        if self._settings.robots:
            verdict = await self._robots.check(known.url, now)
            if verdict.allowed is None:
                return _unknown(known.url, verdict)
            if not verdict.allowed:
                return Searched(url=known.url, status=200, detail="robots.txt")
        reply = await self._fetcher.get(
            known.url,
            limit_bytes=self._settings.feed_limit_bytes,
            accept=ACCEPT,
            etag=known.etag,
            last_modified=known.last_modified,
        )
        searched = await self._read(known, reply)
        if searched.status is not None and searched.status < _SERVER_ERROR:
            # That nothing has changed is true for those only who know the same.
            self._shelf[validators if searched.status == _NOT_MODIFIED else (known.url,)] = (now, searched)
            while len(self._shelf) > _SHELF_SIZE:
                self._shelf.popitem(last=False)
        return searched

    async def _read(self, known: NewsSitemap, reply: Fetched | FetchFailed) -> Searched:
        if isinstance(reply, FetchFailed):
            detail = f"{reply.reason}: {reply.detail}"
            return Searched(url=known.url, status=None, unreached=reply.unreached, detail=detail)
        now = time.time()
        heard = Searched(
            url=known.url,
            status=reply.status,
            wire_bytes=reply.wire_bytes,
            retry_after_s=headers.retry_after_s(reply.headers, now=now),
        )
        if reply.status == 304:
            return replace(heard, found=known)
        if not 200 <= reply.status < 300:
            return replace(heard, detail=f"HTTP {reply.status}")
        found = await self._readers.news(
            reply.body, reply.url, reply.headers.get("content-type"), site=sites.site(known.url), now=now
        )
        match found:
            case NotAFeed(reason=reason, detail=detail):
                return replace(heard, detail=f"{reason}: {detail}")
            case PoolTimeout() | PoolCrashed():
                return replace(heard, detail=f"not read: {found}")
        if found.feed is None:
            return replace(heard, asks=found.asks, detail=None if found.asks else "no news sitemap")
        etag, last_modified = (headers.validator(reply.headers, name) for name in ("etag", "last-modified"))
        at = NewsSitemap(url=known.url, etag=etag, last_modified=last_modified)
        return replace(heard, news=found.feed, found=at)


def _unknown(url: str, verdict: RobotsVerdict) -> Searched:
    """The site does not tell what it allows: no reply, or an error that says nothing about the site's sitemaps."""
    failure = verdict.failure
    return Searched(
        url=url,
        status=None if failure is not None else 500,
        unreached=failure is not None and failure.unreached,
        detail=f"robots.txt: {failure or 'server error'}",
    )
