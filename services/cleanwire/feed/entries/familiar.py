"""Which entries of a feed were read before, byte for byte, and what was found out about each?

A poller keeps that in memory, packed, from one poll of a feed to the next, and no longer than there is room: without
it the feed is read as if it were new, with the same outcome.
"""

import struct
from collections.abc import Iterable
from math import isnan, nan

from msgspec import Struct

from cleanwire.feed.entries.memory import WORDS_BYTES
from cleanwire.feed.entries.words import HASH_BYTES
from cleanwire.feed.formats.parsed import SKIPPED, FeedEntry

_NONE = bytes(HASH_BYTES)
_RECORD = struct.Struct(f">{HASH_BYTES}s{HASH_BYTES}s{HASH_BYTES}s{WORDS_BYTES}s{HASH_BYTES}sd")


class Listed(Struct, frozen=True):
    """An entry that a feed lists, with what identifies it: its article, its id if it has one, hashes of its words."""

    entry: FeedEntry  # `SKIPPED` where it was not read again, so that it is neither new nor changed
    link: str  # "" of such a one
    article: bytes
    by_id: bytes | None
    content: bytes
    story: bytes | None
    at: float | None  # when it was published, else updated, as epoch seconds
    digest: bytes = b""  # of its element, b"" where that does not tell all of it
    record: bytes = b""  # what is kept of it, where that is known
    trusted: bool = True  # the id names this article alone
    article_id: str | None = None  # None of one that was not read again


def packed(context: bytes, listed: Iterable[Listed]) -> bytes:
    """Return what is kept of a feed: the entries that have a digest, all of which were read in `context`."""
    records = [item.record or _record(item) for item in listed if item.digest]
    return b"".join((context, *records)) if records else b""


def unpacked(kept: bytes) -> tuple[bytes, dict[bytes, Listed]]:
    """Return the context and, by their digest, the entries of what `packed` gave."""
    found = {}
    size = _RECORD.size
    for place, (digest, article, by_id, content, story, at) in enumerate(_RECORD.iter_unpack(kept[HASH_BYTES:])):
        start = HASH_BYTES + place * size
        found[digest] = Listed(
            SKIPPED,
            "",
            article,
            None if by_id == _NONE else by_id,
            content,
            None if story == _NONE else story,
            None if isnan(at) else at,
            digest,
            kept[start : start + size],
        )
    return kept[:HASH_BYTES], found


def _record(item: Listed) -> bytes:
    at = nan if item.at is None else item.at
    return _RECORD.pack(item.digest, item.article, item.by_id or _NONE, item.content, item.story or _NONE, at)
