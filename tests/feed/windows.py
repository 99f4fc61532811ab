"""A feed that is polled now and then, and the gaps that are found between its polls."""

from datetime import UTC, datetime

from msgspec import structs

from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.feed.gaps import overlap
from cleanwire.feed.gaps import search as gaps
from cleanwire.records.feed import FeedState, Gap

START = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
BASE = "https://news.example/"
SEARCH_S = 6 * HOUR


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


class Feed:
    def __init__(self, every_s: float | None = None) -> None:
        rate = 1 / every_s if every_s else 0.0
        self.state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0, rate=rate)

    def poll(self, parsed: ParsedFeed, now: float) -> Gap | None:
        found = new_and_changed.select(parsed, self.state, now=now)
        listing = overlap.listing(found, now=now)
        gap = gaps.found(self.state, found, listing, now=now)
        following = structs.replace(
            self.state,
            polled_at=now,
            changed_at=now,
            seen=found.memory.seen,
            hashes=found.memory.hashes,
            listing=listing,
        )
        self.state = following if gap is None else gaps.counted(following, gap, search_every_s=SEARCH_S, now=now)
        return gap


def every(minutes: float, count: int, *, until: float) -> list[float]:
    return [until - place * minutes * MINUTE for place in range(count)]
