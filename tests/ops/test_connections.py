"""Strangers' connections on a real socket: none stays for nothing, and a probe is answered beside hundreds of them."""

import asyncio
import contextlib
import resource
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cleanwire.ops import descriptors, listener, server
from cleanwire.ops.connections import HEAD_LIMIT_BYTES, ConnectionLimits, Connections
from cleanwire.ops.ops_service import OpsService
from cleanwire.telemetry.catalogue import Closing
from cleanwire.telemetry.events import Telemetry

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
PROBE = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
LARGE = 12_000_000  # more than the buffers of both sides hold
LONG_S = 20.0  # until a test gives up waiting


class Listener:
    """A web server with `limits`, and why it closed what it closed."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.closed: Counter[Closing] = Counter()
        self._socket = listener.bind("127.0.0.1", 0, section="ops")
        self.port = listener.port_of(self._socket)
        self._connections = Connections(limits, self._count)

    async def run(self, stop: asyncio.Event) -> None:
        async def healthz(_: Request) -> Response:
            return PlainTextResponse("alive")

        async def large(_: Request) -> Response:
            return Response(b"x" * LARGE)

        async def body(request: Request) -> Response:
            with contextlib.suppress(ClientDisconnect):
                return PlainTextResponse(str(len(await request.body())))
            return Response(status_code=408)

        routes = [Route("/healthz", healthz), Route("/large", large), Route("/body", body, methods=["POST"])]
        await server.serve(Starlette(routes=routes), self._socket, stop, self._connections)

    def _count(self, *, why: Closing) -> None:
        self.closed[why] += 1


@contextlib.asynccontextmanager
async def listening(limits: ConnectionLimits) -> AsyncIterator[Listener]:
    stop = asyncio.Event()
    listening = Listener(limits)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(listening.run(stop))
        try:
            yield listening
        finally:
            stop.set()


@contextlib.asynccontextmanager
async def silent(port: int, count: int, source: str = "127.0.0.1") -> AsyncIterator[list[Streams]]:
    """Open `count` connections that say nothing."""
    opened = [await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)) for _ in range(count)]
    try:
        yield opened
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def ask(port: int, request: bytes = PROBE, within_s: float = LONG_S) -> bytes:
    """Return all that comes back until the connection ends."""
    async with asyncio.timeout(within_s):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        reply = await reader.read()
        writer.close()
        return reply


async def end_of(streams: Streams, within_s: float = LONG_S) -> float:
    """Return after how many seconds the other side ended the connection."""
    begin = time.monotonic()
    async with asyncio.timeout(within_s):
        with contextlib.suppress(ConnectionError):
            while await streams[0].read(65_536):
                pass
    return time.monotonic() - begin


async def drip(writer: asyncio.StreamWriter, text: bytes, every_s: float) -> None:
    with contextlib.suppress(ConnectionError):
        for byte in text:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(every_s)


QUICK = ConnectionLimits(most=8, head_s=0.6, exchange_s=1.2)


async def test_a_connection_that_says_nothing_ends_after_the_time_for_a_head() -> None:
    async with listening(QUICK) as served:
        took = await end_of(await asyncio.open_connection("127.0.0.1", served.port))
    assert took >= 0.5
    assert served.closed == {Closing.NO_REQUEST: 1}


async def test_a_head_that_drips_has_no_longer() -> None:
    async with listening(QUICK) as served:
        streams = await asyncio.open_connection("127.0.0.1", served.port)
        async with asyncio.TaskGroup() as group:
            dripping = group.create_task(drip(streams[1], b"GET /healthz HTTP/1.1\r\n" + b"x: y\r\n" * 500, 0.05))
            await end_of(streams)
            dripping.cancel()
    assert served.closed == {Closing.NO_REQUEST: 1}


async def test_an_answered_connection_that_idles_ends_and_is_no_news() -> None:
    async with listening(QUICK) as served:
        streams = await asyncio.open_connection("127.0.0.1", served.port)
        streams[1].write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"alive" in await streams[0].readuntil(b"alive")
        await end_of(streams)
    assert served.closed == {}


async def test_a_second_head_that_drips_ends_too() -> None:
    async with listening(QUICK) as served:
        streams = await asyncio.open_connection("127.0.0.1", served.port)
        streams[1].write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.TaskGroup() as group:
            dripping = group.create_task(drip(streams[1], b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 500, 0.05))
            await end_of(streams)
            dripping.cancel()
    assert served.closed == {Closing.NO_REQUEST: 1}


@pytest.mark.parametrize("path", ["/body", "/healthz"], ids=["that-is-read", "that-nobody-reads"])
async def test_a_body_that_drips_ends(path: str) -> None:
    async with listening(QUICK) as served:
        streams = await asyncio.open_connection("127.0.0.1", served.port)
        streams[1].write(b"POST " + path.encode() + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        async with asyncio.TaskGroup() as group:
            dripping = group.create_task(drip(streams[1], b"x" * 5000, 0.05))
            await end_of(streams)
            dripping.cancel()
    assert sum(served.closed.values()) <= 1


async def test_a_reader_that_does_not_read_ends_and_costs_little_memory() -> None:
    async with listening(QUICK) as served:
        with socket.create_connection(("127.0.0.1", served.port)) as client:
            client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
            async with asyncio.timeout(LONG_S):
                while not served.closed:
                    await asyncio.sleep(0.02)
    assert served.closed == {Closing.SLOW: 1}


async def test_a_probe_is_answered_beside_silent_connections_of_its_own_address() -> None:
    async with listening(ConnectionLimits(most=16)) as served, silent(served.port, 250):
        for _ in range(6):
            assert (await ask(served.port)).endswith(b"alive")
    assert served.closed[Closing.LIMIT] >= 250 - 16


async def test_a_probe_is_answered_beside_unread_answers() -> None:
    async with listening(ConnectionLimits(most=8)) as served, silent(served.port, 10) as clients:
        for _, writer in clients:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await ask(served.port)).endswith(b"alive")


async def test_requests_at_work_are_not_closed_for_newcomers() -> None:
    async with listening(ConnectionLimits(most=4)) as served:
        length = b"POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
        working = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(3)]
        for _, writer in working:
            writer.write(length + b"ab")
        with contextlib.suppress(ConnectionError):
            assert await ask(served.port) == b""
        for reader, writer in working:
            writer.write(b"cd")
            assert (await reader.read()).endswith(b"4")
    assert served.closed == {Closing.REFUSED: 1}


async def test_another_address_finds_a_place_that_the_first_may_not_take() -> None:
    async with (
        listening(ConnectionLimits(most=16)) as served,
        silent(served.port, 20, "127.0.0.2"),
        silent(served.port, 3, "127.0.0.3") as others,
    ):
        async with asyncio.timeout(LONG_S):
            while served.closed[Closing.LIMIT] < 8:  # 20 of one address, which may have 12
                await asyncio.sleep(0.02)
        assert (await ask(served.port)).endswith(b"alive")
        for reader, writer in others:
            writer.write(PROBE)
            assert (await reader.read()).endswith(b"alive")
    assert served.closed[Closing.LIMIT] == 8


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"GET /" + b"a" * (HEAD_LIMIT_BYTES + 1000) + b" HTTP/1.1\r\nHost: a\r\n\r\n", id="long-target"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 5000 + b"\r\n", id="many-headers"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n", id="tls"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="two-hosts"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n\r\n", id="no-host"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n", id="space-before-colon"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", id="nul"),
        pytest.param(
            b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            id="two-lengths",
        ),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", id="lengths"),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", id="length-below-zero"),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", id="other-coding"),
        pytest.param(b"POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no-chunk"),
    ],
)
async def test_what_is_no_proper_request_is_refused_and_closed(request_: bytes) -> None:
    async with listening(ConnectionLimits(most=8, head_s=20, exchange_s=20)) as served:
        reply = await ask(served.port, request_)
    assert reply == b"" or reply.split(b" ")[1] in (b"400", b"431", b"501")
    assert b"alive" not in reply


async def test_a_wish_for_web_sockets_is_answered_like_any_request() -> None:
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    async with listening(ConnectionLimits(most=8)) as served:
        assert (await ask(served.port, upgrade)).endswith(b"alive")


async def test_a_flood_of_requests_in_one_go_does_not_keep_others_waiting() -> None:
    async with listening(ConnectionLimits(most=16)) as served:
        streams = await asyncio.open_connection("127.0.0.1", served.port)
        streams[1].write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 20_000)
        assert (await ask(served.port)).endswith(b"alive")
        streams[1].transport.abort()


async def test_a_connection_reset_at_once_leaves_its_place() -> None:
    async with listening(ConnectionLimits(most=4, head_s=20)) as served:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", served.port)) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            assert (await ask(served.port)).endswith(b"alive")
    assert served.closed[Closing.REFUSED] == 0


async def test_the_ops_page_answers_beside_silent_connections_and_counts_them() -> None:
    telemetry = Telemetry(CollectorRegistry())
    stop = asyncio.Event()
    service = OpsService(listener.bind("127.0.0.1", 0, section="ops"), telemetry=telemetry, checks={})
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(service.run(stop))
        async with silent(service.port, 250):
            assert b'"alive":true' in await ask(service.port)
        stop.set()
    labels = {"listener": "ops", "reason": "limit"}
    assert (telemetry.registry.get_sample_value("cleanwire_service_connections_closed_total", labels) or 0) > 100


def test_listeners_get_a_small_share_of_all_descriptors() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        assert descriptors.share(64, part=16) == 16
        assert descriptors.raise_limit() == min(hard, descriptors.MOST)
        assert descriptors.share(64, part=16) == 64
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
