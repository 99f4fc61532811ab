"""Which entries of a feed are new, and which have changed?"""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

from cleanwire.feed import dates, limits
from cleanwire.feed.entries import memory, same_story, words
from cleanwire.feed.entries.flapping import Flaps
from cleanwire.feed.entries.memory import NO_WORDS, WORDS_BYTES, Memory
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.formats.parsed import FeedEntry, ParsedFeed
from cleanwire.records.feed import FeedState
from cleanwire.urls import identity as urls
from cleanwire.urls import site as sites

_NOTHING_TOLD = Stories()


class Dropped(StrEnum):
    """Why an entry is passed over. Also a metric label."""

    NO_LINK = "no_link"  # nothing to fetch
    ADDRESS_TOO_LONG = "address_too_long"
    REPEATED = "repeated"  # the same article stands twice in this feed
    SAME_STORY = "same_story"  # passed on before under another address and id
    FLAPPING = "flapping"  # it changes all the time; passed on later, if it then still reads otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """An entry that is to be published. `link` is the entry's, known to be there; `key` names its article."""

    key: bytes
    link: str
    entry: FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
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

    @property
    def held(self) -> int:
        """Changes that wait: the feed's body must be read again, also if it stays as it is."""
        return self.dropped.get(Dropped.FLAPPING, 0)


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry with what identifies it: its article, its id if it has one, and a hash of its words."""

    entry: FeedEntry
    link: str
    article: bytes
    by_id: bytes | None
    content: bytes
    trusted: bool  # the id names this article alone


def select(
    parsed: ParsedFeed,
    state: FeedState,
    *,
    now: float,
    backfill: int = 100,
    first: bool | None = None,
    told: Stories = _NOTHING_TOLD,
) -> Selection:
    """Return what in `parsed` is new or changed since `state`, both in the order oldest first.

    On the first poll (None: as `state` shows) only the newest `backfill` entries are new, the rest counts as seen. An
    entry is known when its article's address is, or its id. An id that comes with another address and other words was
    reused: that is new.
    What would be new but tells one of the stories in `told` again is dropped (feed/entries/same_story.py says when).
    """
    known = dict(memory.of(state).pairs())
    listed, dropped = _listed(parsed)
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
    )


def entry_times(parsed: ParsedFeed, *, now: float) -> tuple[float, ...]:
    """Return when the entries were published, as epoch seconds, newest first; times after `now` are left out."""
    found = (dates.instant(entry.published or entry.updated) for entry in parsed.entries)
    return tuple(sorted((at for at in found if at is not None and at <= now), reverse=True))


class _Verdict(Enum):
    NEW = 1
    CHANGED = 2
    UNCHANGED = 3


def _verdict(item: _Listed, known: dict[bytes, bytes]) -> _Verdict:
    by_article = known.get(item.article)
    if by_article is not None:
        compared = NO_WORDS not in (by_article, item.content)
        return _Verdict.CHANGED if compared and by_article != item.content else _Verdict.UNCHANGED
    by_id = None if item.by_id is None else known.get(item.by_id)
    # The same words under a known id: only the address changed (a new slug, a tracking parameter nobody knows).
    if (by_id == item.content != NO_WORDS) or (by_id == NO_WORDS and item.trusted):
        return _Verdict.UNCHANGED
    return _Verdict.NEW


def _told_before(unknown: list[_Listed], listed: list[_Listed], told: Stories, state: FeedState) -> set[bytes]:
    """Return the keys of articles that tell a story of `told` again.

    Two entries that a feed lists side by side are two articles to its publisher, whatever their words.
    """
    if not unknown or not len(told):
        return set()
    shown = Counter(words.story_hash(item.entry) for item in listed)
    candidates = (item for item in unknown if shown[words.story_hash(item.entry)] == 1)
    return {item.article for item in candidates if told.told(_story(item, state), dates.instant(item.entry.published))}


def _stories(items: list[_Listed], state: FeedState) -> list[tuple[bytes, float]]:
    found = ((_story(item, state), dates.instant(item.entry.published)) for item in items)
    return [(story, at) for story, at in found if story is not None and at is not None]


def _story(item: _Listed, state: FeedState) -> bytes | None:
    """The story at its site: what two sites tell in the same words are two articles.

    What a feed tells of another site counts for itself alone: else a stranger's feed on the same host could tell an
    article first, under an address of its own choice, and its own feed's entry would be dropped.
    """
    found = words.story_hash(item.entry)
    if found is None:
        return None
    site = sites.site(item.link)
    teller = "" if site == sites.site(state.url) else f" {state.feed_id}"
    return words.digest(f"{site} {found.hex()}{teller}")


def _listed(parsed: ParsedFeed) -> tuple[list[_Listed], dict[Dropped, int]]:
    """Return the entries worth following, each article once, in the feed's order."""
    dropped: Counter[Dropped] = Counter()
    found: dict[str, tuple[str, FeedEntry]] = {}
    for entry in parsed.entries:
        too_long = entry.link is not None and len(entry.link) > limits.LINK.bytes
        address = None if entry.link is None or too_long else urls.normalise(entry.link)
        if too_long:
            dropped[Dropped.ADDRESS_TOO_LONG] += 1
        elif address is None or entry.link is None:
            dropped[Dropped.NO_LINK] += 1
        elif (article := urls.id_of(address)) in found:
            dropped[Dropped.REPEATED] += 1
        else:
            found[article] = (entry.link, entry)
    shared = Counter(entry.id for _, entry in found.values() if entry.id)
    listed = [_item(entry, link, article, shared) for article, (link, entry) in found.items()]
    return listed, dict(dropped)


def _item(entry: FeedEntry, link: str, article: str, shared: Counter[str]) -> _Listed:
    return _Listed(
        entry=entry,
        link=link,
        article=words.digest(article),
        by_id=_id_key(entry.id) if entry.id else None,
        content=words.content_hash(entry)[:WORDS_BYTES],
        trusted=entry.id is not None and shared[entry.id] == 1,
    )


def _id_key(entry_id: str) -> bytes:
    """An id that is an address names an article like a link: a move to https or tracking makes nothing new."""
    if entry_id.startswith(("http://", "https://")) and (address := urls.normalise(entry_id)):
        return words.digest(urls.id_of(address))
    return words.digest(f"id {entry_id}")


def _newest(fresh: list[_Listed], count: int, now: float) -> list[_Listed]:
    """Return the `count` newest; entries of one time rank by their place in the feed, which is newest first."""
    return sorted(fresh, key=lambda item: -_time(item.entry, now))[:count]


def _keyed(items: list[_Listed], now: float) -> tuple[Keyed, ...]:
    newest_first = sorted(items, key=lambda item: -_time(item.entry, now))
    return tuple(Keyed(key=item.article, link=item.link, entry=item.entry) for item in reversed(newest_first))


def _time(entry: FeedEntry, now: float) -> float:
    """When the entry appeared; unknown counts as now, so that a feed without dates keeps its order."""
    at = dates.instant(entry.published or entry.updated)
    return now if at is None else min(at, now)


def _with_words(item: _Listed, known: dict[bytes, bytes], waiting: set[bytes]) -> _Listed:
    """A change that waits keeps its old words, so that it is still a change when its time has come."""
    keeps = item.article in waiting or item.content == NO_WORDS
    return replace(item, content=known.get(item.article, NO_WORDS)) if keeps else item


def _in_window(item: _Listed) -> Shown:
    by_id = item.by_id if item.by_id is not None and item.trusted else b""
    return Shown(keys=item.article + by_id, at=dates.instant(item.entry.published or item.entry.updated))


def _shown(listed: list[_Listed]) -> dict[bytes, bytes]:
    """Return the content hashes of what is in the feed now, by key, oldest first."""
    by_id = {item.by_id: item.content for item in reversed(listed) if item.by_id is not None}
    return by_id | {item.article: item.content for item in reversed(listed)}
