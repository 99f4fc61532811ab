"""What came out of a run? Counts documents, rejections and cuts, and finds documents that came twice."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from cleanwire.records.document import Document
from cleanwire.records.rejected import Rejected


@dataclass(slots=True, kw_only=True)
class Tally:
    """Sums over what has arrived so far."""

    documents: int = 0  # first revisions
    revisions: int = 0  # later ones
    duplicates: int = 0  # the same revision again: must stay 0
    rejected: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    words: int = 0
    waits_s: list[float] = field(default_factory=list)  # from visible at its site to emitted
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def document(self, document: Document, *, visible_at: float | None = None) -> None:
        """Count a document; `visible_at`: when its story came out, epoch seconds, if that is known."""
        key = (document.id, document.revision)
        if key in self._seen:
            self.duplicates += 1
            return
        self._seen.add(key)
        if document.revision > 1:
            self.revisions += 1
            return
        self.documents += 1
        self.words += document.word_count
        self.languages[document.language or "unknown"] += 1
        self.removed.update(cut.reason for cut in document.removed)
        if visible_at is not None:
            self.waits_s.append(max(document.emitted_at.timestamp() - visible_at, 0.0))

    def rejection(self, rejected: Rejected) -> None:
        """Count an article that gave no document."""
        self.rejected[str(rejected.reason)] += 1

    @property
    def wait_s(self) -> float | None:
        """Return the median time from visible to published."""
        return median(self.waits_s) if self.waits_s else None
