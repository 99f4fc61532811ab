"""How does the product take a hostile reply? Loopback servers for the conformance cases that need HTTP.

Replies go over a real socket through the product's fetcher, then to the feed reader or the cleaner.
"""

import asyncio
import atexit
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import conformance_page
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import NotAFeed
from cleanwire.fetch.client import Fetched, Fetcher
from cleanwire.settings import FetchSettings

SETTINGS = FetchSettings(allow_private=("127.0.0.1/32",), timeout_s=8.0)
FEED_ROUTES = ("/feed", "/billion", "/quadratic", "/xxe", "/many-entries", "/redos")
READY_S = 10.0

Outcome = dict[str, Any]


class HostileServer:
    """The fault kit's server, started when first asked for and ended with this process."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._port: int | None = None

    def url(self, path: str) -> str:
        if self._port is None:
            self._port = self._start()
        return f"http://127.0.0.1:{self._port}{path}"

    def _start(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, self._script, "--port", str(port)], stdout=subprocess.PIPE)
        atexit.register(process.kill)
        assert process.stdout is not None
        if not process.stdout.readline().startswith(b"READY"):
            raise RuntimeError(f"{self._script} did not start")
        return port


def visit(url: str) -> Outcome:
    """Fetch `url` and read what comes; everything that is refused is an outcome."""
    return asyncio.run(_visit(url))


def receive(reply: bytes) -> Outcome:
    """Fetch from a server that answers with exactly `reply` and hangs up."""
    return asyncio.run(_served(reply, _visit))


def receive_encoded(body: bytes) -> Outcome:
    """Fetch from a server that sends `body` with the Content-Encoding that its first bytes show."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {_coding(body)}\r\n"
    return receive(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


async def _visit(url: str) -> Outcome:
    async with Fetcher(SETTINGS) as fetcher:
        is_feed = any(route in url for route in FEED_ROUTES)
        limit = SETTINGS.feed_limit_bytes if is_feed else SETTINGS.page_limit_bytes
        reply = await fetcher.get(url, limit_bytes=limit, accept="*/*")
    if not isinstance(reply, Fetched):
        return {"ok": True, "refused": str(reply.reason), "detail": reply.detail[:200]}
    if reply.status != 200:
        return {"ok": True, "status": reply.status}
    if not is_feed:
        return conformance_page.clean(reply.body, reply.url, reply.headers.get("content-type", "text/html"))
    found = feed_body.parse(reply.body, url=reply.url, content_type=reply.headers.get("content-type"))
    return (
        {"ok": True, "not_a_feed": str(found.reason)}
        if isinstance(found, NotAFeed)
        else {
            "ok": True,
            "entries": len(found.entries),
        }
    )


async def _served(reply: bytes, ask: Callable[[str], Awaitable[Outcome]]) -> Outcome:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), READY_S)
            writer.write(reply)
            await writer.drain()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the product hung up first, as it may
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        return await ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


def _coding(body: bytes) -> str:
    for start, coding in ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x78", "deflate")):
        if body.startswith(start):
            return coding
    return "br"
