"""What does one document say, what was cut from it and why, and which way did it come?"""

from dataclasses import dataclass

from cleanwire.article import explain
from cleanwire.article.explain import Field, Row
from cleanwire.article.verdict.judge import reasons
from cleanwire.ops.console import bounds
from cleanwire.records.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One step of a document's way. `after_s`: since the step before."""

    what: str
    at: float
    detail: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line about the record."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The extracted text, kept and cut. `hidden`: rows that are too many to be shown."""

    rows: tuple[Row, ...]
    kept: int
    kept_words: int
    cut: int
    cut_words: int
    hidden: int
    complete: bool

    @property
    def cut_share(self) -> float:
        return self.cut_words / max(1, self.kept_words + self.cut_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    record: Document
    fields: tuple[Field, ...]
    blocks: Blocks
    way: tuple[Stop, ...]
    facts: tuple[Fact, ...]


def view(record: Document, trace_id: str | None = None) -> DocumentView:
    """Return the page of a document that was made under the trace `trace_id`."""
    explanation = explain.explain(record)
    return DocumentView(
        record=record,
        fields=explanation.fields,
        blocks=blocks(explanation),
        way=_way(record),
        facts=tuple(Fact(name=name, value=value) for name, value in _facts(record, trace_id).items() if value),
    )


def blocks(explanation: explain.Explanation) -> Blocks:
    """Return the rows of an explanation, as many as a page shows."""
    kept, cut = explanation.kept, explanation.cut
    return Blocks(
        rows=explanation.rows[: bounds.SHOWN_BLOCKS],
        kept=kept.blocks,
        kept_words=kept.words,
        cut=cut.blocks,
        cut_words=cut.words,
        hidden=max(0, len(explanation.rows) - bounds.SHOWN_BLOCKS),
        complete=explanation.complete,
    )


def why(row: Row) -> str:
    """Return what made the score of a line that was measured."""
    return reasons.words(row.features)


def _way(record: Document) -> tuple[Stop, ...]:
    feed = record.feed.url if record.feed else ""
    steps = [
        Stop(what="published by its site", at=record.published_at.timestamp(), detail="as its page or feed states it")
        if record.published_at
        else None,
        Stop(what="listed", at=record.seen_at.timestamp(), detail=feed),
        Stop(what="fetched", at=record.fetched_at.timestamp(), detail=record.urls.final or record.url),
        Stop(
            what="emitted", at=record.emitted_at.timestamp(), detail=f"revision {record.revision}: {record.change.kind}"
        ),
    ]
    told = [step for step in steps if step is not None]
    return tuple(
        Stop(what=step.what, at=step.at, detail=step.detail, after_s=step.at - told[at - 1].at if at else None)
        for at, step in enumerate(told)
    )


def _facts(record: Document, trace_id: str | None) -> dict[str, str]:
    http, rights, pipeline = record.http, record.rights, record.pipeline
    return {
        "status": f"{record.status}, revision {record.revision} ({record.change.kind})",
        "id": record.id,
        "trace": trace_id or "",
        "words": f"{record.word_count:,}",
        "removed": f"{record.quality.removed_share:.0%} of the characters",
        "flags": ", ".join(record.quality.flags),
        "extractor": record.quality.extractor,
        "program": f"{pipeline.version}, rules {pipeline.rules_version}, judge {pipeline.judge_version or 'none'}",
        "template": pipeline.template_version or "none yet",
        "reply": f"HTTP {http.status}, {http.bytes or 0:,} bytes, {http.content_type or 'no type'}" if http else "",
        "robots": (rights.robots or "") if rights else "",
        "text and data mining": {True: "reserved", False: "not reserved", None: ""}[rights.tdm_reservation]
        if rights
        else "",
        "images": str(len(record.images) or ""),
        "links": str(len(record.links) or ""),
    }
