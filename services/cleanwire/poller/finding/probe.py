"""Is there a feed at this address? Asked once, for people who are about to subscribe."""

import asyncio
import time
from collections import defaultdict

from cleanwire.crawl import headers
from cleanwire.crawl.pacing import Pacer
from cleanwire.feed.autodiscovery import FeedCandidate
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed, FetchFailure
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.finding import examining
from cleanwire.poller.finding.examining import Probed
from cleanwire.poller.poll import ACCEPT
from cleanwire.records.feed import FeedOptions
from cleanwire.sandbox.pool import PoolCrashed, PoolTimeout
from cleanwire.settings import Settings
from cleanwire.urls import site as sites

AT_ONCE = 16
LONGEST_REST_S = 60.0
_NOBODY_THERE = frozenset({FetchFailure.DNS, FetchFailure.CONNECT, FetchFailure.TLS, FetchFailure.BLOCKED_ADDRESS})


class Unreachable(str):
    """Why there is no reply, where other addresses of the same site will not answer either."""

    __slots__ = ()


class Prober:
    """Asks addresses, a few at once, one at a time and paced at each site, as the poller does.

    A site that is down, or wants to be left alone for longer than `LONGEST_REST_S`, is asked no more: somebody waits
    for the end.
    """

    def __init__(self, fetcher: Fetcher, readers: Readers, settings: Settings) -> None:
        self._fetcher = fetcher
        self._readers = readers
        self._settings = settings
        self._room = asyncio.Semaphore(AT_ONCE)
        self._sites: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pacer = Pacer(settings.poll.site_spacing_s, down_pause_s=settings.fetch.host_down_pause_s)

    async def get(self, url: str, options: FeedOptions | None = None, *, accept: str = ACCEPT) -> Fetched | str:
        """Return the reply of status 2xx at `url`, or why there is none."""
        site = sites.site(url)
        async with self._sites[site]:
            if self._pacer.down(site):
                return "not asked: the site does not answer"
            wait_s = self._pacer.ready_at(site, time.time()) - time.time()
            if wait_s > LONGEST_REST_S:
                return f"not asked: the site is to be left alone for {wait_s:.0f} s"
            await asyncio.sleep(wait_s)
            async with self._room:
                reply = await self._ask(site, url, options or FeedOptions(), accept)
        if isinstance(reply, FetchFailed):
            why = f"{reply.reason}: {reply.detail}"
            return Unreachable(why) if reply.reason in _NOBODY_THERE and sites.site(reply.url) == site else why
        return reply if 200 <= reply.status < 300 else f"HTTP {reply.status}"

    async def _ask(self, site: str, url: str, options: FeedOptions, accept: str) -> Fetched | FetchFailed:
        reply = await self._fetcher.get(
            url,
            limit_bytes=self._settings.fetch.feed_limit_bytes,
            accept=accept,
            headers=options.headers,
            auth=options.auth,
        )
        now = time.time()
        if isinstance(reply, FetchFailed):
            self._pacer.finished(site, now, status=None, unreached=reply.unreached, took_s=reply.took_s)
            return reply
        rest_s = headers.retry_after_s(reply.headers, now=now)
        self._pacer.finished(site, now, status=reply.status, took_s=reply.took_s, retry_after_s=rest_s)
        return reply

    async def feed(self, url: str, options: FeedOptions | None = None) -> Probed | str:
        """Return the feed at `url`, or why there is none."""
        reply = await self.get(url, options)
        return reply if isinstance(reply, str) else await self.read(reply, url)

    async def read(self, reply: Fetched, url: str) -> Probed | str:
        """Return the feed or sitemap in `reply` to a request for `url`, or why it is none."""
        found = await self._readers.look(examining.feed, reply.body, _type(reply), reply.url, url)
        return f"not read: {found}" if isinstance(found, PoolTimeout | PoolCrashed) else found

    async def sitemaps(self, reply: Fetched) -> list[str]:
        """Return the sitemaps that an index lists, those named for news first."""
        found = await self._readers.look(examining.sitemaps, reply.body, _type(reply), reply.url)
        return found if isinstance(found, list) else []

    async def links(self, reply: Fetched) -> list[FeedCandidate]:
        """Return what a page links as feeds."""
        found = await self._readers.look(examining.linked, reply.body, reply.url)
        return found if isinstance(found, list) else []

    async def listed(self, reply: Fetched) -> list[str]:
        """Return the feeds of a list of feeds."""
        found = await self._readers.look(examining.listed, reply.body, reply.url)
        return found if isinstance(found, list) else []


def _type(reply: Fetched) -> str | None:
    return reply.headers.get("content-type")
