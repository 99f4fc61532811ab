"""Which blocks of a page were kept, which were cut and why, and where does each field come from?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cleanwire.article import fingerprint
from cleanwire.article.article import Article, Instant, Readmission
from cleanwire.records.document import Block, BlockType, Document, Evidence, Feature, Removed, StatedTime

CAPPED = "removed_capped"  # the flag of an article whose ledger does not tell every cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One block of the extracted text. A cut has a rule and a reason, a block that stayed has a type; it has a rule
    too when the extractor had left it out and the rule took it in again."""

    place: int  # in the extracted text, from 0; kept and cut counted together
    text: str
    words: int
    type: BlockType | None = None
    rule: str | None = None
    reason: str | None = None
    score: float | None = None  # of rules that measure: the probability that the block is outside the article
    features: tuple[Feature, ...] = ()  # the strongest behind the score

    @property
    def kept(self) -> bool:
        return self.type is not None

    @property
    def readmitted(self) -> bool:
        return self.kept and self.rule is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What one field of the document says. `value` is None when the page does not tell, `source` when it is derived."""

    name: str
    value: str | None
    source: str | None = None
    details: tuple[str, ...] = ()  # confidence, what was declared, what else was on offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    blocks: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a page became an article. `complete`: the rows are the whole extracted text, in order."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    complete: bool

    @property
    def kept(self) -> Count:
        return _count([row for row in self.rows if row.kept])

    @property
    def readmitted(self) -> Count:
        return _count([row for row in self.rows if row.readmitted])

    @property
    def cut(self) -> Count:
        return _count([row for row in self.rows if not row.kept])


def explain(article: Article | Document) -> Explanation:
    """Return how `article` came about. A published document tells all of it but which blocks were readmitted.

    Where the ledger of cuts was capped, rows behind the last cut it tells stand closer together than in the page.
    """
    return Explanation(
        fields=tuple(_fields(article)),
        rows=tuple(_rows(article.blocks, article.removed, article.readmitted if isinstance(article, Article) else {})),
        complete=CAPPED not in article.quality.flags,
    )


def _rows(
    blocks: tuple[Block, ...], removed: tuple[Removed, ...], readmitted: Mapping[int, Readmission]
) -> Iterator[Row]:
    """Yield blocks and cuts in the order of the page: a cut knows its place, blocks fill the places between."""
    cuts = {cut.index: cut for cut in removed}
    waiting = iter(enumerate(blocks))
    place = 0
    for place in range(len(blocks) + len(cuts)):
        cut = cuts.pop(place, None)
        if cut is not None:
            yield _cut(cut)
        elif (at_and_block := next(waiting, None)) is not None:
            at, block = at_and_block
            yield _kept(place, block, readmitted.get(at))
    for left in cuts.values():
        yield _cut(left)


def _kept(place: int, block: Block, back: Readmission | None) -> Row:
    row = Row(place=place, text=block.text, words=fingerprint.word_count(block.text), type=block.type)
    return row if back is None else replace(row, rule=back.rule, score=back.score, features=back.features)


def _cut(cut: Removed) -> Row:
    return Row(
        place=cut.index,
        text=cut.text,
        words=fingerprint.word_count(cut.text),
        rule=cut.rule,
        reason=cut.reason,
        score=cut.score,
        features=cut.features,
    )


def _count(rows: list[Row]) -> Count:
    return Count(blocks=len(rows), words=sum(row.words for row in rows))


def _fields(article: Article | Document) -> Iterator[Field]:
    """Yield the five fields that matter always, and others that have a value."""
    published, modified = _times(article)
    publisher = article.publisher.name if article.publisher else None
    written = f"written {article.title_raw}" if article.title_raw else None
    yield _field(article, "title", article.title, written)
    yield _field(article, "published_at", _instant(published), *_stated(published))
    yield _field(article, "authors", ", ".join(author.name for author in article.authors) or None)
    yield _field(article, "publisher", publisher)
    yield _field(article, "language", article.language)
    others = {
        "modified_at": (_instant(modified), *_stated(modified)),
        "source_agency": (article.source_agency.name if article.source_agency else None,),
        "description": (article.description,),
        "section": (article.section,),
        "keywords": (", ".join(article.keywords) or None,),
        "kind": (article.kind.value,),
        "canonical_url": (article.urls.canonical if isinstance(article, Document) else article.canonical_url,),
    }
    for name, (value, *details) in others.items():
        if value is not None:
            yield _field(article, name, value, *details)


def _times(article: Article | Document) -> tuple[Instant | None, Instant | None]:
    """Return when it was published and last changed."""
    if isinstance(article, Article):
        return article.published, article.modified
    return _known(article.published_at, article.published), _known(article.modified_at, article.modified)


def _known(at: datetime | None, stated: StatedTime | None) -> Instant | None:
    return Instant(at=at, stated=stated) if at is not None and stated is not None else None


def _field(article: Article | Document, name: str, value: str | None, *details: str | None) -> Field:
    evidence = article.provenance.get(name) if value is not None else None
    told = [*details, *(_told(evidence) if evidence else [])]
    return Field(
        name=name,
        value=value,
        source=evidence.source if evidence else None,
        details=tuple(detail for detail in told if detail),
    )


def _told(evidence: Evidence) -> Iterator[str]:
    if evidence.confidence is not None:
        yield f"confidence {evidence.confidence:g}"
    if evidence.declared is not None:
        yield f"declared {evidence.declared}"
    for other in evidence.alternatives:
        yield f"also {other}"


def _instant(instant: Instant | None) -> str | None:
    return instant.at.isoformat() if instant else None


def _stated(instant: Instant | None) -> list[str]:
    if instant is None:
        return []
    stated = instant.stated
    return [f"written {stated.raw}", f"to the {stated.precision.value}", f"zone {stated.zone.value}"]
