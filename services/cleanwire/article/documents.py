"""How do an article, its feed entry and its page become the published record?"""

from datetime import UTC, datetime

import msgspec

import cleanwire
from cleanwire import characters
from cleanwire.article import fingerprint
from cleanwire.article.article import Article
from cleanwire.article.page import Hints, Page
from cleanwire.feed.entries import standing
from cleanwire.records.document import (
    SCHEMA,
    Change,
    Document,
    FeedRef,
    Http,
    Kind,
    Pipeline,
    Quality,
    Status,
    Urls,
)
from cleanwire.records.feed import Entry
from cleanwire.urls import secrets

FEED_TEXT_CUT = "feed_text_cut"
"""Flag of a document whose feed says more of it than we take (docs/limits.md)."""


def hints(entry: Entry) -> Hints:
    """Return what `entry` says about its article, as `clean.clean` takes it.

    A feed of another site is a stranger to the page: anybody may list it, under any author, date or name. Its title
    alone is taken, and only where the page has none; the time zone is the operator's word.
    """
    if standing.of_another_site(entry):
        return Hints(last_title=characters.name_or_none(entry.title), time_zone=entry.time_zone)
    return Hints(
        title=characters.name_or_none(entry.title),
        summary=entry.summary,
        content=entry.content_html or entry.summary,
        authors=_names(entry.authors),
        published=entry.published,
        updated=entry.updated,
        feed_title=characters.name_or_none(entry.feed_title),
        language=entry.language,
        time_zone=entry.time_zone,
    )


def compose(
    article: Article,
    *,
    entry: Entry | None,
    page: Page,
    document_id: str,
    revision: int,
    change: Change,
    seen_at: float,
    emitted_at: float,
) -> Document:
    """Return the document that is published for `article`. Times are epoch seconds."""
    return Document(
        schema_=SCHEMA,
        id=document_id,
        revision=revision,
        status=Status.USABLE,
        change=change,
        url=article.canonical_url or page.url,
        urls=_urls(article, entry, page),
        title=article.title,
        title_raw=article.title_raw,
        description=article.description,
        body=article.body,
        blocks=article.blocks,
        removed=article.removed,
        body_hash=article.body_hash,
        fingerprint=article.fingerprint,
        word_count=article.word_count,
        authors=article.authors,
        publisher=article.publisher,
        source_agency=article.source_agency,
        published_at=article.published.at if article.published else None,
        published=article.published.stated if article.published else None,
        modified_at=article.modified.at if article.modified else None,
        modified=article.modified.stated if article.modified else None,
        seen_at=_utc(seen_at),
        fetched_at=_utc(page.fetched_at),
        emitted_at=_utc(emitted_at),
        language=article.language,
        section=article.section,
        keywords=article.keywords,
        kind=article.kind,
        images=article.images,
        links=article.links,
        access=article.access,
        rights=article.rights,
        feed=_feed(entry),
        http=_http(article, page),
        provenance=article.provenance,
        quality=_quality(article.quality, entry),
        pipeline=Pipeline(
            version=cleanwire.__version__,
            rules_version=article.rules_version,
            extractor_version=article.extractor_version,
            template_version=article.template_version,
            judge_version=article.judge_version,
        ),
    )


def canceled(
    entry: Entry,
    *,
    document_id: str,
    revision: int,
    change: Change,
    url: str,
    http_status: int | None,
    emitted_at: float,
) -> Document:
    """Return the document that withdraws an article (ninjs `pubStatus` canceled): its text is empty, its title that
    of its own site's feed. Times are epoch seconds."""
    return Document(
        schema_=SCHEMA,
        id=document_id,
        revision=revision,
        status=Status.CANCELED,
        change=change,
        url=url,
        urls=Urls(feed=entry.url),
        title=url if standing.of_another_site(entry) else characters.name_or_none(entry.title) or url,
        body="",
        blocks=(),
        body_hash=fingerprint.digest(""),
        fingerprint=fingerprint.simhash(""),
        word_count=0,
        kind=Kind.UNKNOWN,
        seen_at=_utc(entry.seen_at),
        fetched_at=_utc(emitted_at),
        emitted_at=_utc(emitted_at),
        feed=_feed(entry),
        http=None if http_status is None else Http(status=http_status),
        quality=Quality(extractor="none", removed_share=0.0),
        pipeline=Pipeline(version=cleanwire.__version__, rules_version="none", extractor_version="none"),
    )


def _urls(article: Article, entry: Entry | None, page: Page) -> Urls:
    return Urls(
        feed=entry.url if entry else None,
        final=page.url,
        canonical=article.canonical_url,
        amp=article.amp_url,
        redirects=page.redirects,
    )


def _quality(quality: Quality, entry: Entry | None) -> Quality:
    if entry is None or not entry.cut:
        return quality
    return msgspec.structs.replace(quality, flags=(*quality.flags, FEED_TEXT_CUT))


def _feed(entry: Entry | None) -> FeedRef | None:
    if entry is None:
        return None
    return FeedRef(
        id=entry.feed_id,
        url=secrets.shown(entry.feed_url),
        title=characters.name_or_none(entry.feed_title),
        entry_id=entry.entry_id,
        entry_published=entry.published,
        categories=_names(entry.categories),
    )


def _http(article: Article, page: Page) -> Http:
    return Http(
        status=page.status,
        content_type=page.content_type,
        charset=article.charset,
        bytes=len(page.body),
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
    )


def _names(written: tuple[str, ...]) -> tuple[str, ...]:
    """Return what can be read of names; of feeds nothing else has taken controls out."""
    return tuple(name for name in map(characters.name, written) if name)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
