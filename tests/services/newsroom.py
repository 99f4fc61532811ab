"""News sites of a test on real sockets: each on a loopback address of its own, answering as the test says."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from types import MappingProxyType

from aiohttp import web

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"
SITE_FILES = ("/robots.txt", "/.well-known/tdmrep.json")

_WORDS = (
    "council", "harbour", "ferry", "bridge", "museum", "orchard", "railway", "library", "winter", "market", "school",
    "river", "garden", "theatre", "bakery", "lantern", "station", "village", "doctor", "teacher", "painter",
    "engineer", "captain", "farmer", "builder", "spring", "autumn", "morning", "evening", "decided", "opened",
    "repaired", "moved", "promised", "counted", "measured", "borrowed", "returned", "explained", "planted", "carried",
    "answered",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request a site got. `at`: epoch seconds."""

    host: str
    path: str
    at: float
    headers: dict[str, str]


@dataclass(kw_only=True)
class Reply:
    """What a site answers. `hang_s`: silence before it, unless the client leaves first."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0.0


Answer = Reply | Callable[[Request], Reply]


def story(title: str, *, paragraphs: int = 6, salt: str = "") -> bytes:
    """Return a page whose text nobody else's page has."""
    seed = abs(hash_of(title + salt))
    lines = []
    for number in range(paragraphs):
        chosen = [_WORDS[(seed // (7**place) + 13 * number + 5 * place) % len(_WORDS)] for place in range(34)]
        lines.append(f"<p>{escape(title)}, part {number + 1}: the {' the '.join(chosen)} before noon on Friday.</p>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body><main><article><h1>{escape(title)}</h1>{''.join(lines)}</article></main></body></html>"
    ).encode()


def hash_of(text: str) -> int:
    """Return the same number for a text in every process."""
    number = 1469598103934665603
    for byte in text.encode():
        number = (number ^ byte) * 1099511628211 % 2**64
    return number


def rss(*items: tuple[str, str], title: str = "A feed") -> bytes:
    """Return an RSS feed of (link, title) pairs."""
    entries = "".join(
        f"<item><title>{escape(name)}</title><link>{escape(link)}</link><guid isPermaLink='false'>{escape(link)}</guid>"
        f"<pubDate>{formatdate(time.time() - 60)}</pubDate></item>"
        for link, name in items
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>http://127.0.0.1/</link><description>d</description>{entries}</channel></rss>"
    ).encode()


class Newsroom:
    """All sites of a test. `url("127.0.4.1", "/a")` addresses one; `answers` says what it gives."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: dict[tuple[str, str], Answer] = {}
        self.clock_ahead_s = 0.0
        """How wrong the sites' clocks are: it shows in `Date`."""
        self._ports: dict[str, int] = {}
        self._hits: defaultdict[tuple[str, str], int] = defaultdict(int)

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self._ports[host]}{path}"

    def put(self, host: str, path: str, answer: Answer | bytes) -> str:
        """Let `host` answer `path`, and return its address. The path may carry no query; one asked for is ignored."""
        self.answers[host, path] = Reply(body=answer) if isinstance(answer, bytes) else answer
        return self.url(host, path)

    def feed(self, host: str, path: str, *items: tuple[str, str]) -> str:
        """Publish an RSS feed of (link, title) pairs."""
        return self.put(host, path, Reply(body=rss(*items), content_type=RSS))

    def in_turn(self, host: str, path: str, *replies: Reply) -> str:
        """Let the first requests get the first replies, all others the last."""

        def answer(request: Request) -> Reply:
            self._hits[host, path] += 1
            return replies[min(self._hits[host, path], len(replies)) - 1]

        return self.put(host, path, answer)

    def asked(self, host: str, path: str | None = None) -> list[Request]:
        """Return the requests for a path, or for all but the files that speak for the whole site."""
        return [
            request
            for request in self.requests
            if request.host == host and (request.path == path if path else request.path not in SITE_FILES)
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        host = request.transport.get_extra_info("sockname")[0]  # type: ignore[union-attr]
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = Request(host=host, path=request.path, at=time.time(), headers=headers)
        self.requests.append(seen)
        answer = self.answers.get((host, request.path), Reply(status=404))
        reply = answer(seen) if callable(answer) else answer
        if reply.hang_s:
            await asyncio.sleep(reply.hang_s)
        date = formatdate(time.time() + self.clock_ahead_s, usegmt=True)
        own = {"content-type": reply.content_type, "date": date, **reply.headers}
        return web.Response(status=reply.status, body=reply.body, headers=own)

    @contextlib.asynccontextmanager
    async def open(
        self, *hosts: str, tls: Mapping[str, ssl.SSLContext] = MappingProxyType({})
    ) -> AsyncIterator["Newsroom"]:
        """Serve `hosts` until the block ends, those in `tls` with it."""
        runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0.1)
        await runner.setup()
        try:
            for host in hosts:
                site = web.TCPSite(runner, host, 0, ssl_context=tls.get(host))
                await site.start()
                self._ports[host] = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
            yield self
        finally:
            await runner.cleanup()

    @contextlib.contextmanager
    def open_in_thread(
        self, *hosts: str, tls: Mapping[str, ssl.SSLContext] = MappingProxyType({})
    ) -> Iterator["Newsroom"]:
        """Serve `hosts` from a thread with a loop of its own: for tests whose service is another process."""
        ready = threading.Event()
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()

        async def serve() -> None:
            async with self.open(*hosts, tls=tls):
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        assert ready.wait(20), "the sites did not open"
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(20)
            loop.close()
