"""How is a feed's state kept small enough for a record? By what can be learned anew, never by what the feed lists.

The worst that a feed or index can list takes about 700 KB (feed/entries/memory.py). What stands beside it has bounds
of its own, but may be too much where everything is at its bound at once.
"""

from collections.abc import Callable

from msgspec import structs

from cleanwire.feed.entries import memory
from cleanwire.records import limits
from cleanwire.records.base import encode
from cleanwire.records.feed import FeedState

_USUAL_BYTES = 90_000  # of all but memory and children, at most
_CHILD_BYTES = 60_000  # of one child, at most


def fit(state: FeedState) -> FeedState:
    """Return `state`, made smaller than `limits.FEED_STATE` if it is not."""
    packed = len(state.seen) + len(state.hashes) + len(state.revision_hashes) + len(state.changes)
    if packed * 4 // 3 + _USUAL_BYTES + _CHILD_BYTES * len(state.children) <= limits.FEED_STATE:
        return state
    for smaller in (*_STEPS, None):
        if len(encode(state)) <= limits.FEED_STATE or smaller is None:
            break
        state = smaller(state)
    return state


def _without_listings(state: FeedState) -> FeedState:
    """No gap is found at the next poll of each of them."""
    slim = tuple(
        structs.replace(child, state=structs.replace(child.state, listing=None, rhythm=b"")) for child in state.children
    )
    return structs.replace(state, children=slim)


def _without_retired(state: FeedState) -> FeedState:
    """Dead sitemaps that the index lists still are asked once more."""
    alive = tuple(child for child in state.children if not child.state.gone)
    return memory.regrouped(structs.replace(state, children=alive), state)


def _without_gone(state: FeedState) -> FeedState:
    """Entries that left the feed are new should they return."""
    return memory.without_gone(state)


def _without_changes(state: FeedState) -> FeedState:
    """Each entry's next change is passed on at once."""
    return structs.replace(state, changes=b"", stories=b"", listing=None)


def _without_plans(state: FeedState) -> FeedState:
    """What may be lost in a gap is not looked for; validators are given anew with the next reply."""
    children = tuple(
        structs.replace(child, state=structs.replace(child.state, moved_to=None, etag=None, last_modified=None))
        for child in state.children
    )
    return structs.replace(state, gap=None, news_sitemap=None, moved_to=None, children=children)


_STEPS: tuple[Callable[[FeedState], FeedState], ...] = (
    _without_listings,
    _without_retired,
    _without_changes,
    _without_gone,
    _without_plans,
)
