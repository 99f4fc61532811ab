"""Which feeds does a partition hold, what is remembered of each, and how many of them are polled?"""

import sys
from collections import Counter
from collections.abc import Iterable

from msgspec import structs

from cleanwire.feed.lists import subscribed
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
        self._states: dict[str, FeedState] = {}
        self._to_write: dict[str, None] = {}
        self._kinds: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    # The tables

    def know(self, message: Message) -> Feed | None:
        """Learn the subscription in `message`; None when it is a tombstone or cannot be read."""
        if message.value is None:
            key = message.key_text
            self._feeds.pop(key, None)
            self._sort(key)
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
            state = subscribed.state(state)
            state = structs.replace(state, feed_id=sys.intern(state.feed_id), url=sys.intern(state.url))
            self._states[state.feed_id] = state
            self._sort(state.feed_id)

    # Feeds and states

    def feeds(self) -> Iterable[Feed]:
        return self._feeds.values()

    def get(self, feed_id: str) -> Feed | None:
        return self._feeds.get(feed_id)

    def put(self, feed: Feed) -> None:
        feed = structs.replace(
            feed, id=sys.intern(feed.id), url=sys.intern(feed.url), site=sys.intern(feed.site)
        )  # each text once, whoever holds it: the state, the agenda, the other feeds of its site
        self._feeds[feed.id] = feed
        self._sort(feed.id)

    def state(self, feed: Feed, now: float) -> FeedState:
        """Return what is remembered of `feed`; a new one is due at once."""
        known = self._states.get(feed.id)
        if known is None:
            known = schedule.first_poll(feed.id, feed.url, now=now, jitter=0.0)
        known = self._states[feed.id] = subscribed.asked_at(known, feed)
        return known

    def remember(self, state: FeedState) -> None:
        self._states[state.feed_id] = state
        self._sort(state.feed_id)

    def forget(self, feed_id: str) -> None:
        """Forget what is remembered of a feed."""
        self._states.pop(feed_id, None)
        self._sort(feed_id)

    def count(self) -> None:
        """Tell how many feeds there are. One that is paused and gone is paused."""
        counts = self._counts
        self._telemetry.feeds_owned(
            partition=self._partition, active=counts[_ACTIVE], paused=counts[_PAUSED], gone=counts[_GONE]
        )

    def closed(self) -> None:
        """The partition is somebody else's now."""
        self._telemetry.feeds_owned(partition=self._partition, active=0, paused=0, gone=0)

    def _sort(self, feed_id: str) -> None:
        if (before := self._kinds.pop(feed_id, None)) is not None:
            self._counts[before] -= 1
        feed, state = self._feeds.get(feed_id), self._states.get(feed_id)
        if feed is not None:
            gone = state is not None and state.gone
            kind = self._kinds[feed_id] = _PAUSED if feed.options.paused else _GONE if gone else _ACTIVE
            self._counts[kind] += 1


_FEEDS = Reader(Feed, key="id")
_STATES = Reader(FeedState, key="feed_id")
