"""Does everything an article knows reach its document? Of a field that is added it must be told what becomes of it."""

import dataclasses
from datetime import UTC, datetime

import msgspec

from cleanwire.article import documents
from cleanwire.article.article import Article, Instant
from cleanwire.article.page import Page
from cleanwire.records import document as records
from cleanwire.records.document import Change, ChangeKind, Document, Evidence, Precision, ZoneSource
from cleanwire.records.feed import Entry

AT = datetime(2026, 7, 14, 10, tzinfo=UTC)
STATED = records.StatedTime(
    raw="10:00", local="2026-07-14T10:00", source="meta", precision=Precision.MINUTE, zone=ZoneSource.EXPLICIT
)
FILLED = Article(
    title="Pier opens",
    title_raw="Pier opens | The Bay",
    blocks=(records.Block(type=records.BlockType.PARAGRAPH, text="It is open."),),
    body="It is open.",
    body_hash="b",
    title_hash="t",
    fingerprint="f",
    word_count=3,
    kind=records.Kind.LIVE,
    quality=records.Quality(extractor="x", removed_share=0.5),
    rules_version="r",
    extractor_version="e",
    charset="utf-8",
    description="Open again.",
    removed=(records.Removed(text="Share", index=1, rule="en/share", reason="share"),),
    readmitted={0: None},  # type: ignore[dict-item]  # not looked at
    authors=(records.Author(name="Anna Berg", type=records.AuthorType.PERSON),),
    publisher=records.Publisher(name="The Bay"),
    source_agency=records.SourceAgency(name="Agency"),
    published=Instant(at=AT, stated=STATED),
    modified=Instant(at=AT, stated=STATED),
    language="en",
    section="Harbour",
    keywords=("pier",),
    images=(records.Image(url="https://bay.example.org/1.jpg"),),
    links=(records.Link(href="https://bay.example.org/2", text="two"),),
    access=records.Access(free=True),
    rights=records.Rights(license="CC0"),
    canonical_url="https://bay.example.org/c",
    amp_url="https://bay.example.org/amp",
    provenance={"title": Evidence(source="meta")},
    template=b"t",
    template_version="tv",
    judge_version="jv",
)
ENTRY = Entry(
    article_id="a",
    site="bay.example.org",
    url="https://bay.example.org/p",
    feed_id="f",
    feed_url="https://bay.example.org/feed",
    seen_at=1.0,
)
MADE = documents.compose(
    FILLED,
    entry=ENTRY,
    page=Page(url="https://bay.example.org/p", body=b"", fetched_at=2.0),
    document_id="d",
    revision=1,
    change=Change(kind=ChangeKind.NEW),
    seen_at=1.0,
    emitted_at=3.0,
)
ELSEWHERE = {  # fields of an article by where the document has them
    "published": lambda made: Instant(at=made.published_at, stated=made.published),
    "modified": lambda made: Instant(at=made.modified_at, stated=made.modified),
    "canonical_url": lambda made: made.urls.canonical,
    "amp_url": lambda made: made.urls.amp,
    "charset": lambda made: made.http.charset,
    "rules_version": lambda made: made.pipeline.rules_version,
    "extractor_version": lambda made: made.pipeline.extractor_version,
    "template_version": lambda made: made.pipeline.template_version,
    "judge_version": lambda made: made.pipeline.judge_version,
}
KEPT_BACK = {"title_hash", "readmitted", "template"}  # for the article's state, for explanations, for the site's memory
ADDED = {
    *("schema_", "id", "revision", "status", "change", "url", "urls", "feed", "http", "pipeline"),
    *("seen_at", "fetched_at", "emitted_at", "published_at", "modified_at"),
}


def fields_of(kind: type) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def test_the_article_here_has_every_field_filled() -> None:
    empty = {
        field.name
        for field in dataclasses.fields(Article)
        if field.default is not dataclasses.MISSING and getattr(FILLED, field.name) == field.default
    }
    assert empty == set()
    assert FILLED.provenance
    assert FILLED.readmitted


def test_every_field_of_an_article_reaches_its_document_or_is_kept_back_on_purpose() -> None:
    told = {name: getattr(FILLED, name) for name in fields_of(Article) - KEPT_BACK}
    found = {name: ELSEWHERE[name](MADE) if name in ELSEWHERE else getattr(MADE, name, None) for name in told}
    assert found == told


def test_every_field_of_a_document_has_a_source() -> None:
    assert set(Document.__struct_fields__) == (fields_of(Article) - KEPT_BACK - (ELSEWHERE.keys() - ADDED)) | ADDED | {
        "published",
        "modified",
    }


def test_no_field_of_the_document_is_left_empty() -> None:
    empty = [
        field.name
        for field in msgspec.structs.fields(Document)
        if not field.required and getattr(MADE, field.name) in (None, (), {})
    ]
    assert empty == []
