"""What is known of a page before it is read: the reply, and what the feed said about it."""

from dataclasses import dataclass, field

BY_OTHERS = "feed_of_another_site"
"""Source of a title in `provenance` that nobody but another site's feed gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTerms:
    """What the site's own files say about the use of a page."""

    tdm_reserved: bool | None = None  # tdmrep.json
    tdm_policy: str | None = None
    ai_disallowed: tuple[str, ...] = ()  # AI agents that robots.txt names and keeps from the page
    usage: str | None = None  # robots.txt, Content-Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched page. Header values are as received, names are lower case."""

    url: str  # after redirects
    body: bytes
    fetched_at: float  # epoch seconds
    content_type: str | None = None
    status: int = 200
    redirects: tuple[str, ...] = ()  # every address on the way, the first one first; without `url`
    headers: dict[str, str] = field(default_factory=dict)  # those that are read: etag, last-modified, x-robots-tag, …
    terms: SiteTerms = SiteTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the feed or the operator says about an article; a page that says otherwise wins."""

    title: str | None = None
    summary: str | None = None
    content: str | None = None  # markup: the text that the feed brings itself
    authors: tuple[str, ...] = ()
    published: str | None = None  # RFC 3339 when the feed's reader understood it
    updated: str | None = None
    feed_title: str | None = None
    language: str | None = None  # BCP 47
    time_zone: str | None = None  # IANA name, for times without a zone
    date_format: str | None = None  # the operator's, as strptime takes it
    last_title: str | None = None  # what a feed of another site calls it: for a page that has no title at all
