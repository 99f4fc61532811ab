"""Is a document all there, though its transfer ended early?

Servers announce the length of what they would have sent: uncompressed, or before a template got shorter. Feeds and
pages say themselves where they end.
"""

import re

import msgspec

_TAIL_BYTES = 2_048
_END = re.compile(rb"</(?:rss|feed|(?:\w{1,20}:)?rdf|urlset|sitemapindex|opml|html)\s*+>\Z", re.I)


def is_closed(body: bytes) -> bool:
    """Return whether `body` is a feed, a list of feeds or a page up to its closing tag, or a whole JSON object."""
    if _END.search(_without_comments(body[-_TAIL_BYTES:])) is not None:
        return True
    return body.lstrip()[:1] == b"{" and body.rstrip()[-1:] == b"}" and _is_json(body)


def _without_comments(tail: bytes) -> bytes:
    """Return `tail` without comments and white space at its end."""
    tail = tail.rstrip()
    while tail.endswith(b"-->") and (start := tail.rfind(b"<!--")) >= 0:
        tail = tail[:start].rstrip()
    return tail


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return False
    return True
