"""A subscription, what is remembered about it between polls, and one entry found in it. Times: epoch seconds, UTC."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from cleanwire.records.base import END_OF_TIME, Count, Rate, Record, Seconds, Stated, Time

# Names of request headers in lower case, ours to set: a feed's own must not break the framing of requests or ask for
# what we cannot decode.
RESERVED_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade"}
)

# What fields may hold; kept wide enough for all that version 0.1.0 wrote.
Interval = Annotated[float, Meta(ge=0, le=1e9)]
Hour = Annotated[int, Meta(ge=0, le=23)]
Weekday = Annotated[int, Meta(ge=0, le=6)]
Until = Annotated[float, Meta(ge=0, le=3e11)]
"""A moment until which a server may ask us to wait: any that its headers can name."""
_MOST_HOPS = 1000
_LEAN_CHARACTERS, _LEAN_AUTHORS, _LEAN_CUT = 200, 3, 12


class Origin(StrEnum):
    """Who subscribed: synchronisation from a file touches only feeds that came from a file."""

    FILE = "file"
    CLI = "cli"
    API = "api"  # none of ours: 0.1.0 took it from other programs that write subscriptions


class FeedOptions(Record, frozen=True, kw_only=True):
    """What a subscriber may set for one feed. Unset means: as the settings say."""

    title: str | None = None
    tags: tuple[str, ...] = ()
    paused: bool = False
    min_interval_s: Interval | None = None
    max_interval_s: Interval | None = None
    headers: dict[str, str] = {}
    username: str | None = None
    password: str | None = None
    time_zone: str | None = None  # IANA name, for dates without a zone

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password for HTTP's basic authentication; None when there is neither."""
        return (self.username or "", self.password or "") if self.username or self.password else None


class Feed(Record, frozen=True, kw_only=True):
    """One subscription, as `news.feeds` holds it.

    `id` is that of the address it was subscribed under, user and password included, and never changes. `url` is the
    same address without them: they are in `options`. Its keys change with those that a list states.
    """

    id: str
    url: str
    site: str
    origin: Origin
    added_at: Time
    options: FeedOptions = FeedOptions()


class FeedState(Record, frozen=True, kw_only=True):
    """What the poller remembers of a feed between polls, as `news.feed-state` holds it."""

    feed_id: str
    url: str  # where it is fetched now; a confirmed 301 or 308 changes this, never the feed's id
    next_poll_at: Until
    interval_s: Seconds = 0.0  # what the feed's own rhythm asks for; 0 until something is known
    rate: Rate = 0.0  # entries a second, the mean of a week; 0 until something is known
    day_rate: Rate = 0.0  # about the last day's
    peak_rate: Rate = 0.0  # the highest of these of late
    rhythm: bytes = b""  # 24 + 7 counts of entries by hour and weekday (UTC), 2 bytes each, little-endian
    window: Count = 0  # how many entries it held when it was last read
    ttl_s: Seconds | None = None  # as are these four: a 304 does not repeat what the feed asks for
    update_period_s: Seconds | None = None
    skip_hours: tuple[Hour, ...] = ()
    skip_days: tuple[Weekday, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    polled_at: Time | None = None
    changed_at: Time | None = None  # when a poll last brought a new entry
    audited_at: Time | None = None  # when it was last fetched without conditions
    failures: Count = 0  # in a row
    last_failure: str | None = None
    rest_until: Until | None = None  # until when its site asked, by 429 or 503 with Retry-After, to be left alone
    gone: bool = False  # 410: polled no more until somebody asks
    moved_to: str | None = None  # a permanent redirect seen once, waiting for confirmation
    moved_seen: Count = 0
    lying_cache: bool = False  # a 304 was given although the feed had changed
    title: str | None = None
    seen: bytes = b""  # 8-byte hashes of entry keys, oldest first
    hashes: bytes = b""  # 4-byte hashes of their words, parallel to `seen`, see feed/entries/memory.py
    revision_hashes: bytes = b""  # 8-byte ones, as version 0.1.0 wrote them; read where there are no `hashes`
    changes: bytes = b""  # which entries changed how often, see feed/entries/flapping.py
    stories: bytes = b""  # what was passed on lately, see feed/entries/same_story.py
    children: tuple["Child", ...] = ()  # of a sitemap index: the sitemaps that are followed
    listing: "Listing | None" = None  # what the last poll listed
    gap: "Gap | None" = None  # entries that came and went between two polls of it or a child, still to be looked for
    gaps: Count = 0  # how many there were
    lost: Count = 0  # entries they are estimated to have cost
    recovered: Count = 0  # entries found in the site's news sitemap
    searched_at: Time | None = None  # when a gap was last looked into
    news_sitemap: "NewsSitemap | None" = None  # of the feed's site, once found

    def problem(self) -> str | None:
        """Return which packed field is cut off, here or in one of the children."""
        packed = {"seen": 8, "hashes": 4, "revision_hashes": 8, "changes": 13, "stories": 12, "rhythm": 62}
        for name, length in packed.items():
            if len(getattr(self, name)) % length:
                return f"{name}: {len(getattr(self, name))} bytes are no multiple of {length}"
        listed = self.listing
        if listed is not None and (len(listed.articles) % 8 or len(listed.ids) not in (0, len(listed.articles))):
            return f"listing: {len(listed.articles)} and {len(listed.ids)} bytes are no keys"
        return next((why for child in self.children if (why := child.state.problem()) is not None), None)


class Listing(Record, frozen=True, kw_only=True):
    """What one poll of a feed listed."""

    articles: bytes = b""  # 8-byte keys of its entries' articles, in the order that feed/gaps/overlap.py goes by
    ids: bytes = b""  # the same of their ids, zeros where one has none
    newest_at: Stated | None = None  # of a window with dates, see feed/gaps/overlap.py


class Gap(Record, frozen=True, kw_only=True):
    """A time whose entries no poll saw, and how far the search for them has come."""

    since: Stated
    until: Stated
    lost: Count  # entries it is estimated to have cost
    due_at: Time
    scopes: tuple[str, ...] = ()  # hosts and sections that the feed's entries come from
    asks: tuple[str, ...] = ()  # sitemaps still to be asked
    asked: Count = 0  # requests made for it


class NewsSitemap(Record, frozen=True, kw_only=True):
    """Where a site's news sitemap is, and what it said of itself."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


class Child(Record, frozen=True, kw_only=True):
    """One sitemap of an index. It is polled on its own schedule; what was seen in it is remembered with the index."""

    state: FeedState  # `gone`: retired until the index says that it changed
    modified: str | None = None  # as the index last said
    parent: str | None = None  # the id of the sitemap that lists it, where that is itself an index in the index
    initial: bool = False  # stood in the index when that was first read: its first poll is a first poll of the feed
    idle: Count = 0  # polls in a row that found no recent page in it
    listed: Count = 0  # so many of the index's `seen` are what it lists, see feed/entries/memory.py


CUT_ADDRESS = "address"
"""In `cut` of an entry that is only there to be rejected: with its address it fitted no record."""


class Entry(Record, frozen=True, kw_only=True):
    """One new or changed entry of a feed, as `news.entries` carries it from the poller to the cleaner."""

    article_id: str  # identity of the normalised entry URL
    site: str  # registrable domain of `url`, computed once
    url: str
    feed_id: str
    feed_url: str
    seen_at: float
    feed_title: str | None = None
    entry_id: str | None = None
    title: str | None = None
    summary: str | None = None
    content_html: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None  # as the feed states it
    updated: str | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None
    time_zone: str | None = None  # the operator's, for times without one: an IANA name
    changed: bool = False  # the feed showed this entry before, with other content
    hops: int = 0  # how often it was handed on to another address
    sent_on: bool = False  # by a page that sends its readers on at once, which is followed once
    cut: tuple[str, ...] = ()  # what the feed gave longer than we take, see docs/limits.md: title, summary, authors, …
    feed_site: str | None = None  # where the feed was read after redirects, if that is another site than `feed_url`'s

    def problem(self) -> str | None:
        """Return which number is out of range. Not said by the fields' types: those are part of a public schema."""
        if not 0 <= self.seen_at <= END_OF_TIME:
            return f"seen_at {self.seen_at!r} is no time"
        return None if 0 <= self.hops <= _MOST_HOPS else f"hops {self.hops} is no count"


def lean(entry: Entry) -> Entry:
    """Return `entry` with so little text that only its addresses can make it large: where even the slim one did not
    fit."""
    return msgspec.structs.replace(
        slim(entry),
        feed_title=_short(entry.feed_title),
        entry_id=_short(entry.entry_id),
        title=_short(entry.title),
        authors=tuple(author[:_LEAN_CHARACTERS] for author in entry.authors[:_LEAN_AUTHORS]),
        published=_short(entry.published),
        updated=_short(entry.updated),
        categories=(),
        language=_short(entry.language),
        time_zone=_short(entry.time_zone),
        cut=tuple(what[:_LEAN_CHARACTERS] for what in entry.cut[:_LEAN_CUT]),
        feed_site=_short(entry.feed_site),
    )


def unaskable(entry: Entry) -> Entry:
    """Return of `entry`, whose addresses alone are too large, that there was one: the cleaner rejects it.

    It takes less than 600 bytes. An address that was cut would be that of another article.
    """
    return Entry(
        article_id=entry.article_id[:_LEAN_CHARACTERS],
        site=entry.site,
        url="",
        feed_id=entry.feed_id[:_LEAN_CHARACTERS],
        feed_url="",
        seen_at=entry.seen_at,
        cut=(CUT_ADDRESS,),
    )


def lean_state(state: FeedState) -> FeedState:
    """Return `state` with what keeps entries from coming out again, and without what else is only good to know."""
    return msgspec.structs.replace(
        state,
        title=_short(state.title),
        last_failure=_short(state.last_failure),
        etag=_validator(state.etag),
        last_modified=_validator(state.last_modified),
        hashes=b"",
        revision_hashes=b"",
        changes=b"",
        stories=b"",
        children=tuple(msgspec.structs.replace(child, state=lean_state(child.state)) for child in state.children),
        listing=None,
        gap=None,
        news_sitemap=None,
    )


def least_state(state: FeedState) -> FeedState:
    """Return of `state` when the feed is asked next, and where. Its entries count as those of a first poll again.

    The cleaner knows the articles that they would bring a second time.
    """
    return FeedState(
        feed_id=state.feed_id,
        url=state.url,
        next_poll_at=state.next_poll_at,
        interval_s=state.interval_s,
        rate=state.rate,
        day_rate=state.day_rate,
        peak_rate=state.peak_rate,
        window=state.window,
        body_hash=state.body_hash,
        polled_at=state.polled_at,
        failures=state.failures,
        rest_until=state.rest_until,
        gone=state.gone,
    )


def _validator(text: str | None) -> str | None:
    """A cut validator would be another one."""
    return text if len(text or "") <= _LEAN_CHARACTERS else None


def _short(text: str | None) -> str | None:
    return None if text is None else text[:_LEAN_CHARACTERS]


def slim(entry: Entry) -> Entry:
    """Return `entry` without its texts: what is kept in memory for days, or must fit where the whole did not."""
    return msgspec.structs.replace(entry, summary=None, content_html=None)
