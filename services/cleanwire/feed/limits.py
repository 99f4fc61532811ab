"""How much of a feed do we take? Bounds that keep one feed from costing, or filling, more than its share.

`TABLE` bounds what a feed's texts and lists may be in records (docs/limits.md shows it); the other bounds are about
reading. `bounds.py` applies the table.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cleanwire.urls import parse as urls


class Beyond(StrEnum):
    """What becomes of that which is over a limit."""

    CUT = "cut at the end of a paragraph, sentence or word"
    LEFT_OUT = "left out"
    DIGEST = "replaced by its hash"
    ENTRY_DROPPED = "the entry is dropped as `address_too_long`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one text or list may be at most.

    Bytes are those it takes in a record, which is UTF-8 and JSON: a quote counts two, a control character six.
    """

    bytes: int  # of one text
    count: int = 1  # texts of a list
    total_bytes: int = 0  # of all texts of a list; 0: count × bytes
    beyond: Beyond


LINK: Final = Limit(bytes=urls.MAX_LENGTH, beyond=Beyond.ENTRY_DROPPED)
ID: Final = Limit(bytes=1024, beyond=Beyond.DIGEST)
TITLE: Final = Limit(bytes=2048, beyond=Beyond.CUT)
SUMMARY: Final = Limit(bytes=64 * 1024, beyond=Beyond.CUT)
CONTENT: Final = Limit(bytes=90 * 1024, beyond=Beyond.CUT)
AUTHORS: Final = Limit(bytes=256, count=50, total_bytes=4096, beyond=Beyond.LEFT_OUT)
CATEGORIES: Final = Limit(bytes=256, count=100, total_bytes=4096, beyond=Beyond.LEFT_OUT)
DATE: Final = Limit(bytes=200, beyond=Beyond.CUT)
# What a feed says for all its entries may stand in 20,000 records.
FEED_TITLE: Final = Limit(bytes=1024, beyond=Beyond.CUT)
FEED_AUTHORS: Final = Limit(bytes=256, count=50, total_bytes=1024, beyond=Beyond.LEFT_OUT)
LANGUAGE: Final = Limit(bytes=64, beyond=Beyond.LEFT_OUT)
FEED_LINK: Final = Limit(bytes=urls.MAX_LENGTH, beyond=Beyond.LEFT_OUT)
HUBS: Final = Limit(bytes=2048, count=10, beyond=Beyond.LEFT_OUT)
SITEMAPS: Final = Limit(bytes=2048, count=50_000, beyond=Beyond.LEFT_OUT)  # the protocol's own bounds

TABLE: Final = {
    "entry": {
        "address": LINK,
        "id": ID,
        "title": TITLE,
        "summary": SUMMARY,
        "content": CONTENT,
        "authors": AUTHORS,
        "categories": CATEGORIES,
        "published, updated": DATE,
    },
    "feed": {
        "title": FEED_TITLE,
        "authors that its entries inherit": FEED_AUTHORS,
        "language": LANGUAGE,
        "page, own address": FEED_LINK,
        "hubs": HUBS,
        "sitemaps of an index": SITEMAPS,
    },
}

MAX_BYTES = 10 * 1024 * 1024
"""Larger bodies are refused; the fetcher stops earlier or at the same size."""
MAX_ENTRIES = 20_000
"""Entries read from one body. The largest real feeds seen carry about a thousand; archives put out at once, ten."""
MAX_TOLERANT_ENTRIES = 2000
"""The same for a feed that is not well-formed: the forgiving parser takes 0.1 s a thousand and more."""
MAX_FIELD = 64 * 1024
"""Characters read of a title, name, id or date. Nothing honest comes near it."""
MAX_CONTENT = 1024 * 1024
"""Characters read of a summary or content, to tell whether it changed."""
MAX_TOLERANT_BYTES = 2 * 1024 * 1024
"""Characters read of a feed that is not well-formed. The forgiving parser takes about 0.3 s a million."""
MAX_TOLERANT_JSON = 1024 * 1024
"""The same of a JSON Feed that is not well-formed: up to a second, for one made to be slow."""
MAX_TOLERANT_MARKS = 40_000
"""Tags and character references, outside of CDATA, read of such a feed: 15 to 30 µs each."""
MAX_MENDED = 4 * 1024 * 1024
"""Characters of a document that is mended before it is read again strictly."""
MAX_LINKS = 100
"""Link elements looked at in one entry."""
MAX_CHILDREN = 50_000
"""Child elements looked at in one element."""
