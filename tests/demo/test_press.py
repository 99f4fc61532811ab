"""The demo's press on real sockets: what it lists, when it comes out, and what it answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cleanwire.demo import edition, feed_writers, stories, story_pages
from cleanwire.demo.press import Press, serving
from cleanwire.demo.stories import FeedFormat, Trouble
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed

SITES = stories.load()
START = datetime(2026, 3, 2, 9, 30, 15, 400_000, tzinfo=UTC)
PLAN = edition.plan(SITES, started=START, every_s=0.7)


@contextlib.asynccontextmanager
async def open_press(every_s: float = 1000.0) -> AsyncIterator[tuple[Press, httpx.AsyncClient]]:
    async with (
        asyncio.timeout(30),
        serving(every_s=every_s) as press,
        httpx.AsyncClient(verify=False, trust_env=False) as client,
    ):
        yield press, client


def test_there_is_enough_to_show() -> None:
    good = [(s, story) for s in SITES for story in s.stories if story.gives_document]
    assert len(good) >= 40
    assert len(SITES) >= 4
    assert {s.feed for s in SITES} == set(FeedFormat)
    assert {story.trouble for s in SITES for story in s.stories} == {None, *Trouble}
    assert len({s.template for s in SITES}) == len(SITES)
    assert len({s.language for s in SITES}) >= 8


@pytest.mark.parametrize("news", SITES, ids=lambda s: s.name)
def test_stories_are_long_enough_and_fit_the_sites_encoding(news: stories.Site) -> None:
    for story in news.stories:
        text = f"{story.title} {story.body} {story.update or ''} {story.author or ''}"
        assert text.encode(news.charset).decode(news.charset) == text
        if story.gives_document:
            length = len(story.body) / 2 if news.language == "ja" else len(story.body.split())
            assert length >= 120, story.slug


def test_slugs_and_addresses_are_unique() -> None:
    slugs = [story.slug for s in SITES for story in s.stories]
    assert len(slugs) == len(set(slugs))
    assert len({s.host for s in SITES}) == len(SITES)


def test_a_third_is_out_at_the_start_and_the_rest_follows() -> None:
    ready = [p for p in PLAN.pieces if p.visible_at == 0]
    assert len(ready) == len(PLAN.pieces) // 3
    assert all(p.published < START for p in ready)
    late = [p.visible_at for p in PLAN.pieces if p.visible_at > 0]
    assert late == sorted(late)
    assert late[0] == pytest.approx(0.7)
    assert len(late) == len(PLAN.pieces) - len(ready)


def test_nothing_claims_to_be_published_before_it_is_out() -> None:
    for piece in PLAN.pieces:
        assert piece.published <= START + timedelta(seconds=piece.visible_at)
        assert piece.published.microsecond == 0


def test_an_update_changes_text_and_date() -> None:
    piece = next(p for p in PLAN.pieces if p.story.update)
    before, after = piece.visible_at, piece.visible_at + edition.UPDATE_AFTER_S
    assert piece.story.update not in piece.body(before)
    assert piece.body(after).endswith(str(piece.story.update))
    assert piece.modified(before) == piece.published < piece.modified(after)


def test_marks_become_parts() -> None:
    found = story_pages.parts("One\nline.\n\n## Head\n\n> Said\n\n! Ad\n\n- Item")
    assert [(p.kind, p.text) for p in found] == [
        ("paragraph", "One line."),
        ("heading", "Head"),
        ("quote", "Said"),
        ("junk", "Ad"),
        ("item", "Item"),
    ]


@pytest.mark.parametrize("news", SITES, ids=lambda s: s.name)
def test_each_feed_can_be_read_and_lists_what_is_out(news: stories.Site) -> None:
    at = 10.0
    out = PLAN.out(news, at)
    links = [f"http://{news.host}:8000/news/{p.story.slug}?a=1&b=2" for p in out]
    body = feed_writers.write(news, out, home=f"http://{news.host}:8000/", links=links, at=at)
    parsed = feed_body.parse(
        body, url=f"http://{news.host}:8000/feed", content_type=feed_writers.CONTENT_TYPES[news.feed]
    )
    assert isinstance(parsed, ParsedFeed)
    assert [entry.link for entry in parsed.entries] == links
    assert [entry.title for entry in parsed.entries] == [p.story.title for p in out]
    assert [datetime.fromisoformat(str(e.published)) for e in parsed.entries] == [p.published for p in out]


async def test_stories_appear_as_time_goes_by() -> None:
    async with open_press(every_s=0.05) as (press, client):
        last = max(press.edition.pieces, key=lambda p: p.visible_at)
        feed = f"http://{last.site.host}:{httpx.URL(press.url(last)).port}/feed"
        first = (await client.get(feed)).text
        assert last.story.slug not in first
        while last.story.slug not in (await client.get(feed)).text:
            await asyncio.sleep(0.02)
        assert press.clock() >= last.visible_at


async def test_time_begins_with_the_first_look_at_a_feed() -> None:
    async with open_press(every_s=0.05) as (press, client):
        assert (await client.get(press.url(press.edition.pieces[-1]))).status_code == 404
        assert press.clock() == 0
        await client.get(press.feed_urls[0])
        assert press.opened.is_set()
        first = [p for p in press.edition.pieces if p.visible_at == 0]
        assert all(p.published < press.opened_at for p in first)


async def test_conditional_requests_are_answered() -> None:
    async with open_press() as (press, client):
        for url in press.feed_urls:
            first = await client.get(url)
            again = await client.get(url, headers={"if-none-match": first.headers["etag"]})
            assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_each_kind_of_trouble_shows() -> None:
    statuses = {Trouble.SERVER_ERROR: 500, Trouble.GONE: 410}
    async with open_press(every_s=0.0) as (press, client):
        for piece in press.edition.pieces:
            reply = await client.get(press.url(piece))
            assert reply.status_code == statuses.get(piece.story.trouble, 200), piece.story.slug
            if piece.story.gives_document and piece.story.trouble is not Trouble.WRONG_CHARSET:
                text = reply.content.decode(piece.site.charset)
                assert story_pages.parts(piece.story.body)[0].text[:30] in text.replace("&#39;", "'").replace(
                    "&#34;", '"'
                )
            assert press.piece(press.url(piece)) is piece


async def test_a_wrapped_story_is_reached_through_another_site() -> None:
    async with open_press(every_s=0.0) as (press, client):
        piece = next(p for p in press.edition.pieces if p.story.trouble is Trouble.WRAPPED)
        home = press.url(piece).partition("/news/")[0]
        (link,) = [
            item["url"]
            for item in (await client.get(f"{home}/feed")).json()["items"]
            if piece.story.slug in item["url"]
        ]
        assert not link.startswith(home)
        reply = await client.get(link, follow_redirects=True)
        assert str(reply.url) == press.url(piece)
        assert press.piece(link) == press.piece(press.url(piece)) is not None


async def test_robots_forbid_what_is_private() -> None:
    async with open_press(every_s=0.0) as (press, client):
        piece = next(p for p in press.edition.pieces if p.story.trouble is Trouble.PRIVATE)
        home = press.url(piece).partition("/private/")[0]
        assert "Disallow: /private/" in (await client.get(f"{home}/robots.txt")).text


async def test_a_second_feed_lists_some_stories_again() -> None:
    async with open_press(every_s=0.0) as (press, client):
        (second,) = [url for url in press.feed_urls if url.endswith("/extra")]
        both = (await client.get(second)).text
        main = (await client.get(second.replace("/extra", "/feed"))).text
        slugs = [p.story.slug for p in press.edition.pieces if p.story.also]
        assert slugs
        assert all(slug in both and slug in main for slug in slugs)
