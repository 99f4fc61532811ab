"""The cases without a broker: `python -m bench.costs.in_process CASE --turns 3` prints a JSON line for each turn.

Both sides get the same input one after the other, item by item, so that a busy machine disturbs both alike. CPU time of
this process and of those it starts counts. Nothing is remembered across items but what each side keeps by itself.
"""

import argparse
import asyncio
import importlib
import io
import json
import logging
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import feedparser
import httpx
from bench.costs import pages, trees
from bench.rivals import obvious
from msgspec import structs
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from cleanwire.article import clean, warm
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.feed.entries import memory
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.fetch.client import Fetcher
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.bodies.reading import Question, Read
from cleanwire.records.feed import Feed, FeedState, Origin
from cleanwire.settings import FetchSettings, PollSettings

NOW = 1_795_000_000.0
RUST = "rs_trafilatura"
Side = Callable[[], Awaitable[object]]


def _report(case: str, rival: str, **told: Any) -> None:
    print(json.dumps({"case": case, "rival": rival, **told}), flush=True)


async def _turns(case: str, rival: str, pairs: Sequence[tuple[Side, Side]], turns: int) -> None:
    """Run each pair in each turn, and report what both sides used."""
    clock = _clock()
    for _ in range(turns):
        ours = theirs = 0.0
        for at, (our, their) in enumerate(pairs):
            for mine in (True, False) if at % 2 else (False, True):
                reset_caches()  # of trafilatura, which both use: whoever comes second would find them warm
                began = clock()
                await (our if mine else their)()
                took = clock() - began
                ours, theirs = (ours + took, theirs) if mine else (ours, theirs + took)
        _report(case, rival, ours_s=ours, ours_done=len(pairs), theirs_s=theirs, theirs_done=len(pairs))
    _report(case, rival, peak_mb=trees.peak_mb(os.getpid()))


def _clock() -> Callable[[], float]:
    """Return what tells the CPU seconds of this process and of its children that live."""

    def children() -> list[str]:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return file.read().split()

    def spent(pid: str) -> float:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[0]) / 1e9

    return lambda: time.process_time() + sum(map(spent, children()))


def _now(work: Callable[[], object]) -> Side:
    async def side() -> object:
        return work()

    return side


def _page(sample: pages.Sample) -> Page:
    return Page(url=sample.url, body=sample.body, fetched_at=NOW)


def _trafilatura(sample: pages.Sample) -> Side:
    return _now(lambda: bare_extraction(sample.body, url=sample.url, with_metadata=True))


async def cold(turns: int, count: int) -> None:
    """Pages of sites that were never seen."""
    warm.load()
    samples = pages.news(count)
    pairs = [(_now(lambda sample=sample: clean.clean(_page(sample))), _trafilatura(sample)) for sample in samples]
    for ours, theirs in pairs[:3]:  # imports, rules, weights
        await ours()
        await theirs()
    await _turns("clean", "trafilatura", pairs, turns)


async def known(turns: int, count: int) -> None:
    """Pages of sites of which three others were read before."""
    warm.load()
    pairs: list[tuple[Side, Side]] = []
    for samples in pages.known_sites(max(1, count // 4), 4):
        memory: bytes | None = None
        for sample in samples[: pages.LEARNED]:
            article = clean.clean(_page(sample), memory=memory)
            memory = (article.template if isinstance(article, Article) else None) or memory
        pairs += [
            (
                _now(lambda sample=sample, memory=memory: clean.clean(_page(sample), memory=memory)),
                _trafilatura(sample),
            )
            for sample in samples[pages.LEARNED :]
        ]
    if not pairs:
        _report(
            "clean-warm", "trafilatura", reason=f"no site with {pages.LEARNED + 4} public pages at {pages.DATA.name}"
        )
        return
    await _turns("clean-warm", "trafilatura", pairs, turns)


async def rust(turns: int, count: int) -> None:
    """The same pages beside rs-trafilatura, where it is installed."""
    try:
        extract = importlib.import_module(RUST).extract
    except (ImportError, AttributeError) as error:
        _report("clean", "rs-trafilatura", reason=f"pip install rs-trafilatura: {type(error).__name__}: {error}")
        return
    warm.load()
    samples = pages.news(count)
    texts = [sample.body.decode("utf-8", "replace") for sample in samples]
    pairs = [
        (_now(lambda sample=sample: clean.clean(_page(sample))), _now(lambda text=text: extract(text)))
        for sample, text in zip(samples, texts, strict=True)
    ]
    await _turns("clean", "rs-trafilatura", pairs, turns)


async def first(turns: int, count: int) -> None:
    """First bodies of feeds, from the parse to the decision that all is new, in the poller's readers."""
    await _read_feeds("feed-first", turns, [made * turns for made in _made(count, 1)], changed=False)


async def changed(turns: int, count: int) -> None:
    """Bodies with one new entry above those of the poll before, in readers that read that one."""
    await _read_feeds("feed-changed", turns, _made(count, turns + 1), changed=True)


async def first_real(turns: int, count: int) -> None:
    """The first case with real feeds."""
    await _read_feeds("feed-first-real", turns, [[body] * turns for body in pages.real_feeds(count)], changed=False)


async def changed_real(turns: int, count: int) -> None:
    """The second case with real feeds, whose entries appear one by one."""
    await _read_feeds(
        "feed-changed-real", turns, [pages.earlier(body, turns) for body in pages.real_feeds(count)], changed=True
    )


def _made(count: int, versions: int) -> list[list[bytes]]:
    """Feeds that get one entry after the other, those before as they are."""
    return [
        [
            pages.feed(number, version, "http://news.example", now=NOW - pages.EVERY_S * (versions - version))
            for version in range(versions)
        ]
        for number in range(count)
    ]


async def _read_feeds(case: str, turns: int, feeds: list[list[bytes]], *, changed: bool) -> None:
    """Read the bodies of each feed, one in each turn; with `changed` the first before all turns."""
    if not feeds:
        _report(case, "feedparser", reason=f"no real feeds at {pages.CONFORMANCE.name}")
        return
    async with Readers(PollSettings()) as readers:
        for body in _made(5, 1):  # imports, processes
            await _Followed(readers, "warm").read(body[0])
            feedparser.parse(io.BytesIO(body[0]))
        pairs: list[tuple[Side, Side]] = []
        for number, bodies in enumerate(feeds):
            followed = _Followed(readers, str(number), again=changed)
            if changed:
                await followed.read(bodies[0])
            ours, theirs = iter(bodies[changed:]), iter(bodies[changed:])
            pairs.append(
                (
                    lambda followed=followed, ours=ours: followed.read(next(ours)),
                    _now(lambda theirs=theirs: feedparser.parse(io.BytesIO(next(theirs)))),
                )
            )
        await _turns(case, "feedparser", pairs, turns)


class _Followed:
    """A feed that is read in `readers`, with the state that the last reading left if it is read `again`."""

    def __init__(self, readers: Readers, name: str, *, again: bool = False) -> None:
        self._readers = readers
        self._feed = Feed(
            id=name, url="http://news.example/f.xml", site="news.example", origin=Origin.FILE, added_at=NOW
        )
        self._state = FeedState(feed_id=name, url=self._feed.url, next_poll_at=NOW)
        self._again = again

    async def read(self, body: bytes) -> None:
        found = await self._readers.read(
            Question(
                body=body, url=self._feed.url, content_type="application/rss+xml", feed=self._feed,
                part=Part(state=self._state), told=self._state.stories, backfill=100, bounds=Bounds(), now=NOW,
            )
        )  # fmt: skip
        if self._again:
            assert isinstance(found, Read), found
            self._state = structs.replace(
                memory.written(self._state, found.memory),
                changes=found.changes, stories=found.stories, listing=found.listing, changed_at=NOW,
            )  # fmt: skip


async def tls(turns: int, addresses: list[str]) -> None:
    """Requests over a new connection each, to many hosts. The environment's SSL_CERT_FILE names whom to trust."""
    settings = FetchSettings(allow_private=("127.0.0.0/8",))
    async with Fetcher(settings) as fetcher, httpx.AsyncClient(timeout=30) as client:
        known = {address: (await client.get(address)).headers["etag"] for address in addresses}

        def ours(address: str) -> Side:
            return lambda: fetcher.get(address, limit_bytes=10_000_000, accept="*/*", etag=known[address])

        def theirs(address: str) -> Side:
            return lambda: client.get(address, headers={"if-none-match": known[address]})

        found: Any = await ours(addresses[0])()
        if getattr(found, "status", None) != 304:
            _report("poll-304-tls", "httpx", reason=f"no 304 but {found}"[:300])
            return
        await _turns("poll-304-tls", "httpx", [(ours(address), theirs(address)) for address in addresses], turns)


async def fair(turns: int, addresses: list[str]) -> None:
    """The obvious stack's own cost beside bare calls of what it uses: rows whose ratio is its cost by theirs."""
    samples = pages.news(8)
    with obvious.processes(1) as pool:
        loop = asyncio.get_running_loop()

        def cleaned(sample: pages.Sample) -> Side:
            return lambda: loop.run_in_executor(pool, obvious.cleaned, sample.body, sample.url)

        def bare(sample: pages.Sample) -> Side:  # in the same process, so that both find the same memory
            return lambda: loop.run_in_executor(pool, _bare, sample.body, sample.url)

        pairs = [(bare(sample), cleaned(sample)) for sample in samples]
        for ours, theirs in pairs:
            await ours()
            await theirs()
        await _turns("cleaning", "bare", pairs, turns)
        async with obvious.client() as client:
            reader = obvious.Reader(client, pool)
            feeds = [obvious.Feed(address) for address in addresses]
            for feed in feeds:
                await reader.poll(feed)

            def polled(feed: obvious.Feed) -> Side:
                return lambda: reader.poll(feed)

            def got(feed: obvious.Feed) -> Side:
                return lambda: client.get(feed.url, headers={"if-none-match": feed.etag or ""})

            await _turns("poll", "bare", [(got(feed), polled(feed)) for feed in feeds], turns)


def _bare(body: bytes, url: str) -> bool:
    return bare_extraction(body, url=url, with_metadata=True) is not None


WITHOUT_SITE = {
    "clean": cold,
    "clean-warm": known,
    "rust": rust,
    "first": first,
    "changed": changed,
    "first-real": first_real,
    "changed-real": changed_real,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=[*WITHOUT_SITE, "tls", "fair"])
    parser.add_argument("addresses", nargs="*")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if options.case in ("tls", "fair"):
        asyncio.run((tls if options.case == "tls" else fair)(options.turns, options.addresses))
    else:
        asyncio.run(WITHOUT_SITE[options.case](options.turns, options.count))


if __name__ == "__main__":
    main()
