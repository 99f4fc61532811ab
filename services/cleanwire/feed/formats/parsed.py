"""What a feed turns out to be: a feed with entries, or something else and why."""

from dataclasses import dataclass, field
from enum import StrEnum


class Format(StrEnum):
    RSS = "rss"  # 0.9x and 2.0
    RDF = "rdf"  # RSS 0.90 and 1.0
    ATOM = "atom"  # 0.3 and 1.0
    JSON = "json"  # JSON Feed 1.0 and 1.1
    SITEMAP = "sitemap"  # of news or of pages with dates
    SITEMAP_INDEX = "sitemap_index"


class NotAFeedReason(StrEnum):
    """Why a body is no feed. Also a metric label, so the set stays small."""

    EMPTY = "empty"
    HTML = "html"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"  # neither XML nor JSON that anybody could read
    OTHER = "other"  # well-formed, but no feed
    HOSTILE = "hostile"  # entity declarations, nesting beyond reason


class Cut(StrEnum):
    """What of a feed or an entry was over its limit (feed/limits.py). Also a metric label."""

    ID = "id"
    TITLE = "title"
    SUMMARY = "summary"
    CONTENT = "content"
    AUTHORS = "authors"
    CATEGORIES = "categories"
    DATE = "date"
    FEED_TITLE = "feed_title"
    FEED_LINK = "feed_link"
    LANGUAGE = "language"
    HUBS = "hubs"
    SITEMAPS = "sitemaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry as the feed gives it. Links are absolute http(s); times RFC 3339 where understood, else as written.

    A link longer than `urls.parse.MAX_LENGTH` is only so long that this can be seen.
    """

    id: str | None = None
    link: str | None = None
    title: str | None = None  # plain text
    summary: str | None = None  # HTML or text, as written
    content_html: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    categories: tuple[str, ...] = ()
    cut: tuple[Cut, ...] = ()  # what was over its limit


SKIPPED = FeedEntry()
"""Stands in the place of an entry that was not read, because all about it is known by its digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLink:
    """One sitemap that an index lists. `modified` is RFC 3339 where understood, else as written."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed. `skip_hours` are 0 to 23 in UTC, `skip_days` 0 (Monday) to 6; `truncated` entries were not read.

    An index has no entries but `sitemaps`, which are feeds of their own.
    """

    format: Format
    title: str | None = None
    link: str | None = None
    language: str | None = None
    entries: tuple[FeedEntry, ...] = ()
    ttl_s: float | None = None
    update_period_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hubs: tuple[str, ...] = ()
    self_url: str | None = None
    sitemaps: tuple[SitemapLink, ...] = ()
    truncated: int = 0
    cut: tuple[Cut, ...] = ()  # what it says for all its entries that was over its limit
    # One an entry, of its element as it stands there, b"" where that does not tell all; and one of what else decides
    # how these elements are read. They say nothing of their own.
    digests: tuple[bytes, ...] = field(default=(), compare=False)
    context: bytes = field(default=b"", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """The body is no feed we can read. `detail` is for people."""

    reason: NotAFeedReason
    detail: str
