"""What of a feed is asked next: itself, one sitemap of an index, or the site's news sitemap after a gap?"""

from dataclasses import dataclass
from math import prod

from msgspec import structs

from cleanwire.feed.entries import memory
from cleanwire.records.feed import Child, FeedState, Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is asked for a feed.

    `state` holds its address, validators and schedule, and what the whole feed has seen.
    """

    state: FeedState
    child: Child | None = None
    gap: Gap | None = None
    first: bool | None = None  # whether this is a first poll; None: as `state` shows
    share: float = 1.0  # of the back-fill of a first poll
    level: int = 0  # how deep in a sitemap index: 1 for what that lists itself


def due_at(state: FeedState) -> float:
    """Return when something is next asked for the feed."""
    times = [state.next_poll_at, *(child.state.next_poll_at for child in _active(state))]
    return min(times if state.gap is None else [*times, state.gap.due_at])


def next_part(state: FeedState) -> Part:
    """Return what is due first."""
    due = due_at(state)
    if state.gap is not None and state.gap.due_at == due:
        return Part(state=state, gap=state.gap)
    child = next((child for child in _active(state) if child.state.next_poll_at == due), None)
    if child is None or state.next_poll_at == due:
        return Part(state=state)
    remembered = memory.written(child.state, memory.for_child(state, child.state.feed_id))
    with_memory = structs.replace(remembered, changes=state.changes, stories=state.stories)
    first = child.initial and child.state.body_hash is None
    line = _line(state, child)
    return Part(state=with_memory, child=child, first=first, share=_share(state, line), level=len(line))


def part_state(state: FeedState, part: Part) -> FeedState:
    """Return what `state` now remembers of `part`."""
    if part.child is None:
        return state
    key = part.child.state.feed_id
    return next((child.state for child in state.children if child.state.feed_id == key), part.state)


def _line(state: FeedState, child: Child) -> list[Child]:
    """Return `child`, the index that lists it, the one that lists that, and so on up to the subscribed one."""
    by_id = {each.state.feed_id: each for each in state.children}
    line = [child]
    while (parent := by_id.get(line[-1].parent or "")) is not None and parent not in line:
        line.append(parent)
    return line


def _share(state: FeedState, line: list[Child]) -> float:
    """Each index divides its own share among the sitemaps that stood in it at first."""
    return prod(1 / max(1, sum(each.initial for each in state.children if each.parent == of.parent)) for of in line)


def _active(state: FeedState) -> list[Child]:
    return [child for child in state.children if not child.state.gone]
