"""Which entries of a feed are new, and which have changed?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from itertools import repeat
from types import MappingProxyType

from msgspec import Struct, structs

from cleanwire.feed import dates, limits
from cleanwire.feed.entries import familiar as familiar_entries
from cleanwire.feed.entries import memory, same_story, words
from cleanwire.feed.entries.familiar import Listed
from cleanwire.feed.entries.flapping import Flaps
from cleanwire.feed.entries.memory import NO_WORDS, WORDS_BYTES, Memory
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats.parsed import SKIPPED, FeedEntry, ParsedFeed
from cleanwire.records.feed import FeedState
from cleanwire.urls import identity as urls
from cleanwire.urls import site as sites

_NOTHING_TOLD = Stories()
_NOTHING_FAMILIAR: Mapping[bytes, Listed] = MappingProxyType({})


class Dropped(StrEnum):
    """Why an entry is passed over. Also a metric label."""

    NO_LINK = "no_link"  # nothing to fetch
    ADDRESS_TOO_LONG = "address_too_long"
    REPEATED = "repeated"  # the same article stands twice in this feed
    SAME_STORY = "same_story"  # passed on before under another address and id
    FLAPPING = "flapping"  # it changes all the time; passed on later, if it then still reads otherwise


class Keyed(Struct, frozen=True, kw_only=True):
    """An entry that is to be published. `link` is the entry's, known to be there; `key` names its article."""

    key: bytes
    link: str
    entry: FeedEntry
    article_id: str | None = None  # where that is known already


class Shown(Struct, frozen=True, kw_only=True):
    """An entry in a feed's window, whether new or not."""

    keys: bytes  # of its article and, if that names this article alone, of its id: `words.HASH_BYTES` each
    at: float | None  # when it was published, as epoch seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a poll brought. All entries listed are new, changed, unchanged, backfilled or dropped.

    `memory`, `changes` and `stories` go into the feed's next state. The last `listed` of the memory are shown now.
    """

    new: tuple[Keyed, ...]
    changed: tuple[Keyed, ...]
    memory: Memory
    listed: int
    changes: bytes = b""
    stories: bytes = b""
    unchanged: int = 0
    backfilled: int = 0  # entries of a first poll that are only remembered
    dropped: dict[Dropped, int] = field(default_factory=dict)
    first: bool = False
    window: tuple[Shown, ...] = ()  # entries with an article of their own, in the feed's order
    familiar: bytes = b""  # for the next poll, in memory only (familiar.py)

    @property
    def held(self) -> int:
        """Changes that wait: the feed's body must be read again, also if it stays as it is."""
        return self.dropped.get(Dropped.FLAPPING, 0)


def unchanged(kept: dict[bytes, Listed], state: FeedState) -> dict[bytes, Listed]:
    """Return those of the entries read before, by digest, that are certainly neither new nor changed to `state`.

    One whose change waits (flapping.py) is not among them: it must be read to be passed on.
    """
    known = dict(memory.of(state).pairs())
    return {digest: item for digest, item in kept.items() if _is_as_known(known.get(item.article), item.content)}


def select(
    parsed: ParsedFeed,
    state: FeedState,
    *,
    now: float,
    backfill: int = 100,
    first: bool | None = None,
    told: Stories = _NOTHING_TOLD,
    familiar: Mapping[bytes, Listed] = _NOTHING_FAMILIAR,
) -> Selection:
    """Return what in `parsed` is new or changed since `state`, both in the order oldest first.

    On the first poll (None: as `state` shows) only the newest `backfill` entries are new, the rest counts as seen. An
    entry is known when its article's address is, or its id. An id that comes with another address and other words was
    reused: that is new.
    What would be new but tells one of the stories in `told` again is dropped (feed/entries/same_story.py says when).
    `familiar` tells by their digests of entries that are `SKIPPED` in `parsed`; all of them are `unchanged`.
    """
    known = dict(memory.of(state).pairs())
    listed, dropped = _listed(parsed, familiar)
    verdicts = [(item, _verdict(item, known)) for item in listed]
    unknown = [item for item, verdict in verdicts if verdict is _Verdict.NEW]
    edited = [item for item, verdict in verdicts if verdict is _Verdict.CHANGED]
    again = _told_before(unknown, listed, told, state)
    fresh = [item for item in unknown if item.article not in again]
    flaps = Flaps(state.changes)
    changed = [item for item in edited if flaps.pass_on(item.article, now)]
    waiting = {item.article for item in edited} - {item.article for item in changed}
    if first is None:
        first = not state.seen and state.changed_at is None
    taken = _newest(fresh, backfill, now) if first else fresh
    shown = _shown([_with_words(item, known, waiting) for item in listed])
    dropped |= {why: n for why, n in ((Dropped.SAME_STORY, len(again)), (Dropped.FLAPPING, len(waiting))) if n}
    return Selection(
        new=_keyed(taken, now),
        changed=_keyed(changed, now),
        memory=memory.after(known, shown),
        listed=len(shown),
        changes=flaps.packed({item.article for item in listed}, now),
        stories=same_story.remember(state.stories, _stories(taken, state), now),
        unchanged=len(listed) - len(unknown) - len(edited),
        backfilled=len(fresh) - len(taken),
        dropped=dropped,
        first=first,
        window=tuple(map(_in_window, listed)),
        familiar=familiar_entries.packed(parsed.context, listed),
    )


def entry_times(
    parsed: ParsedFeed, *, now: float, familiar: Mapping[bytes, Listed] = _NOTHING_FAMILIAR
) -> tuple[float, ...]:
    """Return when the entries were published, as epoch seconds, newest first; times after `now` are left out."""
    found = [
        familiar[digest].at if entry is SKIPPED else dates.instant(entry.published or entry.updated)
        for entry, digest in _with_digests(parsed)
    ]
    return tuple(sorted((at for at in found if at is not None and at <= now), reverse=True))


class _Verdict(Enum):
    NEW = 1
    CHANGED = 2
    UNCHANGED = 3


def _verdict(item: Listed, known: dict[bytes, bytes]) -> _Verdict:
    by_article = known.get(item.article)
    if by_article is not None:
        return _Verdict.UNCHANGED if _is_as_known(by_article, item.content) else _Verdict.CHANGED
    by_id = None if item.by_id is None else known.get(item.by_id)
    # The same words under a known id: only the address changed (a new slug, a tracking parameter nobody knows).
    if (by_id == item.content != NO_WORDS) or (by_id == NO_WORDS and item.trusted):
        return _Verdict.UNCHANGED
    return _Verdict.NEW


def _is_as_known(known: bytes | None, content: bytes) -> bool:
    """Tell whether an article is known, and by the same words, or unknown ones."""
    return known is not None and (known in (content, NO_WORDS) or content == NO_WORDS)


def _told_before(unknown: list[Listed], listed: list[Listed], told: Stories, state: FeedState) -> set[bytes]:
    """Return the keys of articles that tell a story of `told` again.

    Two entries that a feed lists side by side are two articles to its publisher, whatever their words.
    """
    if not unknown or not len(told):
        return set()
    shown = Counter(item.story for item in listed)
    candidates = (item for item in unknown if shown[item.story] == 1)
    return {item.article for item in candidates if told.told(_story(item, state), _published(item))}


def _stories(items: list[Listed], state: FeedState) -> list[tuple[bytes, float]]:
    found = ((_story(item, state), _published(item)) for item in items)
    return [(story, at) for story, at in found if story is not None and at is not None]


def _published(item: Listed) -> float | None:
    return item.at if item.entry.published else None


def _story(item: Listed, state: FeedState) -> bytes | None:
    """The story at its site: what two sites tell in the same words are two articles.

    What a feed tells of another site counts for itself alone: else a stranger's feed on the same host could tell an
    article first, under an address of its own choice, and its own feed's entry would be dropped.
    """
    if item.story is None:
        return None
    site = sites.site(item.link)
    teller = "" if site == sites.site(state.url) else f" {state.feed_id}"
    return words.digest(f"{site} {item.story.hex()}{teller}")


def _listed(parsed: ParsedFeed, familiar: Mapping[bytes, Listed]) -> tuple[list[Listed], dict[Dropped, int]]:
    """Return the entries worth following, each article once, in the feed's order."""
    dropped: Counter[Dropped] = Counter()
    found: dict[bytes, Listed] = {}
    for entry, digest in _with_digests(parsed):
        item = familiar[digest] if entry is SKIPPED else _item(entry, digest)
        if isinstance(item, Dropped):
            dropped[item] += 1
        elif item.article in found:
            dropped[Dropped.REPEATED] += 1
        else:
            found[item.article] = item
    times = Counter(item.by_id for item in found.values())
    listed = [
        item if item.by_id is None or times[item.by_id] == 1 else structs.replace(item, trusted=False)
        for item in found.values()
    ]
    return listed, dict(dropped)


def _with_digests(parsed: ParsedFeed) -> Iterable[tuple[FeedEntry, bytes]]:
    return zip(parsed.entries, parsed.digests or repeat(b""), strict=False)


def _item(entry: FeedEntry, digest: bytes) -> Listed | Dropped:
    if entry.link is not None and len(entry.link) > limits.LINK.bytes:
        return Dropped.ADDRESS_TOO_LONG
    address = None if entry.link is None else urls.normalise(entry.link)
    if address is None or entry.link is None:
        return Dropped.NO_LINK
    content, story = words.hashes(entry)
    article_id = urls.id_of(address)
    return Listed(
        entry,
        entry.link,
        words.digest(article_id),
        _id_key(entry.id, entry.link, address) if entry.id else None,
        content[:WORDS_BYTES],
        story,
        dates.instant(entry.published or entry.updated),
        digest,
        article_id=article_id,
    )


def _id_key(entry_id: str, link: str, address: str) -> bytes:
    """An id that is an address names an article like a link: a move to https or tracking makes nothing new.

    `address` is what `link` means, which the id often is as well.
    """
    if entry_id == link:
        return words.digest(urls.id_of(address))
    if entry_id.startswith(("http://", "https://")) and (named := urls.normalise(entry_id)):
        return words.digest(urls.id_of(named))
    return words.digest(f"id {entry_id}")


def _newest(fresh: list[Listed], count: int, now: float) -> list[Listed]:
    """Return the `count` newest; entries of one time rank by their place in the feed, which is newest first."""
    return sorted(fresh, key=lambda item: -_time(item, now))[:count]


def _keyed(items: list[Listed], now: float) -> tuple[Keyed, ...]:
    newest_first = sorted(items, key=lambda item: -_time(item, now))
    return tuple(
        Keyed(key=item.article, link=item.link, entry=item.entry, article_id=item.article_id)
        for item in reversed(newest_first)
    )


def _time(item: Listed, now: float) -> float:
    """When the entry appeared; unknown counts as now, so that a feed without dates keeps its order."""
    return now if item.at is None else min(item.at, now)


def _with_words(item: Listed, known: dict[bytes, bytes], waiting: set[bytes]) -> Listed:
    """A change that waits keeps its old words, so that it is still a change when its time has come."""
    keeps = item.article in waiting or item.content == NO_WORDS
    return structs.replace(item, content=known.get(item.article, NO_WORDS)) if keeps else item


def _in_window(item: Listed) -> Shown:
    by_id = item.by_id if item.by_id is not None and item.trusted else b""
    return Shown(keys=item.article + by_id, at=item.at)


def _shown(listed: list[Listed]) -> dict[bytes, bytes]:
    """Return the content hashes of what is in the feed now, by key, oldest first."""
    by_id = {item.by_id: item.content for item in reversed(listed) if item.by_id is not None}
    return by_id | {item.article: item.content for item in reversed(listed)}
