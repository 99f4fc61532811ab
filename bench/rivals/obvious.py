"""The obvious stack, glued together from httpx, feedparser, trafilatura and aiokafka: a rival of the benches.

    python bench/rivals/obvious.py FEEDS --bootstrap HOST:PORT --topic TOPIC --every 2 --processes 1

Each feed is asked with its ETag every so many seconds; entries that were not there before are fetched, cleaned in as
many processes as ours, and sent as JSON. What was seen is kept in memory. A line on standard input is answered with
what was done so far: {"polls": …, "articles": …}. It does no more: no robots.txt, no pauses, no state that is kept.
"""

import argparse
import asyncio
import io
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import feedparser
import httpx
import uvloop
from aiokafka import AIOKafkaProducer
from trafilatura import bare_extraction

CONCURRENCY = 64


@dataclass
class Feed:
    url: str
    etag: str | None = None
    modified: str | None = None
    seen: set[str] | None = None  # None before the first poll: what is listed then is not fetched


@dataclass
class Done:
    polls: int = 0
    articles: int = 0


def cleaned(body: bytes, url: str) -> bytes | None:
    """Return the article as JSON, None where there is none."""
    found = bare_extraction(body, url=url, with_metadata=True)
    if found is None:
        return None
    names = ("title", "author", "date", "sitename", "language", "text")
    return json.dumps({"url": url, **{name: getattr(found, name) for name in names}}).encode()


@dataclass
class Reader:
    client: httpx.AsyncClient
    pool: ProcessPoolExecutor
    producer: AIOKafkaProducer | None = None
    topic: str = ""
    done: Done = field(default_factory=Done)
    limit: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENCY))

    async def get(self, url: str, headers: dict[str, str]) -> httpx.Response:
        """Ask once, and once more where the connection broke: a site may close one that is kept."""
        try:
            return await self.client.get(url, headers=headers, follow_redirects=True)
        except httpx.TransportError:
            return await self.client.get(url, headers=headers, follow_redirects=True)

    async def poll(self, feed: Feed) -> list[str]:
        """Ask for a feed; return the addresses that are new in it."""
        asked = {"if-none-match": feed.etag, "if-modified-since": feed.modified}
        reply = await self.get(feed.url, {name: told for name, told in asked.items() if told})
        self.done.polls += 1
        if reply.status_code != 200:
            return []
        feed.etag, feed.modified = reply.headers.get("etag"), reply.headers.get("last-modified")
        links = [entry.link for entry in feedparser.parse(io.BytesIO(reply.content)).entries if "link" in entry]
        new = [] if feed.seen is None else [link for link in links if link not in feed.seen]
        feed.seen = (feed.seen or set()).union(links)
        return new

    async def article(self, url: str) -> None:
        """Fetch an article, clean it in a process, and publish it."""
        async with self.limit:
            reply = await self.get(url, {})
            loop = asyncio.get_running_loop()
            document = await loop.run_in_executor(self.pool, cleaned, reply.content, url)
        if document is not None and self.producer is not None:
            await self.producer.send(self.topic, document, key=url.encode())
        self.done.articles += 1

    async def follow(self, feed: Feed, every_s: float, first_s: float) -> None:
        """Poll a feed for ever."""
        due = asyncio.get_running_loop().time() + first_s
        async with asyncio.TaskGroup() as group:
            while True:
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
                due += every_s
                async with self.limit:
                    new = await self.poll(feed)
                for url in new:
                    group.create_task(self.article(url))


def processes(count: int) -> ProcessPoolExecutor:
    """Return processes that have loaded what they need. None is a fork: one of a process with threads may hang."""
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    page = b"<html><body><article><p>A first text, long enough to be taken for one.</p></article></body></html>"
    for begun in [pool.submit(cleaned, page, "http://news.example/") for _ in range(count)]:
        begun.result()
    return pool


def client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    return httpx.AsyncClient(limits=limits, timeout=30, trust_env=False)


async def run(urls: list[str], options: argparse.Namespace) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=options.bootstrap, enable_idempotence=True)
    with processes(options.processes) as pool:
        async with client() as asking, producer:
            reader = Reader(asking, pool, producer, options.topic)
            async with asyncio.TaskGroup() as group:
                for number, url in enumerate(urls):
                    group.create_task(reader.follow(Feed(url), options.every, options.every * number / len(urls)))
                while await asyncio.to_thread(sys.stdin.readline):
                    print(json.dumps({"polls": reader.done.polls, "articles": reader.done.articles}), flush=True)
                raise SystemExit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    uvloop.run(run(options.feeds.read_text().split(), options))


if __name__ == "__main__":
    main()
