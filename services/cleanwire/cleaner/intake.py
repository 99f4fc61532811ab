"""What does a record from an input topic ask of the cleaner? Entries and commands, read and checked."""

import msgspec
import xxhash

from cleanwire.cleaner import revisit
from cleanwire.feed.entries import standing
from cleanwire.records import feed, rejected
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason
from cleanwire.records.command import Command
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.settings import CleanSettings
from cleanwire.stream.messages import Message
from cleanwire.telemetry import redact
from cleanwire.urls import identity, secrets
from cleanwire.urls import site as sites

_SHOWN = 200  # characters of a bad record that a person gets to see
LOOKS_FOR_OTHERS = 3
"""Looks at a published article because a feed of another site says that it changed."""
MAX_HOPS = 5
"""Sites that hand an article on to each other, in a circle or not, stop here."""
_ENTRIES = Reader(Entry)
_COMMANDS = Reader(Command)


def entry(message: Message, *, partition: int, partitions: int, now: float) -> Entry | Rejected:
    """Return the entry in `message`, or the rejection that it becomes: poison, or an address nobody can ask.

    Id and site are computed anew from the address: whoever may write entries cannot speak of another article than the
    one at that address. A site that another list of public suffixes gave is put right; the entry may then belong to
    another partition.
    """
    found = _ENTRIES.read(message.value)
    if isinstance(found, Unreadable):
        return poison(message, str(found), now=now)
    if sites.partition(found.site, partitions) != partition:
        return poison(message, f"site {found.site!r} does not belong to partition {partition}", now=now)
    if not found.url and feed.CUT_ADDRESS in found.cut:
        why = f"an entry of feed {found.feed_id} takes more than the broker takes, for its address alone is long"
        return reject(_named_by(message, found), Rejection.RECORD_TOO_LARGE, now=now, detail=why)
    if identity.normalise(found.url) is None:
        unasked = msgspec.structs.replace(found, article_id=identity.article_id(found.url))
        return reject(unasked, Rejection.INVALID_URL, now=now, detail=f"not an http(s) address: {found.url[:_SHOWN]}")
    if found.article_id != identity.article_id(found.url):
        return poison(message, "the id is not that of the article at its address", now=now)
    own = sites.site(found.url)
    if found.site != own and not sites.is_above(found.site, found.url):
        return poison(message, f"site {found.site!r} is not that of its address", now=now)
    return _with_site(without_secrets(found), own)


def _named_by(message: Message, entry: Entry) -> Entry:
    """Return `entry`, which has no address, under an id that is no article's, the same whenever it is read again."""
    return msgspec.structs.replace(entry, article_id=xxhash.xxh3_128_hexdigest(message.place.encode()))


def without_secrets(entry: Entry) -> Entry:
    """Return `entry` as we write it today: an older version left secrets of its feed in it."""
    feed_url, url = secrets.shown(entry.feed_url), secrets.part(entry.url).url
    if (feed_url, url) == (entry.feed_url, entry.url):
        return entry
    return msgspec.structs.replace(entry, feed_url=feed_url, url=url)


def _with_site(entry: Entry, own: str) -> Entry:
    """Return `entry` with its site as this process's list of public suffixes gives it.

    Processes with different lists would hand an entry to each other for ever: after some turns it stays.
    """
    if entry.site == own or entry.hops >= MAX_HOPS:
        return entry
    return msgspec.structs.replace(entry, site=own, hops=entry.hops + 1)


def command(message: Message, *, now: float) -> Command | Rejected:
    """Return the command in `message`, or the rejection that it becomes."""
    found = _COMMANDS.read(message.value)
    return poison(message, str(found), now=now) if isinstance(found, Unreadable) else found


def poison(message: Message, why: str, *, now: float, reason: Rejection = Rejection.POISON_MESSAGE) -> Rejected:
    """Return the rejection of a record that cannot be read; its id is the same whenever it is read again."""
    return Rejected(
        schema_=rejected.SCHEMA,
        article_id=xxhash.xxh3_128_hexdigest(message.place.encode()),
        site="",
        url="",
        reason=reason,
        rejected_at=now,
        detail=redact.text(f"{message.place}: {why}; value {(message.value or b'')[:_SHOWN]!r}"),
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
        detail=None if detail is None else redact.text(detail),
        http_status=http_status,
        entry=without_secrets(feed.slim(entry)),
    )


def bare(state: ArticleState, reason: Rejection, *, now: float, detail: str) -> Rejected:
    """Return the rejection of an article with nothing in it that could be large."""
    return Rejected(
        schema_=rejected.SCHEMA,
        article_id=state.id,
        site=state.site[:_SHOWN],
        url=state.url[:_SHOWN],
        reason=reason,
        rejected_at=now,
        attempts=max(1, state.attempts),
        detail=redact.text(detail[:_SHOWN]),
    )


def first_seen(entry: Entry, *, now: float, traceparent: str | None = None) -> ArticleState:
    """Return the state of an article that was not known before: pending, due at once.

    The poller's clock may be ahead of ours; nothing waits because of that. `traceparent`: where in a trace the entry
    came from.
    """
    return ArticleState(
        id=entry.article_id,
        site=entry.site,
        url=entry.url,
        status=ArticleStatus.PENDING,
        listed_at=entry.seen_at,
        due_at=min(entry.seen_at, now),
        due_reason=DueReason.NEW,
        by_others=standing.of_another_site(entry),
        entry=feed.slim(entry),
        traceparent=traceparent,
    )


def restored(state: ArticleState) -> ArticleState:
    """Return `state` as it is kept today: an older version left secrets in it, and did not tell whose feed lists it."""
    if "@" in state.url:
        state = msgspec.structs.replace(state, url=secrets.part(state.url).url)
    if state.entry is None:
        return state
    return msgspec.structs.replace(
        state,
        by_others=standing.of_another_site(state.entry),
        entry=without_secrets(state.entry),
    )


def seen_again(
    state: ArticleState, entry: Entry, settings: CleanSettings, *, now: float, traceparent: str | None = None
) -> ArticleState:
    """Return `state` after a feed brought the article once more.

    A changed entry of a published article asks for a look, and so does any entry of one that was canceled. What waits
    for its first outcome goes on with the changed entry; what became of the rest stays as it is.

    The article's own site has the word: what only feeds of other sites have listed begins anew when its own feed lists
    it, and from then on theirs move nothing. Until then they may ask for a few looks. What goes on with `entry` does so
    in the trace that it came in.
    """
    listed = msgspec.structs.replace(state, listed_at=max(state.listed_at, entry.seen_at))
    if standing.of_another_site(entry):
        seen = _seen_by_others(listed, entry, settings, now=now)
    else:
        seen = _seen(_claimed(listed, entry, now=now) if state.by_others else listed, entry, settings, now=now)
    return seen if seen.entry == state.entry else msgspec.structs.replace(seen, traceparent=traceparent)


def _claimed(state: ArticleState, entry: Entry, *, now: float) -> ArticleState:
    """Return `state` once its own site's feed lists it: tried as if new, or read in full at the next planned look."""
    claimed = msgspec.structs.replace(
        state, by_others=False, entry=None if state.entry is None else feed.slim(entry), url=entry.url
    )
    claimed = revisit.unread(claimed)
    if state.status not in (ArticleStatus.PENDING, ArticleStatus.REJECTED):
        return claimed
    since = state.entry.seen_at if state.entry is not None else entry.seen_at
    return msgspec.structs.replace(
        claimed,
        status=ArticleStatus.PENDING,
        entry=msgspec.structs.replace(feed.slim(entry), seen_at=since),
        attempts=0,
        due_at=now,
        due_reason=DueReason.NEW,
    )


def is_claimed(read: ArticleState, state: ArticleState) -> bool:
    """Return whether its own site's feed listed the article for the first time while it was read as `read`."""
    return read.by_others and not state.by_others


def is_overtaken(read: ArticleState, state: ArticleState) -> bool:
    """Return whether a feed announced a change while the article was read as `read`.

    That its own site's feed lists it, too, is none: the page in hand is the one that the feed speaks of.
    """
    if state.entry is None or state.entry == read.entry:
        return False
    return state.entry.changed or not is_claimed(read, state)


def _seen_by_others(state: ArticleState, entry: Entry, settings: CleanSettings, *, now: float) -> ArticleState:
    if not state.by_others:
        return state
    seen = _seen(state, entry, settings, now=now)
    if not seen.revision or seen.due_reason is not DueReason.CHANGED or seen == state:
        return seen
    if state.looks_for_others >= LOOKS_FOR_OTHERS:
        return state
    return msgspec.structs.replace(seen, looks_for_others=state.looks_for_others + 1)


def _seen(state: ArticleState, entry: Entry, settings: CleanSettings, *, now: float) -> ArticleState:
    if state.status is ArticleStatus.PENDING and entry.changed:
        since = state.entry.seen_at if state.entry is not None else entry.seen_at
        return msgspec.structs.replace(state, entry=msgspec.structs.replace(feed.slim(entry), seen_at=since))
    published = state.revision > 0 and state.status in (ArticleStatus.DONE, ArticleStatus.FORGOTTEN)
    if not published or not (entry.changed or state.canceled):
        return state
    known = msgspec.structs.replace(
        state,
        status=ArticleStatus.DONE,
        site=state.site or entry.site,
        url=state.url or entry.url,
        entry=feed.slim(entry),
    )
    return revisit.announced(known, settings, now=now)
