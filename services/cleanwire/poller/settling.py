"""What is remembered of a feed after a poll?"""

from dataclasses import replace

from msgspec import structs

from cleanwire.feed import fitting
from cleanwire.feed.entries import memory
from cleanwire.feed.entries.memory import Memory
from cleanwire.feed.formats.parsed import Format
from cleanwire.feed.gaps import search as gaps
from cleanwire.feed.timing import children, schedule
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.poller.poll import Polled
from cleanwire.records.feed import FeedState
from cleanwire.telemetry.catalogue import PollFailure, PollOutcome


def after(
    state: FeedState,
    part: Part,
    outcome: Polled,
    bounds: Bounds,
    *,
    search_every_s: float,
    now: float,
    jitter: float,
) -> FeedState:
    """Return what follows on `state`, that of a feed of which `part` was polled with `outcome`.

    Args:
        search_every_s: how often at most a gap is looked into; 0: never.
        jitter: a random number from 0 to 1.
    """
    read = outcome.read
    index = children.listed_by(state, part.child) or (read is not None and read.head.format is _INDEX)
    if index:
        bounds = replace(bounds, ceiling_s=max(bounds.floor_s, min(bounds.ceiling_s, children.INDEX_CEILING_S)))
    following = schedule.reschedule(part.state, outcome.reply, bounds, now=now, jitter=jitter)
    if read is not None:
        following = structs.replace(
            following if read.head.format is _INDEX else memory.written(following, read.memory),
            changes=read.changes,
            stories=read.stories,
            title=read.head.title,
            listing=read.listing or following.listing,
        )
    followed = state.children if read is None or read.children is None else read.children
    after = children.with_children(following if part.child is None else state, followed)
    if part.child is not None:
        after = children.polled(
            after, part, following, shown=_shown(outcome), recent=_recent(part, outcome), lost=_lost(outcome)
        )
    if read is not None and read.gap is not None:
        after = gaps.counted(after, read.gap, search_every_s=search_every_s, now=now)
    return fitting.fit(after)


def _shown(outcome: Polled) -> Memory | None:
    """Return what a sitemap lists; nothing when it is an index, None when it was not read."""
    if outcome.read is None:
        return None
    remembered = outcome.read.memory
    return remembered.part(len(remembered) - outcome.read.listed, len(remembered))


def _recent(part: Part, outcome: Polled) -> int | None:
    """How many recent pages or sitemaps a sitemap lists; an unchanged one without any has none again."""
    if outcome.read is not None:
        return outcome.read.entries + outcome.read.sitemaps
    unchanged = outcome.outcome in (PollOutcome.UNCHANGED, PollOutcome.NOT_MODIFIED)
    return 0 if unchanged and part.child is not None and part.child.idle else None


def _lost(outcome: Polled) -> bool:
    return outcome.status == 404 or outcome.failure is PollFailure.NOT_A_FEED


_INDEX = Format.SITEMAP_INDEX
