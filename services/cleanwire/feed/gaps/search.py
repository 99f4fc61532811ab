"""Did entries come and go between two polls, how many, and which of them does the site's news sitemap still list?

A feed shows its last so many entries. When a poll finds none of those of the poll before (pinned ones left out, see
overlap.py), some may have been shown in between and never been seen. Such a gap lasts from the newest entry known
before it to the oldest that came after, and entries came about as often in it as after it:

    lost = gap / mean time from one entry after it to the next - 1

rounded, from 0 to `MAX_LOST`; 0 is no gap. Where that time cannot be told, it is the one learned of the feed. A feed
without dates counts from poll to poll, at the rate learned of it, less what the poll brought.
"""

import re
from collections.abc import Iterable

from msgspec import structs

from cleanwire.feed import dates
from cleanwire.feed.entries import memory, words
from cleanwire.feed.entries.new_and_changed import Keyed, Selection
from cleanwire.feed.formats.parsed import FeedEntry, ParsedFeed, SitemapLink
from cleanwire.feed.formats.sitemap import is_news
from cleanwire.feed.gaps import overlap
from cleanwire.feed.timing import children
from cleanwire.records.feed import FeedState, Gap, Listing
from cleanwire.urls import identity
from cleanwire.urls import parse as urls
from cleanwire.urls import site as sites

MAX_LOST = 1000
"""Entries that one gap is thought to have cost at most: as many as a news sitemap lists."""
MAX_RECOVERED = 200
"""Entries taken from a news sitemap for one gap, the latest."""
MAX_SCOPES = 30
MAX_SCOPE = 200
"""Characters of a host and section: two that agree in so many are one."""
MAX_ASKS = 5
"""Requests made to look into one gap."""
MAX_AGE_S = 2 * 86_400
"""So long a news sitemap lists an article; what was lost earlier is not looked for."""

_WELL_KNOWN = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")
_NUMBER = re.compile(r"[\d-]+")


def found(before: FeedState, selection: Selection, listed: Listing, *, now: float) -> Gap | None:
    """Return the gap between the poll that left `before` and the one that brought `selection` and `listed`, if any.

    There is none where the two windows overlap, in entries or in time: a feed whose addresses all changed lost nothing.
    """
    last = before.listing
    if last is None or not selection.new or selection.first or not last.articles:
        return None
    if overlap.overlap(last, selection, now=now):
        return None
    since = last.newest_at or before.polled_at or now
    times = (_time(keyed.entry) for keyed in selection.new)
    after = [at for at in times if at is not None and since < at <= now]
    dated = last.newest_at is not None and listed.newest_at is not None
    if since >= now or (dated and not after):
        return None
    until = min(after) if dated else now
    rate = (dated and _rate(after)) or before.rate
    lost = round((until - since) * rate) - (1 if dated else len(selection.new))
    if lost < 1:
        return None
    return Gap(
        since=since,
        until=until,
        lost=min(lost, MAX_LOST),
        due_at=now,
        scopes=tuple(dict.fromkeys(_scope(keyed.link) for keyed in selection.new))[:MAX_SCOPES],
    )


def counted(state: FeedState, gap: Gap, *, search_every_s: float, now: float) -> FeedState:
    """Return `state`, that of a feed after a poll of it or of one of its sitemaps, with the `gap` before that poll.

    The gap is looked into at once, but no sooner than `search_every_s` after the last search; 0 means never. A gap that
    still waits is joined with it.
    """
    waiting = state.gap
    after = structs.replace(state, gaps=state.gaps + 1, lost=state.lost + gap.lost, gap=None)
    if not search_every_s:
        return after
    if waiting is not None:
        scopes = tuple(dict.fromkeys((*waiting.scopes, *gap.scopes)))[:MAX_SCOPES]
        joined = structs.replace(
            waiting,
            since=min(waiting.since, gap.since),
            until=max(waiting.until, gap.until),
            lost=waiting.lost + gap.lost,
            scopes=scopes,
        )
        return structs.replace(after, gap=joined)
    soonest = now if state.searched_at is None else state.searched_at + search_every_s
    return structs.replace(after, gap=structs.replace(gap, due_at=max(now, soonest)))


def sitemaps_to_ask(listed: Iterable[str], *, feed_url: str, now: float) -> tuple[str, ...]:
    """Return where the news sitemap of a feed's site may be, by what its robots.txt has `listed`.

    Sitemaps named for news are asked alone; else the first two listed, which may be indexes, and where it often is.
    Only sitemaps of the site itself count.
    """
    site = sites.site(feed_url)
    found = [url for line in listed if (url := urls.href(line, feed_url)) and sites.site(url) == site]
    named = [SitemapLink(url=url) for url in found if children.is_named_for_news(url)]
    if named:
        return tuple(children.likeliest(named, site=site, now=now))[: MAX_ASKS - 1]
    guesses = [url for path in _WELL_KNOWN if (url := urls.href(path, feed_url))]
    return tuple(dict.fromkeys([*found[:2], *guesses]))[: MAX_ASKS - 1]


def missing(parsed: ParsedFeed, state: FeedState, gap: Gap, *, now: float) -> tuple[Keyed, ...]:
    """Return what a news sitemap lists of the time of `gap` and the feed never showed, oldest first.

    Only what lies where the feed's own entries do, by host and section: a feed about sport brings no politics.
    """
    known = set(words.split(state.seen))
    scopes = frozenset(gap.scopes)
    fresh: dict[bytes, tuple[float, Keyed]] = {}
    for entry in parsed.entries:
        at = _time(entry)
        if at is None or not max(gap.since, now - MAX_AGE_S) < at < gap.until or not is_news(entry):
            continue
        address = None if entry.link is None else identity.normalise(entry.link)
        if address is None or entry.link is None or _scope(entry.link) not in scopes:
            continue
        key = words.digest(identity.id_of(address))
        if key not in known:
            fresh[key] = (at, Keyed(key=key, link=entry.link, entry=entry))
    ordered = sorted(fresh.values(), key=lambda pair: pair[0])
    return tuple(keyed for _, keyed in ordered[-MAX_RECOVERED:])


def closed(state: FeedState, recovered: tuple[Keyed, ...], *, now: float) -> FeedState:
    """Return `state` after the search: `recovered` entries are known, their words are not."""
    return structs.replace(
        memory.with_gone(state, (keyed.key for keyed in recovered)),
        gap=None,
        searched_at=now,
        recovered=state.recovered + len(recovered),
    )


def _rate(times: list[float]) -> float:
    """Entries a second; 0 where these do not tell."""
    span_s = max(times) - min(times)
    return (len(times) - 1) / span_s if span_s > 0 else 0.0


def _time(entry: FeedEntry) -> float | None:
    return dates.instant(entry.published or entry.updated)


def _scope(url: str) -> str:
    """The host and, where there is one, the section: the first folder whose name is no number or date."""
    parsed = urls.split(url)
    if parsed is None:
        return ""
    folders = parsed.pathname.split("/")[1:-1]
    section = folders[0] if folders and not _NUMBER.fullmatch(folders[0]) else ""
    return f"{parsed.hostname}/{section}"[:MAX_SCOPE]
