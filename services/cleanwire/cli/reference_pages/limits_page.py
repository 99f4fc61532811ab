"""How much do we take of what others send? As a module it prints docs/limits.md."""

from cleanwire import settings
from cleanwire.feed import limits
from cleanwire.feed.formats import sitemap
from cleanwire.feed.limits import Limit
from cleanwire.feed.timing import children
from cleanwire.ops.console import bounds
from cleanwire.records import limits as records

_HEAD = """# Limits

Written by `make docs` from `services/cleanwire/feed/limits.py`, `records/limits.py`, `ops/console/bounds.py` and
`settings/sections.py`.

What is over a limit costs only itself: the rest of the feed, the entry or the page is read. Whatever is cut or left out
of an entry stands in its `cut`, documents of such entries have `feed_text_cut` in `quality.flags`, and
`cleanwire_poller_texts_cut_total` counts them by what was cut. Entries that are not passed on are counted by
`cleanwire_poller_entries_dropped_total` with their reason.

Bytes are those that a text takes in a record: UTF-8, with a quote as two bytes and a control character as six.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_texts(), "", *_records(), "", *_bodies(), "", *_console()]) + "\n"


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


def _console() -> list[str]:
    console = settings.Settings().console
    shares = ", ".join(f"{name} {share:.1%}" for name, share in bounds.SHARES.items())
    return [
        "## The ops page",
        "",
        "| what | at most |",
        "|---|---|",
        f"| memory for what it shows (`console.memory_mb`) | {console.memory_mb} MB: {shares} |",
        f"| documents, and rejections, held in role `ops` | {bounds.DOCUMENTS_ALONE:,}, the last |",
        f"| the same in role `all` | {bounds.DOCUMENTS_BESIDE_WORK:,} |",
        f"| minutes of which rates are known | {bounds.MINUTES} |",
        f"| polls remembered of a feed | {bounds.POLLS_REMEMBERED} |",
        f"| a title, address or message in a list | {bounds.SHOWN_CHARACTERS} characters |",
        f"| a block of a document, and blocks of one | {bounds.SHOWN_BLOCK:,} characters, {bounds.SHOWN_BLOCKS:,} |",
        f"| rows on one page of a list | {bounds.ROWS} |",
        f"| a form | {bounds.FORM_BYTES:,} bytes |",
        f"| a text pasted into the inspector | {bounds.INSPECTED_CHARACTERS:,} characters |",
        f"| reading what the topics tell of one address | {bounds.PATH_LIMIT_S:.0f} s, one at a time |",
    ]


if __name__ == "__main__":
    print(page(), end="")
