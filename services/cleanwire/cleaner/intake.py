"""What does a record from an input topic ask of the cleaner? Entries and commands, read and checked."""

import msgspec
import xxhash

from cleanwire.cleaner import revisit
from cleanwire.records import feed, rejected
from cleanwire.records.article import ArticleState, ArticleStatus, DueReason
from cleanwire.records.command import Command
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.settings import CleanSettings
from cleanwire.stream.messages import Message
from cleanwire.urls import identity
from cleanwire.urls import site as sites

_SHOWN = 200  # characters of a bad record that a person gets to see
_ENTRIES = Reader(Entry)
_COMMANDS = Reader(Command)


def entry(message: Message, *, partition: int, partitions: int, now: float) -> Entry | Rejected:
    """Return the entry in `message`, or the rejection that it becomes: poison, or an address nobody can ask."""
    found = _ENTRIES.read(message.value)
    if isinstance(found, Unreadable):
        return poison(message, str(found), now=now)
    if sites.partition(found.site, partitions) != partition:
        return poison(message, f"site {found.site!r} does not belong to partition {partition}", now=now)
    if identity.normalise(found.url) is None:
        return reject(found, Rejection.INVALID_URL, now=now, detail=f"not an http(s) address: {found.url[:_SHOWN]}")
    return found


def command(message: Message, *, now: float) -> Command | Rejected:
    """Return the command in `message`, or the rejection that it becomes."""
    found = _COMMANDS.read(message.value)
    return poison(message, str(found), now=now) if isinstance(found, Unreadable) else found


def poison(message: Message, why: str, *, now: float) -> Rejected:
    """Return the rejection of a record that cannot be read; its id is the same whenever it is read again."""
    return Rejected(
        schema_=rejected.SCHEMA,
        article_id=xxhash.xxh3_128_hexdigest(message.place.encode()),
        site="",
        url="",
        reason=Rejection.POISON_MESSAGE,
        rejected_at=now,
        detail=f"{message.place}: {why}; value {(message.value or b'')[:_SHOWN]!r}",
    )


def reject(
    entry: Entry,
    reason: Rejection,
    *,
    now: float,
    detail: str | None = None,
    attempts: int = 1,
    http_status: int | None = None,
) -> Rejected:
    """Return the rejection of `entry`'s article."""
    return Rejected(
        schema_=rejected.SCHEMA,
        article_id=entry.article_id,
        site=entry.site,
        url=entry.url,
        reason=reason,
        rejected_at=now,
        attempts=attempts,
        detail=detail,
        http_status=http_status,
        entry=feed.slim(entry),
    )


def first_seen(entry: Entry, *, now: float) -> ArticleState:
    """Return the state of an article that was not known before: pending, due at once.

    The poller's clock may be ahead of ours; nothing waits because of that.
    """
    return ArticleState(
        id=entry.article_id,
        site=entry.site,
        url=entry.url,
        status=ArticleStatus.PENDING,
        listed_at=entry.seen_at,
        due_at=min(entry.seen_at, now),
        due_reason=DueReason.NEW,
        entry=feed.slim(entry),
    )


def seen_again(state: ArticleState, entry: Entry, settings: CleanSettings, *, now: float) -> ArticleState:
    """Return `state` after a feed brought the article once more.

    A changed entry of a published article asks for a look, and so does any entry of one that was canceled. What waits
    for its first outcome goes on with the changed entry; what became of the rest stays as it is.
    """
    listed = msgspec.structs.replace(state, listed_at=max(state.listed_at, entry.seen_at))
    if state.status is ArticleStatus.PENDING and entry.changed:
        since = state.entry.seen_at if state.entry is not None else entry.seen_at
        return msgspec.structs.replace(listed, entry=msgspec.structs.replace(feed.slim(entry), seen_at=since))
    published = state.revision > 0 and state.status in (ArticleStatus.DONE, ArticleStatus.FORGOTTEN)
    if not published or not (entry.changed or state.canceled):
        return listed
    known = msgspec.structs.replace(
        listed,
        status=ArticleStatus.DONE,
        site=state.site or entry.site,
        url=state.url or entry.url,
        entry=feed.slim(entry),
    )
    return revisit.announced(known, settings, now=now)
