"""Which address does a link mean? WHATWG URL parsing, http and https only."""

import re

import ada_url

MAX_LENGTH = 8192
"""Characters. No browser address bar, proxy or publisher we know of goes further; longer ones are attacks or bugs."""


# Addresses as most are written: the standard writes them just so. Host names that end in a letter's label, no dots or
# escapes where they may mean a folder, no characters that it escapes.
USUAL = re.compile(
    r"https?://(?:(?!xn--)[a-z0-9-]+\.)+(?!xn--)[a-z][a-z0-9-]*"
    r"(?:/(?![.%])[\w~!$&'()*+,;=:@%.-]*)+(?:\?[\w~!$&()*+,;=:@/%.?-]*)?",
    re.ASCII,
)


def href(url: str, base: str | None = None) -> str | None:
    """Return `url`, relative to `base` if given, as the WHATWG URL standard serialises it.

    None when it cannot be parsed, is no http(s) address, or is longer than `MAX_LENGTH`.
    """
    written = serialised(url, base)  # up to twelve times as long as `url`, where all of it must be escaped
    return written if written is not None and len(written) <= MAX_LENGTH else None


def serialised(url: str, base: str | None = None) -> str | None:
    """Return what `href` does, however long it has become. A third as dear as `split`, which makes an object."""
    if len(url) > MAX_LENGTH or (base is not None and len(base) > MAX_LENGTH):
        return None
    if USUAL.fullmatch(url):  # half as dear as to ask
        return url
    try:
        written = ada_url.normalize_url(url) if base is None else ada_url.join_url(base, url)
    except ValueError:  # also what a lone surrogate raises
        return None
    return written if written.startswith(("http://", "https://")) else None  # whose host is never empty


def host_of(href: str) -> str:
    """Return the host of an address that is serialised already: lower case, IPv6 in brackets, without a port."""
    authority = href.split("/", 3)[2].rpartition("@")[2]
    return authority[: authority.index("]") + 1] if authority.startswith("[") else authority.partition(":")[0]


def split(url: str, base: str | None = None) -> ada_url.URL | None:
    """Return the parts of `url` (`hostname`, `pathname`, `search`, … as in a browser), None as for `href`."""
    if len(url) > MAX_LENGTH or (base is not None and len(base) > MAX_LENGTH):
        return None
    try:
        parsed = ada_url.URL(url) if base is None else ada_url.URL(url, base=base)
    except ValueError:  # also what a lone surrogate raises
        return None
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return None
    return parsed
