"""Which entries has a feed shown, and with which words? Packed for its state, oldest first.

A memory is two byte strings side by side: `seen`, 8-byte hashes of the keys of entries (`new_and_changed.py`), and
`hashes`, the first 4 bytes of the hash of the words of each. Version 0.1.0 kept 8 bytes of the latter, as
`revision_hashes`; it reads ours as entries whose words it never saw.

What left a feed is forgotten first when there is no more room; what it lists never is. Of a sitemap index that is what
each of its sitemaps lists: their keys stand at the end of the memory, those of each sitemap side by side, in the order
of `children`, each of which says how many are its own. What two of them list stands there twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from cleanwire.feed.entries import words
from cleanwire.records.feed import FeedState

CAP = 20_000
"""Keys remembered of a feed, one or two an entry."""
LEAST_GONE = 2000
"""So many keys of entries that left it are remembered, however many it lists."""
WORDS_BYTES = 4
"""Of the hash of an entry's words: one change in four thousand million goes unseen."""
NO_WORDS = words.NO_WORDS[:WORDS_BYTES]


@dataclass(frozen=True, slots=True)
class Memory:
    """Keys and as many hashes of words."""

    seen: bytes = b""
    hashes: bytes = b""

    def __len__(self) -> int:
        return len(self.seen) // words.HASH_BYTES

    def part(self, start: int, end: int) -> "Memory":
        """Return the entries from `start` to `end`, both counted from the first."""
        return Memory(
            self.seen[start * words.HASH_BYTES : end * words.HASH_BYTES],
            self.hashes[start * WORDS_BYTES : end * WORDS_BYTES],
        )

    def pairs(self) -> Iterable[tuple[bytes, bytes]]:
        """Give keys with the hash of their words."""
        said = (self.hashes[at : at + WORDS_BYTES] for at in range(0, len(self.hashes), WORDS_BYTES))
        return zip(words.split(self.seen), said, strict=True)


def of(state: FeedState) -> Memory:
    """Return all that `state` remembers. Whatever it holds, there are as many hashes as keys."""
    count = len(state.seen) // words.HASH_BYTES
    hashes = state.hashes or b"".join(each[:WORDS_BYTES] for each in words.split(state.revision_hashes))
    size = count * WORDS_BYTES
    return Memory(state.seen[: count * words.HASH_BYTES], hashes[:size].ljust(size, b"\0"))


def packed(pairs: Iterable[tuple[bytes, bytes]]) -> Memory:
    """Return the memory of these keys and hashes of words."""
    listed = list(pairs)
    return Memory(b"".join(key for key, _ in listed), b"".join(said for _, said in listed))


def joined(*parts: Memory) -> Memory:
    """Return these memories as one."""
    return Memory(b"".join(part.seen for part in parts), b"".join(part.hashes for part in parts))


def after(known: dict[bytes, bytes], shown: dict[bytes, bytes]) -> Memory:
    """Return the memory of a feed that knew `known` and shows `shown` now; the latter stands at the end."""
    gone = packed((key, said) for key, said in known.items() if key not in shown)
    return joined(_latest(gone, len(shown)), packed(shown.items()))


def for_child(state: FeedState, child_id: str) -> Memory:
    """Return all that an index's `state` remembers, with what the sitemap `child_id` lists at the end.

    Where two sitemaps list an entry in other words, each is compared with its own.
    """
    groups = _groups(state)
    own = groups.pop(child_id, Memory())
    return joined(*groups.values(), own)


def with_child(state: FeedState, child_id: str, shown: Memory) -> FeedState:
    """Return an index's `state` after its sitemap `child_id` was read and shows `shown`."""
    groups = _groups(state)
    now = set(words.split(shown.seen))
    left = dict(pair for pair in groups.get(child_id, Memory()).pairs() if pair[0] not in now)
    groups[child_id] = shown
    if left:
        gone = (pair for pair in groups[_GONE].pairs() if pair[0] not in left)
        groups[_GONE] = joined(packed(gone), packed(left.items()))
    return _with_groups(state, groups)


def regrouped(state: FeedState, before: FeedState) -> FeedState:
    """Return `state`, which was `before` when its memory was written and has other children now.

    What sitemaps listed that it follows no more has left it.
    """
    groups = _groups(before)
    stay = {child.state.feed_id for child in state.children}
    left = [group for child_id, group in groups.items() if child_id not in stay]  # with what is gone, the first
    return _with_groups(state, {**groups, _GONE: joined(*left)})


def with_gone(state: FeedState, keys: Iterable[bytes]) -> FeedState:
    """Return `state` with `keys` remembered as those of entries that left it, of unknown words."""
    groups = _groups(state)
    return _with_groups(state, {**groups, _GONE: joined(groups[_GONE], packed((key, NO_WORDS) for key in keys))})


def without_gone(state: FeedState) -> FeedState:
    """Return `state` with what a feed or its sitemaps list, as far as their number is known, and nothing that left."""
    groups = _groups(state)
    return state if len(groups) == 1 else _with_groups(state, {**groups, _GONE: Memory()})


def written(state: FeedState, memory: Memory) -> FeedState:
    """Return `state` with `memory` in place of what it remembered."""
    return structs.replace(state, seen=memory.seen, hashes=memory.hashes, revision_hashes=b"")


_GONE = ""  # no feed's id


def _groups(state: FeedState) -> dict[str, Memory]:
    """Return what each child lists by its id, after what none does."""
    memory = of(state)
    listed = [(child.state.feed_id, max(0, child.listed)) for child in state.children]
    at = len(memory) - sum(count for _, count in listed)
    if at < 0:  # none of ours
        return {_GONE: memory}
    groups = {_GONE: memory.part(0, at)}
    for child_id, count in listed:
        groups[child_id] = memory.part(at, at + count)
        at += count
    return groups


def _with_groups(state: FeedState, groups: dict[str, Memory]) -> FeedState:
    own = [groups.get(child.state.feed_id, Memory()) for child in state.children]
    children = tuple(
        structs.replace(child, listed=len(group)) for child, group in zip(state.children, own, strict=True)
    )
    listed = sum(map(len, own))
    gone = groups[_GONE] if not state.children else _latest(groups[_GONE], listed)
    return structs.replace(written(state, joined(gone, *own)), children=children)


def _latest(gone: Memory, listed: int) -> Memory:
    room = max(CAP - listed, LEAST_GONE)
    return gone.part(max(0, len(gone) - room), len(gone))
