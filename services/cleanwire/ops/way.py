"""What became of an address? What the topics tell of one article, in order."""

import msgspec

from cleanwire.records import traceparent
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames
from cleanwire.urls import identity
from cleanwire.urls import site as sites

_WAITS_FOR = {
    DueReason.NEW: "its first reading",
    DueReason.RETRY: "another try",
    DueReason.CHANGED: "a reading, since its entry changed",
    DueReason.REVISION: "a planned look for a revision",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an article, or is planned. `at`: epoch seconds, UTC. `trace_id`: of its record."""

    at: float
    what: str
    detail: str
    trace_id: str | None = None


class Way:
    """What the topics tell of one article, taken in record by record."""

    def __init__(self, article_id: str) -> None:
        self._id = article_id
        self._state: ArticleState | None = None
        self._events: list[Event] = []

    def entry(self, message: Message) -> None:
        entry = _ENTRIES.read(message.value)
        if not isinstance(entry, Unreadable) and entry.article_id == self._id:
            stated = f", dated {entry.published}" if entry.published else ""
            what = "changed" if entry.changed else "handed on" if entry.hops else "listed"
            self._add(message, at=entry.seen_at, what=what, detail=f"by {entry.feed_url}{stated}")

    def state(self, message: Message) -> None:
        if message.key_text == self._id:
            state = None if message.value is None else _STATES.row(message.key, message.value)
            self._state = None if isinstance(state, Unreadable) else state

    def rejected(self, message: Message) -> None:
        rejected = _REJECTED.read(message.value)
        if not isinstance(rejected, Unreadable) and rejected.article_id == self._id:
            status = f", HTTP {rejected.http_status}" if rejected.http_status else ""
            detail = f": {rejected.detail}" if rejected.detail else ""
            tries = f"{rejected.reason}{status}{detail} (after {rejected.attempts} tries)"
            self._add(message, at=rejected.rejected_at, what="rejected", detail=tries)

    def document(self, message: Message) -> None:
        document = _DOCUMENTS.read(message.value)
        if not isinstance(document, Unreadable) and document.id == self._id:
            fetched_at, emitted_at = document.fetched_at.timestamp(), document.emitted_at.timestamp()
            what = f"revision {document.revision}, {document.status}, {document.word_count} words: {document.title}"
            self._add(message, at=fetched_at, what="fetched", detail=document.urls.final or document.url)
            self._add(message, at=emitted_at, what="published", detail=f"{what} ({message.place})")

    def events(self) -> list[Event]:
        """Return what happened, in order, and where the article stands now."""
        return [*sorted(self._events, key=lambda event: event.at), *self._now()]

    def _add(self, message: Message, *, at: float, what: str, detail: str) -> None:
        trace_id = traceparent.trace_id(message.header(traceparent.HEADER))
        self._events.append(Event(at=at, what=what, detail=detail, trace_id=trace_id))

    def _now(self) -> list[Event]:
        state = self._state
        if state is None:
            return []
        if state.due_at is not None and state.due_reason is not None:
            failed = f", {state.attempts} tries failed" if state.attempts else ""
            return [Event(at=state.due_at, what="due", detail=f"waits for {_WAITS_FOR[state.due_reason]}{failed}")]
        if state.status is ArticleStatus.MOVED:
            return [Event(at=state.listed_at, what="moved", detail="its page lives on another site, which has it now")]
        if state.status is ArticleStatus.REJECTED:
            again = f"cleanwire articles retry {state.url}"
            return [
                Event(
                    at=state.listed_at, what="over", detail=f"a feed that brings it changed, or `{again}`, tries again"
                )
            ]
        return [Event(at=state.listed_at, what="known", detail="a feed brought it last; nothing is planned")]


async def read(
    connection: Connection, names: TopicNames, partitions: int, href: str, tell: direct.Tell | None = None
) -> list[Event]:
    """Return what became of the article at `href`: all that concerns it lies in the partition of its site.

    `tell` hears how far the reading has come.

    Raises:
        BrokerUnavailable: no answer, or no progress, in time.
    """
    way = Way(identity.article_id(href))
    topics = {
        names.entries: way.entry,
        names.article_state: way.state,
        names.rejected: way.rejected,
        names.documents: way.document,
    }
    for topic, take in topics.items():
        await direct.read_partition(connection, topic, sites.partition(sites.site(href), partitions), take, tell)
    return way.events()


_ENTRIES = Reader(Entry)
_STATES = Reader(ArticleState, key="id")
_REJECTED = Reader(Rejected)
_DOCUMENTS = Reader(Document)
