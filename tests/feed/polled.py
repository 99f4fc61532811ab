"""A feed of a test that is polled again and again, and entries for it."""

from dataclasses import replace

from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.entries.new_and_changed import Keyed, Selection
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats.parsed import FeedEntry, Format, ParsedFeed
from cleanwire.records.feed import FeedState

NOW = 1_800_000_000.0
BASE = "https://news.example/"


def entry(name: str, **given: str | None) -> FeedEntry:
    usual = FeedEntry(id=f"tag:{name}", link=BASE + name, title=f"Title of {name}", summary=f"Words of {name}")
    return replace(usual, **given)  # type: ignore[arg-type]


class Feed:
    """Keeps the feed's state, as the poller does. `told` is shared by the feeds of a site."""

    def __init__(self, told: Stories | None = None) -> None:
        self.state = FeedState(feed_id="f", url=BASE, next_poll_at=0.0)
        self.told = Stories() if told is None else told

    def poll(self, *entries: FeedEntry, backfill: int = 1000, now: float = NOW) -> Selection:
        parsed = ParsedFeed(format=Format.RSS, entries=entries)
        found = new_and_changed.select(parsed, self.state, now=now, backfill=backfill, told=self.told)
        self.state = FeedState(
            feed_id="f",
            url=BASE,
            next_poll_at=0.0,
            polled_at=now,
            changed_at=now if found.new else self.state.changed_at,
            seen=found.memory.seen,
            hashes=found.memory.hashes,
            changes=found.changes,
            stories=found.stories,
        )
        self.told.add(found.stories)
        return found


def links(found: tuple[Keyed, ...]) -> list[str]:
    return [keyed.link.removeprefix(BASE) for keyed in found]
