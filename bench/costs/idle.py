"""What memory does a feed take while nothing happens? `python -m bench.costs.idle --feeds 1000,10000,100000`.

Each number of feeds, on a hundredth as many hosts, is restored into a poller's desk in a process of its own, from
records as they lie on Kafka: a state that knows 35 entries, as reading a made feed leaves it. Printed is the rise of
RSS a feed, and how much of a state are hashes of keys and words, which no two feeds
share. A poller's
process holds besides what it keeps of last bodies (poller/bodies/kept.py), bounded for all feeds together.
"""

import argparse
import gc
import multiprocessing
import os
import random
import re
from pathlib import Path
from typing import Any

from bench.costs import pages
from msgspec import structs
from prometheus_client import CollectorRegistry

from cleanwire.feed.entries import memory, words
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies import reading
from cleanwire.poller.service import PollerDesk
from cleanwire.records.base import Record, encode
from cleanwire.records.feed import Feed, FeedState, Origin
from cleanwire.settings import PollSettings
from cleanwire.stream import topics
from cleanwire.stream.messages import Message
from cleanwire.telemetry.events import Telemetry

NOW = 1_795_000_000.0
ENTRIES = 35
FEEDS_A_HOST = 100
_NAMES = topics.names("")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", default="1000,10000,100000")
    sizes = [int(size) for size in parser.parse_args().feeds.split(",")]
    print(f"| feeds, {ENTRIES} entries each | KB a feed | packed bytes of a state |\n|---|---|---|")
    for size in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rise, packed = pool.apply(measured, (size,))
        print(f"| {size:,} | {rise / size / 1000:.2f} | {packed} |", flush=True)


def measured(count: int) -> tuple[int, int]:
    """Return by how many bytes RSS rises with `count` feeds, and the packed bytes of a state."""
    pattern = _read_once()
    chance = random.Random(1)
    desk = _desk()  # imports, metrics
    gc.collect()
    before = _rss()
    for number in range(count):
        site = f"host-{number // FEEDS_A_HOST}.example"
        feed = subscriptions.subscription(f"https://{site}/feeds/{number}.xml", Origin.FILE, now=NOW)
        state = structs.replace(_with_own_bytes(pattern, chance), feed_id=feed.id, url=feed.url)
        desk.restore(_message(_NAMES.feed_state, feed, state, number))
        desk.restore(_message(_NAMES.feeds, feed, feed, number))
    desk.opened(NOW)
    gc.collect()
    return _rss() - before, sum(map(len, _packed(pattern).values()))


def _desk() -> PollerDesk:
    nobody: Any = None  # nothing is polled
    return PollerDesk(
        0,
        polls=nobody,
        searches=nobody,
        settings=PollSettings(),
        topics=_NAMES,
        partitions=1,
        telemetry=Telemetry(CollectorRegistry()),
        host_down_pause_s=30.0,
    )


def _read_once() -> FeedState:
    """Return the state of a feed after its first body."""
    number = next(number for number in range(100) if _entries(number) == ENTRIES)
    body = pages.feed(number, 0, "https://host.example", now=NOW - pages.EVERY_S)
    feed = subscriptions.subscription("https://host.example/f.xml", Origin.FILE, now=NOW)
    state = FeedState(feed_id=feed.id, url=feed.url, next_poll_at=NOW + 3600)
    question = reading.Question(
        body=body, url=feed.url, content_type="application/rss+xml", feed=feed, part=Part(state=state),
        backfill=0, bounds=Bounds(), now=NOW,
    )  # fmt: skip
    found = reading.read(question)
    assert isinstance(found, reading.Read), found
    return structs.replace(
        memory.written(state, found.memory),
        changes=found.changes, stories=found.stories, listing=found.listing, title="Place", interval_s=3600.0,
        rate=0.001, day_rate=0.001, peak_rate=0.001, rhythm=bytes(62), window=ENTRIES, etag='"5f3-62a8b1c0d4e80"',
        body_hash="0123456789abcdef", polled_at=NOW, changed_at=NOW, audited_at=NOW,
    )  # fmt: skip


def _entries(number: int) -> int:
    body = pages.feed(number, 0, "https://host.example", now=NOW)
    return len(re.findall(rb"<item>", body))


def _packed(state: FeedState) -> dict[str, bytes]:
    return {name: getattr(state, name) for name in ("seen", "hashes", "changes", "stories")}


def _with_own_bytes(state: FeedState, chance: random.Random) -> FeedState:
    """Return `state` with other hashes of the same lengths: what feeds share must not look like what they hold."""
    own = {name: chance.randbytes(len(packed)) for name, packed in _packed(state).items()}
    assert state.listing is not None
    other = dict(zip(words.split(state.seen), words.split(own["seen"]), strict=True))
    articles, ids = (
        b"".join(other[key] for key in words.split(keys)) for keys in (state.listing.articles, state.listing.ids)
    )
    return structs.replace(state, listing=structs.replace(state.listing, articles=articles, ids=ids), **own)


def _message(topic: str, feed: Feed, record: Record, offset: int) -> Message:
    key = feed.id.encode()
    return Message(topic=topic, partition=0, offset=offset, key=key, value=encode(record), timestamp=NOW)


def _rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES


if __name__ == "__main__":
    main()
