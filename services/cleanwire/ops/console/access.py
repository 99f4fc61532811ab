"""Who may look at the page, and who may change something?

On loopback whoever reaches the port may look; a name that is not loopback's, as a page elsewhere may have let point
here (DNS rebinding), may not. Everything else takes the token: in a header, or once in a form, after which a cookie
stands for it. A form of ours holds a word that only this session's forms hold.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

COOKIE = "cleanwire_console"
SESSION_S = 12 * 3600
_OURS = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. `form_word`: what a form of his must bring; None: he has not signed in."""

    may_read: bool
    form_word: str | None = None
    by_header: bool = False

    @property
    def may_write(self) -> bool:
        return self.form_word is not None or self.by_header


class Access:
    """Judges requests by the token of the settings; without one nobody may change anything."""

    def __init__(self, token: str | None, *, loopback: bool) -> None:
        self._key = hmac.digest(token.encode(), b"cleanwire ops page, sessions", hashlib.sha256) if token else None
        self._token = token.encode() if token else None
        self._loopback = loopback

    @property
    def has_token(self) -> bool:
        return self._token is not None

    def visitor(self, request: Request) -> Visitor:
        """Return who asks."""
        scheme, _, word = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.knows(word.strip()):
            return Visitor(may_read=True, by_header=True)
        form_word = self._session(request.cookies.get(COOKIE, ""))
        if form_word is not None:
            return Visitor(may_read=True, form_word=form_word)
        return Visitor(may_read=self._loopback and is_loopback(request.headers.get("host", "")))

    def knows(self, token: str) -> bool:
        """Return whether `token` is the one of the settings."""
        return self._token is not None and hmac.compare_digest(token.encode("utf-8", "replace"), self._token)

    def new_session(self) -> str:
        """Return the value of a cookie for somebody who knew the token."""
        told = f"{int(time.time()) + SESSION_S}.{secrets.token_urlsafe(16)}"
        return f"{told}.{self._mac('session', told)}"

    def accepts(self, request: Request, visitor: Visitor, form_word: str) -> bool:
        """Return whether a request to change something comes from a form of ours, or from a program with the token."""
        if visitor.by_header:
            return True
        return (
            visitor.form_word is not None
            and is_from_here(request)
            and hmac.compare_digest(form_word.encode("utf-8", "replace"), visitor.form_word.encode())
        )

    def _session(self, cookie: str) -> str | None:
        """Return the word for forms of the session that `cookie` stands for."""
        told, _, mac = cookie.rpartition(".")
        until = told.partition(".")[0]
        if self._key is None or not hmac.compare_digest(
            mac.encode("utf-8", "replace"), self._mac("session", told).encode()
        ):
            return None
        return self._mac("form", told) if int(until) >= time.time() else None

    def _mac(self, kind: str, told: str) -> str:
        assert self._key is not None
        return hmac.new(self._key, f"{kind}|{told}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_from_here(request: Request) -> bool:
    """Return whether the browser says that a page of ours sends the request; one that says nothing is believed."""
    if request.headers.get("sec-fetch-site", "same-origin") not in _OURS:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def is_loopback(host: str) -> bool:
    """Return whether a Host header, or an address to listen on, names this machine's loopback."""
    try:
        name = host if host.count(":") > 1 and "[" not in host else urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
