"""The published record, `cleanwire.document/1`.

UTF-8 JSON, snake_case; an unknown value is a missing field; times are RFC 3339 in UTC. Only additions are
allowed within a major version: `docs/schema/` holds the JSON Schema that a test compares with.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec

from cleanwire.records.base import Record

SCHEMA = "cleanwire.document/1"


class Open(StrEnum):
    """Values that later versions may add to: one that is not known here is told as it is written, named OTHER."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        other = str.__new__(cls, value)
        other._name_, other._value_ = "OTHER", value
        return other


class Status(Open):
    """IPTC ninjs 3.3 `pubStatus`."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class ChangeKind(Open):
    NEW = "new"
    BODY = "body"
    TITLE = "title"
    METADATA = "metadata"
    STATUS = "status"  # canceled, or usable again


class BlockType(Open):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CAPTION = "caption"
    TABLE = "table"
    CODE = "code"


class Kind(Open):
    ARTICLE = "article"
    OPINION = "opinion"
    LIVE = "live"
    GALLERY = "gallery"
    VIDEO = "video"
    PRESS_RELEASE = "press_release"
    UNKNOWN = "unknown"


class Precision(Open):
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class ZoneSource(Open):
    """Where a time's offset comes from."""

    EXPLICIT = "explicit"  # written beside the time
    FEED = "feed"
    SITE = "site"  # a setting or a habit of the site
    ASSUMED = "assumed"  # nothing was known: UTC


class AuthorType(Open):
    PERSON = "person"
    ORGANIZATION = "organization"


class Change(Record, frozen=True, kw_only=True):
    kind: ChangeKind
    previous_hash: str | None = None


class Urls(Record, frozen=True, kw_only=True):
    feed: str | None = None  # as the feed's entry gave it
    final: str | None = None  # after redirects
    canonical: str | None = None  # as the page claims, accepted only within the same site
    amp: str | None = None
    redirects: tuple[str, ...] = ()


class Block(Record, frozen=True, kw_only=True):
    type: BlockType
    text: str


class Feature(Record, frozen=True, kw_only=True):
    """What a measured line is like. `weight`: log odds that this adds; above 0 it speaks against the line."""

    name: str  # for people; names come and go with the model
    weight: float
    value: float | None = None  # of what is a measure


class Removed(Record, frozen=True, kw_only=True):
    """One line or block that was cut. `index` is its place in the extracted text, body and cuts counted together."""

    text: str
    index: int
    rule: str  # id of the rule, as in text/rules/*.toml, `structure/...` or `user/<site>/...`
    reason: str  # the rule's kind: newsletter, share, byline, …
    score: float | None = None  # of rules that measure: the probability that the line is outside the article
    features: tuple[Feature, ...] = ()  # the strongest behind the score, the strongest first


class Author(Record, frozen=True, kw_only=True):
    name: str
    type: AuthorType
    url: str | None = None


class Publisher(Record, frozen=True, kw_only=True):
    name: str
    site: str | None = None
    url: str | None = None
    country: str | None = None


class SourceAgency(Record, frozen=True, kw_only=True):
    name: str
    dateline: str | None = None
    evidence: str | None = None


class StatedTime(Record, frozen=True, kw_only=True):
    """A time as the publisher states it, beside the UTC instant made of it."""

    raw: str
    local: str  # ISO 8601 without offset: the wall clock that was written
    precision: Precision
    zone: ZoneSource
    source: str  # json-ld, meta, time, trafilatura, feed, text, url, user


class Image(Record, frozen=True, kw_only=True):
    url: str
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None


class Link(Record, frozen=True, kw_only=True):
    href: str
    text: str | None = None


class Access(Record, frozen=True, kw_only=True):
    free: bool | None = None


class Rights(Record, frozen=True, kw_only=True):
    license: str | None = None
    tdm_reservation: bool | None = None
    robots: str | None = None
    ai: str | None = None
    tdm_policy: str | None = None
    ai_disallowed: tuple[str, ...] = ()
    usage: str | None = None


class FeedRef(Record, frozen=True, kw_only=True):
    id: str
    url: str
    title: str | None = None
    entry_id: str | None = None
    entry_published: str | None = None
    categories: tuple[str, ...] = ()


class Http(Record, frozen=True, kw_only=True):
    status: int
    content_type: str | None = None
    charset: str | None = None
    bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None


class Evidence(Record, frozen=True, kw_only=True):
    """Where a field's value comes from, and what else was on offer."""

    source: str
    confidence: float | None = None
    declared: str | None = None
    alternatives: tuple[str, ...] = ()


class Quality(Record, frozen=True, kw_only=True):
    extractor: str
    removed_share: float  # removed characters / extracted characters, 0–1
    flags: tuple[str, ...] = ()  # removed_capped, links_capped, feed_text_cut, …


class Pipeline(Record, frozen=True, kw_only=True):
    version: str
    rules_version: str
    extractor_version: str
    template_version: str | None = None
    judge_version: str | None = None


class Document(Record, frozen=True, kw_only=True):
    """One clean article. The Kafka key is `id`."""

    schema_: str = msgspec.field(name="schema")
    id: str
    revision: int
    status: Status
    change: Change
    url: str
    urls: Urls
    title: str
    body: str  # paragraphs joined by a blank line
    blocks: tuple[Block, ...]
    body_hash: str
    fingerprint: str  # 64-bit simhash, 16 hex digits
    word_count: int
    kind: Kind
    seen_at: datetime
    fetched_at: datetime
    emitted_at: datetime
    quality: Quality
    pipeline: Pipeline
    title_raw: str | None = None
    description: str | None = None
    removed: tuple[Removed, ...] = ()
    authors: tuple[Author, ...] = ()
    publisher: Publisher | None = None
    source_agency: SourceAgency | None = None
    published_at: datetime | None = None
    published: StatedTime | None = None
    modified_at: datetime | None = None
    modified: StatedTime | None = None
    language: str | None = None  # BCP 47
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    access: Access | None = None
    rights: Rights | None = None
    feed: FeedRef | None = None
    http: Http | None = None
    provenance: dict[str, Evidence] = {}

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Return the document that `data`, a record of the documents' topic, holds.

        Later versions may write more: fields that are unknown here are left out, and a value that is unknown is kept,
        with the name OTHER: `document.kind.name`.

        Raises:
            msgspec.DecodeError: it is no such document.
        """
        try:
            return msgspec.json.decode(data, type=cls)
        except RecursionError:
            raise msgspec.DecodeError("nested too deep") from None
