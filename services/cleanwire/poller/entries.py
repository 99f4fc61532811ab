"""What does the cleaner get to know of an entry?"""

from cleanwire.feed.identity import Keyed
from cleanwire.feed.parsed import ParsedFeed
from cleanwire.records.feed import Entry, Feed
from cleanwire.urls import identity, secrets
from cleanwire.urls import site as sites

MAX_TEXT = 64 * 1024  # characters of summary and content that travel with an entry


def entry(keyed: Keyed, parsed: ParsedFeed, feed: Feed, *, now: float, changed: bool) -> Entry:
    """Return the record of one new or changed entry of `feed`."""
    found = keyed.entry
    link = secrets.part(keyed.link).url
    return Entry(
        article_id=identity.article_id(link),
        site=sites.site(link),
        url=link,
        feed_id=feed.id,
        feed_url=secrets.shown(feed.url),
        seen_at=now,
        feed_title=feed.options.title or parsed.title,
        entry_id=found.id,
        title=found.title,
        summary=_cut(found.summary),
        content_html=_cut(found.content_html),
        authors=found.authors,
        published=found.published,
        updated=found.updated,
        categories=found.categories,
        language=parsed.language,
        time_zone=feed.options.time_zone,
        changed=changed,
    )


def _cut(text: str | None) -> str | None:
    return text[:MAX_TEXT] if text is not None else None
