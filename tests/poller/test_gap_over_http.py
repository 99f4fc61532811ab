"""A feed whose entries came and went: what is asked of its site then, and what is passed on. Real sockets."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest

from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.robots import RobotsCache
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.gap_search import Searches
from cleanwire.poller.poll import Polls
from cleanwire.records.feed import Feed, FeedState, Gap, Origin
from cleanwire.settings import FetchSettings, PollSettings
from poller.desk import Desk
from services.newsroom import Newsroom, Reply

pytestmark = pytest.mark.slow

HOST = "127.0.33.1"
SETTINGS = FetchSettings(allow_private="127.0.0.0/8", timeout_s=5)
XML = "application/xml"
MINUTE, HOUR = 60.0, 3600.0


@dataclass
class Site:
    """A site with an article every ten minutes for the last ten hours; its feed shows the last ten of them."""

    room: Newsroom
    fetcher: Fetcher
    robots_cache: RobotsCache
    readers: Readers
    polls: Polls
    searches: Searches
    now: float
    feed: Feed

    def articles(self, *, until_s_ago: float = 0.0) -> list[tuple[str, float]]:
        times = [self.now - place * 10 * MINUTE for place in range(60)]
        return [
            (self.room.url(HOST, f"/town/{place}"), at)
            for place, at in enumerate(times)
            if at <= self.now - until_s_ago
        ]

    def show(self, *, until_s_ago: float = 0.0) -> None:
        shown = self.articles(until_s_ago=until_s_ago)[:10]
        items = "".join(
            f"<item><title>A</title><link>{url}</link><pubDate>{stamp(at)}</pubDate></item>" for url, at in shown
        )
        self.room.put(HOST, "/feed", Reply(body=f"<rss><channel>{items}</channel></rss>".encode(), content_type=XML))

    def sitemap(self, path: str = "/news.xml", etag: str = '"1"') -> None:
        listed = "".join(
            f'<url><loc>{url}</loc><n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
            f"<n:title>A</n:title><n:publication_date>{stamp(at)}</n:publication_date></n:news></url>"
            for url, at in self.articles()
        )
        body = f"<urlset>{listed}</urlset>".encode()
        self.room.put(HOST, path, Reply(body=body, content_type=XML, headers={"etag": etag}))

    def robots(self, *lines: str) -> None:
        self.room.put(HOST, "/robots.txt", "\n".join(lines).encode())

    def desk(self, *states: FeedState) -> Desk:
        return Desk(self.feed, states=states, polls=self.polls, searches=self.searches, now=self.now)

    async def gap(self) -> Desk:
        """Poll the feed as it was five hours ago, and as it is now."""
        desk = self.desk()
        self.show(until_s_ago=5 * HOUR)
        await desk.live(self.now)
        self.show()
        desk.written.clear()
        await desk.live(self.now)
        assert self.numbers(desk) == list(range(10))
        desk.written.clear()
        return desk

    def numbers(self, desk: Desk) -> list[int]:
        return sorted(int(url.rpartition("/")[2]) for url in desk.entries())

    def asked(self) -> list[str]:
        return [request.path for request in self.room.requests]


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Newsroom().open(HOST) as room, Fetcher(SETTINGS) as fetcher, Readers(PollSettings()) as readers:
        robots = RobotsCache(fetcher, agent="Cleanwire", ttl_s=3600)
        feed = subscriptions.subscription(room.url(HOST, "/feed"), Origin.CLI, now=time.time())
        yield Site(
            room=room,
            fetcher=fetcher,
            robots_cache=robots,
            readers=readers,
            polls=Polls(fetcher, readers, PollSettings(), SETTINGS),
            searches=Searches(fetcher, robots, readers, SETTINGS),
            now=float(int(time.time())),
            feed=feed,
        )


MISSING = list(range(10, 30))


async def test_what_was_missed_is_found_in_the_news_sitemap_that_robots_txt_names(site: Site) -> None:
    site.robots("User-agent: *", "Allow: /", "Sitemap: /news.xml")
    site.sitemap()
    desk = await site.gap()
    assert desk.counted("cleanwire_poller_gaps_total") == 1
    assert desk.counted("cleanwire_poller_entries_lost_total") == len(MISSING)
    times = [(await desk.live(site.now))[1] for _ in range(2)]
    assert site.numbers(desk) == MISSING
    assert site.asked() == ["/feed", "/feed", "/robots.txt", "/news.xml"]
    assert times[1] - times[0] >= 1, "spaced as all that is asked of a site"
    assert desk.counted("cleanwire_poller_entries_total", kind="recovered") == len(MISSING)
    assert desk.counted("cleanwire_poller_gap_searches_total", outcome="found") == 1
    [state] = desk.states().values()
    assert (state.gap, state.recovered, state.gaps) == (None, len(MISSING), 1)
    assert state.news_sitemap is not None
    assert state.news_sitemap.etag == '"1"'
    desk.written.clear()
    await desk.live(site.now + HOUR)
    assert (desk.entries(), site.asked()[4:]) == ([], ["/feed"])


async def test_one_reading_of_the_sitemap_serves_all_feeds_of_its_site(site: Site) -> None:
    site.robots("Sitemap: /news.xml")
    site.sitemap()
    for _ in range(2):  # the second owner stands for the second feed
        desk = await site.gap()
        for _ in range(2):
            await desk.live(site.now)
        assert site.numbers(desk) == MISSING
    assert [path for path in site.asked() if path != "/feed"] == ["/robots.txt", "/news.xml"]


async def test_an_index_leads_to_the_sitemap_of_news(site: Site) -> None:
    site.robots("Sitemap: /all.xml")
    index = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in ("pages", "posts", "news", "tags"))
    site.room.put(HOST, "/all.xml", Reply(body=f"<sitemapindex>{index}</sitemapindex>".encode(), content_type=XML))
    site.sitemap()
    desk = await site.gap()
    for _ in range(3):
        await desk.live(site.now)
    assert site.numbers(desk) == MISSING
    assert site.asked() == ["/feed", "/feed", "/robots.txt", "/all.xml", "/news.xml"]


async def test_one_answer_serves_all_feeds_of_its_site_also_when_it_is_an_index(site: Site) -> None:
    site.robots("Sitemap: /all.xml")
    index = "<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    site.room.put(HOST, "/all.xml", Reply(body=index.encode(), content_type=XML))
    site.sitemap()
    for _ in range(2):  # the second owner stands for the second feed
        desk = await site.gap()
        for _ in range(4):
            await desk.live(site.now)
        assert site.numbers(desk) == MISSING
    asked = [path for path in site.asked() if path != "/feed"]
    assert asked == ["/robots.txt", "/all.xml", "/news.xml"]


async def test_indexes_that_lead_to_indexes_are_not_followed_for_ever(site: Site) -> None:
    site.robots("Sitemap: /news-0.xml")
    for number in range(20):
        body = f"<sitemapindex><sitemap><loc>/news-{number + 1}.xml</loc></sitemap></sitemapindex>"
        site.room.put(HOST, f"/news-{number}.xml", Reply(body=body.encode(), content_type=XML))
    desk = await site.gap()
    while site.asked().count("/feed") < 3:
        await desk.live(site.now)
    assert [path for path in site.asked() if path != "/feed"] == ["/robots.txt", *(f"/news-{n}.xml" for n in range(4))]


async def test_a_search_goes_on_with_the_next_owner(site: Site) -> None:
    site.robots("Sitemap: /news.xml")
    site.sitemap()
    first = await site.gap()
    await first.live(site.now)
    second = site.desk(*first.states().values())
    await second.live(site.now)
    assert site.numbers(second) == MISSING
    assert site.asked().count("/robots.txt") == 1


async def test_a_site_without_a_news_sitemap_is_asked_a_few_times_and_then_left_in_peace(site: Site) -> None:
    desk = await site.gap()
    polls = site.asked().count("/feed")
    while site.asked().count("/feed") < polls + 3:
        await desk.live(site.now)
    others = [path for path in site.asked() if path != "/feed"]
    assert others == ["/robots.txt", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml"]
    assert desk.counted("cleanwire_poller_gap_searches_total", outcome="no_sitemap") == 1
    assert desk.entries() == []


async def test_a_sitemap_that_robots_txt_forbids_is_not_asked(site: Site) -> None:
    site.robots("User-agent: *", "Disallow: /*.xml", "Sitemap: /news.xml")
    site.sitemap()
    desk = await site.gap()
    while site.asked().count("/feed") < 3:
        await desk.live(site.now)
    assert site.asked() == ["/feed", "/feed", "/robots.txt", "/feed"]


async def test_a_known_sitemap_is_asked_with_its_validators_and_a_304_ends_the_search(site: Site) -> None:
    site.robots("Sitemap: /news.xml")
    site.sitemap()
    desk = await site.gap()
    for _ in range(2):
        await desk.live(site.now)
    [state] = desk.states().values()
    site.room.put(HOST, "/news.xml", Reply(status=304, headers={"etag": '"1"'}))
    gap = Gap(since=site.now - HOUR, until=site.now, lost=3, due_at=site.now, scopes=(f"{HOST}/town",))
    site.searches = Searches(
        site.fetcher, site.robots_cache, site.readers, SETTINGS
    )  # which has not read it a moment ago
    again = site.desk(msgspec.structs.replace(state, gap=gap))
    await again.live(site.now)
    assert site.room.asked(HOST, "/news.xml")[-1].headers["if-none-match"] == '"1"'
    assert again.counted("cleanwire_poller_gap_searches_total", outcome="nothing") == 1
    assert again.states()[site.feed.id].gap is None
