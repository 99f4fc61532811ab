"""What does a body bring that came for a feed? It is read and compared, and its new entries become records.

All of this works on what a stranger wrote, as much as they like. What `is_small` is read where it came; the rest, and
what is not well-formed, goes to a process that is killed at a deadline (readers.py). So a question and what is found
are values that can travel; what is found is no larger than the records it becomes.
"""

from collections.abc import Mapping
from dataclasses import replace

from msgspec import Struct, structs

from cleanwire.feed import dates
from cleanwire.feed.entries import familiar as familiar_entries
from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.entries.familiar import Listed
from cleanwire.feed.entries.memory import Memory
from cleanwire.feed.entries.new_and_changed import Selection
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats import feed_body, sitemap
from cleanwire.feed.formats.feed_body import Familiar
from cleanwire.feed.formats.fields import bounds
from cleanwire.feed.formats.parsed import Format, NotAFeed, NotAFeedReason, ParsedFeed
from cleanwire.feed.formats.xml.pieces import Pieces
from cleanwire.feed.gaps import overlap
from cleanwire.feed.gaps import search as gaps
from cleanwire.feed.timing import children
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.poller.bodies import entries
from cleanwire.records.base import encode
from cleanwire.records.feed import Child, Entry, Feed, FeedOptions, FeedState, Gap, Listing, Origin

SMALL_BYTES = 64 * 1024
SMALL_MARKS = 1000
"""Tags and character references."""
SMALL_ENTRIES = 60
SMALL_NAMESPACES = 50
"""With bases and languages."""
SMALL_MEMORY_BYTES = 64 * 1024
"""Of what the feed has shown. Of the real feeds that we have two in three are small in all of this. None of them, and
none made to be slow, takes more than 20 ms (tests/poller/test_small_feeds.py)."""
MAX_LISTED_BY_CHILD = 500
"""Entries of a feed that a sitemap index lists, which the protocol does not know; the latest."""
MOST_TIMES = 1000
"""Times of entries that the schedule of the feed goes by, the latest."""


_ITEM = b"<item><link>/a</link><author>a@b.example</author><pubDate>3. Mai 2020 7:45</pubDate></item>"
_WARMING = (
    b"<rss><channel>" + _ITEM + b"</channel></rss>",
    b"<rss><channel>" + _ITEM + b"<br></channel></rss>",
    b'{"items":[{"url":"/a"}',
    b"<urlset><url><loc>/a</loc><lastmod>2020-05-03</lastmod></url></urlset>",
)
_ENTRIES = tuple(mark + name for name in (b"item", b"entry", b"url", b"sitemap") for mark in (b"<", b":"))


class Found(Struct, frozen=True, kw_only=True):
    """One entry to be passed on, as its record. The rest is for the books."""

    site: str
    record: bytes
    changed: bool
    published_at: float | None
    cut: tuple[str, ...] = ()


class Read(Struct, frozen=True, kw_only=True):
    """A body that is a feed, and what is new in it."""

    head: ParsedFeed  # without entries and sitemaps
    entries: int = 0
    sitemaps: int = 0
    found: tuple[Found, ...] = ()
    new: int = 0  # of them; the others have changed
    memory: Memory = Memory()
    listed: int = 0  # of the memory, at its end
    changes: bytes = b""
    stories: bytes = b""
    dropped: dict[str, int] = {}
    held: bool = False  # changes wait: the same body must be read again
    first: bool = False
    listing: Listing | None = None
    gap: Gap | None = None
    children: tuple[Child, ...] | None = None  # those followed from now on; None: as before
    entry_times: tuple[float, ...] = ()
    familiar: bytes = b""  # for the next question about this feed


class Question(Struct, frozen=True, kw_only=True):
    """A body, and what of the feed it is compared with."""

    body: bytes
    url: str  # where it came from
    content_type: str | None
    feed: Feed
    part: Part
    children: tuple[Child, ...] = ()  # of the feed
    told: bytes = b""  # the stories of the site's feeds
    familiar: bytes = b""  # of what the last body brought
    backfill: int
    bounds: Bounds
    now: float


def warm_up() -> None:
    """Load what is loaded late: a process that reads feeds can open no file."""
    feed = Feed(id="", url="https://news.example/", site="news.example", origin=Origin.FILE, added_at=0.0)
    state = FeedState(feed_id="", url=feed.url, next_poll_at=0.0)
    for body in _WARMING:
        read(
            Question(
                body=body,
                url=feed.url,
                content_type="text/xml; charset=iso-8859-2",
                feed=feed,
                part=Part(state=state),
                backfill=1,
                bounds=Bounds(),
                now=0.0,
            )
        )


def without_secrets(feed: Feed) -> Feed:
    """Return `feed` with what reading needs of its options."""
    options = FeedOptions(title=feed.options.title, time_zone=feed.options.time_zone)
    return structs.replace(feed, options=options)


def is_small(question: Question) -> bool:
    """Tell whether reading certainly takes a moment only, whatever the body holds, if it is well-formed."""
    return is_small_body(question.body) and len(question.part.state.seen) <= SMALL_MEMORY_BYTES


def is_small_body(body: bytes) -> bool:
    """Tell the same of a body alone."""
    if len(body) > SMALL_BYTES or body.startswith(b"\x1f\x8b"):
        return False
    low = body.lower()
    return (
        low.count(b"<") + low.count(b"&") <= SMALL_MARKS
        and low.count(b"xmlns") + low.count(b"xml:") <= SMALL_NAMESPACES
        and low.count(b"{") + sum(map(low.count, _ENTRIES)) <= SMALL_ENTRIES
    )


def at_once(question: Question) -> Read | NotAFeed | None:
    """Return what is found in a small body; None when it is not well-formed, which takes longer to read."""
    parsed = feed_body.well_formed(
        question.body, url=question.url, content_type=question.content_type, now=question.now
    )
    return None if parsed is None else _compared(parsed, question, {})


def rest_at_once(question: Question) -> Read | NotAFeed | None:
    """Return what is found in a body, however large, of whose entries all but a few were in the last one.

    None for all others, after a moment as well.
    """
    if len(question.part.state.seen) > SMALL_MEMORY_BYTES:
        return None
    known, familiar = _familiar(question)
    if not known:
        return None
    parsed = feed_body.rest(
        question.body,
        url=question.url,
        content_type=question.content_type,
        now=question.now,
        familiar=familiar,
        is_small=_is_small_rest,
    )
    return None if parsed is None else _compared(parsed, question, known)


def _familiar(question: Question) -> tuple[dict[bytes, Listed], Familiar]:
    context, kept = familiar_entries.unpacked(question.familiar)
    known = new_and_changed.unchanged(kept, question.part.state) if kept else kept
    return known, Familiar(known.keys(), context)


def _is_small_rest(pieces: Pieces) -> bool:
    """Tell of what is left to read what `is_small` tells of a body."""
    text = pieces.text
    return (
        len(text) <= SMALL_BYTES // 4  # characters of up to four bytes
        and len(pieces.elements) <= SMALL_ENTRIES
        and text.count("<") + text.count("&") <= SMALL_MARKS
        and text.count("xmlns") + text.count("xml:") <= SMALL_NAMESPACES
    )


def read(question: Question) -> Read | NotAFeed:
    """Return what is found in a body of any size."""
    known, familiar = _familiar(question)
    parsed = feed_body.parse(
        question.body, url=question.url, content_type=question.content_type, now=question.now, familiar=familiar
    )
    return _compared(parsed, question, known)


def news(body: bytes, url: str, content_type: str | None, site: str, now: float) -> "News | NotAFeed":
    """Return what a sitemap of `site` lists that may be news, or which sitemaps an index lists that may."""
    parsed = feed_body.parse(body, url=url, content_type=content_type, now=now)
    return parsed if isinstance(parsed, NotAFeed) else _news(parsed, site, now)


def news_at_once(body: bytes, url: str, content_type: str | None, site: str, now: float) -> "News | NotAFeed | None":
    """Return the same of a small body; None when it is not well-formed."""
    parsed = feed_body.well_formed(body, url=url, content_type=content_type, now=now)
    return parsed if parsed is None or isinstance(parsed, NotAFeed) else _news(parsed, site, now)


class News(Struct, frozen=True, kw_only=True):
    """What a sitemap says to somebody who looks for news: `feed` of one that lists some, `asks` of an index."""

    feed: ParsedFeed | None = None
    asks: tuple[str, ...] = ()


def _news(parsed: ParsedFeed, site: str, now: float) -> News:
    if parsed.format is Format.SITEMAP_INDEX:
        likeliest = children.likeliest(parsed.sitemaps, site=site, now=now)
        named = [url for url in likeliest if children.is_named_for_news(url)]
        return News(asks=tuple(named or likeliest[:2]))
    if parsed.format is not Format.SITEMAP or not any(map(sitemap.is_news, parsed.entries)):
        return News()
    recent = sitemap.recent(parsed, now=now)
    return News(feed=replace(recent, entries=tuple(bounds.entry(entry) for entry in recent.entries)))


def _compared(parsed: ParsedFeed | NotAFeed, question: Question, familiar: Mapping[bytes, Listed]) -> Read | NotAFeed:
    part, now = question.part, question.now
    if isinstance(parsed, NotAFeed):
        return parsed
    if parsed.format is Format.SITEMAP_INDEX and part.level >= children.MAX_LEVEL:
        return NotAFeed(reason=NotAFeedReason.OTHER, detail="an index too deep in a sitemap index")
    if parsed.format is Format.SITEMAP:
        parsed = sitemap.recent(parsed, now=now)
    elif part.child is not None:
        parsed = sitemap.latest(parsed, MAX_LISTED_BY_CHILD, now=now)
    selection = new_and_changed.select(
        parsed,
        part.state,
        now=now,
        backfill=question.backfill,
        first=part.first,
        told=Stories([question.told]),
        familiar=familiar,
    )
    listing = None if parsed.sitemaps else overlap.listing(selection, now=now)
    return Read(
        head=replace(parsed, entries=(), sitemaps=(), digests=()),
        entries=len(parsed.entries),
        sitemaps=len(parsed.sitemaps),
        found=_found(selection, parsed, question),
        new=len(selection.new),
        memory=selection.memory,
        listed=selection.listed,
        changes=selection.changes,
        stories=selection.stories,
        dropped=_dropped(selection, parsed),
        held=selection.held > 0,
        first=selection.first,
        listing=listing,
        gap=None if listing is None else gaps.found(part.state, selection, listing, now=now),
        children=_children(parsed, question),
        entry_times=new_and_changed.entry_times(parsed, now=now, familiar=familiar)[:MOST_TIMES],
        familiar=selection.familiar,
    )


def _found(selection: Selection, parsed: ParsedFeed, question: Question) -> tuple[Found, ...]:
    kinds = ((selection.new, False), (selection.changed, True))
    return tuple(
        found(entries.entry(keyed, parsed, question.feed, now=question.now, changed=changed, read_at=question.url))
        for keyeds, changed in kinds
        for keyed in keyeds
    )


def found(entry: Entry) -> Found:
    """Return `entry` as it is written."""
    return Found(
        site=entry.site,
        record=encode(entry),
        changed=entry.changed,
        published_at=dates.instant(entry.published),
        cut=entry.cut,
    )


def _dropped(selection: Selection, parsed: ParsedFeed) -> dict[str, int]:
    counts = {str(reason): count for reason, count in selection.dropped.items()}
    counts |= {"backfill": selection.backfilled, "too_many": parsed.truncated}
    return {reason: count for reason, count in counts.items() if count}


def _children(parsed: ParsedFeed, question: Question) -> tuple[Child, ...] | None:
    if not parsed.sitemaps and not question.children:
        return None
    state = structs.replace(question.part.state, children=question.children)
    return children.followed(
        state,
        parsed.sitemaps,
        parent=question.part.child,
        site=question.feed.site,
        bounds=question.bounds,
        now=question.now,
    )
