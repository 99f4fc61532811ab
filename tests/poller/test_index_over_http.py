"""A sitemap index as a subscription: what is asked of the site, when, and what is passed on. Real sockets."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from cleanwire.fetch.client import Fetcher
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.poll import Polls
from cleanwire.records.feed import Feed, FeedOptions, FeedState, Origin
from cleanwire.settings import FetchSettings, PollSettings
from poller.desk import Desk
from services.newsroom import Newsroom, Reply

HOST, OTHER = "127.0.31.1", "127.0.31.2"
XML = "application/xml"
HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with Newsroom().open(HOST, OTHER) as opened:
        yield opened


@pytest.fixture
async def polls() -> AsyncIterator[Polls]:
    settings = FetchSettings(allow_private="127.0.0.0/8", timeout_s=5)
    async with Fetcher(settings) as fetcher, Readers(PollSettings()) as readers:
        yield Polls(fetcher, readers, PollSettings(backfill=10), settings)


def ago(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() - seconds, UTC).isoformat()


def index(room: Newsroom, **modified: float) -> None:
    listed = "".join(
        f"<sitemap><loc>{room.url(HOST, f'/{name}.xml')}</loc><lastmod>{ago(age)}</lastmod></sitemap>"
        for name, age in modified.items()
    )
    room.put(HOST, "/index.xml", Reply(body=f"<sitemapindex>{listed}</sitemapindex>".encode(), content_type=XML))


def pages(room: Newsroom, name: str, *paths: str, age: float = 60.0, step: float = 1.0) -> None:
    listed = "".join(
        f"<url><loc>{room.url(HOST, path)}</loc><lastmod>{ago(age + place * step)}</lastmod></url>"
        for place, path in enumerate(paths)
    )
    room.put(HOST, f"/{name}.xml", Reply(body=f"<urlset>{listed}</urlset>".encode(), content_type=XML))


def subscribed(room: Newsroom) -> Feed:
    return subscriptions.subscription(room.url(HOST, "/index.xml"), Origin.CLI, now=time.time())


def paths(room: Newsroom, addresses: list[str]) -> list[str]:
    return [address.removeprefix(room.url(HOST, "")) for address in addresses]


async def test_the_sitemaps_of_an_index_are_polled_one_after_the_other(room: Newsroom, polls: Polls) -> None:
    index(room, may=HOUR, april=2 * HOUR, march=40 * DAY)
    pages(room, "may", "/m1", "/m2")
    pages(room, "april", "/a1", "/m1")
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    asked = [await desk.live(now) for _ in range(3)]
    assert paths(room, [url for url, _ in asked]) == ["/index.xml", "/may.xml", "/april.xml"]
    assert asked[2][1] - asked[1][1] >= 100, "half the floor apart"
    assert sorted(paths(room, desk.entries())) == ["/a1", "/m1", "/m2"], "an article in two of them is passed on once"
    assert [request.path for request in room.requests] == ["/index.xml", "/may.xml", "/april.xml"]


async def test_a_first_reading_brings_a_bounded_back_fill_and_later_everything(room: Newsroom, polls: Polls) -> None:
    index(room, may=HOUR, april=2 * HOUR)
    pages(room, "may", *(f"/m{number}" for number in range(30)))
    pages(room, "april", *(f"/a{number}" for number in range(30)))
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    for _ in range(3):
        await desk.live(now)
    assert len(desk.entries()) == 10
    index(room, june=1, may=1, april=2 * HOUR)
    pages(room, "may", *(f"/m{number}" for number in range(-5, 30)))
    pages(room, "june", *(f"/j{number}" for number in range(30)))
    desk.written.clear()
    while not room.asked(HOST, "/june.xml") or len(room.asked(HOST, "/may.xml")) < 2:
        await desk.live(now)
    wanted = {*(f"/m{number}" for number in range(-5, 0)), *(f"/j{number}" for number in range(30))}
    assert set(paths(room, desk.entries())) == wanted
    assert len(desk.entries()) == len(wanted)


async def test_the_next_owner_goes_on_where_the_last_one_stopped(room: Newsroom, polls: Polls) -> None:
    index(room, may=HOUR, april=2 * HOUR)
    pages(room, "may", "/m1")
    pages(room, "april", "/a1")
    now = time.time()
    feed = subscribed(room)
    first = Desk(feed, polls=polls, now=now)
    for _ in range(2):
        await first.live(now)
    second = Desk(feed, states=tuple(first.states().values()), polls=polls, now=now)
    url, _ = await second.live(now)
    assert paths(room, [url, *second.entries()]) == ["/april.xml", "/a1"]


async def test_a_sitemap_that_is_gone_is_asked_once_and_the_rest_goes_on(room: Newsroom, polls: Polls) -> None:
    index(room, may=HOUR, april=2 * HOUR)
    room.put(HOST, "/may.xml", Reply(status=410))
    pages(room, "april", "/a1")
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    while len(room.asked(HOST, "/index.xml")) < 4:
        await desk.live(now)
    assert len(room.asked(HOST, "/may.xml")) == 1
    assert len(room.asked(HOST, "/april.xml")) > 1
    assert paths(room, desk.entries()) == ["/a1"]
    assert desk.counted("cleanwire_poller_sitemaps_retired_total") == 1
    assert desk.counted("cleanwire_poller_feeds_gone_total") == 0


async def test_a_password_goes_to_the_address_that_was_subscribed_and_to_no_other(room: Newsroom, polls: Polls) -> None:
    options = FeedOptions(username="reader", password="secret", headers={"x-key": "k"})
    now = time.time()
    feed = subscriptions.subscription(room.url(HOST, "/feed"), Origin.CLI, now=now, options=options)
    for host in (HOST, OTHER):
        room.feed(host, "/feed", (room.url(host, "/1"), "One"))
        moved = FeedState(feed_id=feed.id, url=room.url(host, "/feed"), next_poll_at=now)
        await Desk(feed, states=(moved,), polls=polls, now=now).live(now)
    told = [{"authorization", "x-key"} & set(request.headers) for request in room.requests]
    assert told == [{"authorization", "x-key"}, set()]


def inner(room: Newsroom, path: str, *listed: str) -> None:
    links = "".join(f"<sitemap><loc>{each}</loc><lastmod>{ago(HOUR)}</lastmod></sitemap>" for each in listed)
    room.put(HOST, path, Reply(body=f"<sitemapindex>{links}</sitemapindex>".encode(), content_type=XML))


async def test_an_index_inside_an_index_is_followed_and_their_sitemaps_share_one_back_fill(
    room: Newsroom, polls: Polls
) -> None:
    index(room, year=HOUR, may=2 * HOUR)
    inner(room, "/year.xml", "/june.xml", "/july.xml")
    pages(room, "may", *(f"/m{number}" for number in range(30)))
    pages(room, "june", *(f"/j{number}" for number in range(30)))
    pages(room, "july", *(f"/y{number}" for number in range(30)))
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    for _ in range(5):
        await desk.live(now)
    assert len(room.asked(HOST, "/june.xml")) == len(room.asked(HOST, "/july.xml")) == 1
    brought = Counter(path[1] for path in paths(room, desk.entries()))
    assert brought == {"m": 5, "j": 3, "y": 3}, "half of ten, and of the other half a half each, rounded up"


async def test_an_index_too_deep_is_retired_and_one_that_lists_itself_ends(room: Newsroom, polls: Polls) -> None:
    index(room, level1=HOUR)
    for level in range(1, 6):
        inner(room, f"/level{level}.xml", f"/level{level + 1}.xml", f"/level{level}.xml", "/index.xml", "/level1.xml")
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    while len(room.asked(HOST, "/level3.xml")) < 4:
        await desk.live(now)
    asked = len(room.asked(HOST, "/index.xml"))
    while len(room.asked(HOST, "/index.xml")) < asked + 5:
        await desk.live(now)
    assert len(room.asked(HOST, "/level3.xml")) == 4, "so often it fails before it is retired"
    assert not room.asked(HOST, "/level4.xml")


async def test_an_index_in_the_index_is_read_hourly_and_takes_its_sitemaps_along_when_it_goes(
    room: Newsroom, polls: Polls
) -> None:
    index(room, year=HOUR)
    inner(room, "/year.xml", "/june.xml")
    pages(room, "june", "/j1")
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    times = [at for url, at in [await desk.live(now) for _ in range(60)] if url.endswith("/year.xml")]
    assert max(b - a for a, b in pairwise(times)) <= 1.1 * HOUR
    inner(room, "/year.xml", "/july.xml")
    pages(room, "july", "/y1")
    asked = len(room.asked(HOST, "/july.xml"))
    while len(room.asked(HOST, "/july.xml")) == asked:
        await desk.live(now)
    room.put(HOST, "/year.xml", Reply(status=410))
    while not desk.counted("cleanwire_poller_sitemaps_retired_total"):
        await desk.live(now)
    june, july = (len(room.asked(HOST, path)) for path in ("/june.xml", "/july.xml"))
    for _ in range(5):
        await desk.live(now)
    assert (june, july) == tuple(len(room.asked(HOST, path)) for path in ("/june.xml", "/july.xml"))
    assert paths(room, desk.entries()) == ["/j1", "/y1"]


async def test_what_came_and_went_in_one_sitemap_of_an_index_is_counted_for_the_feed(
    room: Newsroom, polls: Polls
) -> None:
    index(room, news=HOUR, other=HOUR)
    pages(room, "other", "/o1")
    pages(room, "news", *(f"/n{number}" for number in range(10)), age=10 * HOUR, step=600)
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    while not (room.asked(HOST, "/news.xml") and room.asked(HOST, "/other.xml")):
        await desk.live(now)
    pages(room, "news", *(f"/n{number}" for number in range(100, 110)), age=60, step=600)  # of 60 new ones ten
    while len(room.asked(HOST, "/news.xml")) < 2:
        await desk.live(now)
    [state] = desk.states().values()
    assert desk.counted("cleanwire_poller_gaps_total") == 1
    assert state.gaps == 1
    assert state.lost == pytest.approx(49, abs=1)
    assert state.gap is not None, "the site's news sitemap will be searched"


async def test_an_index_that_becomes_a_feed_is_a_feed(room: Newsroom, polls: Polls) -> None:
    index(room, may=HOUR)
    pages(room, "may", "/m1")
    now = time.time()
    desk = Desk(subscribed(room), polls=polls, now=now)
    for _ in range(2):
        await desk.live(now)
    room.feed(HOST, "/index.xml", (room.url(HOST, "/m1"), "One"), (room.url(HOST, "/m2"), "Two"))
    while len(room.asked(HOST, "/index.xml")) < 2:
        await desk.live(now)
    assert paths(room, desk.entries()) == ["/m1", "/m2"]
    [state] = desk.states().values()
    assert state.children == ()
