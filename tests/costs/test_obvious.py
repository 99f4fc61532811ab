"""The rival is what the page shows, and does what a reader of feeds must."""

import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.rivals import obvious

from services.newsroom import RSS, Newsroom, Reply, Request, rss

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.62.1"


def test_the_page_shows_the_code_that_is_measured() -> None:
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    shown = page.partition("```python\n")[2].partition("```")[0]
    assert textwrap.indent(shown, "    ") in (ROOT / "bench" / "rivals" / "obvious.py").read_text("utf-8")


async def test_it_asks_with_the_etag_and_takes_what_is_new() -> None:
    etags = iter(("1", "2"))
    current = next(etags)
    listed = [("http://a.example/1", "One")]

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == current:
            return Reply(status=304)
        return Reply(body=rss(*listed), content_type=RSS, headers={"etag": current})

    with ThreadPoolExecutor(1) as pool:
        async with Newsroom().open(HOST) as room, obvious.client() as client:
            reader = obvious.Reader(client, pool)  # type: ignore[arg-type]
            feed = obvious.Feed(room.put(HOST, "/feed", answer))
            assert await reader.poll(feed) == []  # what is listed at first is old
            assert await reader.poll(feed) == []
            listed.append(("http://a.example/2", "Two"))
            current = next(etags)
            assert await reader.poll(feed) == ["http://a.example/2"]
            assert reader.done.polls == 3
            assert [request.headers.get("if-none-match") for request in room.asked(HOST)] == [None, "1", "1"]


def test_it_cleans_with_metadata() -> None:
    text = "The council of the old town voted on Tuesday to rebuild the bridge over the river. " * 6
    body = f"<article><h1>A bridge</h1><p>{text}</p></article>"
    page = f"<html><head><title>A bridge</title></head><body>{body}</body></html>"
    document = obvious.cleaned(page.encode(), "http://a.example/1")
    assert document is not None
    assert b'"title": "A bridge"' in document
    assert b"rebuild the bridge" in document
