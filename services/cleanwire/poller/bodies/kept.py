"""What is kept in memory of each feed's last body, so that the next one costs less? Nothing that is not found again.

A restart, or a feed that another process owned in between, costs one reading of the whole.
"""

from collections import OrderedDict

MOST_BYTES = 16 * 1024 * 1024
"""Of all feeds together: some 10,000 with 35 entries. Those whose body changed longest ago go first."""


class Kept:
    """Packed facts (feed/entries/familiar.py) by the id of their feed."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._by_feed: OrderedDict[str, bytes] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def of(self, feed_id: str) -> bytes:
        """Return what is kept of a feed, b"" for nothing."""
        return self._by_feed.get(feed_id, b"")

    def keep(self, feed_id: str, packed: bytes) -> None:
        """Keep `packed` of a feed in place of what there was."""
        self._bytes -= len(self._by_feed.pop(feed_id, b""))
        if not packed or len(packed) > self._most_bytes:
            return
        self._by_feed[feed_id] = packed
        self._bytes += len(packed)
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._by_feed.popitem(last=False)[1])
