"""What does a body say as a feed?"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cleanwire.feed import limits
from cleanwire.feed.formats import sitemap, tolerant
from cleanwire.feed.formats.fields import bounds, figures
from cleanwire.feed.formats.json import json_feed
from cleanwire.feed.formats.parsed import Format, NotAFeed, NotAFeedReason, ParsedFeed
from cleanwire.feed.formats.raw import feed_charset, gzipped, sniff
from cleanwire.feed.formats.xml import loading, pieces, rss_and_atom
from cleanwire.feed.formats.xml.pieces import Pieces

__all__ = ["NotAFeed", "NotAFeedReason", "ParsedFeed", "parse"]

_SITEMAPS = frozenset({Format.SITEMAP, Format.SITEMAP_INDEX})
_WRAPPED = re.compile(r"<rss\s|<feed\s+xmlns|<rdf:RDF\s")


@dataclass(frozen=True, slots=True)
class Familiar:
    """Entries that need not be read again: their digests, and the context in which these were made."""

    digests: Collection[bytes] = ()
    context: bytes = b""


_NOTHING = Familiar()


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    now: float | None = None,
    familiar: Familiar = _NOTHING,
) -> ParsedFeed | NotAFeed:
    """Return the feed in `body`, or why it is none. Never raises, reads nothing else, ends in bounded time.

    In the place of `familiar` entries stands `SKIPPED`, where it is sure that they say what they said before.

    The format is found in the bytes, not in `content_type`, of which only the charset counts. Relative links are
    resolved against `url`, where the body came from. A sitemap is a feed as well, also when it is a gzip file.
    `now` is when it was fetched, in epoch seconds: of two readings of a date that one holds which has come already.
    """
    if len(body) > limits.MAX_BYTES:
        return NotAFeed(reason=NotAFeedReason.TOO_LARGE, detail=f"{len(body)} bytes")
    unpacked = gzipped.unpacked(body)
    found = _read(feed_charset.decode(unpacked, content_type), url, familiar)
    if unpacked is not body and not (isinstance(found, ParsedFeed) and found.format in _SITEMAPS):
        return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail="a gzip file that is no sitemap")
    return found if isinstance(found, NotAFeed) else _finished(found, url, now)


def rest(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    now: float | None = None,
    familiar: Familiar,
    is_small: Callable[[Pieces], bool],
) -> ParsedFeed | None:
    """Return what `parse` does where what is not `familiar` `is_small`; None for other bodies, after a quick look.

    The time it takes grows with the body, but only as that of copying it some times.
    """
    try:
        body.decode()
    except UnicodeDecodeError:  # to find out its encoding takes longer
        return None
    text = feed_charset.decode(body, content_type)
    if sniff.kind(text[: sniff.WINDOW].encode("utf-8", "replace")) is not sniff.Kind.XML:
        return None
    cut = pieces.cut(text, familiar.digests)
    if cut is None or not is_small(cut):
        return None
    found = _of_pieces(cut, url, familiar)
    return None if found is None else _finished(found, url, now)


def well_formed(
    body: bytes, *, url: str, content_type: str | None = None, now: float | None = None
) -> ParsedFeed | NotAFeed | None:
    """Return what `parse` does of a body whose JSON or XML is well-formed; None for others, which take longer.

    The caller sees to it that the body is small, and no gzip file.
    """
    text = feed_charset.decode(body, content_type)
    match sniff.kind(text[: sniff.WINDOW].encode("utf-8", "replace")):
        case sniff.Kind.JSON:
            found = json_feed.read_well_formed(text, url=url)
        case sniff.Kind.XML:
            found = _well_formed_xml(text, url, _NOTHING)
        case _:
            found = _read(text, url, _NOTHING)
    return found if found is None or isinstance(found, NotAFeed) else _finished(found, url, now)


def _finished(found: ParsedFeed, url: str, now: float | None) -> ParsedFeed:
    """Return `found` with what only the whole of it tells, and what it says of itself within the limits."""
    return bounds.feed(figures.settled(found, url=url, now=now))


def _read(text: str, url: str, familiar: Familiar) -> ParsedFeed | NotAFeed:
    match sniff.kind(text[: sniff.WINDOW].encode("utf-8", "replace")):
        case sniff.Kind.EMPTY:
            return NotAFeed(reason=NotAFeedReason.EMPTY, detail="nothing in the body")
        case sniff.Kind.HTML:
            return _in_page(text, url) or NotAFeed(reason=NotAFeedReason.HTML, detail="a web page")
        case sniff.Kind.JSON:
            return json_feed.read(text, url=url)
        case sniff.Kind.OTHER:
            return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail="neither XML nor JSON")
        case sniff.Kind.XML:
            return _xml(text, url, familiar)


def _xml(text: str, url: str, familiar: Familiar) -> ParsedFeed | NotAFeed:
    """Read well-formed XML strictly: six times as fast as the forgiving parser (bench/feeds.py)."""
    found = _well_formed_xml(text, url, familiar)
    return tolerant.read(text, url=url) if found is None else found


def _of_pieces(cut: Pieces, url: str, familiar: Familiar) -> ParsedFeed | None:
    """Return the feed of which these are pieces; None where they are not what they seem to be."""
    root = loading.load_whole(cut.text)
    found = None if root is None else rss_and_atom.read(root, url=url, pieces=cut)
    if found is None or (cut.left_out and found.context != familiar.context):
        return None
    return found


def _well_formed_xml(text: str, url: str, familiar: Familiar) -> ParsedFeed | NotAFeed | None:
    for known in (familiar, _NOTHING) if familiar.digests else (_NOTHING,):
        cut = pieces.cut(text, known.digests)
        if cut is not None and (found := _of_pieces(cut, url, known)) is not None:
            return found
    try:
        root = loading.load(text)
    except loading.HostileXml as error:
        return NotAFeed(reason=NotAFeedReason.HOSTILE, detail=str(error))
    if root is None:
        return None
    feed = rss_and_atom.read(root, url=url) or sitemap.feed(root, url=url)
    return feed or NotAFeed(reason=NotAFeedReason.OTHER, detail=f"XML whose root is {str(root.tag)[:100]}")


def _in_page(text: str, url: str) -> ParsedFeed | None:
    """Read a feed that a system has wrapped into a page: only when the page is well-formed, so never by chance."""
    if not _WRAPPED.search(text, 0, sniff.WINDOW):
        return None
    try:
        page = loading.load(text)
    except loading.HostileXml:
        return None
    root = None if page is None else rss_and_atom.inside(page)
    return None if root is None else rss_and_atom.read(root, url=url)
