"""What would rules of one's own do to documents of a site that are published already?

Judged by what a document tells of its page: the blocks that were kept and those that were cut. Of a cut that rules in
force made it is unknown whether another rule would make it too: it is told as coming back. Selectors need the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cleanwire.article import by_operator, explain
from cleanwire.article.explain import Row
from cleanwire.ops.console import bounds
from cleanwire.records.document import Document, Status
from cleanwire.text.site_rules.tables import SiteRules

ALARMING = 0.5  # of a document's words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedBlock:
    """One block that would be cut, by a pattern of `drop` counted from 1, or that would come back."""

    text: str
    words: int
    pattern: int | None = None

    @property
    def cut(self) -> bool:
        return self.pattern is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDocument:
    """A document that would be another. `hidden`: changes that are too many to be shown."""

    id: str
    title: str
    changes: tuple[ChangedBlock, ...]
    hidden: int
    cut_words: int
    back_words: int
    words: int

    @property
    def alarming(self) -> bool:
        """Whether it would lose so much that the rule is likely to be wrong."""
        return self.cut_words > ALARMING * self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The effect on all documents that were looked at, those that lose most first."""

    looked_at: int
    changed: tuple[ChangedDocument, ...]
    idle: tuple[str, ...]
    """Patterns that cover no block, as they are compared: in lower case."""
    selectors: bool
    """Whether there are selectors or formats, of which nothing can be said here."""

    @property
    def cut_words(self) -> int:
        return sum(document.cut_words for document in self.changed)

    @property
    def back_words(self) -> int:
        return sum(document.back_words for document in self.changed)


def of(rules: SiteRules, documents: Iterable[Document]) -> Trial:
    """Return what `rules` would change, were they in force in the place of those that are."""
    looked_at = 0
    changed: list[ChangedDocument] = []
    used: set[str] = set()
    for document in documents:
        if document.status == Status.CANCELED:
            continue
        looked_at += 1
        rows = explain.explain(document).rows
        used.update(pattern for row in rows for pattern in rules.covering(row.text))
        if changes := [change for row in rows if (change := _change(row, rules)) is not None]:
            changed.append(_changed(document, rows, changes))
    return Trial(
        looked_at=looked_at,
        changed=tuple(sorted(changed, key=lambda one: (-one.cut_words / max(1, one.words), one.title))),
        idle=tuple(pattern for pattern in (*rules.keep, *rules.drop) if pattern not in used),
        selectors=any((rules.title, rules.date, rules.date_format, rules.time_zone)),
    )


def _change(row: Row, rules: SiteRules) -> ChangedBlock | None:
    """Return what becomes of a block, None when it stays as it is. As `by_operator` does: `keep` wins over `drop`."""
    rule = None if rules.keeps(row.text) else rules.drops(row.text)
    if row.kept:
        return (
            None if rule is None else ChangedBlock(text=row.text, words=row.words, pattern=int(rule.rpartition("/")[2]))
        )
    back = rule is None and (rules.keeps(row.text) or row.reason == by_operator.REASON)
    return ChangedBlock(text=row.text, words=row.words) if back else None


def _changed(document: Document, rows: Iterable[Row], changes: list[ChangedBlock]) -> ChangedDocument:
    return ChangedDocument(
        id=document.id,
        title=document.title,
        changes=tuple(changes[: bounds.TRIED_BLOCKS]),
        hidden=max(0, len(changes) - bounds.TRIED_BLOCKS),
        cut_words=sum(change.words for change in changes if change.cut),
        back_words=sum(change.words for change in changes if not change.cut),
        words=sum(row.words for row in rows if row.kept),
    )
