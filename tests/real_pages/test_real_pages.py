"""Hundreds of public pages through the whole service while one of two workers is killed: each comes out once.

The pages are read from ../shared at test time and are never copied into this repository.
"""

import gzip
import json
import os
import warnings
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.telemetry.books import Books
from cleanwire.urls import identity
from services import process
from services.house import House, until_true
from services.newsroom import HTML, RSS, Newsroom, Reply, rss

DATA = Path(__file__).resolve().parents[3] / "shared/data/quality"
PAGES = int(os.environ.get("REAL_PAGES", "120"))  # `make nightly` takes 320
MIN_DOCUMENTS = 0.8  # a share: the pages are articles, and most of them must come out as such
LIMIT_S = 150.0

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.data, pytest.mark.timeout(300)]


def chosen() -> dict[str, list[Path]]:
    """Return pages by the site they come from: a few of each, the same ones every time."""
    if not DATA.is_dir():
        warnings.warn(f"NO PUBLIC PAGES at {DATA}: no real page was cleaned", stacklevel=1)
        pytest.skip(f"no public pages at {DATA}")
    by_site: defaultdict[str, list[Path]] = defaultdict(list)
    for line in (DATA / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        known = json.loads(line)
        by_site[known["site"]].append(DATA / "pages" / f"{known['id']}.html.gz")
    picked: dict[str, list[Path]] = {}
    for site in sorted(by_site, key=lambda site: (-len(by_site[site]), site)):
        pages = [page for page in by_site[site][:6] if page.exists()]
        if pages and sum(map(len, picked.values())) < PAGES:
            picked[site] = pages
    return picked


def atom(*items: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<entry><id>{escape(link)}</id><title>{escape(title)}</title><link href='{escape(link)}'/>"
        f"<updated>2025-02-20T10:00:00Z</updated></entry>"
        for link, title in items
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>A</title>{entries}</feed>'.encode()


def json_feed(*items: tuple[str, str]) -> bytes:
    entries = [{"id": link, "url": link, "title": title} for link, title in items]
    return msgspec.json.encode({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": entries})


FEEDS = ((rss, RSS), (atom, "application/atom+xml"), (json_feed, "application/feed+json"))


def publish(room: Newsroom, sites: dict[str, list[Path]]) -> tuple[list[str], set[str]]:
    """Serve every site from an address of its own; return the feeds and the ids of all articles."""
    feeds: list[str] = []
    ids: set[str] = set()
    for number, (pages, host) in enumerate(zip(sites.values(), hosts(len(sites)), strict=True)):
        items = [(room.put(host, f"/{page.name}", served(page)), "") for page in pages]
        write, content_type = FEEDS[number % len(FEEDS)]
        feeds.append(room.put(host, "/feed", Reply(body=write(*items), content_type=content_type)))
        ids |= {identity.article_id(link) for link, _ in items}
    return feeds, ids


def served(page: Path) -> Any:
    """Read the page when it is asked for, so that memory holds few of them."""
    return lambda _: Reply(body=gzip.decompress(page.read_bytes()), content_type=HTML.partition(";")[0])


def hosts(count: int) -> list[str]:
    return [f"127.1.{number // 200}.{number % 200 + 1}" for number in range(count)]


async def test_every_real_page_comes_out_once_though_a_worker_is_killed(kafka: Any, tmp_path: Path) -> None:
    sites = chosen()
    changes = {"poll.min_interval_s": 60, "poll.max_interval_s": 90, "poll.first_interval_s": 60}
    house = House(kafka.bootstrap, **{**changes, "fetch.timeout_s": 20, "clean.retry_base_s": 0.5, "log.level": "INFO"})
    async with Newsroom().open(*hosts(len(sites))) as room:
        feeds, ids = publish(room, sites)
        assert len(ids) >= 0.9 * PAGES
        await house.make_topics()
        with (
            process.running(house.environment(), tmp_path, "steady") as steady,
            process.running(house.environment(), tmp_path, "victim") as victim,
        ):
            await until_true(lambda: steady.is_ready() and victim.is_ready(), what=lambda: "two workers ready")
            await house.subscribe(*feeds)
            await house.until_settled(len(ids) // 4, within_s=LIMIT_S)
            victim.kill()
            with process.running(house.environment(), tmp_path, "risen") as risen:
                outcomes = await house.until_settled(len(ids), within_s=LIMIT_S)
                accounts = [await settled(worker) for worker in (steady, risen)]
    found = [document.id for document in outcomes.documents] + [r.article_id for r in outcomes.rejected]
    assert len(found) == len(set(found)), "an article has two outcomes"
    assert set(found) == ids
    assert all(account.balanced for account in accounts), accounts
    assert len(outcomes.documents) >= MIN_DOCUMENTS * len(ids), outcomes.reasons()


async def settled(worker: process.Process) -> Books:
    """Return a worker's books once nothing is in flight."""
    account: Books | None = None

    def is_still() -> bool:
        nonlocal account
        account = worker.books()
        return account.pending == 0 and account.balanced

    await until_true(is_still, what=lambda: f"still books: {account}", within_s=20)
    assert account is not None
    return account
