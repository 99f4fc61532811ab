"""Which cookies of one exchange go with its next request? RFC 6265, for a few redirects.

Some sites redirect a reader who has no cookie to set one, then back. So what a redirect sets is sent on the way on, to
the hosts that it is for, and forgotten with the exchange.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from cleanwire.fetch.request import Target, is_sendable
from cleanwire.urls import parse, site

_USUAL_PORTS = frozenset({80, 443})  # RFC 6265 minds no port; others than these we take for other sites
MAX_COOKIES = 20
MAX_CHARS = 4_096  # of one, and of what is sent (RFC 6265 §6.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    port: int

    def is_for(self, target: Target) -> bool:
        """Return whether the cookie may be sent to `target` (RFC 6265 §5.4)."""
        if target.host != self.domain and (self.host_only or not target.host.endswith("." + self.domain)):
            return False
        if target.port != self.port and not {target.port, self.port} <= _USUAL_PORTS:
            return False
        path = urlsplit(target.url).path or "/"
        is_below = path.startswith(self.path) and (self.path.endswith("/") or path[len(self.path) :][:1] in ("", "/"))
        return is_below and (target.scheme == "https" or not self.secure)


class Cookies:
    """What the redirects of one exchange have set."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, headers: httpx.Headers, asked: Target) -> None:
        """Remember what a reply from `asked` sets, as far as it may and there is room."""
        for line in headers.get_list("set-cookie")[:MAX_COOKIES]:
            cookie, is_over = _read(line, asked) if len(line) <= MAX_CHARS else (None, False)
            if cookie is None:
                continue
            key = (cookie.name, cookie.domain, cookie.path)
            if is_over:
                self._known.pop(key, None)
            elif key in self._known or len(self._known) < MAX_COOKIES:
                self._known[key] = cookie

    def header(self, target: Target, own: str | None = None) -> dict[str, str]:
        """Return the header that carries what is for `target` behind `own`, the operator's; none where nothing is."""
        wanted = [one for one in self._known.values() if one.is_for(target)]
        wanted.sort(key=lambda one: len(one.path), reverse=True)
        value = "; ".join(filter(None, [own, *(f"{one.name}={one.value}" for one in wanted)]))
        return {"cookie": value} if value and len(value) <= MAX_CHARS else {}


def _read(line: str, asked: Target) -> tuple[_Cookie | None, bool]:
    """Return the cookie that `line` sets, and whether it is to be forgotten; None where it is not `asked`'s to set."""
    pair, *parts = line.split(";")
    name, has_value, value = (part.strip() for part in pair.partition("="))
    if not has_value or not name or not is_sendable(f"{name}={value}") or "," in name:
        return None, False
    said = {key.strip().lower(): given.strip() for key, _, given in (part.partition("=") for part in parts)}
    domain = said.get("domain", "").lstrip(".").lower()
    if domain and not _may_set(domain, asked.host):
        return None, False
    path = said.get("path", "")
    cookie = _Cookie(
        name=name,
        value=value,
        domain=domain or asked.host,
        host_only=not domain,
        path=path if path.startswith("/") else _default_path(asked),
        secure="secure" in said,
        port=asked.port,
    )
    return cookie, said.get("max-age", "1").startswith(("0", "-"))


def _may_set(domain: str, host: str) -> bool:
    """Return whether `host` may set cookies for `domain`: itself, or a part of its site that it belongs to."""
    if domain == host:
        return True
    above = f"https://{domain}/"
    return host.endswith("." + domain) and parse.split(above) is not None and site.site(above) == site.of_host(host)


def _default_path(asked: Target) -> str:
    """RFC 6265 §5.1.4."""
    path = urlsplit(asked.url).path
    return path[: path.rfind("/")] or "/"
