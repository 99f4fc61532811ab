"""A WebSub hub of a test, on a real socket: it verifies, leases, denies, pushes, and misbehaves when told to."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from aiohttp import web

CALLBACK = "https://push.example/websub"


@dataclass(kw_only=True)
class Hub:
    """A hub at `host`. Callbacks below CALLBACK reach `callback_port`, as a proxy would lead them."""

    host: str
    callback_port: int = 0
    lease_s: int = 3600
    status: int = 202
    hang_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    verifies: bool = True
    requests: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[str, int, str]] = field(default_factory=list)  # mode, status and text of each verification
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _port: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self._port}/hub"

    def asked(self, mode: str) -> list[dict[str, str]]:
        return [form for form in self.requests if form["hub.mode"] == mode]

    async def until(self, condition: Callable[[], object], *, within_s: float = 40.0) -> None:
        """Wait until `condition` holds; it is looked at after each happening here."""
        async with asyncio.timeout(within_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def call(self, form: dict[str, str], mode: str, **changes: str) -> httpx.Response:
        """Call the subscriber back as a hub that got `form`; `changes` of parameters, the first `_` for `.`."""
        asked = {"hub.mode": mode, "hub.topic": form["hub.topic"]}
        if mode != "denied":
            asked["hub.challenge"] = "a challenge <b>"
        if mode == "subscribe":
            asked["hub.lease_seconds"] = str(self.lease_s)
        asked |= {name.replace("_", ".", 1): value for name, value in changes.items()}
        return await self._send("GET", f"{form['hub.callback']}?{urlencode(asked)}")

    async def push(
        self, form: dict[str, str], body: bytes = b"<rss/>", *, method: str = "sha256", secret: str | None = None
    ) -> httpx.Response:
        """Push `body`, signed with the secret of `form` or another; an empty `method` leaves the signature out."""
        headers = {"content-type": "application/rss+xml"}
        if method:
            key = (secret or form["hub.secret"]).encode()
            headers["x-hub-signature"] = f"{method}={hmac.new(key, body, getattr(hashlib, method)).hexdigest()}"
        return await self._send("POST", form["hub.callback"], content=body, headers=headers)

    async def _send(self, method: str, callback: str, **what: Any) -> httpx.Response:
        assert callback.startswith(CALLBACK)
        parts = urlsplit(callback)
        url = f"http://127.0.0.1:{self.callback_port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            return await client.request(method, url, timeout=20, **what)

    async def _subscribed(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.verifies and self.status == 202:
            task = asyncio.create_task(self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.changed.set()
        await asyncio.sleep(self.hang_s)  # ends when the client leaves
        return web.Response(status=self.status, headers=self.headers)

    async def _verify(self, form: dict[str, str]) -> None:
        reply = await self.call(form, form["hub.mode"])
        self.answers.append((form["hub.mode"], reply.status_code, reply.text))
        self.changed.set()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Hub"]:
        """Serve until the block ends."""
        self._tasks: set[asyncio.Task[None]] = set()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._subscribed)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.host, 0)
            await site.start()
            self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
            yield self
        finally:
            for task in self._tasks:
                task.cancel()
            await runner.cleanup()
