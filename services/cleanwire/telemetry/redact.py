"""What must never be written to a log: passwords, credentials, tokens in addresses. Pure text in, text out."""

import re
from collections.abc import Mapping
from typing import Any

from cleanwire.urls import secrets

HIDDEN = secrets.HIDDEN
# The last word of a name decides: sasl_password, x-api-key, client_secret, access_token.
_SECRET_NAME = re.compile(
    r"(?:^|[_\-.])(?:authorization|password|passwd|pwd|secret|token|api[_-]?key|cookie|credentials?|auth)$",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(?<=://)[^\s/?#@'\"<>]{1,512}@")
_QUERY_SECRET = re.compile(rf"([?&;](?:amp;)?{secrets.NAMES}=)[^&;#\s'\"<>]{{1,4096}}", re.IGNORECASE)
# The same in an address that is written into another one: `next=https%3A%2F%2Fuser%3Apass%40host%2F%3Ftoken%3D…`.
_ENCODED_USERINFO = re.compile(r"(?<=%2F%2F)[^\s/?#&@'\"<>]{1,512}?(?=%(?:25)?40)", re.IGNORECASE)
_ENCODED_SECRET = re.compile(
    rf"(%(?:25)?(?:3F|26){secrets.NAMES}%(?:25)?3D)(?:(?!%(?:25)?26)[^&;#\s'\"<>]){{1,4096}}", re.IGNORECASE
)
_HEADER = re.compile(
    r"((?:authorization|cookie|set-cookie)['\"]?\s{0,4}[:=]\s{0,4}['\"]?)(?:(?:basic|bearer|digest)\s{1,4})?[^\s'\",]{1,4096}",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(basic|bearer)\s{1,4}[A-Za-z0-9+/=._~\-]{8,4096}", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"((?:password|passwd|secret|api[_-]?key)['\"]?\s{0,4}[:=]\s{0,4}['\"]?)[^\s'\",;&)]{1,4096}", re.IGNORECASE
)


def text(value: str) -> str:
    """Return `value` with user names and passwords of URLs, secret query values and credentials blotted out."""
    if "://" in value:
        value = _USERINFO.sub(f"{HIDDEN}@", value)
    if "%" in value:
        value = _ENCODED_USERINFO.sub(HIDDEN, value)
        value = _ENCODED_SECRET.sub(rf"\1{HIDDEN}", value)
    if "=" in value or ":" in value:
        value = _QUERY_SECRET.sub(rf"\1{HIDDEN}", value)
        value = _HEADER.sub(rf"\1{HIDDEN}", value)
        value = _ASSIGNED.sub(rf"\1{HIDDEN}", value)
    return _SCHEME.sub(rf"\1 {HIDDEN}", value)


def fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return log fields without secrets, at any depth; a field whose name means a secret loses its value."""
    return {name: HIDDEN if _secret(name, value) else _value(value) for name, value in values.items()}


def _secret(name: str, value: Any) -> bool:
    return value is not None and bool(_SECRET_NAME.search(str(name)))


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return text(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return fields(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(item) for item in value]
    return value
