"""How much do we take of what others send? As a module it prints docs/limits.md."""

from cleanwire import settings
from cleanwire.feed import limits
from cleanwire.feed.formats import sitemap
from cleanwire.feed.limits import Limit
from cleanwire.feed.timing import children
from cleanwire.records import limits as records

_HEAD = """# Limits

Written by `make docs` from `services/cleanwire/feed/limits.py`, `records/limits.py` and `settings.py`.

What is over a limit costs only itself: the rest of the feed, the entry or the page is read. Whatever is cut or left out
of an entry stands in its `cut`, documents of such entries have `feed_text_cut` in `quality.flags`, and
`cleanwire_poller_texts_cut_total` counts them by what was cut. Entries that are not passed on are counted by
`cleanwire_poller_entries_dropped_total` with their reason.

Bytes are those that a text takes in a record: UTF-8, with a quote as two bytes and a control character as six.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_texts(), "", *_records(), "", *_bodies()]) + "\n"


def _texts() -> list[str]:
    lines = [
        "## Texts and lists of feeds",
        "",
        "| what | bytes | at most | all together | beyond |",
        "|---|---|---|---|---|",
    ]
    for of, table in limits.TABLE.items():
        lines += [f"| {of}: {name} | {_row(limit)} |" for name, limit in table.items()]
    return lines


def _row(limit: Limit) -> str:
    together = f"{limit.total_bytes:,}" if limit.total_bytes else ""
    return f"{limit.bytes:,} | {f'{limit.count:,}' if limit.count > 1 else ''} | {together} | {limit.beyond}"


def _records() -> list[str]:
    return [
        "## Records",
        "",
        "| record | bytes |",
        "|---|---|",
        f"| entry (`news.entries`) | {records.ENTRY:,} |",
        f"| state of an article (`news.article-state`) | {records.ARTICLE_STATE:,} |",
        f"| state of a feed (`news.feed-state`) | {records.FEED_STATE:,} |",
    ]


def _bodies() -> list[str]:
    fetch = settings.Settings().fetch
    return [
        "## Bodies",
        "",
        "| what | at most |",
        "|---|---|",
        f"| feed, decoded (`fetch.feed_limit_bytes`) | {fetch.feed_limit_bytes:,} bytes |",
        f"| page, decoded (`fetch.page_limit_bytes`) | {fetch.page_limit_bytes:,} bytes |",
        f"| entries of a feed | {limits.MAX_ENTRIES:,} |",
        f"| entries of a feed that is not well-formed | {limits.MAX_TOLERANT_ENTRIES:,} |",
        f"| entries of a sitemap, the newest | {sitemap.MAX_LISTED:,} |",
        f"| sitemaps followed of an index, and of indexes in it | {children.MAX_FOLLOWED} and {children.MAX_DEEPER} |",
    ]


if __name__ == "__main__":
    print(page(), end="")
