"""A loopback server that sends exactly the bytes a test wants, however wrong, and remembers what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in; header names are lower-case, `incoming` is what the client sends after it."""

    target: str
    headers: dict[str, str]
    incoming: asyncio.StreamReader


Talk = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
Route = bytes | Talk


class RawServer:
    """Serves `routes` (path without query → bytes to send, or a function that sends them) on a port of its own."""

    def __init__(self, routes: Mapping[str, Route], *, host: str = "127.0.0.1") -> None:
        self.routes = dict(routes)
        self.asked: list[Asked] = []
        self.connections = 0
        self.port = 0
        self._host = host
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def url(self, path: str) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}{path}"

    def targets(self) -> list[str]:
        return [asked.target for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._talks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(target=first.split(" ")[1], headers=headers, incoming=reader)
        self.asked.append(asked)
        route = self.routes.get(asked.target.partition("?")[0], reply(status="404 Not Found"))
        if isinstance(route, bytes):
            writer.write(route)
            await writer.drain()
            return b"connection: close" not in route.lower()
        await route(asked, writer)
        return False


def reply(body: bytes = b"", *, status: str = "200 OK", close: bool = False, **headers: str) -> bytes:
    """Return a whole, correct response; `Content_Type="text/html"` becomes a header of that name."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    return reply(status=f"{status} Elsewhere", Location=location)
