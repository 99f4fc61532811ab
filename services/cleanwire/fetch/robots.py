"""Does a site's robots.txt let us fetch this?"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from cleanwire.crawl import ai_agents, robots
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import Fetched, FetchFailed, FetchFailure

_LIMIT_BYTES = 500 * 1024  # RFC 9309 §2.5: what lies beyond may be ignored
_READ_AT_ONCE_BYTES = 16 * 1024  # some 5 ms
_STALE_S = 86_400.0  # RFC 9309 §2.4: how long an old copy serves while the site does not answer
_ASK_AGAIN_S = 300.0  # after no answer
_BUDGET_BYTES = 32 * 1024 * 1024  # of robots.txt remembered, as read
_ENTRY_BYTES = 1024  # what remembering an origin costs besides its file

# The site cannot be asked at all, or sends us in circles: that counts as having no robots.txt (RFC 9309 §2.3.1.2,
# §2.3.1.3). What the page itself then gets is the fetcher's verdict, with the reason.
_NO_FILE = frozenset({FetchFailure.REDIRECTS, FetchFailure.BLOCKED_ADDRESS, FetchFailure.INVALID_URL})
_NO_RULES = robots.parse(b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsVerdict:
    """What robots.txt says about one URL.

    `allowed` is None while the site does not tell (server errors, no answer): ask later, fetch nothing (RFC 9309
    §2.3.1.4); `failure` then says why there was no answer, None standing for an error status. A caller bounds how
    often it asks.
    """

    allowed: bool | None
    crawl_delay_s: float | None = None
    failure: FetchFailure | None = None
    ai_disallowed: tuple[str, ...] = ()  # AI agents that it names and keeps from the URL
    usage: str | None = None  # Content-Usage or Content-Signal, as written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    rules: robots.Robots | None  # None: the site did not tell
    read_at: float  # when the rules were read
    until: float  # when the site is asked again
    size_bytes: int
    failure: FetchFailure | None = None


class RobotsCache:
    """Remembers the robots.txt of many origins; each is fetched once at a time and at most once in `ttl_s`."""

    def __init__(self, fetcher: Fetcher, *, agent: str, ttl_s: float) -> None:
        """`agent` is the product token that groups are matched with."""
        self._fetcher = fetcher
        self._agent = agent
        self._ttl_s = ttl_s
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._size_bytes = 0
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def check(self, url: str, now: float) -> RobotsVerdict:
        """Return whether `url`, a normalised http(s) URL, may be fetched at `now` (epoch seconds)."""
        parts = urlsplit(url)
        known = await self._rules(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", now)
        if known.rules is None:
            return RobotsVerdict(allowed=None, failure=known.failure)
        return RobotsVerdict(
            allowed=known.rules.allowed(self._agent, url),
            crawl_delay_s=known.rules.crawl_delay_s(self._agent),
            ai_disallowed=ai_agents.disallowed(known.rules, url),
            usage=known.rules.usage(self._agent, url),
        )

    async def sitemaps(self, url: str, now: float) -> tuple[str, ...] | RobotsVerdict:
        """Return the sitemaps that `url`'s site names, as written; while it does not tell, the verdict says why."""
        parts = urlsplit(url)
        known = await self._rules(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", now)
        if known.rules is None:
            return RobotsVerdict(allowed=None, failure=known.failure)
        return known.rules.sitemaps

    async def _rules(self, origin: str, now: float) -> _Known:
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            known = self._known.get(origin)
            if known is None or known.until <= now:
                known = await self._ask(origin, known, now)
                self._remember(origin, known)
            else:
                self._known.move_to_end(origin)
            return known

    async def _ask(self, origin: str, before: _Known | None, now: float) -> _Known:
        reply = await self._fetcher.get(f"{origin}/robots.txt", limit_bytes=_LIMIT_BYTES, accept="text/plain", cut=True)
        body = _body(reply)
        if body is not None:
            rules, size_bytes = await parsed(body) if body else (_NO_RULES, _NO_RULES.size_bytes)
            return _Known(rules=rules, read_at=now, until=now + self._ttl_s, size_bytes=size_bytes)
        failure = reply.reason if isinstance(reply, FetchFailed) else None
        again = now + min(_ASK_AGAIN_S, self._ttl_s)
        if before is not None and before.rules is not None and now - before.read_at < _STALE_S:
            return _Known(rules=before.rules, read_at=before.read_at, until=again, size_bytes=before.size_bytes)
        return _Known(rules=None, read_at=now, until=again, size_bytes=0, failure=failure)

    def _remember(self, origin: str, known: _Known) -> None:
        before = self._known.pop(origin, None)
        if before is not None:
            self._size_bytes -= before.size_bytes + _ENTRY_BYTES
        self._known[origin] = known
        self._size_bytes += known.size_bytes + _ENTRY_BYTES
        while self._size_bytes > _BUDGET_BYTES and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            self._size_bytes -= oldest.size_bytes + _ENTRY_BYTES


async def parsed(body: bytes) -> tuple[robots.Robots, int]:
    """Return what a file says, and about how many bytes it takes in memory.

    One of 500 KB takes up to 0.2 s of CPU. In a thread it holds the event loop up for no longer than the interpreter
    lets a thread run on, 5 ms; a file of the usual size is read at once.
    """
    return await asyncio.to_thread(_read, body) if len(body) > _READ_AT_ONCE_BYTES else _read(body)


def _read(body: bytes) -> tuple[robots.Robots, int]:
    rules = robots.parse(body)
    return rules, rules.size_bytes


def _body(reply: Fetched | FetchFailed) -> bytes | None:
    """Return the file, empty if the site has none, None if it does not tell (RFC 9309 §2.3.1)."""
    if isinstance(reply, FetchFailed):
        return b"" if reply.reason in _NO_FILE else None
    if 200 <= reply.status < 300:
        return reply.body
    if 400 <= reply.status < 500 and reply.status != 429:  # "too many requests" is no leave to make more
        return b""
    return None if reply.status >= 500 or reply.status == 429 else b""
