"""An article as its own page gives it: everything of a Document that needs no state and no feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cleanwire.records.document import (
    Access,
    Author,
    Block,
    Evidence,
    Feature,
    Image,
    Kind,
    Link,
    Publisher,
    Quality,
    Removed,
    Rights,
    SourceAgency,
    StatedTime,
)
from cleanwire.records.rejected import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A time in UTC, and how the publisher stated it."""

    at: datetime
    stated: StatedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Readmission:
    """Why a block is in the text although the extractor left it out."""

    rule: str
    score: float | None = None  # where it was measured: the probability that the block is outside the article
    features: tuple[Feature, ...] = ()  # the strongest behind the score


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One clean article. `blocks` and `removed`, put together by index, are the extracted text."""

    title: str
    blocks: tuple[Block, ...]
    body: str  # the blocks' texts, joined by blank lines
    body_hash: str
    title_hash: str
    fingerprint: str
    word_count: int
    kind: Kind
    quality: Quality
    rules_version: str
    extractor_version: str
    charset: str
    title_raw: str | None = None
    description: str | None = None
    removed: tuple[Removed, ...] = ()
    readmitted: Mapping[int, Readmission] = field(default_factory=dict)  # by index into `blocks`; not published
    authors: tuple[Author, ...] = ()
    publisher: Publisher | None = None
    source_agency: SourceAgency | None = None
    published: Instant | None = None
    modified: Instant | None = None
    language: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    access: Access | None = None
    rights: Rights | None = None
    canonical_url: str | None = None
    amp_url: str | None = None
    provenance: dict[str, Evidence] = field(default_factory=dict)
    template: bytes | None = None  # what the site's template becomes with this page, None when unchanged
    template_version: str | None = None
    judge_version: str | None = None  # None for plain texts, which no judge sees


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a page holds no article. `detail` is for people."""

    reason: Rejection
    detail: str
    leads_to: str | None = None  # where the page sends its readers at once
