"""What is held of a document and of a rejection for the lists they stand in?"""

from dataclasses import dataclass

from cleanwire import characters
from cleanwire.ops.console import bounds
from cleanwire.records.document import Document
from cleanwire.records.rejected import Rejected
from cleanwire.urls import parse
from cleanwire.urls import site as sites


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A published document, in its last revision. Times: epoch seconds, UTC."""

    id: str
    url: str
    site: str
    title: str
    revision: int
    status: str
    language: str | None
    words: int
    cuts: int
    seen_at: float
    published_at: float | None
    emitted_at: float
    trace_id: str | None = None

    def matches(self, words: str) -> bool:
        """Return whether title or address holds `words`, which are in lower case."""
        return words in self.title.lower() or words in self.url.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """An article that gave no document."""

    id: str
    url: str
    site: str
    title: str | None
    reason: str
    detail: str | None
    http_status: int | None
    attempts: int
    at: float
    trace_id: str | None = None

    def matches(self, words: str) -> bool:
        """Return whether title or address holds `words`, which are in lower case."""
        return words in self.url.lower() or words in (self.title or "").lower()


def document(record: Document, trace_id: str | None) -> DocumentRow:
    """Return the row of a document that was made under the trace `trace_id`."""
    return DocumentRow(
        id=record.id,
        url=short(record.url),
        site=site(record.url),
        title=short(record.title),
        revision=record.revision,
        status=record.status.value,
        language=record.language,
        words=record.word_count,
        cuts=len(record.removed),
        seen_at=record.seen_at.timestamp(),
        published_at=record.published_at.timestamp() if record.published_at else None,
        emitted_at=record.emitted_at.timestamp(),
        trace_id=trace_id,
    )


def rejected(record: Rejected, trace_id: str | None) -> RejectedRow:
    """Return the row of a rejection that was made under the trace `trace_id`."""
    title = record.entry.title if record.entry else None
    return RejectedRow(
        id=record.article_id,
        url=short(record.url),
        site=short(record.site),
        title=short(title) if title else None,
        reason=record.reason.value,
        detail=short(record.detail) if record.detail else None,
        http_status=record.http_status,
        attempts=record.attempts,
        at=record.rejected_at,
        trace_id=trace_id,
    )


def short(text: str) -> str:
    """Return one printable line of what a stranger wrote, and not more of it than a list shows."""
    line = characters.printable(text[: 4 * bounds.SHOWN_CHARACTERS])
    return line if len(line) <= bounds.SHOWN_CHARACTERS else line[: bounds.SHOWN_CHARACTERS - 1] + "…"


def site(url: str) -> str:
    """Return whose address it is; of what is no address nothing."""
    return sites.site(url) if parse.href(url) else ""
