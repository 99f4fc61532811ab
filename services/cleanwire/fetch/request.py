"""Where does a request go, and what may it carry there?"""

import base64
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from cleanwire.fetch.content_coding import ACCEPT_ENCODING
from cleanwire.fetch.outcome import FetchError, FetchFailure
from cleanwire.records.feed import RESERVED_HEADERS
from cleanwire.urls import guard, parse

KEPT = 5_000  # addresses that are asked again and again: of feeds, of robots.txt
KEPT_CHARS = 500  # of one that is kept; longer ones are read each time, so that they cannot fill the memory
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")  # RFC 9110 §5.6.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address to be asked: the URL without credentials and fragment, and the credentials it held."""

    url: str
    authority: str  # host, and port unless it is the scheme's own: the Host header (RFC 9110 §7.2)
    scheme: str
    host: str
    port: int
    auth: tuple[str, str] | None = None

    def may_know_secrets_of(self, origin: "Target") -> bool:
        """Return whether what was meant for `origin` may be sent here: the same origin, or the same host's HTTPS."""
        if self.host != origin.host:
            return False
        if (self.scheme, self.port) == (origin.scheme, origin.port):
            return True
        return (origin.scheme, origin.port, self.scheme, self.port) == ("http", 80, "https", 443)


def target(url: str, base: str | None = None) -> Target:
    """Read `url`, relative to `base` if given, as the next address to ask.

    Raises:
        Failure: INVALID_URL if it is no http(s) URL, BLOCKED_ADDRESS if its port is not for HTTP.
    """
    return _kept(url, base) if len(url) + len(base or "") <= KEPT_CHARS else _target(url, base)


def _target(url: str, base: str | None) -> Target:
    href = parse.href(url, base)
    if href is None:
        raise FetchError(FetchFailure.INVALID_URL, f"no http(s) address: {url[:200]!r}")
    parts = urlsplit(href)
    port = parts.port if parts.port is not None else _DEFAULT_PORTS[parts.scheme]
    if (refusal := guard.port_refusal(port)) is not None:
        raise FetchError(FetchFailure.BLOCKED_ADDRESS, refusal)
    assert parts.hostname is not None
    authority = parts.netloc.rpartition("@")[2]
    return Target(
        url=parts._replace(netloc=authority, fragment="").geturl(),
        authority=authority,
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        auth=_credentials(parts),
    )


_kept = lru_cache(maxsize=KEPT)(_target)


def kept_addresses() -> int:
    """Return how many addresses need not be read again."""
    return _kept.cache_info().currsize


def may_share(url: str, origin: str) -> bool:
    """Return whether `url` may be told the secrets that were given for `origin`."""
    try:
        return target(url).may_know_secrets_of(target(origin))
    except FetchError:
        return False


def secrets(headers: Mapping[str, str] | None, auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the headers that only the origin asked first may see.

    Raises:
        Failure: INVALID_URL, a header cannot be sent. The message never shows a value.
    """
    wanted = {name.lower(): value for name, value in (headers or {}).items()}
    if auth is not None:
        wanted["authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode("ascii")
    for name, value in wanted.items():
        if not name or not _TOKEN.issuperset(name) or name in RESERVED_HEADERS or not is_sendable(value):
            raise FetchError(FetchFailure.INVALID_URL, f"header {name[:60]!r} cannot be sent")
    return wanted


def common(*, user_agent: str, accept: str, etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the headers that every host asked may see. Validators that cannot be sent are left out."""
    headers = {"user-agent": user_agent, "accept": accept, "accept-encoding": ACCEPT_ENCODING}
    if etag and is_sendable(etag):
        headers["if-none-match"] = etag  # RFC 9110 §13.1.2
    if last_modified and is_sendable(last_modified):
        headers["if-modified-since"] = last_modified  # RFC 9110 §13.1.3
    return headers


def is_sendable(value: str) -> bool:
    """Return whether `value` fits into one header line as it is."""
    return value.isprintable() and value.isascii() and value == value.strip()


def _credentials(parts: SplitResult) -> tuple[str, str] | None:
    if not parts.username and not parts.password:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")
