"""What is known of the whole installation? Records of all its topics go in here, and nothing else does."""

from typing import TYPE_CHECKING

from cleanwire.ops.console import bounds
from cleanwire.ops.console.held import flow, outcomes
from cleanwire.ops.console.held.feeds import Feeds
from cleanwire.ops.console.held.flow import Flow
from cleanwire.ops.console.held.outcomes import DocumentRow, RejectedRow
from cleanwire.ops.console.held.recent import Recent
from cleanwire.ops.console.held.sites import SiteTable
from cleanwire.records import traceparent
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document, Status
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected
from cleanwire.stream.messages import Message

if TYPE_CHECKING:
    from cleanwire.stream.topics import TopicNames

DOCUMENTS = Reader(Document)
REJECTED = Reader(Rejected)
_ENTRIES = Reader(Entry)


class Installation:
    """Tables of feeds and sites, the last outcomes, and the flow of the last hours."""

    def __init__(self, names: "TopicNames", *, most_documents: int, memory_bytes: int) -> None:
        share = {name: int(memory_bytes * part) for name, part in bounds.SHARES.items()}
        self.unreadable = 0
        """Records of entries and outcomes that cannot be read; tables pass over theirs."""
        self.feeds = Feeds(most_bytes=share["feeds"])
        self.sites = SiteTable(most_bytes=share["sites"])
        self.documents: Recent[DocumentRow] = Recent(most=most_documents, most_bytes=share["documents"])
        self.rejections: Recent[RejectedRow] = Recent(most=most_documents, most_bytes=share["rejections"])
        self.flow = Flow()
        self._now = 0.0
        self._takers = {
            names.feeds: self.feeds.subscription,
            names.feed_state: self.feeds.state,
            names.site_state: self.sites.state,
            names.entries: self._entry,
            names.documents: self._document,
            names.rejected: self._rejected,
        }
        self.starts: dict[str, int | None] = {
            names.feeds: None,
            names.feed_state: None,
            names.site_state: None,
            names.entries: bounds.ENTRIES_READ,
            names.documents: most_documents,
            names.rejected: most_documents,
        }
        """Which topics are read, and how many of their last records at the start; None: all of them."""

    def take(self, message: Message, *, now: float) -> None:
        """Take in one record, read at `now` (epoch seconds)."""
        self._now = now
        self._takers[message.topic](message)

    def _entry(self, message: Message) -> None:
        found = _ENTRIES.read(message.value)
        if isinstance(found, Unreadable):
            self.unreadable += 1
        elif not found.hops:
            self._count(flow.CHANGED if found.changed else flow.ENTRIES, message)

    def _document(self, message: Message) -> None:
        found = DOCUMENTS.read(message.value)
        if isinstance(found, Unreadable) or message.value is None:
            self.unreadable += 1
            return
        canceled = found.status == Status.CANCELED
        kind = flow.CANCELED if canceled else flow.DOCUMENTS if found.revision == 1 else flow.REVISIONS
        self._count(kind, message)
        self.documents.add(found.id, outcomes.document(found, _trace_id(message)), message.value)

    def _rejected(self, message: Message) -> None:
        found = REJECTED.read(message.value)
        if isinstance(found, Unreadable) or message.value is None:
            self.unreadable += 1
            return
        self._count(flow.REJECTED + found.reason.value, message)
        self.rejections.add(found.article_id, outcomes.rejected(found, _trace_id(message)), message.value)

    def _count(self, kind: str, message: Message) -> None:
        self.flow.count(kind, message.timestamp, self._now)


def _trace_id(message: Message) -> str | None:
    return traceparent.trace_id(message.header(traceparent.HEADER))
