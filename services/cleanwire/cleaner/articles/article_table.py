"""Which articles of a partition are known, and which of them wait?

The committed books are kept here too: what was acquired and taken in equals what was settled, released and
what still waits for its first outcome.
"""

from collections.abc import Iterator
from itertools import chain

from cleanwire.cleaner import intake
from cleanwire.cleaner.articles.archive import Archive
from cleanwire.cleaner.articles.backlog import Waiting
from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import identity


class Catalogue:
    """Article states by id, with an index of canonical addresses. Of forgotten ones little is kept.

    Args:
        max_pending, max_pending_bytes: how many, and how much of them, may wait before no more is taken in.
    """

    def __init__(self, max_pending: int, max_pending_bytes: int) -> None:
        self._states: dict[str, ArticleState] = {}
        self._by_canonical: dict[str, str] = {}
        self._forgotten = Archive()
        self._pending = Waiting(max_pending, max_pending_bytes)
        self._unreadable: set[str] = set()

    def restore(self, message: Message) -> Unreadable | None:
        """Take one record of the table; return why it cannot be read.

        Then it says nothing, and what was read under its key stands. Where nothing was, the article is one of which
        nobody knows whether it was published: see `is_unreadable`.
        """
        if message.value is None:
            self.drop(message.key_text)
            return None
        state = _STATES.row(message.key, message.value)
        if not isinstance(state, Unreadable):
            self.put(intake.restored(state))
            return None
        if self.get(message.key_text) is None:
            self._unreadable.add(message.key_text)
        return state

    def is_unreadable(self, article_id: str) -> bool:
        """Tell whether all that the table holds of an article cannot be read."""
        return article_id in self._unreadable

    def get(self, article_id: str) -> ArticleState | None:
        known = self._states.get(article_id) or self._pending.get(article_id)
        return known if known is not None else self._forgotten.get(article_id)

    def put(self, state: ArticleState) -> None:
        self.drop(state.id)
        if state.status is ArticleStatus.FORGOTTEN:
            self._forgotten.put(state)
            return
        if state.status is ArticleStatus.PENDING:
            self._pending.put(state)
            return
        self._states[state.id] = state
        if state.canonical_url is not None and state.revision:
            self._by_canonical.setdefault(identity.article_id(state.canonical_url), state.id)

    def drop(self, article_id: str) -> None:
        self._unreadable.discard(article_id)
        self._forgotten.drop(article_id)
        self._pending.drop(article_id)
        old = self._states.pop(article_id, None)
        if old is None:
            return
        if old.canonical_url is not None:
            key = identity.article_id(old.canonical_url)
            if self._by_canonical.get(key) == article_id:
                del self._by_canonical[key]

    def published_as(self, canonical_url: str) -> ArticleState | None:
        """Return the published article whose own or canonical address is `canonical_url`."""
        key = identity.article_id(canonical_url)
        state = self._states.get(self._by_canonical.get(key, key))
        return state if state is not None and state.revision and not state.canceled else None

    def due(self) -> Iterator[ArticleState]:
        """Return the articles that wait for something, be it only a look for a revision."""
        planned = [state for state in self._states.values() if state.due_at is not None]
        return chain(planned, self._pending)

    @property
    def pending_count(self) -> int:
        """How many wait for their first outcome."""
        return len(self._pending)

    @property
    def has_room(self) -> bool:
        """Whether more may be taken in, of all sites."""
        return self._pending.has_room

    def is_over_share(self, state: ArticleState) -> bool:
        """Whether `state`'s site, or the site of its feed, has so much waiting that it may have no more."""
        return self._pending.is_over_share(state)

    def older_than(self, listed_before: float, limit: int) -> list[ArticleState]:
        """Return up to `limit` articles that were last listed before that time and wait for nothing.

        A look that was due before that time too and was never made, for the site has no time for looks, does not count.
        """
        found: list[ArticleState] = []
        for state in self._states.values():
            missed = state.status is ArticleStatus.DONE and (state.due_at or 0.0) < listed_before
            if state.listed_at < listed_before and (missed or state.due_at is None):
                found.append(state)
                if len(found) == limit:
                    break
        return found

    def forgotten_before(self, listed_before: float, limit: int) -> list[str]:
        """Return the ids of up to `limit` forgotten articles that were last listed before that time."""
        return self._forgotten.older_than(listed_before, limit)


class PendingCount:
    """Counts the committed articles of one partition that wait for their first outcome."""

    def __init__(self, partition: int, telemetry: Telemetry) -> None:
        self._partition = partition
        self._telemetry = telemetry
        self._waiting = 0
        self._open = False

    def open(self, waiting: int) -> None:
        self._open = True
        self._waiting = waiting
        self._telemetry.articles_acquired(partition=self._partition, pending=waiting)

    def taken_in(self, *, new: int, repeated: int) -> None:
        self._telemetry.articles_taken_in(count=new, repeated=repeated)
        self._change(new)

    def reopened(self) -> None:
        self._telemetry.articles_reopened(count=1)
        self._change(1)

    def settled(self) -> None:
        self._change(-1)

    def close(self) -> None:
        if self._open:
            self._telemetry.articles_released(partition=self._partition, pending=self._waiting)

    def _change(self, by: int) -> None:
        if by:
            self._waiting += by
            self._telemetry.pending(partition=self._partition, count=self._waiting)


_STATES = Reader(ArticleState, key="id")
