"""How does a form of the page change something? It asks the owners, as the command line does, and writes no state.

What is asked twice does no harm: feeds are subscribed under their id, commands say what shall be.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleanwire.errors import BrokerUnavailable, InputError
from cleanwire.ops import commands
from cleanwire.ops.console import serving
from cleanwire.ops.console.pages import Context
from cleanwire.ops.console.views import phrasing
from cleanwire.records.command import Action
from cleanwire.records.feed import Feed
from cleanwire.stream import direct
from cleanwire.stream.messages import Write
from cleanwire.telemetry.catalogue import PageChange
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites

Subscribe = Callable[[str], Awaitable[bool]]
"""Subscribes to the feed at an address; returns whether it was unknown. Raises InputError, BrokerUnavailable."""
_AT_ONCE = 4
_COMMANDS = {"poll": Action.POLL_NOW, "pause": Action.PAUSE, "resume": Action.RESUME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was changed, and where to look at it. `said`: a key of `pages.SAID`."""

    change: PageChange
    target: str
    said: str
    then: str


Handler = Callable[[Request, dict[str, str]], Awaitable[Done]]


class Asking:
    """The addresses that forms are sent to."""

    def __init__(self, context: Context, *, subscribe: Subscribe, telemetry: Telemetry) -> None:
        self._context = context
        self._subscribe = subscribe
        self._telemetry = telemetry
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> list[Route]:
        """Return the addresses."""
        handlers: dict[str, Handler] = {
            "/feeds": self._add,
            "/feeds/{id}/remove": self._remove,
            "/feeds/{id}/{action}": self._ask_feed,
            "/rejected/{id}/retry": self._retry,
            "/sites/{id}/reset": self._reset,
        }
        return [Route(path, self._for_writers(handler), methods=["POST"]) for path, handler in handlers.items()]

    def _for_writers(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            access = self._context.access
            given = await serving.form(request)
            if not access.accepts(request, access.visitor(request), given.get("word", "")):
                raise HTTPException(403, "Sign in, and send the form of a page that was shown to you since.")
            try:
                async with self._at_once:
                    done = await handler(request, given)
            except InputError as error:
                raise HTTPException(400, str(error)) from error
            except BrokerUnavailable as error:
                raise HTTPException(503, f"It was not written, or nobody can say: {error}") from error
            self._telemetry.console_changed(asked=done.change, target=done.target)
            return serving.see(done.then + phrasing.query(said=done.said))

        return checked

    async def _add(self, _: Request, given: dict[str, str]) -> Done:
        url = given.get("url", "").strip()
        new = await self._subscribe(url)
        return Done(change=PageChange.SUBSCRIBE, target="", said="added" if new else "known", then="/feeds")

    async def _remove(self, request: Request, _: dict[str, str]) -> Done:
        feed = self._feed(request)
        partition = sites.partition(feed.site, self._context.partitions)
        write = Write(topic=self._context.topics.feeds, key=feed.id.encode(), value=None, partition=partition)
        await direct.write(self._context.connection, [write])
        return Done(change=PageChange.UNSUBSCRIBE, target=feed.id, said="removed", then="/feeds")

    async def _ask_feed(self, request: Request, _: dict[str, str]) -> Done:
        feed, action = self._feed(request), _COMMANDS.get(request.path_params["action"])
        if action is None:
            raise HTTPException(404)
        await self._command(action, site=feed.site, target=feed.id)
        return Done(change=PageChange(action), target=feed.id, said="asked", then=f"/feeds/{feed.id}")

    async def _retry(self, request: Request, _: dict[str, str]) -> Done:
        kept = self._context.held.rejections.get(request.path_params["id"])
        if kept is None:
            raise HTTPException(404)
        await self._command(Action.RETRY, site=kept.row.site, target=kept.row.id)
        return Done(change=PageChange.RETRY, target=kept.row.id, said="asked", then=f"/rejected/{kept.row.id}")

    async def _reset(self, request: Request, _: dict[str, str]) -> Done:
        row = self._context.held.sites.get(request.path_params["id"])
        if row is None:
            raise HTTPException(404)
        await self._command(Action.RESET_SITE, site=row.site, target=row.site)
        return Done(change=PageChange.RESET_SITE, target=row.site, said="asked", then=f"/sites/{row.site}")

    async def _command(self, action: Action, *, site: str, target: str) -> None:
        context = self._context
        await commands.send(
            context.connection, context.topics.commands, context.partitions, action, site=site, target=target
        )

    def _feed(self, request: Request) -> Feed:
        row = self._context.held.feeds.get(request.path_params["id"])
        if row is None:
            raise HTTPException(404, "No feed that is subscribed has this id.")
        return row.feed
