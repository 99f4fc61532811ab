"""How do the publishers hear requests, and write down each of them?"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus

from bench.politeness.site import Reply, Site, packed
from bench.politeness.traffic import Asked, Traffic

_HEAD_BYTES = 64 * 1024


class Server:
    """Serves sites on loopback addresses and keeps the log of what was asked of them."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.first = asyncio.Event()  # set by each request; whoever waits for the next clears it
        self._opened = time.monotonic()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._talks: set[asyncio.Task[None]] = set()

    def now(self) -> float:
        """Return the seconds since the field opened."""
        return time.monotonic() - self._opened

    @contextlib.asynccontextmanager
    async def serving(self, sites: Sequence[tuple[Site, str]]) -> AsyncIterator[None]:
        """Serve each site at its address, on a port the system chooses, while the block runs."""
        servers = []
        for site, address in sites:
            server = await asyncio.start_server(_Talks(self, site), address, 0, limit=_HEAD_BYTES)
            servers.append(server)
            site.home = f"http://{address}:{server.sockets[0].getsockname()[1]}"
        self._opened = time.monotonic()
        try:
            yield
        finally:
            for server in servers:
                server.close()
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)

    async def talk(self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while await self._answer(site, reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the reader left, or the run is over
        finally:
            self._talks.discard(task)
            writer.close()

    async def _answer(self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        asked = self._note(site, head)
        try:
            reply = packed(asked, site.answer(asked))
            asked.status, asked.replied = reply.status, {k.lower(): v for k, v in reply.headers.items()}
            if reply.wait_s:
                await asyncio.sleep(reply.wait_s)
            await self._send(asked, reply, writer)
        finally:
            asked.ended = self.now()
        return reply.stream is None and asked.headers.get("connection", "").lower() != "close"

    def _note(self, site: Site, head: str) -> Asked:
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, *_ = [*first.split(" "), "/"]
        path, _, query = target.partition("?")
        self._counts[site.name, path] += 1
        asked = Asked(
            site=site.name,
            path=path,
            query=query,
            kind=site.kind(path),
            method=method,
            at=self.now(),
            nth=self._counts[site.name, path],
            headers={name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)},
        )
        self.traffic.requests.append(asked)
        self.first.set()
        return asked

    async def _send(self, asked: Asked, reply: Reply, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.stream is None:
            head += [] if reply.status == 304 else [f"Content-Length: {len(reply.body)}"]
            body = b"" if asked.method == "HEAD" else reply.body
            await _write(asked, writer, "\r\n".join([*head, "", ""]).encode("latin-1") + body)
            return
        await _write(asked, writer, "\r\n".join(head).encode("latin-1") + b"\r\n")
        async for piece in reply.stream():
            await _write(asked, writer, piece)


class _Talks:
    def __init__(self, server: Server, site: Site) -> None:
        self._server, self._site = server, site

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._server.talk(self._site, reader, writer)


async def _write(asked: Asked, writer: asyncio.StreamWriter, data: bytes) -> None:
    if writer.transport.is_closing():
        raise ConnectionResetError
    writer.write(data)
    await writer.drain()
    asked.sent += len(data)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Odd"
