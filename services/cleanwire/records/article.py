"""What the cleaner remembers of an article, as `news.article-state` holds it. Times: epoch seconds, UTC."""

from enum import StrEnum

from cleanwire.records.base import Record
from cleanwire.records.feed import Entry


class ArticleStatus(StrEnum):
    PENDING = "pending"  # due at `due_at`
    DONE = "done"  # published, `revision` times
    REJECTED = "rejected"
    MOVED = "moved"  # handed on to the site its page really lives on


class DueReason(StrEnum):
    """Why an article is due."""

    NEW = "new"
    RETRY = "retry"
    CHANGED = "changed"  # its feed entry changed
    REVISION = "revision"  # a planned look for a revision


class ArticleState(Record, frozen=True, kw_only=True):
    """Where one article stands. Keyed by `id`; removed some days after it was last listed or due."""

    id: str
    site: str
    url: str
    status: ArticleStatus
    listed_at: float  # when a feed last brought it
    due_at: float | None = None
    due_reason: DueReason | None = None
    attempts: int = 0  # failed so far; a deferral is not an attempt
    revision: int = 0  # last published
    body_hash: str | None = None
    title_hash: str | None = None
    canonical_url: str | None = None
    entry: Entry | None = None  # kept while pending


class SiteState(Record, frozen=True, kw_only=True):
    """What the cleaner has learned of one site, as `news.site-state` holds it."""

    site: str
    pages: int = 0
    template: bytes = b""
    updated_at: float = 0.0
