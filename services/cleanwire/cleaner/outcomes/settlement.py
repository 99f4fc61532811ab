"""What does an outcome turn an article into? New state, and the record that readers get."""

from dataclasses import dataclass

import msgspec

from cleanwire.article import documents
from cleanwire.cleaner import intake, retry
from cleanwire.cleaner.articles import archive
from cleanwire.cleaner.outcomes import likeness
from cleanwire.cleaner.outcomes.attempt_outcome import AsBefore, Cleaned, Deferred, Elsewhere, Failed
from cleanwire.cleaner.outcomes.likeness import Marks
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.document import Change, ChangeKind, Document
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.settings import CleanSettings
from cleanwire.telemetry.catalogue import LookOutcome
from cleanwire.urls import identity

MAX_REVISIONS = 100  # a page whose text flaps for ever is left alone in the end; that it is gone is still told
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    state: ArticleState
    document: Document
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedNow:
    state: ArticleState
    rejected: Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A look for a revision brought nothing to publish: the published document stands."""

    state: ArticleState
    look: LookOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Another try at `state.due_at`."""

    state: ArticleState
    failed: Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The same try at `due_at`; nothing to write, a restart looks at once."""

    state: ArticleState
    due_at: float
    deferred: Deferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The page is one that was published already under another address."""

    state: ArticleState


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """The article's page lives on another site, whose owner gets `entry`."""

    state: ArticleState
    entry: Entry


Settled = Published | RejectedNow | Unchanged | Again | Later | Joined | HandedOn


def cleaned(state: ArticleState, entry: Entry, outcome: Cleaned, *, twin: ArticleState | None, now: float) -> Settled:
    """Return what a cleaned page makes of `state`. `twin`: another article published under its canonical address."""
    article, headers = outcome.article, outcome.page.headers
    marks = likeness.marks(article)
    change = _change(state, marks)
    state = msgspec.structs.replace(
        state,
        gone_at=None,
        page_hash=likeness.page_hash(outcome.page.body),
        etag=likeness.validator(headers, "etag"),
        last_modified=likeness.validator(headers, "last-modified"),
    )
    if change is None:
        return Unchanged(state=_compared_by(marks, _done(state)), look=LookOutcome.SHAM)
    if twin is not None and not state.revision and marks.title_hash == twin.title_hash:
        # Title and address must agree: publishers put wrong canonical links on whole sections.
        return Joined(state=_done(state, status=ArticleStatus.MOVED, canonical_url=twin.url))
    document = documents.compose(
        article,
        entry=entry,
        page=outcome.page,
        document_id=state.id,
        revision=state.revision + 1,
        change=change,
        seen_at=entry.seen_at,
        emitted_at=now,
    )
    done = msgspec.structs.replace(
        _done(state, canonical_url=document.urls.canonical),
        revision=document.revision,
        canceled=False,
        body_hash=marks.body_hash,
        title_hash=marks.title_hash,
        text_hash=marks.text_hash,
        metadata_hash=marks.metadata_hash,
        read_by=marks.read_by,
        first_at=state.first_at if state.revision else now,
        revised_at=now,
    )
    return Published(state=done, document=document, took_s=outcome.took_s)


def as_before(state: ArticleState, outcome: AsBefore) -> Unchanged:
    """Return what a look makes of `state` that found the page as it was."""
    look = LookOutcome.NOT_MODIFIED if outcome.not_modified else LookOutcome.SAME
    return Unchanged(state=msgspec.structs.replace(_done(state), gone_at=None), look=look)


def failed(
    state: ArticleState,
    entry: Entry,
    outcome: Failed,
    settings: CleanSettings,
    *,
    claimed: bool = False,
    now: float,
) -> Settled:
    """Return what a failed try makes of `state`: another try, or the end. A published page may prove to be gone.

    `claimed`: its own site's feed listed it for the first time meanwhile. What was rejected before would be tried again
    for that, so it is now.
    """
    retracted = outcome.reason is Rejection.RETRACTED
    if state.revision and (retracted or outcome.http_status in _GONE):
        return _gone(state, entry, outcome, settings, retracted=retracted, now=now)
    attempts = state.attempts + 1
    if attempts < retry.attempts_allowed(outcome.reason, outcome.http_status, settings):
        due_at = now + retry.wait_s(attempts, settings)
        due_reason = state.due_reason if state.revision else DueReason.RETRY
        again = msgspec.structs.replace(state, attempts=attempts, due_at=due_at, due_reason=due_reason)
        return Again(state=again, failed=outcome)
    if claimed and not state.revision:
        return Again(state=msgspec.structs.replace(state, due_at=now, due_reason=DueReason.NEW), failed=outcome)
    return reject(state, entry, outcome.reason, attempts=attempts, now=now, detail=outcome.detail, failed=outcome)


def reject(
    state: ArticleState,
    entry: Entry,
    reason: Rejection,
    *,
    attempts: int,
    now: float,
    detail: str,
    failed: Failed | None = None,
) -> RejectedNow | Unchanged:
    """Return the end of an article that gives no document; one that was published before stands as it is."""
    if state.revision:
        return Unchanged(state=_done(state), look=LookOutcome.FAILED)
    status = failed.http_status if failed else None
    record = intake.reject(entry, reason, now=now, detail=detail, attempts=attempts, http_status=status)
    return RejectedNow(state=_done(state, status=ArticleStatus.REJECTED, attempts=attempts), rejected=record)


def unknown(state: ArticleState, entry: Entry, *, now: float) -> RejectedNow:
    """Return the end of an article of which nobody knows whether it was published: better not, than twice.

    It may be asked for again by hand (`retry`).
    """
    detail = "what was remembered of it cannot be read: it may have been published"
    record = intake.reject(entry, Rejection.POISON_MESSAGE, now=now, detail=detail)
    return RejectedNow(state=_done(state, status=ArticleStatus.REJECTED), rejected=record)


def over_share(state: ArticleState, entry: Entry, *, now: float) -> RejectedNow:
    """Return the end of an article whose site, or whose feed's site, has more waiting than one may have.

    No more of it is remembered than keeps it from coming up again: there may be any number of these.
    """
    detail = "too much of its site, or from feeds of one site, waits already"
    record = intake.reject(entry, Rejection.OVER_SHARE, now=now, detail=detail)
    return RejectedNow(state=archive.slim(state), rejected=record)


def deferred(state: ArticleState, entry: Entry, outcome: Deferred, *, since: float, now: float) -> Settled:
    """Return when a deferred try is made, or its end if it has been put off for longer than a day.

    `since`: when it was put off for the first time. It may have been due for days before: behind others of a site
    that takes one request a minute.
    """
    if now - since > retry.STALE_AFTER_S:
        final = outcome.unless_stale
        return reject(
            state, entry, final.reason, attempts=max(1, state.attempts), now=now, detail=final.detail, failed=final
        )
    return Later(state=state, due_at=now + min(outcome.wait_s, retry.STALE_AFTER_S), deferred=outcome)


def elsewhere(state: ArticleState, entry: Entry, outcome: Elsewhere) -> HandedOn | Unchanged:
    """Return how the article passes to the owner of the site its page lives on; a published one stays where it is."""
    if state.revision:
        return Unchanged(state=_done(state), look=LookOutcome.FAILED)
    moved = msgspec.structs.replace(
        intake.without_secrets(entry),
        article_id=identity.article_id(outcome.url),
        site=outcome.site,
        url=outcome.url,
        hops=entry.hops + 1,
        sent_on=entry.sent_on or outcome.by_page,
    )
    return HandedOn(state=_done(state, status=ArticleStatus.MOVED, canonical_url=outcome.url), entry=moved)


def freshness_s(document: Document) -> float | None:
    """Return the seconds from the publisher's time to ours; None without a time of at least minute precision."""
    if document.published_at is None or document.published is None or document.published.precision == "day":
        return None
    return (document.emitted_at - document.published_at).total_seconds()


def _gone(
    state: ArticleState, entry: Entry, outcome: Failed, settings: CleanSettings, *, retracted: bool, now: float
) -> Published | Unchanged:
    """Return what is told of a page that is gone: nothing until a second look some time later, or its own word."""
    since = now if state.gone_at is None else state.gone_at
    if state.canceled or not (retracted or now - since >= settings.gone_after_s):
        return Unchanged(state=msgspec.structs.replace(_done(state), gone_at=since), look=LookOutcome.GONE)
    document = documents.canceled(
        entry,
        document_id=state.id,
        revision=state.revision + 1,
        change=Change(kind=ChangeKind.STATUS, previous_hash=state.body_hash),
        url=state.canonical_url or state.url,
        http_status=outcome.http_status,
        emitted_at=now,
    )
    done = msgspec.structs.replace(
        _done(state),
        revision=document.revision,
        canceled=True,
        body_hash=document.body_hash,
        revised_at=now,
        gone_at=None,
        page_hash=None,  # should it come back, it must be read
        etag=None,
        last_modified=None,
    )
    return Published(state=done, document=document, took_s=0.0)


def _compared_by(marks: Marks, state: ArticleState) -> ArticleState:
    """After an upgrade the metadata as we read them now are what the next look is compared with."""
    if state.read_by == marks.read_by:
        return state
    return msgspec.structs.replace(state, metadata_hash=marks.metadata_hash, read_by=marks.read_by)


def _change(state: ArticleState, marks: Marks) -> Change | None:
    if not state.revision:
        return Change(kind=ChangeKind.NEW)
    kind = likeness.kind_of_change(state, marks) if state.revision < MAX_REVISIONS else None
    return None if kind is None else Change(kind=kind, previous_hash=state.body_hash)


def _done(
    state: ArticleState,
    *,
    status: ArticleStatus = ArticleStatus.DONE,
    attempts: int = 0,
    canonical_url: str | None = None,
) -> ArticleState:
    """Return `state` with an outcome, before its next look is planned."""
    return msgspec.structs.replace(
        state,
        status=status,
        due_at=None,
        due_reason=None,
        attempts=attempts,
        canonical_url=canonical_url or state.canonical_url,
    )
