"""Which sitemaps of an index are polled, and when?

An index lists hundreds, most of them archives. Followed are those named for news, and those that the index says changed
lately; where it dates nothing, the ones with the highest numbers and the first. Each is a small feed with a schedule of
its own; their first polls are spread. One that is dead is retired until the index dates it anew.

The protocol knows no index in an index, but news sites have them: years, months, days. What it lists is followed in the
same way, down to `MAX_LEVEL`; all children are kept side by side, each with the index it stands in.
"""

import re
from collections.abc import Iterable

from msgspec import structs

from cleanwire.feed import dates
from cleanwire.feed.entries import memory
from cleanwire.feed.entries.memory import Memory
from cleanwire.feed.formats.parsed import SitemapLink
from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.records.feed import Child, FeedState
from cleanwire.urls import identity
from cleanwire.urls import parse as urls
from cleanwire.urls import site as sites

MAX_FOLLOWED = 10
MAX_DEEPER = 20
"""Sitemaps followed of indexes in the index, all together."""
MAX_LEVEL = 3
"""So deep in an index a sitemap is read: 1 is what the index lists itself. An index down there is none to us."""
MAX_RETIRED = 50
"""Dead ones remembered, so that they are not asked again at each reading of the index."""
RECENT_S = 3 * 86_400
"""A sitemap that the index dates no later than this ago may list something new."""
UNDATED = 4
"""Sitemaps followed of an index that dates none: by number the three highest, and the first."""
INDEX_CEILING_S = 3600.0
"""An index is read at least this often: tomorrow's sitemap may be a new one."""
IDLE_POLLS = 3
"""Polls without one recent page after which a sitemap is retired, unless its name says news."""
FAILED_POLLS = 4
"""Answers of 404, or with something that is no sitemap, in a row after which it is retired."""

_NEWS = re.compile(r"(?<![a-z])(?:google-?)?(?:news|latest|recent|actualite|noticias|nachrichten)(?![a-z])", re.I)
_NO_ARTICLES = re.compile(
    r"(?<![a-z])(?:categor(?:y|ies)|tags?|authors?|topics?|pages?|images?|photos?|galler(?:y|ies)|videos?|products?"
    r"|events?|attachments?|taxonom(?:y|ies)|users?|forums?)(?![a-z])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


def polled(
    state: FeedState, part: Part, following: FeedState, *, shown: Memory | None, recent: int | None, lost: bool
) -> FeedState:
    """Return the index after its sitemap `part` was polled.

    Args:
        following: the sitemap's own next state, with the changes and stories of the whole feed.
        shown: what it lists now; None when it was not read.
        recent: how many recent pages it lists; None when nothing tells.
        lost: the answer was that there is no such sitemap.
    """
    assert part.child is not None
    child = part.child
    failed = following.failures >= FAILED_POLLS and lost
    idle = child.idle if recent is None else 0 if recent else child.idle + 1
    dead = following.gone or failed or (idle >= IDLE_POLLS and not is_named_for_news(following.url))
    slim = structs.replace(following, changes=b"", stories=b"", title=None, gone=dead)
    forgetful = memory.written(slim, Memory())
    after = structs.replace(child, state=forgetful, idle=idle)
    lists = Memory() if dead else shown  # what a retired one lists is not read, so it need not be remembered
    if lists is not None:
        state = memory.with_child(state, child.state.feed_id, lists)
        after = structs.replace(after, listed=len(lists))
    return structs.replace(
        with_children(
            state, tuple(after if other.state.feed_id == child.state.feed_id else other for other in state.children)
        ),
        changes=following.changes,
        stories=following.stories,
        rest_until=following.rest_until,
    )


def with_children(state: FeedState, found: tuple[Child, ...]) -> FeedState:
    """Return the index with the children `found`, but for those whose own index is followed no more."""
    kept = _attached(found)
    if [child.state.feed_id for child in kept] == [child.state.feed_id for child in state.children]:
        return structs.replace(state, children=kept)
    return memory.regrouped(structs.replace(state, children=kept), state)


def asked(state: FeedState, now: float) -> FeedState:
    """Return `state` with the feed and all its sitemaps due at `now`, dead ones too, as somebody asked for a poll."""
    return structs.replace(
        state, next_poll_at=now, gone=False, children=tuple(_revived(child, now) for child in state.children)
    )


def listed_by(state: FeedState, parent: Child | None) -> bool:
    """Return whether sitemaps are followed that `parent` lists; None: the subscribed index itself."""
    key = _key(parent)
    return any(child.parent == key for child in state.children)


def followed(
    state: FeedState,
    links: Iterable[SitemapLink],
    *,
    parent: Child | None = None,
    site: str,
    bounds: Bounds,
    now: float,
) -> tuple[Child, ...]:
    """Return all children after an index was read that lists `links`: kept, changed and new ones, and those retired.

    Only sitemaps of `site` count (https://www.sitemaps.org/protocol.html#index). What the index lists no more is
    forgotten, with all below it. What another index of the feed lists stays there, so that none is asked twice.

    Args:
        parent: the child that is the index; None: the subscribed one.
    """
    key = _key(parent)
    others = tuple(child for child in state.children if child.parent != key)
    elsewhere = {state.feed_id, *(child.state.feed_id for child in others)}
    by_id = {at: link for at, link in _by_id(links, site).items() if at not in elsewhere}
    known = {at: child for child in state.children if child.parent == key and (at := child.state.feed_id) in by_id}
    retired = {at for at, child in known.items() if child.state.gone and not _dated_anew(child, by_id[at])}
    chosen = _chosen(by_id, retired, now)[: _room(others, key)]
    initial = state.body_hash is None if parent is None else parent.initial and parent.state.body_hash is None
    spread_s = bounds.floor_s / max(1, len(chosen))
    kept = [
        _seen_again(known[at], by_id[at], bounds, now)
        if at in known
        else Child(
            state=schedule.first_poll(at, by_id[at].url, now=now + number * spread_s, jitter=0.0),
            modified=by_id[at].modified,
            parent=key,
            initial=initial,
        )
        for number, at in enumerate(chosen)
    ]
    remembered = max(0, MAX_RETIRED - sum(child.state.gone for child in others))
    dead = [known[at] for at in known if at in retired]
    return _attached((*kept, *dead[max(0, len(dead) - remembered) :], *others))


def likeliest(links: Iterable[SitemapLink], *, site: str, now: float) -> list[str]:
    """Return the addresses among `links` that may list something new, the likeliest first."""
    by_id = _by_id(links, site)
    return [by_id[key].url for key in _chosen(by_id, set(), now)]


def is_named_for_news(url: str) -> bool:
    """Return whether a sitemap's address says that it lists news."""
    return _NEWS.search(_path(url)) is not None


def _key(parent: Child | None) -> str | None:
    return None if parent is None else parent.state.feed_id


def _by_id(links: Iterable[SitemapLink], site: str) -> dict[str, SitemapLink]:
    return {identity.feed_id(link.url): link for link in links if _may_follow(link, site)}


def _room(others: tuple[Child, ...], key: str | None) -> int:
    """Return how many sitemaps of the index `key` may be followed beside `others`."""
    if key is None:
        return MAX_FOLLOWED
    deeper = sum(child.parent is not None and not child.state.gone for child in others)
    return max(0, min(MAX_FOLLOWED, MAX_DEEPER - deeper))  # dead ones that somebody asked for count, too


def _attached(found: tuple[Child, ...]) -> tuple[Child, ...]:
    """Return those of `found` whose index is followed still, that index's index, too, and so on."""
    followed_ids = {child.state.feed_id for child in found if not child.state.gone}
    kept = tuple(child for child in found if child.parent is None or child.parent in followed_ids)
    return kept if len(kept) == len(found) else _attached(kept)


def _chosen(links: dict[str, SitemapLink], retired: set[str], now: float) -> list[str]:
    """Return the keys of those that may list something new, the likeliest first."""
    dated = {key: at for key, link in links.items() if (at := dates.instant(link.modified)) is not None}
    alive = [key for key in links if key not in retired]
    news = [key for key in alive if is_named_for_news(links[key].url)]
    if len(alive) > MAX_FOLLOWED and len(news) * 2 > len(alive):
        news = []  # the folder of all of them is called so
    latest = sorted((key for key in alive if key in dated), key=lambda key: -dated[key])
    recent = [key for key in latest if now - dated[key] <= RECENT_S] or latest[:1]
    undated = [] if dated else [key for key in _by_number(links) if key not in retired]
    news.sort(key=lambda key: -dated.get(key, 0.0))
    return list(dict.fromkeys([*news, *recent, *undated]))[:MAX_FOLLOWED]


def _by_number(links: dict[str, SitemapLink]) -> list[str]:
    """Return the keys with the highest numbers in their addresses, and the first: one of these lists what is new."""
    numbers = {key: [int(number[:12]) for number in _NUMBER.findall(_path(link.url))] for key, link in links.items()}
    return list(dict.fromkeys([*sorted(links, key=lambda key: numbers[key], reverse=True)[: UNDATED - 1], *links]))[
        :UNDATED
    ]


def _seen_again(child: Child, link: SitemapLink, bounds: Bounds, now: float) -> Child:
    if not _dated_anew(child, link):
        return child
    soonest = max(now, (child.state.polled_at or 0.0) + bounds.floor_s)
    revived = _revived(child, min(soonest, child.state.next_poll_at) if not child.state.gone else soonest)
    return structs.replace(revived, modified=link.modified)


def _revived(child: Child, at: float) -> Child:
    failures = 0 if child.state.gone else child.state.failures
    return structs.replace(
        child,
        state=structs.replace(child.state, next_poll_at=at, gone=False, failures=failures),
        idle=0 if child.state.gone else child.idle,
    )


def _dated_anew(child: Child, link: SitemapLink) -> bool:
    return link.modified is not None and link.modified != child.modified


def _may_follow(link: SitemapLink, site: str) -> bool:
    wanted = is_named_for_news(link.url) or _NO_ARTICLES.search(_path(link.url)) is None
    return wanted and sites.site(link.url) == site


def _path(url: str) -> str:
    """Return what names a sitemap: its path and query. The host of a news site may say news, or anything."""
    parsed = urls.split(url)
    return "" if parsed is None else parsed.pathname + parsed.search
