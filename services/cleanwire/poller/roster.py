"""Which feeds does a partition hold, what is remembered of each, and how many of them are polled?"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec import structs

from cleanwire.feed.lists import subscribed
from cleanwire.feed.packed_state import Packed, pack, unpack
from cleanwire.feed.timing import schedule
from cleanwire.poller import rows
from cleanwire.records.decoding import Reader
from cleanwire.records.feed import Feed, FeedState
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry

_ACTIVE, _PAUSED, _GONE = "active", "paused", "gone"


class Roster:
    """Subscriptions and states by feed id. What is counted is kept up to date, however many there are."""

    def __init__(self, partition: int, telemetry: Telemetry) -> None:
        self._partition = partition
        self._telemetry = telemetry
        self._feeds: dict[str, Feed] = {}
        self._states: dict[str, Packed] = {}
        self._gone: set[str] = set()
        self._to_write: dict[str, None] = {}
        self._counts: Counter[str | None] = Counter()

    # The tables

    def know(self, message: Message) -> Feed | None:
        """Learn the subscription in `message`; None when it is a tombstone or cannot be read."""
        if message.value is None:
            with self._counted(message.key_text):
                self._feeds.pop(message.key_text, None)
            return None
        written = rows.read(message, _FEEDS, self._telemetry)
        if written is None:
            return None
        feed = subscribed.parted(written)
        if feed is not written:
            self._to_write[feed.id] = None
        self.put(feed)
        return self._feeds[feed.id]

    def to_write(self) -> list[Feed]:
        """Return, once, the subscriptions that an older version wrote with user and password in their address."""
        found, self._to_write = self._to_write, {}
        return [self._feeds[feed_id] for feed_id in found if feed_id in self._feeds]

    def restore_state(self, message: Message) -> None:
        """Take one record of the table of states."""
        if message.value is None:
            self.forget(message.key_text)
        elif (state := rows.read(message, _STATES, self._telemetry)) is not None:
            self.remember(subscribed.state(state))

    # Feeds and states

    def feeds(self) -> Iterable[Feed]:
        return self._feeds.values()

    def get(self, feed_id: str) -> Feed | None:
        return self._feeds.get(feed_id)

    def put(self, feed: Feed) -> None:
        # Each text once, whoever holds it: the states, the agenda, the other feeds of its site.
        feed = structs.replace(feed, id=sys.intern(feed.id), site=sys.intern(feed.site))
        with self._counted(feed.id):
            self._feeds[feed.id] = feed

    def state(self, feed: Feed, now: float) -> FeedState:
        """Return what is remembered of `feed`; a new one is due at once."""
        packed = self._states.get(feed.id)
        known = schedule.first_poll(feed.id, feed.url, now=now, jitter=0.0) if packed is None else unpack(packed)
        asked = subscribed.asked_at(known, feed)
        if packed is None or asked is not known:
            self.remember(asked)
        return asked

    def remember(self, state: FeedState) -> None:
        feed_id = sys.intern(state.feed_id)
        self._states[feed_id] = pack(state)
        if state.gone != (feed_id in self._gone):
            with self._counted(feed_id):
                (self._gone.add if state.gone else self._gone.discard)(feed_id)

    def forget(self, feed_id: str) -> None:
        """Forget what is remembered of a feed."""
        self._states.pop(feed_id, None)
        with self._counted(feed_id):
            self._gone.discard(feed_id)

    def count(self) -> None:
        """Tell how many feeds there are. One that is paused and gone is paused."""
        counts = self._counts
        self._telemetry.feeds_owned(
            partition=self._partition, active=counts[_ACTIVE], paused=counts[_PAUSED], gone=counts[_GONE]
        )

    def closed(self) -> None:
        """The partition is somebody else's now."""
        self._telemetry.feeds_owned(partition=self._partition, active=0, paused=0, gone=0)

    @contextmanager
    def _counted(self, feed_id: str) -> Iterator[None]:
        """Count a feed as what it is after the change made within."""
        before = self._kind(feed_id)
        yield
        self._counts.subtract([before])
        self._counts.update([self._kind(feed_id)])

    def _kind(self, feed_id: str) -> str | None:
        feed = self._feeds.get(feed_id)
        if feed is None:
            return None
        return _PAUSED if feed.options.paused else _GONE if feed_id in self._gone else _ACTIVE


_FEEDS = Reader(Feed, key="id")
_STATES = Reader(FeedState, key="feed_id")
