"""What does the cleaner get to know of an entry?"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from cleanwire.feed import limits
from cleanwire.feed.entries import standing
from cleanwire.feed.entries.new_and_changed import Keyed
from cleanwire.feed.formats.fields import bounds
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.records.feed import Entry, Feed
from cleanwire.urls import identity, secrets
from cleanwire.urls import site as sites

_LEAST_SECRET = 6  # characters: shorter ones are words of every text


def entry(
    keyed: Keyed, parsed: ParsedFeed, feed: Feed, *, now: float, changed: bool, read_at: str | None = None
) -> Entry:
    """Return the record of one new or changed entry of `feed`, which was read at `read_at` after redirects."""
    found = bounds.entry(keyed.entry, parsed.cut)
    link = secrets.part(keyed.link).url
    feed_url, feed_site, keys = _of_feed(feed.url, read_at or feed.url)
    made = Entry(
        article_id=keyed.article_id or identity.article_id(link),
        site=sites.site(link),
        url=link,
        feed_id=feed.id,
        feed_url=feed_url,
        seen_at=now,
        feed_title=bounds.cut(feed.options.title, limits.FEED_TITLE.bytes) if feed.options.title else parsed.title,
        entry_id=found.id,
        title=found.title,
        summary=found.summary,
        content_html=found.content_html,
        authors=found.authors,
        published=found.published,
        updated=found.updated,
        categories=found.categories,
        language=parsed.language,
        time_zone=feed.options.time_zone,
        changed=changed,
        cut=found.cut,
        feed_site=feed_site,
    )
    told = keys if feed.options.password is None else (*keys, feed.options.password)
    return _without(made, told) if told else made


@lru_cache(maxsize=16)
def _of_feed(url: str, read_at: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return how a feed's address is shown, the site it was read from, and its keys: once for all entries of a poll."""
    return (
        secrets.shown(url),
        standing.read_from(url, read_at),
        tuple(sorted(secrets.values(url), key=len, reverse=True)),
    )


def _without(entry: Entry, told: Sequence[str]) -> Entry:
    """Return `entry` without the secrets of its feed, which some publishers write into ids and texts."""

    def hidden(text: str | None) -> str | None:
        for word in told if text else ():
            text = (text or "").replace(word, secrets.HIDDEN) if len(word) >= _LEAST_SECRET else text
        return text

    return msgspec.structs.replace(
        entry,
        feed_title=hidden(entry.feed_title),
        entry_id=hidden(entry.entry_id),
        title=hidden(entry.title),
        summary=hidden(entry.summary),
        content_html=hidden(entry.content_html),
    )
