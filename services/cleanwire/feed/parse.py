"""What does a body say as a feed?"""

import re

from cleanwire.feed import charset, json_feed, limits, sniff, tolerant
from cleanwire.feed.parsed import NotAFeed, NotAFeedReason, ParsedFeed

__all__ = ["NotAFeed", "NotAFeedReason", "ParsedFeed", "parse"]

_ENTITY = re.compile(r"<!DOCTYPE[^>\[]*\[.*?<!ENTITY", re.IGNORECASE | re.DOTALL)
_PROLOG = 64 * 1024


def parse(body: bytes, *, url: str, content_type: str | None = None) -> ParsedFeed | NotAFeed:
    """Return the feed in `body`, or why it is none. Never raises, reads nothing else, ends in bounded time.

    The format is found in the bytes, not in `content_type`, of which only the charset counts. Relative links are
    resolved against `url`, where the body came from.
    """
    if len(body) > limits.MAX_BYTES:
        return NotAFeed(reason=NotAFeedReason.TOO_LARGE, detail=f"{len(body)} bytes")
    text = charset.decode(body, content_type)
    match sniff.kind(text[:_PROLOG].encode("utf-8", "replace")):
        case sniff.Kind.EMPTY:
            return NotAFeed(reason=NotAFeedReason.EMPTY, detail="nothing in the body")
        case sniff.Kind.HTML:
            return NotAFeed(reason=NotAFeedReason.HTML, detail="a web page")
        case sniff.Kind.JSON:
            return json_feed.read(text, url=url)
        case sniff.Kind.OTHER:
            return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail="neither XML nor JSON")
    if _ENTITY.search(text[:_PROLOG]):
        return NotAFeed(reason=NotAFeedReason.HOSTILE, detail="declares entities")
    return tolerant.read(text, url=url)
