"""What does a server reply to one request, within bounds it cannot stretch?"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx

from cleanwire.fetch import cut_short, request
from cleanwire.fetch.content_coding import BodyDecoder
from cleanwire.fetch.cookies import Cookies
from cleanwire.fetch.guard import AddressGuard
from cleanwire.fetch.outcome import Fetched, FetchError, FetchFailed, FetchFailure, Hop
from cleanwire.fetch.resolver import Resolver, SystemResolver
from cleanwire.fetch.transport import GuardedTransport
from cleanwire.settings import FetchSettings

OnReply = Callable[[str, Mapping[str, str]], None]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RESENT = frozenset({307, 308})  # redirects that keep the method and the body, RFC 9110 §15.4.8
_FORM = "application/x-www-form-urlencoded"
_WIRE_SLACK_BYTES = 64 * 1024  # what compression may add to a body that does not compress


class Fetcher:
    """Fetches over one pool of connections. Open it with `async with`; use it from one event loop.

    Keeps cookies for the redirects of one exchange only, reads no proxy or password from the environment, and trusts
    the CAs the system trusts (`SSL_CERT_FILE` names others).
    """

    def __init__(
        self, settings: FetchSettings, *, resolver: Resolver | None = None, on_reply: OnReply | None = None
    ) -> None:
        """`resolver` replaces the system's look-up of host names; the address guard stays.

        `on_reply` is told of each reply, redirects included, when its headers have come: the address and the headers,
        by lower-case names. It must not raise.

        Raises:
            ValueError: `allow_private` holds something that is no network.
        """
        self._settings = settings
        self._resolver = resolver
        self._on_reply = on_reply
        self._guard = AddressGuard(settings.allow_private)
        self._user_agent = user_agent(settings)
        # httpx's client on top of its transport would add what a fetcher of strangers' pages must not have: cookies,
        # proxies and .netrc from the environment, and a reading of Location of its own (which raises on odd ones).
        self._transport: GuardedTransport | None = None

    async def __aenter__(self) -> Self:
        self._transport = GuardedTransport(
            guard=self._guard,
            resolver=self._resolver or SystemResolver(),
            connect_timeout_s=self._settings.connect_timeout_s,
        )
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._transport is not None
        await self._transport.aclose()
        self._transport = None

    async def get(
        self,
        url: str,
        *,
        limit_bytes: int,
        accept: str,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout_s: float | None = None,
        cut: bool = False,
        may_follow: Callable[[str], bool] | None = None,
    ) -> Fetched | FetchFailed:
        """Return the reply to a GET of `url`, redirects followed; a reply of any status is a `Fetched`.

        At most `limit_bytes` of decoded body are read; a longer one is a failure, or with `cut` shortened. The whole
        exchange ends after `timeout_s` (default: the setting). `headers` and `auth` (user, password) go to the
        origin of `url` only, never to where it redirects. `may_follow` is asked before each redirect with the address
        it points to; if it says no, the redirect itself is the reply and that address its `leads_to`.
        """
        exchange = _Exchange(asked=url, limit_bytes=limit_bytes, cut=cut, may_follow=may_follow)
        shared = request.common(user_agent=self._user_agent, accept=accept, etag=etag, last_modified=last_modified)
        return await self._exchange(exchange, shared, headers, auth, timeout_s)

    async def post(self, url: str, form: Mapping[str, str], *, limit_bytes: int) -> Fetched | FetchFailed:
        """Return the reply to a POST of `form` to `url`, within the same bounds as `get`.

        Only redirects that ask for the same again (307, 308) are followed; any other is the reply.
        """
        exchange = _Exchange(asked=url, limit_bytes=limit_bytes, form=urlencode(form).encode())
        shared = request.common(user_agent=self._user_agent, accept="*/*", etag=None, last_modified=None)
        return await self._exchange(exchange, {**shared, "content-type": _FORM}, None, None, None)

    async def _exchange(
        self,
        exchange: "_Exchange",
        shared: Mapping[str, str],
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
        timeout_s: float | None,
    ) -> Fetched | FetchFailed:
        started = time.monotonic()
        try:
            async with asyncio.timeout(timeout_s or self._settings.timeout_s):
                return await self._follow(exchange, shared, headers, auth, started)
        except TimeoutError:
            reason, detail = FetchFailure.TIMEOUT, "no complete reply in time"
        except FetchError as exc:
            reason, detail = exc.reason, exc.detail
        return FetchFailed(url=exchange.at, reason=reason, detail=detail, took_s=time.monotonic() - started)

    async def _follow(
        self,
        exchange: "_Exchange",
        shared: Mapping[str, str],
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
        started: float,
    ) -> Fetched:
        first = target = request.target(exchange.asked)
        secrets = request.secrets(headers, auth or first.auth)
        cookies = Cookies()
        while True:
            exchange.at = target.url
            own = secrets if target.may_know_secrets_of(first) else {}
            asked = {**shared, **own, **cookies.header(target, own.get("cookie"))}
            async with self._reply(target, asked, exchange.form) as response:
                location = response.headers.get("location") if response.status_code in exchange.redirects else None
                if location is None:
                    return await exchange.read(response, started)
            cookies.take(response.headers, target)
            if len(exchange.hops) == self._settings.max_redirects:
                raise FetchError(FetchFailure.REDIRECTS, f"more than {self._settings.max_redirects} redirects")
            target = _next(location, target.url)
            if not exchange.may_follow(target.url):
                return exchange.stopped(response, started, leads_to=target.url)
            exchange.hops.append(Hop(status=response.status_code, url=target.url))

    @asynccontextmanager
    async def _reply(
        self, target: request.Target, headers: Mapping[str, str], form: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        assert self._transport is not None, "open the Fetcher with `async with` first"
        try:
            asked = _request(target, headers, form)
        except httpx.InvalidURL as exc:
            raise FetchError(FetchFailure.INVALID_URL, str(exc)) from exc
        response = await self._transport.handle_async_request(asked)
        if self._on_reply is not None:
            self._on_reply(target.url, response.headers)
        try:
            yield response
        finally:
            await response.aclose()


class _Exchange:
    """How far one `get` or `post` has come."""

    def __init__(
        self,
        *,
        asked: str,
        limit_bytes: int,
        cut: bool = False,
        may_follow: Callable[[str], bool] | None = None,
        form: bytes | None = None,
    ) -> None:
        self.asked = asked
        self.at = asked
        self.form = form
        self.redirects = _REDIRECTS if form is None else _RESENT
        self.hops: list[Hop] = []
        self.may_follow = may_follow or _anywhere
        self._limit_bytes = limit_bytes
        self._cut = cut
        self._wire_bytes = 0

    async def read(self, response: httpx.Response, started: float) -> Fetched:
        """Read the body of the final `response` within the limits."""
        body, full = b"", False
        if response.is_success:  # nobody needs the body of an error, and it must not hide the status
            body, full = await self._body(response)
        return self._fetched(response, started, body=body, cut=full)

    def stopped(self, response: httpx.Response, started: float, *, leads_to: str) -> Fetched:
        """Make the reply of a redirect that is not followed."""
        return self._fetched(response, started, leads_to=leads_to)

    def _fetched(
        self,
        response: httpx.Response,
        started: float,
        *,
        body: bytes = b"",
        cut: bool = False,
        leads_to: str | None = None,
    ) -> Fetched:
        return Fetched(
            url=self.at,
            status=response.status_code,
            headers=dict(response.headers),
            body=body,
            redirects=tuple(self.hops),
            took_s=time.monotonic() - started,
            wire_bytes=self._wire_bytes,
            cut=cut,
            leads_to=leads_to,
        )

    async def _body(self, response: httpx.Response) -> tuple[bytes, bool]:
        decoder = BodyDecoder(response.headers.get("content-encoding"), limit_bytes=self._limit_bytes)
        self._refuse_if_announced(response)
        try:
            async for chunk in response.aiter_raw():
                self._wire_bytes += len(chunk)
                decoder.feed(chunk)
                if decoder.full or self._wire_bytes > self._limit_bytes + _WIRE_SLACK_BYTES:
                    if not self._cut:
                        raise FetchError(FetchFailure.TOO_LARGE, f"more than {self._limit_bytes} bytes")
                    return decoder.so_far(), True
        except FetchError as failure:
            if failure.reason is FetchFailure.RESET and cut_short.is_closed(decoder.so_far()):
                return decoder.so_far(), False  # the server announced more than there is
            raise
        return decoder.finish(), False

    def _refuse_if_announced(self, response: httpx.Response) -> None:
        announced = response.headers.get("content-length", "")
        if not self._cut and announced.isdigit() and int(announced) > self._limit_bytes + _WIRE_SLACK_BYTES:
            raise FetchError(FetchFailure.TOO_LARGE, f"{announced} bytes announced, {self._limit_bytes} allowed")


def _request(target: request.Target, headers: Mapping[str, str], form: bytes | None) -> httpx.Request:
    """Return what is asked of `target`.

    Host is given, as httpx would derive it through IDNA 2008, which knows no emoji domains and raises.

    Raises:
        httpx.InvalidURL: it is none to httpx.
    """
    address = _kept_url(target.url) if len(target.url) <= request.KEPT_CHARS else httpx.URL(target.url)
    shown = {"host": target.authority, **headers}
    if form is not None:
        return httpx.Request("POST", address, headers=shown, content=form)
    asked = httpx.Request("GET", address, headers=shown, stream=httpx.ByteStream(b""))  # spares a look for a body
    asked.read()
    return asked


@lru_cache(maxsize=request.KEPT)
def _kept_url(url: str) -> httpx.URL:
    return httpx.URL(url)


def user_agent(settings: FetchSettings) -> str:
    """Return the User-Agent: who we are and how a publisher reaches the operator."""
    return f"{settings.user_agent} (+{settings.contact})" if settings.contact else settings.user_agent


def _anywhere(url: str) -> bool:  # noqa: ARG001
    return True


def _next(location: str, base: str) -> request.Target:
    try:
        return request.target(location, base)
    except FetchError as exc:
        if exc.reason is FetchFailure.INVALID_URL:
            raise FetchError(FetchFailure.REDIRECTS, f"redirect to {exc.detail}") from exc
        raise
