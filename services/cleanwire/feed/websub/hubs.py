"""Does a feed announce a WebSub hub, and under which topic? W3C WebSub §4."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cleanwire.feed import limits
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.urls import parse as urls
from cleanwire.urls import secrets

_MAX_HEADER = 16 * 1024
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*!#$&+\-.^`|~]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)")  # RFC 8288 §3
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """Where to subscribe (best first), and to what."""

    hubs: tuple[str, ...]
    topic: str


def announced(headers: Mapping[str, str], parsed: ParsedFeed, *, url: str) -> Announced | None:
    """Return what a reply announces: Link headers (RFC 8288) go before the feed's own links, §4 of WebSub.

    `headers` have lower-case names, `url` is where the reply came from; it is the topic of a feed that names none.
    """
    linked = list(_links(headers.get("link", "")[:_MAX_HEADER], url))
    hubs = [href for relation, href in linked if relation == "hub"] or list(parsed.hubs)
    topics = [href for relation, href in linked if relation == "self"]
    if not hubs:
        return None
    topic = topics[0] if topics else parsed.self_url or url
    if secrets.has_secret(topic):  # a hub is a third party, who must not learn the key of a feed
        return None
    return Announced(hubs=tuple(dict.fromkeys(hubs))[: limits.HUBS.count], topic=topic)


def _links(header: str, base: str) -> Iterator[tuple[str, str]]:
    for found in _LINK.finditer(header):
        rel = _REL.search(found[2])
        href = urls.href(found[1].strip(), base) if rel and found[1].strip() else None
        if rel is None or href is None:
            continue
        for relation in (rel[1] or rel[2] or "").lower().split():
            yield relation, href
