"""Which entries of a feed were read before, byte for byte, and what was found out about each?

A poller keeps that in memory, packed, from one poll of a feed to the next, and no longer than there is room: without
it the feed is read as if it were new, with the same outcome.
"""

import struct
from collections.abc import Iterable
from math import isnan, nan
from typing import NamedTuple

from cleanwire.feed.entries.memory import WORDS_BYTES
from cleanwire.feed.entries.words import HASH_BYTES

_NONE = bytes(HASH_BYTES)
_RECORD = struct.Struct(f">{HASH_BYTES}s{HASH_BYTES}s{HASH_BYTES}s{WORDS_BYTES}s{HASH_BYTES}sd")


class Facts(NamedTuple):
    """What selecting goes by: see `new_and_changed`. `at` is when the entry was published, as epoch seconds."""

    article: bytes
    by_id: bytes | None
    content: bytes
    story: bytes | None
    at: float | None


def packed(context: bytes, facts: Iterable[tuple[bytes, Facts]]) -> bytes:
    """Return what is kept of a feed: entries by their digest, all of which were read in `context`."""
    records = [
        _RECORD.pack(digest, article, by_id or _NONE, content, story or _NONE, nan if at is None else at)
        for digest, (article, by_id, content, story, at) in facts
    ]
    return b"".join((context, *records)) if records else b""


def unpacked(kept: bytes) -> tuple[bytes, dict[bytes, Facts]]:
    """Return the context and the entries of what `packed` gave."""
    return kept[:HASH_BYTES], {
        digest: Facts(
            article,
            None if by_id == _NONE else by_id,
            content,
            None if story == _NONE else story,
            None if isnan(at) else at,
        )
        for digest, article, by_id, content, story, at in _RECORD.iter_unpack(kept[HASH_BYTES:])
    }
