"""Which parts of an address only follow the reader around?

A parameter is removed only when it is known to track, everywhere or on the site at hand: one that selects the
article must never go. The lists are in `tracking_parameters.py`.
"""

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from cleanwire.urls import parse, site, tracking_parameters

_FRAGMENT = re.compile(r"[\w.~-]+=[^&=#]*(?:&[\w.~-]+=[^&=#]*)*", re.ASCII)


def clean(url: str) -> str:
    """Return `url` without tracking parameters; every other byte stays, in its order.

    A fragment goes when it consists of tracking parameters only (`#xtor=RSS-1`). An address that cannot be parsed is
    returned as it is.
    """
    if "?" not in url and "#" not in url:
        return url
    parsed = parse.split(url)
    return _cleaned(url, None if parsed is None else _pattern_of(str(parsed.hostname)))


def clean_of(href: str, host: str) -> str:
    """Return `href`, already parsed and known to lie on `host`, without tracking parameters, as `clean` does."""
    return _cleaned(href, _pattern_of(host)) if "?" in href or "#" in href else href


def _cleaned(url: str, own: re.Pattern[str] | None) -> str:
    before, mark, fragment = url.partition("#")
    address, question, query = before.partition("?")
    if question:
        query = _kept(query, own)
        before = f"{address}?{query}" if query else address
    if mark and _FRAGMENT.fullmatch(fragment) and not _kept(fragment, own):
        return before
    return before + mark + fragment


def is_tracking(name: str, own: re.Pattern[str] | None = None) -> bool:
    """Return whether the parameter `name` tracks, everywhere or by a site's `own` pattern."""
    plain = unquote(name).removeprefix("amp;")  # `&amp;` escaped twice
    return bool(_everywhere().fullmatch(plain)) or (own is not None and bool(own.fullmatch(plain)))


def _kept(query: str, own: re.Pattern[str] | None) -> str:
    pairs = query.split("&")
    kept = [pair for pair in pairs if not is_tracking(pair.partition("=")[0], own)]
    return query if len(kept) == len(pairs) else "&".join(kept)


@lru_cache(maxsize=16_384)
def _pattern_of(host: str) -> re.Pattern[str] | None:
    domain = site.of_host(host)
    by_label = tracking_parameters.BY_LABEL.get(domain.partition(".")[0], "")
    by_domain = tracking_parameters.BY_SITE.get(domain, "")
    names = f"{by_label} {by_domain}".split()
    return _compiled(names) if names else None


def _compiled(names: list[str]) -> re.Pattern[str]:
    """Compile names in which `*` stands for anything; case does not matter."""
    return re.compile("|".join(re.escape(name).replace(r"\*", ".*") for name in names), re.IGNORECASE)


@cache
def _everywhere() -> re.Pattern[str]:
    return _compiled(tracking_parameters.EVERYWHERE.split())  # long: made for the first address with a query
