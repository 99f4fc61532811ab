"""Which articles wait for their first outcome, and how much of what all sites share do they take?

They are kept packed, some 400 bytes each with all that is kept beside them, so that a site's archive of thousands may
wait for days. A site, and the site whose feeds bring articles, counts for no more than a tenth of what closes the
intake: one site's backlog never keeps another's articles out.
"""

import zlib
from collections.abc import Iterator

import msgspec

from cleanwire.records.article_state import ArticleState
from cleanwire.records.base import encode
from cleanwire.urls import site as sites

COUNTS_AT_MOST = 10
"""A site counts for one of so many parts of `clean.max_pending`, however many of its articles wait."""
SHARE_OF_BYTES = 3 / 8
"""Of `clean.max_pending_mb`; what a site brings beyond it is rejected. 24 MiB hold over 20,000 ordinary articles."""
BESIDE_BYTES = 700
"""What an article costs beside its packed state: its places in tables and in the agenda."""


class Waiting:
    """Pending states by id.

    Args:
        max_count, max_bytes: what may wait in one partition before its intake closes.
    """

    def __init__(self, max_count: int, max_bytes: int) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._packed: dict[str, tuple[bytes, str, str]] = {}  # with the site, and that of the feed
        self._sites = _Shares(max(1, max_count // COUNTS_AT_MOST))
        self._sources = _Shares(max(1, max_count // COUNTS_AT_MOST))
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[ArticleState]:
        """Unpack one state after the other; the table may change meanwhile."""
        for article_id in list(self._packed):
            state = self.get(article_id)
            if state is not None:
                yield state

    def get(self, article_id: str) -> ArticleState | None:
        found = self._packed.get(article_id)
        return None if found is None else _unpack(found[0])

    def put(self, state: ArticleState) -> None:
        self.drop(state.id)
        packed, source = _pack(state), source_of(state)
        self._packed[state.id] = (packed, state.site, source)
        self._count(packed, state.site, source, 1)

    def drop(self, article_id: str) -> None:
        found = self._packed.pop(article_id, None)
        if found is not None:
            self._count(*found, -1)

    @property
    def has_room(self) -> bool:
        """Whether more may be taken in, of all sites."""
        return min(self._sites.counted, self._sources.counted) < self._max_count and self._bytes < self._max_bytes

    def is_over_share(self, state: ArticleState) -> bool:
        """Whether so much of the site, or of feeds of one site, waits that not even `state` may wait beside it."""
        most = self._max_bytes * SHARE_OF_BYTES
        return self._sites.bytes_of(state.site) >= most or self._sources.bytes_of(source_of(state)) >= most

    def _count(self, packed: bytes, site: str, source: str, by: int) -> None:
        size = (len(packed) + BESIDE_BYTES) * by
        self._bytes += size
        self._sites.change(site, by, size)
        self._sources.change(source, by, size)


def source_of(state: ArticleState) -> str:
    """Return the site whose feed brought the article; its own where nobody knows."""
    if state.entry is None:
        return state.site
    try:
        return sites.site(state.entry.feed_url)
    except ValueError:  # another program wrote the entry
        return state.site


class _Shares:
    """How many articles, and bytes, each site has, and how many of them count."""

    def __init__(self, counts_at_most: int) -> None:
        self._counts_at_most = counts_at_most
        self._held: dict[str, tuple[int, int]] = {}
        self.counted = 0

    def bytes_of(self, site: str) -> int:
        return self._held.get(site, (0, 0))[1]

    def change(self, site: str, by: int, size: int) -> None:
        count, total = self._held.get(site, (0, 0))
        self.counted += min(count + by, self._counts_at_most) - min(count, self._counts_at_most)
        if count + by:
            self._held[site] = (count + by, total + size)
        else:
            del self._held[site]


def _pack(state: ArticleState) -> bytes:
    packer = zlib.compressobj(level=1, wbits=-15, zdict=_ALIKE)
    return packer.compress(encode(state)) + packer.flush()


def _unpack(packed: bytes) -> ArticleState:
    return _STATES.decode(zlib.decompressobj(wbits=-15, zdict=_ALIKE).decompress(packed))


_STATES = msgspec.json.Decoder(ArticleState)
_ALIKE = (  # what all have in common, so that it takes no room
    b'"authors":["","categories":[""],"language":"en","published":"2026-01-01T00:00:00+00:00","updated":"'
    b'"attempts":1,"due_reason":"retry","summary":"","entry_id":"https://www.","feed_title":"","title":"'
    b'{"id":"","site":"","url":"https://www.","status":"pending","listed_at":1790000000.0,"due_at":1790000000.0,'
    b'"due_reason":"new","entry":{"article_id":"","site":"","url":"https://www.","feed_id":"","feed_url":"https://www.'
    b'.com/rss/feed.xml","seen_at":179'
)
