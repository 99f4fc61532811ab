"""Who reads the bodies of feeds? The event loop what is small, and a process that is killed at a deadline the rest."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from msgspec import structs

from cleanwire.feed.formats.parsed import NotAFeed
from cleanwire.poller.bodies import reading
from cleanwire.poller.bodies.kept import Kept
from cleanwire.poller.bodies.reading import News, Question, Read
from cleanwire.sandbox.pool import PoolCrashed, PoolTimeout, ProcessPool
from cleanwire.settings import PollSettings

T = TypeVar("T")

TASKS_PER_PROCESS = 1000
RESULT_LIMIT_BYTES = 128 * 1024 * 1024
"""A feed of 10 MiB may become that much: 20,000 records, each with what the feed says for all of them."""

Unread = PoolTimeout | PoolCrashed


class Readers:
    """Reads feeds. Processes are started with the first that is not small. Leaving the block ends them."""

    def __init__(self, settings: PollSettings, *, on_open_door: Callable[[str], None] | None = None) -> None:
        """`on_open_door` is told once of each door (`sandbox.doors.Door`) that this kernel leaves open."""
        self._deadline_s = settings.deadline_s
        self._pool = ProcessPool(
            processes=settings.processes,
            memory_limit_bytes=settings.memory_limit_mb * 1024 * 1024,
            tasks_per_process=TASKS_PER_PROCESS,
            preload=("cleanwire.poller.bodies.reading", "cleanwire.poller.finding.examining"),
            warm_up=("cleanwire.poller.bodies.reading:warm_up",),
            on_open_door=on_open_door,
        )
        self.kept = Kept()
        self._stack = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._started = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def read(self, question: Question) -> Read | NotAFeed | Unread:
        """Return what is found, or why nobody could read it."""
        if question.part.child is not None:
            return await self._read(question)
        question = structs.replace(question, familiar=self.kept.of(question.feed.id))
        rest = reading.rest_at_once(question) if question.familiar else None
        found = await self._read(question) if rest is None else rest
        if isinstance(found, Read):
            self.kept.keep(question.feed.id, found.familiar)
        return found

    async def _read(self, question: Question) -> Read | NotAFeed | Unread:
        if reading.is_small(question) and (found := reading.at_once(question)) is not None:
            return found
        return await self.run(reading.read, question)

    async def news(
        self, body: bytes, url: str, content_type: str | None, *, site: str, now: float
    ) -> News | NotAFeed | Unread:
        """Return what a sitemap lists that may be news."""
        question = (body, url, content_type, site, now)
        if reading.is_small_body(body) and (found := reading.news_at_once(*question)) is not None:
            return found
        return await self.run(reading.news, *question)

    async def look(self, function: Callable[..., T], body: bytes, *args: Any) -> T | Unread:
        """Return what `function` says of a body, called here if that is small."""
        if reading.is_small_body(body):
            return function(body, *args)
        return await self.run(function, body, *args)

    async def run(self, function: Callable[..., T], *args: Any) -> T | Unread:
        """Return what `function` returns in a process, or why it does not."""
        async with self._starting:
            if not self._started:
                await self._stack.enter_async_context(self._pool)
                self._started = True
        return await self._pool.run(function, *args, timeout_s=self._deadline_s, result_limit_bytes=RESULT_LIMIT_BYTES)
