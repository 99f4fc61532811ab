"""What the cleaner remembers of an article, as `news.article-state` holds it. Times: epoch seconds, UTC."""

from enum import StrEnum

import msgspec

from cleanwire.records import feed
from cleanwire.records.base import Count, Rate, Record, Time
from cleanwire.records.feed import Entry

_LEAN_ADDRESS = 2000  # characters


class ArticleStatus(StrEnum):
    PENDING = "pending"  # waits for its first outcome; tried at `due_at`
    DONE = "done"  # published, `revision` times; looked at again at `due_at` if there is one
    REJECTED = "rejected"
    MOVED = "moved"  # handed on to the site its page really lives on
    FORGOTTEN = "forgotten"  # only what keeps it from being published as new again is left


class DueReason(StrEnum):
    """Why an article is due."""

    NEW = "new"
    RETRY = "retry"
    CHANGED = "changed"  # its feed entry changed, or a feed brought it again after it was canceled
    REVISION = "revision"  # a planned look for a revision


class ArticleState(Record, frozen=True, kw_only=True):
    """Where one article stands. Keyed by `id`; forgotten some days after it was last listed or due."""

    id: str
    site: str
    url: str
    status: ArticleStatus
    listed_at: Time  # when a feed last brought it
    due_at: Time | None = None
    due_reason: DueReason | None = None
    attempts: Count = 0  # failed so far; a deferral is not an attempt
    revision: Count = 0  # last published
    canceled: bool = False  # the last revision said that the page is gone
    body_hash: str | None = None
    title_hash: str | None = None
    text_hash: str | None = None  # of all that was extracted, cuts included
    metadata_hash: str | None = None
    read_by: str | None = None  # hash of the versions of program, rules and extractor that read what was published
    canonical_url: str | None = None
    first_at: Time | None = None  # when revision 1 was emitted: planned looks count from here
    revised_at: Time | None = None  # when the last revision was emitted
    gone_at: Time | None = None  # when a look first found the page gone
    by_others: bool = False  # only feeds of other sites have listed it so far: its own site's feed goes before them
    looks_for_others: Count = 0  # made because such a feed announced a change
    # Kept while the article is due, or rejected and may be tried again.
    entry: Entry | None = None
    traceparent: str | None = None  # the place in a trace of the entry that asked for it, see records/traceparent.py
    page_hash: str | None = None  # of the page's bytes, as last read
    etag: str | None = None
    last_modified: str | None = None

    def problem(self) -> str | None:
        """Return what is wrong with the article or the entry in it."""
        if self.entry is not None:
            return self.entry.problem()
        return "pending, without its entry" if self.status is ArticleStatus.PENDING else None


def lean(state: ArticleState) -> ArticleState:
    """Return `state` with as little text as it can do with: what is written where the whole did not fit."""
    return msgspec.structs.replace(
        state,
        canonical_url=state.canonical_url if len(state.canonical_url or "") <= _LEAN_ADDRESS else None,
        entry=None if state.entry is None else feed.lean(state.entry),
        etag=None,
        last_modified=None,
    )


class Looks(Record, frozen=True, kw_only=True):
    """What planned looks at one age found at a site; older looks weigh less."""

    looked: Rate = 0.0
    changed: Rate = 0.0


class SiteState(Record, frozen=True, kw_only=True):
    """What the cleaner has learned of one site, as `news.site-state` holds it."""

    site: str
    pages: Count = 0
    template: bytes = b""
    updated_at: Time = 0.0
    looks: dict[int, Looks] = {}  # by age in seconds, as `clean.revisit_s` names them
    rest_until: Time | None = None  # until when it asked to be left alone, or was too tired to be asked
