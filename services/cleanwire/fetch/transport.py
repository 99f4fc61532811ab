"""How do httpx's requests reach the network?

httpx's own pool costs 3.6 ms of CPU a request with 64 connections open, aiohttp's connector 0.2 ms, and the connector
takes our resolver and our sockets, which is where the address guard belongs. This is the bridge between the two.
A ready-made one exists (httpx-aiohttp), but it rewrites URLs on their way (`%7E` becomes `~`, which breaks signed
ones) and reports a dropped connection as a connect timeout.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache

import aiohttp
import httpx
import yarl

from cleanwire.fetch.guard import AddressGuard, BlockedAddress
from cleanwire.fetch.outcome import FetchError, FetchFailure
from cleanwire.fetch.resolver import GuardedResolver, Resolver

_KEEPALIVE_S = 5.0  # long enough for robots.txt, then the page; short enough that idle connections stay few
_MAX_HEADERS = 200
_MAX_FIELD_BYTES = 32 * 1024  # content security policies of 10 KB are seen on news sites


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over aiohttp that connects only where `guard` permits. Raises `FetchError`."""

    def __init__(self, *, guard: AddressGuard, resolver: Resolver, connect_timeout_s: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_timeout_s)
        connector = aiohttp.TCPConnector(
            limit=0,  # how much runs at the same time is the callers' business
            resolver=GuardedResolver(resolver, guard),
            use_dns_cache=False,
            socket_factory=guard.socket,
            ssl=_trusting(ssl.get_default_verify_paths()),
            keepalive_timeout=_KEEPALIVE_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_headers=_MAX_HEADERS,
            max_field_size=_MAX_FIELD_BYTES,
            max_line_size=_MAX_FIELD_BYTES,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return the response, its body not read yet."""
        with _translated():
            response = await self._session.request(
                request.method,
                yarl.URL(str(request.url), encoded=True),
                headers=[(name.decode("ascii"), value.decode("utf-8")) for name, value in request.headers.raw],
                data=request.content or None,
                allow_redirects=False,
                timeout=self._timeout,
            )
        return httpx.Response(response.status, headers=response.raw_headers, stream=_Body(response), request=request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.close()


@cache
def _trusting(authorities: ssl.DefaultVerifyPaths) -> ssl.SSLContext:  # noqa: ARG001  it is what is remembered by
    """Return what checks certificates by the system's `authorities`, made once in a process: reading takes 20 ms."""
    return ssl.create_default_context()


class _Body(httpx.AsyncByteStream):
    """The body as transferred, in pieces as they arrive."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._response.close()  # keeps the connection if the body was read to its end, else drops it


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise FetchError(_reason(exc), _detail(exc)) from exc


def _reason(exc: BaseException) -> FetchFailure:
    match exc:
        case aiohttp.ClientConnectorError() if isinstance(exc.os_error, BlockedAddress):
            return FetchFailure.BLOCKED_ADDRESS
        case aiohttp.ClientConnectorDNSError():
            return FetchFailure.DNS
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError() | ssl.SSLError():
            return FetchFailure.TLS
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return FetchFailure.CONNECT
        case asyncio.TimeoutError():
            return FetchFailure.TIMEOUT
        case aiohttp.InvalidURL():
            return FetchFailure.INVALID_URL
        case aiohttp.ClientResponseError():
            return FetchFailure.BAD_RESPONSE
        case aiohttp.ClientPayloadError():
            return FetchFailure.RESET
        case aiohttp.ClientConnectionError() | OSError():
            return FetchFailure.RESET
    return FetchFailure.BAD_RESPONSE


def _detail(exc: BaseException) -> str:
    if isinstance(exc, aiohttp.ClientConnectorError):
        exc = exc.os_error  # the wrapper's own text repeats host and port
    return " ".join(f"{type(exc).__name__}: {exc}".split())[:300]
