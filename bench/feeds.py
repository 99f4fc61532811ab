"""How long does it take to read a feed and to find what is new in it, beside feedparser?

usage: feeds.py [--data ../shared/data/conformance] [--rounds 5]

Prints milliseconds of CPU a feed: a synthetic one of 60 entries, and the real feeds of the conformance folder when
it is there. Rounds are interleaved, so that a busy machine disturbs all columns alike; the median counts.
"""

import argparse
import gzip
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import feedparser

from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.records.feed import FeedState

URL = "https://news.example/feed"
NOW = 1.8e9
NEW = FeedState(feed_id="f", url=URL, next_poll_at=0.0)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "conformance")
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    measure("synthetic, 60 entries", [synthetic()], options.rounds)
    real = real_feeds(options.data)
    if real:
        measure(f"real, {len(real)} feeds", real, options.rounds)
    else:
        print(f"NO REAL FEEDS at {options.data}", file=sys.stderr)
    return 0


def synthetic(entries: int = 60) -> bytes:
    items = "".join(
        f"<item><title>Title number {n} of the day</title><link>https://news.example/{n}?utm_source=rss</link>"
        f'<guid isPermaLink="false">tag-{n}</guid><pubDate>Mon, 02 Nov 2026 08:{n % 60:02}:00 +0100</pubDate>'
        f"<description>{'&lt;p&gt;words of the day &amp;amp; more ' * 40}</description></item>"
        for n in range(entries)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def real_feeds(folder: Path) -> list[bytes]:
    if not (folder / "index.json").is_file():
        return []
    cases = json.loads((folder / "index.json").read_text(encoding="utf-8"))["cases"]
    chosen = [case for case in cases if case["kind"] == "feed/real" and case["expected"].get("raw_items")]
    bodies = [((folder / case["file"]).read_bytes(), case.get("stored") == "gzip") for case in chosen]
    unpacked = [gzip.decompress(body) if packed else body for body, packed in bodies]
    return [body for body in unpacked if not body.lstrip().startswith(b"{")]  # feedparser reads no JSON Feed


def measure(name: str, bodies: list[bytes], rounds: int) -> None:
    parsed = [found for found in (feed_body.parse(body, url=URL) for body in bodies) if isinstance(found, ParsedFeed)]
    columns: dict[str, Callable[[], object]] = {
        "ours": lambda: [feed_body.parse(body, url=URL) for body in bodies],
        "what is new": lambda: [new_and_changed.select(found, NEW, now=NOW) for found in parsed],
        "feedparser": lambda: [feedparser.parse(io.BytesIO(body)) for body in bodies],
        "feedparser, nothing sanitised": lambda: [
            feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False) for body in bodies
        ],
    }
    times: dict[str, list[float]] = {column: [] for column in columns}
    for _ in range(rounds):
        for column, work in columns.items():
            started = time.process_time()
            work()
            times[column].append((time.process_time() - started) * 1000 / len(bodies))
    size = sum(map(len, bodies)) // len(bodies) // 1024
    print(f"{name}, {size} KB each, {sum(len(found.entries) for found in parsed)} entries")
    for column, found in times.items():
        print(f"  {column:30} {statistics.median(found):8.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
