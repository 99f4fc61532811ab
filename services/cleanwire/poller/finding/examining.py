"""What is at an address that somebody asks about: a feed, a page that links feeds, a list of them, a sitemap?

As in `bodies/reading.py` these work on what a stranger wrote: large bodies are looked at in a process with a deadline.
"""

from datetime import UTC, datetime

from msgspec import Struct

from cleanwire.errors import InputError
from cleanwire.feed import autodiscovery
from cleanwire.feed.autodiscovery import FeedCandidate
from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.formats import feed_body, sitemap
from cleanwire.feed.formats.parsed import Format, NotAFeed
from cleanwire.feed.lists import read as lists

NEWS_SITEMAP = "news sitemap"
MAX_LISTED = 1000
"""Sitemaps of an index, or feeds of a list, that are looked at."""


class Probed(Struct, frozen=True, kw_only=True):
    """A feed that answered. `newest` is when its newest entry was published, in UTC."""

    url: str
    format: str
    title: str | None
    entries: int
    newest: datetime | None


def feed(body: bytes, content_type: str | None, came_from: str, url: str) -> Probed | str:
    """Return the feed or sitemap in a reply to a request for `url`, or why it is none."""
    now = datetime.now(UTC).timestamp()
    parsed = feed_body.parse(body, url=came_from, content_type=content_type, now=now)
    if isinstance(parsed, NotAFeed):
        return f"{parsed.reason}: {parsed.detail}"
    news = parsed.format is Format.SITEMAP and any(map(sitemap.is_news, parsed.entries))
    newest = max(new_and_changed.entry_times(parsed, now=now), default=None)
    return Probed(
        url=url,
        format=NEWS_SITEMAP if news else str(parsed.format),
        title=parsed.title,
        entries=len(parsed.entries),
        newest=None if newest is None else datetime.fromtimestamp(newest, UTC),
    )


def sitemaps(body: bytes, content_type: str | None, came_from: str) -> list[str]:
    """Return the sitemaps that an index lists, those named for news first; nothing when it is none."""
    found = sitemap.read(body, url=came_from, content_type=content_type)
    return sorted(found.sitemaps, key=lambda address: "news" not in address.lower())[:MAX_LISTED]


def linked(body: bytes, came_from: str) -> list[FeedCandidate]:
    """Return what a page links as feeds."""
    return autodiscovery.in_page(body, came_from)


def listed(body: bytes, came_from: str) -> list[str]:
    """Return the feeds of a list at an address; nothing unless every line of it is an address."""
    try:
        found = lists.read(body, came_from)
    except InputError:
        return []
    return [] if found.problems else [each.url for each in found.feeds][:MAX_LISTED]
