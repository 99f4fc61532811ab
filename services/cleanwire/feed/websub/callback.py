"""Which address does a hub call for a subscription, and did it sign what it sent? W3C WebSub §5.1 and §7.1.

Both follow from one secret of the installation, so that no topic holds a secret and any replica can check a call.
"""

import hashlib
import hmac

_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_TOKEN_CHARS = 40  # 160 bits


class CallbackKeys:
    """Callback addresses and signing secrets of an installation."""

    def __init__(self, callback_url: str, secret: str) -> None:
        self._base = callback_url.rstrip("/")
        self._secret = secret.encode()
        self.fingerprint = self._derive("installation", self._base)[:16]
        """Changes when hubs must be given new addresses."""

    def address(self, subscription: str) -> str:
        """Return the address for a hub to call, which nobody can guess."""
        return f"{self._base}/{subscription}/{self._token(subscription)}"

    def owns(self, subscription: str, token: str) -> bool:
        """Return whether `token` belongs to `subscription`, in constant time."""
        return hmac.compare_digest(self._token(subscription).encode(), token.encode("utf-8", "surrogatepass"))

    def signing_secret(self, subscription: str) -> str:
        """Return what a hub signs its pushes with: 64 characters (at most 199 are allowed)."""
        return self._derive("signature", subscription)

    def signature(self, subscription: str, header: str | None) -> "Signature | None":
        """Return what checks a body against the X-Hub-Signature `header`; None if it names no method that we know."""
        method, _, digest = (header or "").strip().partition("=")
        if method.lower() not in _METHODS:
            return None
        return Signature(hmac.new(self.signing_secret(subscription).encode(), digestmod=method.lower()), digest)

    def _token(self, subscription: str) -> str:
        return self._derive("callback", subscription)[:_TOKEN_CHARS]

    def _derive(self, purpose: str, of: str) -> str:
        text = f"cleanwire/websub/{purpose}/{of}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


class Signature:
    """A signature that is compared with a body as it arrives."""

    def __init__(self, state: hmac.HMAC, digest: str) -> None:
        self._state = state
        self._digest = digest

    def feed(self, chunk: bytes) -> None:
        """Take in the next piece of the body."""
        self._state.update(chunk)

    def matches(self) -> bool:
        """Return whether the whole body was signed with our secret, in constant time."""
        given = self._digest.strip().lower().encode("utf-8", "surrogatepass")
        return hmac.compare_digest(self._state.hexdigest().encode(), given)
