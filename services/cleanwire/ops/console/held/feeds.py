"""Who is subscribed to what, and how did the last polls of each feed end?"""

from collections import Counter
from dataclasses import dataclass, replace

from cleanwire.feed.lists import subscribed
from cleanwire.ops.console import bounds
from cleanwire.ops.console.held import outcomes
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Feed, FeedState
from cleanwire.stream.messages import Message
from cleanwire.urls import secrets

_ROW_BYTES = 2_400  # of a feed with its state and twelve polls, without its texts, as measured with tracemalloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How one poll ended. `failure` is None where it brought a reply that could be read."""

    at: float
    new: bool
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What the poller remembers of a feed, as far as people ask for it. Times: epoch seconds, UTC."""

    url: str
    title: str | None
    next_poll_at: float
    interval_s: float
    entries_a_day: float
    window: int
    polled_at: float | None
    changed_at: float | None
    failures: int
    last_failure: str | None
    rest_until: float | None
    gone: bool
    moved_to: str | None
    lying_cache: bool
    gaps: int
    lost: int
    recovered: int
    searched_at: float | None
    gap_open: bool
    sitemaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A subscription, what its owner remembers of it, and its last polls, the newest first."""

    feed: Feed
    shown: str
    state: str  # one of STATES; kept, for lists ask it of every feed
    polled: Polled | None = None
    polls: tuple[Poll, ...] = ()

    @property
    def title(self) -> str | None:
        """The subscriber's own name for it, or else the feed's."""
        return self.feed.options.title or (self.polled.title if self.polled else None)

    @property
    def is_due(self) -> bool:
        """Whether there is a next poll."""
        return self.polled is not None and self.state not in ("paused", "gone")

    def matches(self, words: str) -> bool:
        """Return whether address, title or tags hold `words`, which are in lower case."""
        return (
            words in self.shown.lower()
            or words in (self.title or "").lower()
            or any(words in tag.lower() for tag in self.feed.options.tags)
        )


STATES = ("active", "failing", "paused", "gone", "new")


class Feeds:
    """The table of feeds. A state may come before its subscription, and stay after it."""

    def __init__(self, *, most_bytes: int) -> None:
        self.left_out = 0
        """Subscriptions for which there was no room."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._rows: dict[str, FeedRow] = {}
        self.of_sites: Counter[str] = Counter()
        """How many feeds each site has."""
        self._states: dict[str, tuple[Polled, tuple[Poll, ...]]] = {}  # whose subscription has not come

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, feed_id: str) -> FeedRow | None:
        return self._rows.get(feed_id)

    def rows(self) -> list[FeedRow]:
        """Return all rows, in no order."""
        return list(self._rows.values())

    def known(self) -> list[Feed]:
        """Return every subscription that is held."""
        return [row.feed for row in self._rows.values()]

    def subscription(self, message: Message) -> None:
        """Take in a record of the topic of subscriptions."""
        if message.value is None:
            self._put(message.key_text, None)
            return
        found = _FEEDS.row(message.key, message.value)
        if isinstance(found, Unreadable):
            return  # it says nothing; the owner reports it
        feed = subscribed.parted(found)
        before = self._rows.get(feed.id)
        polled, polls = self._states.pop(feed.id, (None, ()))
        if before is not None:
            polled, polls = before.polled, before.polls
        shown = outcomes.short(secrets.shown(feed.url))
        self._put(feed.id, FeedRow(feed=feed, shown=shown, state=_state(feed, polled), polled=polled, polls=polls))

    def state(self, message: Message) -> None:
        """Take in a record of the topic of states."""
        row = self._rows.get(message.key_text)
        if message.value is None:
            self._states.pop(message.key_text, None)
            if row is not None:
                self._put(row.feed.id, replace(row, polled=None, state=_state(row.feed, None)))
            return
        found = _STATES.row(message.key, message.value)
        if isinstance(found, Unreadable):
            return
        polled = _polled(found)
        if row is not None:
            state, polls = _state(row.feed, polled), _polls(row.polls, polled)
            self._put(row.feed.id, replace(row, polled=polled, state=state, polls=polls))
        elif (len(self._rows) + len(self._states)) * _ROW_BYTES < self._most_bytes:
            self._states[found.feed_id] = (polled, _polls((), polled))

    def _put(self, feed_id: str, row: FeedRow | None) -> None:
        before = self._rows.get(feed_id)
        bytes_after = self._bytes - _size(before) + _size(row)
        if row is None:
            if before is not None:
                del self._rows[feed_id]
                self._uncount(before.feed.site)
        elif before is None and bytes_after > self._most_bytes:
            self.left_out += 1
            return
        else:
            if before is None:
                self.of_sites[row.feed.site] += 1
            self._rows[feed_id] = row
        self._bytes = bytes_after

    def _uncount(self, site: str) -> None:
        self.of_sites[site] -= 1
        if not self.of_sites[site]:
            del self.of_sites[site]


def _state(feed: Feed, polled: Polled | None) -> str:
    if feed.options.paused:
        return "paused"
    if polled is None or polled.polled_at is None:
        return "new"
    if polled.gone:
        return "gone"
    return "failing" if polled.failures else "active"


def _size(row: FeedRow | None) -> int:
    if row is None:
        return 0
    options = row.feed.options
    texts = (row.feed.url, row.shown, options.title, *options.tags, *options.headers.values())
    polled = (row.polled.url, row.polled.title, row.polled.last_failure) if row.polled else ()
    return _ROW_BYTES + 2 * sum(len(text) for text in (*texts, *polled) if text)


def _polled(state: FeedState) -> Polled:
    return Polled(
        url=outcomes.short(secrets.shown(state.url)),
        title=outcomes.short(state.title) if state.title else None,
        next_poll_at=state.next_poll_at,
        interval_s=state.interval_s,
        entries_a_day=state.rate * 86_400,
        window=state.window,
        polled_at=state.polled_at,
        changed_at=state.changed_at,
        failures=state.failures,
        last_failure=outcomes.short(state.last_failure) if state.last_failure else None,
        rest_until=state.rest_until,
        gone=state.gone,
        moved_to=outcomes.short(secrets.shown(state.moved_to)) if state.moved_to else None,
        lying_cache=state.lying_cache,
        gaps=state.gaps,
        lost=state.lost,
        recovered=state.recovered,
        searched_at=state.searched_at,
        gap_open=state.gap is not None,
        sitemaps=len(state.children),
    )


def _polls(before: tuple[Poll, ...], polled: Polled) -> tuple[Poll, ...]:
    """Return the polls with the one that `polled` tells of, if it is another."""
    if polled.polled_at is None or (before and before[0].at == polled.polled_at):
        return before
    failure = (polled.last_failure or "failed") if polled.failures or polled.gone else None
    new = polled.changed_at is not None and polled.changed_at == polled.polled_at
    return (Poll(at=polled.polled_at, new=new, failure=failure), *before)[: bounds.POLLS_REMEMBERED]


_FEEDS = Reader(Feed, key="id")
_STATES = Reader(FeedState, key="feed_id")
