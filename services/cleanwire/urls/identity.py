"""When do two addresses mean the same article or the same feed?"""

import xxhash

from cleanwire.urls import parse, tracking


def normalise(url: str) -> str | None:
    """Return `url` as it identifies an article: WHATWG form without credentials, fragment and tracking parameters.

    None when `url` is no http(s) address.
    """
    written = parse.serialised(url)
    if written is None:
        return None
    address = _without_credentials(written.partition("#")[0])
    return tracking.clean_of(address, parse.host_of(address)) if "?" in address else address


def _without_credentials(href: str) -> str:
    if "@" not in href:
        return href
    scheme, _, rest = href.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def article_id(url: str) -> str:
    """Return the id of the article at `url`: 32 hex digits, the same for http and https.

    A publisher's move to https must not make every article new. An address that cannot be parsed is hashed as written.
    """
    return id_of(normalise(url) or url)


def id_of(normalised: str) -> str:
    """Return the id of the article whose address `normalise` gave as `normalised`."""
    return _digest(_without_scheme(normalised))


def feed_id(url: str) -> str:
    """Return the id of the feed subscribed as `url`: 32 hex digits.

    Parameters are kept, because a feed may be chosen by any of them.
    """
    return _digest(_without_scheme((parse.href(url) or url).partition("#")[0]))


def _without_scheme(url: str) -> str:
    return url.partition("://")[2] or url


def _digest(text: str) -> str:
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))
