"""The invented press on loopback: every site on an address of its own, stories appearing as time goes by."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import uvicorn

from cleanwire.demo import edition, feed_writers, stories, story_pages
from cleanwire.demo.edition import Piece
from cleanwire.demo.stories import Site, Trouble
from cleanwire.ops import server

EVERY_S = 0.7
ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /search\n"
_FEED_LENGTH = 30
_BESIDE = 4  # stories advertised beside another


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    content_type: str = "text/html"
    body: bytes = b""
    headers: Mapping[str, str] | None = None


class Press:
    """The sites while they are served. Time begins with the first request for a feed: then the first third is out."""

    def __init__(self, sites: tuple[Site, ...], ports: Mapping[str, int], *, every_s: float) -> None:
        self.opened = asyncio.Event()
        self.opened_at = datetime.now(UTC)
        self.edition = edition.plan(sites, started=self.opened_at, every_s=every_s)
        self._every_s = every_s
        self._ports = ports
        self._sites = {site.host: site for site in sites}

    def clock(self) -> float:
        """Return the seconds since the press opened; 0 before."""
        return (datetime.now(UTC) - self.opened_at).total_seconds() if self.opened.is_set() else 0.0

    @property
    def feed_urls(self) -> tuple[str, ...]:
        """All feeds; a site with a second feed lists some of its stories in both."""
        names = [(site, name) for site in self._sites.values() for name in ("feed", "extra")]
        return tuple(f"{self._home(site)}{name}" for site, name in names if name == "feed" or site.second_feed)

    def url(self, piece: Piece) -> str:
        """Return where the story's page is."""
        folder = "private" if piece.story.trouble is Trouble.PRIVATE else "news"
        return f"{self._home(piece.site)}{folder}/{piece.story.slug}"

    def piece(self, url: str) -> Piece | None:
        """Return the story at an address, with or without tracking parameters, wrapped or not."""
        parts = urlsplit(url)
        slug = parts.path.rpartition("/")[2]
        return next((p for p in self.edition.pieces if p.story.slug == slug and _lives_at(p, parts, self)), None)

    def answer(self, host: str, path: str) -> Reply:
        """Return what the site at `host` says to GET `path` now."""
        if path in ("/feed", "/extra"):
            self._open()
        site, at = self._sites[host], self.clock()
        match path.strip("/").split("/"):
            case ["robots.txt"]:
                return Reply(status=200, content_type="text/plain", body=ROBOTS)
            case ["feed"]:
                return self._feed(site, self.edition.out(site, at)[:_FEED_LENGTH], at)
            case ["extra"] if site.second_feed:
                return self._feed(site, [p for p in self.edition.out(site, at) if p.story.also], at)
            case ["news" | "private", slug]:
                piece = self.edition.find(host, slug)
                return self._page(piece, at) if piece and piece.visible_at <= at else Reply(status=404)
            case ["out", slug]:
                wrapped = next((p for p in self.edition.pieces if p.story.slug == slug), None)
                return Reply(status=302, headers={"location": self.url(wrapped)}) if wrapped else Reply(status=404)
            case _:
                return Reply(status=404)

    def _open(self) -> None:
        if not self.opened.is_set():
            self.opened_at = datetime.now(UTC)
            self.edition = edition.plan(tuple(self._sites.values()), started=self.opened_at, every_s=self._every_s)
            self.opened.set()

    def _feed(self, site: Site, listed: list[Piece], at: float) -> Reply:
        links = [self._feed_link(piece) for piece in listed]
        body = feed_writers.write(site, listed, home=self._home(site), links=links, at=at)
        return Reply(status=200, content_type=feed_writers.CONTENT_TYPES[site.feed], body=body)

    def _feed_link(self, piece: Piece) -> str:
        if piece.story.trouble is Trouble.WRAPPED:
            wrapper = next(site for site in self._sites.values() if site.host != piece.site.host)
            return f"{self._home(wrapper)}out/{piece.story.slug}"
        return self.url(piece) + (f"?{piece.site.tracking}" if piece.site.tracking else "")

    def _page(self, piece: Piece, at: float) -> Reply:
        others = [(p.story.title, self.url(p)) for p in self.edition.out(piece.site, at) if p is not piece][:_BESIDE]
        home = self._home(piece.site)
        match piece.story.trouble:
            case Trouble.SERVER_ERROR:
                return Reply(status=500, body=b"<h1>Internal Server Error</h1>")
            case Trouble.GONE:
                return Reply(status=410, body=b"<h1>Gone</h1>")
            case Trouble.EMPTY:
                return Reply(status=200, body=b"<!doctype html><html><head><title></title></head><body></body></html>")
            case Trouble.PDF:
                return Reply(status=200, content_type="application/pdf", body=b"%PDF-1.4\n%%EOF\n")
            case Trouble.PORTAL:
                return Reply(status=200, body=story_pages.portal(piece, others[:2], home=home).encode())
            case Trouble.PLAIN_TEXT:
                text = story_pages.plain(piece, at=at)
                return Reply(status=200, content_type="text/plain; charset=utf-8", body=text.encode())
            case _:
                html = story_pages.article(piece, others, url=self.url(piece), home=home, at=at)
                label = "; charset=utf8-plus" if piece.story.trouble is Trouble.WRONG_CHARSET else ""
                body = html.encode(piece.site.charset, "xmlcharrefreplace")
                return Reply(status=200, content_type=f"text/html{label}", body=body)

    def _home(self, site: Site) -> str:
        return f"http://{site.host}:{self._ports[site.host]}/"


@contextlib.asynccontextmanager
async def serving(*, every_s: float = EVERY_S) -> AsyncIterator[Press]:
    """Serve the press while the block runs, on ports the system chooses."""
    sites = stories.load()
    sockets = {site.host: _listen(site.host) for site in sites}
    ports = {host: int(sock.getsockname()[1]) for host, sock in sockets.items()}
    press = Press(sites, ports, every_s=every_s)
    web = server.Server(
        uvicorn.Config(_application(press), log_config=None, access_log=False, lifespan="off", server_header=False)
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(web.serve(sockets=list(sockets.values())), name="demo-press")
        try:
            yield press
        finally:
            web.should_exit = True


def _listen(host: str) -> socket.socket:
    sock = socket.create_server((host, 0))
    sock.setblocking(False)
    return sock


def _lives_at(piece: Piece, parts: SplitResult, press: Press) -> bool:
    own = urlsplit(press.url(piece))
    return own.netloc == parts.netloc or parts.path.startswith("/out/")


def _application(press: Press) -> Callable[..., Any]:
    """Return an ASGI application that also answers conditional requests, as real sites do."""

    async def application(scope: Any, _: Any, send: Any) -> None:
        reply = press.answer(scope["server"][0], scope["path"])
        asked = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        headers = {"content-type": reply.content_type, **(reply.headers or {})}
        status, body = reply.status, reply.body
        if status == 200:
            headers |= {"etag": etag, "date": format_datetime(datetime.now(UTC), usegmt=True)}
            if asked.get("if-none-match") == etag:
                status, body = 304, b""
        if status != 304:
            headers["content-length"] = str(len(body))
        await send({
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        })  # fmt: skip
        await send({"type": "http.response.body", "body": body})

    return application
