"""What in an address is for nobody's eyes? User and password, and whatever a parameter's name calls a key.

Where the path itself is the secret, nothing tells it from any other path: such feeds want a header in its place.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from cleanwire.urls import parse

HIDDEN = "***"
"""Stands where a secret was."""

NAMES = (
    # A name that ends so means a secret, whatever stands before …
    r"(?:[\w.\-\[\]%]{0,64}(?:token|secret|password|passwd|passphrase|passcode|signature|credentials?|hmac|jwt"
    r"|(?:api|app|access|auth|private|user|feed|rss|client|account|subscription|subscriber|licen[cs]e|secure|shared)"
    r"[_\-.]?(?:key|code|hash)|sess(?:ion)?[_\-.]?(?:id|key))"
    # … and so do these short words, alone or as the last of several: x_key, api.key, userKey.
    r"|(?:[\w.\-\[\]%]{0,64}[_\-.\[])?(?:key|pass|pwd|pw|auth|authorization|sig|sign|session|sid|sas|apikey|otp)"
    r"|[\w.\-]{0,64}?[a-z0-9](?-i:Key|Pass|Pwd|Pw|Auth|Sig|Sid|Session))"
    r"[\d\]]{0,3}"
)
"""Names of parameters that hold secrets, as a regular expression for use without regard to case."""

_NAME = re.compile(NAMES, re.IGNORECASE)
_SEPARATOR = re.compile(r"([&;])")
_KEPT_APART = re.compile(r"^(?:token|secret|password|api[_\-.]?key|access[_\-.]?key|auth[_\-.]?key|private)$", re.I)
_WRITTEN_IN = re.compile(r"[%=@]")
_MIN_SEGMENT = 8  # characters of a path segment that may be a key: shorter ones are words
_MAX_NAME = 256
_MAX_DECODED = 3  # times an address may be written into another


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """An address without user and password, and those; None where the address holds neither."""

    url: str
    auth: tuple[str, str] | None = None


def part(url: str) -> Parted:
    """Return `url` and the user and password in it apart; one that is no http(s) address stays as it is."""
    if "@" not in url:  # which stands before each host that has a user
        return Parted(url=url)
    parsed = parse.split(url)
    if parsed is None or not (parsed.username or parsed.password):
        return Parted(url=url)
    auth = unquote(str(parsed.username)), unquote(str(parsed.password))
    parsed.username = ""
    parsed.password = ""
    return Parted(url=str(parsed.href), auth=auth)


def joined(url: str, auth: tuple[str, str] | None) -> str:
    """Return `url` with user and password in it again."""
    parsed = parse.split(url)
    if parsed is None or auth is None:
        return url
    parsed.username, parsed.password = (quote(part, safe="") for part in auth)
    return str(parsed.href)


def shown(url: str) -> str:
    """Return `url` as anybody may see it: without user and password, and `***` for the value of each key."""
    return _shown(_without_userinfo(url), 0)


def has_secret(url: str) -> bool:
    """Return whether `url` holds something that `shown` would not show."""
    return shown(url) != url


def values(url: str) -> frozenset[str]:
    """Return the values of the keys in the query of `url`, as they stand there and decoded."""
    query = url.partition("#")[0].partition("?")[2]
    pairs = (pair.partition("=") for pair in _SEPARATOR.split(query))
    found = {value for name, _, value in pairs if value and is_secret(name)}
    return frozenset(found | {unquote(value) for value in found})


def bare(url: str) -> str:
    """Return what of `url` is no secret at all, without its scheme: for finding what may be meant by it."""
    before, mark, query = _without_userinfo(url).partition("#")[0].partition("?")
    kept = "&".join(pair for pair in query.split("&") if not is_secret(pair.partition("=")[0]))
    return (before + mark + kept if kept else before).partition("://")[2]


def is_secret(name: str) -> bool:
    """Return whether the parameter `name` means a key or a password."""
    return len(name) <= _MAX_NAME and _NAME.fullmatch(unquote(name).removeprefix("amp;")) is not None


def _without_userinfo(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    end = next((at for at, letter in enumerate(rest) if letter in "/?#\\"), len(rest))
    return f"{scheme}://{rest[:end].rpartition('@')[2]}{rest[end:]}"


def _shown(url: str, depth: int) -> str:
    before, mark, fragment = url.partition("#")
    path, question, query = before.partition("?")
    shown_query = _pairs(query, depth) if question else ""
    shown_fragment = _pairs(fragment, depth) if mark else ""
    return f"{_path(path)}{question}{shown_query}{mark}{shown_fragment}"


def _pairs(text: str, depth: int) -> str:
    return "".join(_pair(each, depth) for each in _SEPARATOR.split(text))


def _pair(pair: str, depth: int) -> str:
    name, equals, value = pair.partition("=")
    if not equals or not value or value == HIDDEN:
        return pair
    if is_secret(name):
        return f"{name}={HIDDEN}"
    return f"{name}={HIDDEN}" if _holds_secret(value, depth) else pair


def _holds_secret(value: str, depth: int) -> bool:
    """Whether `value` is an address, written into this one, that holds a secret: `next=https%3A%2F%2F…`."""
    if depth >= _MAX_DECODED or not _WRITTEN_IN.search(value):
        return False
    inner = unquote(value)
    return _shown(_without_userinfo(inner), depth + 1) != inner or _holds_secret(inner, depth + 1)


def _path(path: str) -> str:
    """Hide `;token=…` and `/token/…` in a path."""
    if ";" not in path and "=" not in path and not path.count("/") > 3:
        return path
    segments = path.split("/")
    for at in range(3 if "://" in path else 0, len(segments)):
        before = segments[at - 1] if at else ""
        if _KEPT_APART.match(before) and _is_like_a_key(segments[at]):
            segments[at] = HIDDEN
        elif "=" in segments[at]:
            segments[at] = "".join(_pair(each, _MAX_DECODED) for each in _SEPARATOR.split(segments[at]))
    return "/".join(segments)


def _is_like_a_key(segment: str) -> bool:
    return len(segment) >= _MIN_SEGMENT and any(letter.isdigit() for letter in segment)
