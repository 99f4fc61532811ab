"""The ops page on a real socket, showing what a test holds; no broker stands behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from cleanwire.cleaner.inspection import Inspection
from cleanwire.ops import listener, server
from cleanwire.ops.connections import ConnectionLimits, Connections
from cleanwire.ops.console import pages
from cleanwire.ops.console.access import Access
from cleanwire.ops.console.asking import Asking
from cleanwire.ops.console.following import Follower, GroupsKnown
from cleanwire.ops.console.held.installation import Installation
from cleanwire.ops.console.inspecting import Inspecting
from cleanwire.ops.console.trying import Trying
from cleanwire.settings import KafkaSettings, load
from cleanwire.stream.broker.connection import Connection
from cleanwire.telemetry.events import Telemetry
from console.held import NAMES

TOKEN = "a token of some length"


@contextlib.asynccontextmanager
async def serving(
    held: Installation, *, token: str | None = TOKEN, loopback: bool = True, flags: Mapping[str, Any] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the page, and return a client of it that keeps cookies and follows nothing. `flags` are settings."""
    connection = Connection(KafkaSettings(bootstrap="127.0.0.1:9"), embedded=True)
    follower = Follower(connection, (), lambda: held)
    follower.loading = None
    context = pages.Context(
        follower=follower,
        groups=GroupsKnown(connection, "test"),
        access=Access(token, loopback=loopback),
        connection=connection,
        topics=NAMES,
        partitions=4,
        installation="test",
        site_spacing_s=1.0,
        own_rules={},
        paths=asyncio.Semaphore(1),
    )

    async def subscribe(url: str) -> bool:
        raise AssertionError(f"a form without a word subscribed to {url}")

    shown = pages.Pages(context)
    asking = Asking(context, subscribe=subscribe, telemetry=Telemetry(CollectorRegistry()))
    inspecting = Inspecting(context.access, shown, Inspection(load(flags=flags or {}, environment={}, file=None), {}))
    app = pages.application(context, shown, [*asking.routes(), *inspecting.routes(), *Trying(context, shown).routes()])
    sock = listener.bind("127.0.0.1", 0, section="console")
    stop = asyncio.Event()
    connections = Connections(ConnectionLimits(most=16, exchange_s=60), lambda *, why: None)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(server.serve(app, sock, stop, connections))
        at = f"http://127.0.0.1:{listener.port_of(sock)}"
        async with httpx.AsyncClient(base_url=at, verify=False, trust_env=False, timeout=20) as client:
            yield client
        stop.set()
