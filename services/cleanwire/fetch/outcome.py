"""What comes of asking a server for something?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FetchFailure(StrEnum):
    """Why there is no reply. Also a metric label, so the set stays small."""

    INVALID_URL = "invalid_url"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_RESPONSE = "bad_response"
    REDIRECTS = "redirects"
    BLOCKED_ADDRESS = "blocked_address"

    @property
    def unreached(self) -> bool:
        """Whether the server could not be reached: one that sends what we will not take is not down."""
        return self in _UNREACHED


_RETRYABLE = frozenset(
    {
        FetchFailure.DNS,
        FetchFailure.CONNECT,
        FetchFailure.TLS,  # certificates expire and are renewed
        FetchFailure.TIMEOUT,
        FetchFailure.RESET,
        FetchFailure.BAD_RESPONSE,  # more often a proxy's bad minute than a server that cannot speak HTTP
    }
)
_UNREACHED = frozenset(
    {FetchFailure.DNS, FetchFailure.CONNECT, FetchFailure.TLS, FetchFailure.TIMEOUT, FetchFailure.RESET}
)
_PERMANENT = frozenset({301, 308})  # RFC 9110 §15.4.2, §15.4.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect: `status` as sent, `url` where it pointed to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A server's reply, whatever its status.

    `url` is where the reply came from, `headers` have lower-case names (repeated ones joined with a comma),
    `body` is decoded and empty unless the status is 2xx, `wire_bytes` counts the body as transferred.
    `cut` tells that the body was longer and the caller had asked for its beginning only, `leads_to` where a redirect
    points that the caller did not want followed.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Hop, ...]
    took_s: float
    wire_bytes: int
    cut: bool = False
    leads_to: str | None = None

    @property
    def permanent_url(self) -> str | None:
        """Where the address asked for has moved for good: the end of the unbroken run of 301 and 308 it began with."""
        moved = None
        for hop in self.redirects:
            if hop.status not in _PERMANENT:
                break
            moved = hop.url
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No usable reply: `url` is the address that failed (after redirects not the one asked for)."""

    url: str
    reason: FetchFailure
    detail: str
    took_s: float

    @property
    def retryable(self) -> bool:
        """Whether the same request may work later."""
        return self.reason in _RETRYABLE

    @property
    def unreached(self) -> bool:
        """Whether the server could not be reached."""
        return self.reason.unreached


class FetchError(Exception):
    """Carries a failure from where it happens up to `Fetcher.get`, which makes it a `FetchFailed`."""

    def __init__(self, reason: FetchFailure, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
