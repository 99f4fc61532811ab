"""How fast does the ops page answer in an installation with many feeds?

    python -m bench.ops_page [--feeds 50000] [--documents 3000] [--requests 200] [--at-most-ms 200]

A real broker gets the records of so many feeds, their states and documents; role `ops` reads them, and once it has, its
pages are asked for one after the other. Printed are the times of the answers, by page, and the most memory it took.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer
from bench.costs import pages, trees
from msgspec import structs

from cleanwire.records.base import encode
from cleanwire.records.feed import Feed, FeedOptions, FeedState, Origin
from cleanwire.urls import identity

sys.path.append(str(pages.ROOT / "tests"))
import published_document
from kafka.broker import Broker

CLEANWIRE = str(Path(sys.executable).parent / "cleanwire")
SITES = 2_000
LIMIT_S = 300.0
PAGES = (
    "/",
    "/feeds",
    "/feeds?sort=rate&page=40",
    "/feeds?q=site17&sort=failures",
    "/feeds?state=failing&sort=next",
    "/documents",
    "/documents?q=mill",
    "/rejected",
    "/sites",
)


async def fill(bootstrap: str, feeds: int, documents: int) -> None:
    """Write the records that an installation with so many feeds has."""
    now = time.time()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=20) as producer:
        for number in range(feeds):
            site = f"site{number % SITES}.example"
            url = f"https://{site}/{number}.xml"
            feed = Feed(
                id=identity.feed_id(url),
                url=url,
                site=site,
                origin=Origin.CLI,
                added_at=now - number,
                options=FeedOptions(tags=("a", f"t{number % 50}")),
            )
            state = FeedState(
                feed_id=feed.id,
                url=url,
                next_poll_at=now + number % 3600,
                interval_s=900.0,
                rate=(number * 7919 % 1000) / 1e6,
                polled_at=now - number % 900,
                failures=int(number % 10 == 0),
                last_failure="timeout" if number % 10 == 0 else None,
                title=f"Newspaper {number}",
            )
            await producer.send("news.feeds", key=feed.id.encode(), value=encode(feed))
            await producer.send("news.feed-state", key=feed.id.encode(), value=encode(state))
        at = datetime.now(UTC)
        for number in range(documents):
            name = f"{number:032x}"
            usual = published_document.document(name, title=f"The mill turns {number}")
            document = structs.replace(usual, seen_at=at, emitted_at=at)
            await producer.send("news.documents", key=name.encode(), value=encode(document))


def ask(port: int, path: str) -> tuple[float, str]:
    """Return how many seconds an answer took, and the answer."""
    began = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as reply:
        text = reply.read().decode()
    return time.perf_counter() - began, text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_loaded(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the page has read all topics."""
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise SystemExit(f"role ops ended with code {process.returncode}")
        with contextlib.suppress(OSError):
            if "Reading the topics" not in ask(port, "/")[1]:
                return
        time.sleep(0.5)
    raise SystemExit(f"the topics were not read within {LIMIT_S:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=50_000)
    parser.add_argument("--documents", type=int, default=3_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--at-most-ms", type=float, help="fail when 95 %% of the answers took longer")
    options = parser.parse_args()
    port = free_port()
    with contextlib.closing(Broker().start()) as broker:
        subprocess.run(
            [CLEANWIRE, "topics", "create", "--bootstrap", broker.bootstrap], check=True, capture_output=True
        )
        asyncio.run(fill(broker.bootstrap, options.feeds, options.documents))
        command = [CLEANWIRE, "run", "--role", "ops", "--bootstrap", broker.bootstrap]
        wanted = {"console.port": port, "ops.port": 0, "ops.host": "127.0.0.1", "fetch.contact": "https://a.example/b"}
        for key, value in wanted.items():
            command += ["--set", f"{key}={value}"]
        process = subprocess.Popen(
            command, stderr=subprocess.DEVNULL, env={**os.environ, "CLEANWIRE_LOG_LEVEL": "ERROR"}
        )
        try:
            began = time.monotonic()
            until_loaded(port, process)
            print(f"read {options.feeds} feeds and {options.documents} documents in {time.monotonic() - began:.1f} s")
            took: dict[str, list[float]] = defaultdict(list)
            for number in range(options.requests):
                path = PAGES[number % len(PAGES)]
                took[path].append(1000 * ask(port, path)[0])
            memory = trees.peak_mb(process.pid)
        finally:
            process.terminate()
            process.wait(60)
    for path, times in took.items():
        print(f"{path:34} median {statistics.median(times):6.0f} ms, most {max(times):6.0f} ms")
    every = sorted(each for times in took.values() for each in times)
    p95 = every[round(0.95 * (len(every) - 1))]
    print(f"{len(every)} requests: median {statistics.median(every):.0f} ms, p95 {p95:.0f} ms; {memory:.0f} MB")
    if options.at_most_ms is not None and p95 > options.at_most_ms:
        raise SystemExit(f"p95 is {p95:.0f} ms, at most {options.at_most_ms:.0f} ms were asked for")


if __name__ == "__main__":
    main()
