"""Whose address is it? The registrable domain, and the partition that owns it."""

from functools import cache, lru_cache

import xxhash
from ada_url import HostType
from publicsuffixlist import PublicSuffixList

from cleanwire.urls import parse


def site(url: str) -> str:
    """Return the registrable domain of `url`, lower case, in ASCII (`xn--` for other scripts), without a final dot.

    The whole public suffix list counts, its private section included: every customer of a blog host is a site.
    An IP address, a single label and a public suffix are their own site.

    Raises:
        ValueError: `url` is no http(s) address.
    """
    written = parse.serialised(url)
    if written is None:
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    host = parse.host_of(written)
    if host.startswith("[") or host.rpartition(".")[2].isdecimal():  # no name ends in a number (URL standard §3.5)
        return host.strip("[]")
    return of_host(host)


@lru_cache(maxsize=65_536)
def of_host(host: str) -> str:
    """Return the registrable domain of a host name, as `site` does."""
    name = host.rstrip(".").lower()
    return _suffixes().privatesuffix(name) or name


def is_above(name: str, url: str) -> bool:
    """Return whether `name` may be the site of `url` by another list of public suffixes: its host, or a part of it."""
    parsed = parse.split(url)
    if parsed is None or parsed.host_type != HostType.DEFAULT:
        return False
    host = str(parsed.hostname).rstrip(".").lower()
    return bool(name) and (host == name or host.endswith(f".{name}"))


def partition(site: str, partitions: int) -> int:
    """Return which of `partitions` owns `site`: xxh3-64 modulo. Ours, so that no client library can change it."""
    return xxhash.xxh3_64_intdigest(site.encode()) % partitions


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
