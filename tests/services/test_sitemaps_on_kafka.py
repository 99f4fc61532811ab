"""A site without a feed: its sitemap index as a subscription, from the poll to the documents, over a restart."""

import time
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest

from services.house import House, until_true
from services.newsroom import Newsroom, Reply, story

pytestmark = pytest.mark.kafka

XML = "application/xml"


def ago(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() - seconds, UTC).isoformat()


def news_sitemap(*pages: tuple[str, str, float]) -> Reply:
    """Return a news sitemap of (link, title, age in seconds)."""
    listed = "".join(
        f"<url><loc>{escape(link)}</loc><news:news><news:publication_date>{ago(age)}</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news></url>"
        for link, title, age in pages
    )
    body = f'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{listed}</urlset>'
    return Reply(body=body.encode(), content_type=XML)


async def test_a_sitemap_index_gives_each_article_once_over_a_restart(kafka: Any) -> None:
    house = House(kafka.bootstrap)
    host = "127.0.32.1"
    async with Newsroom().open(host) as room:
        titles = [f"News number {number} of the quay" for number in range(8)]
        links = [room.put(host, f"/story/{number}", story(title)) for number, title in enumerate(titles)]
        pages = [(link, title, 600.0 - place) for place, (link, title) in enumerate(zip(links, titles, strict=True))]
        listed = "".join(
            f"<sitemap><loc>{room.url(host, path)}</loc><lastmod>{ago(age)}</lastmod></sitemap>"
            for path, age in (("/news-1.xml", 60), ("/news-2.xml", 90), ("/dead.xml", 120), ("/2019.xml", 9e7))
        )
        room.put(host, "/index.xml", Reply(body=f"<sitemapindex>{listed}</sitemapindex>".encode(), content_type=XML))
        room.put(host, "/news-1.xml", news_sitemap(*pages[:3]))
        room.put(host, "/news-2.xml", news_sitemap(*pages[2:5]))
        room.put(host, "/dead.xml", Reply(status=410))
        await house.make_topics()
        async with house.running():
            await house.subscribe(room.url(host, "/index.xml"))
            await house.until_settled(5)
        room.put(host, "/news-1.xml", news_sitemap(*pages[:3], *pages[5:]))
        async with house.running() as replica:
            outcomes = await house.until_settled(8)
            polled = len(room.asked(host, "/news-2.xml"))
            await until_true(
                lambda: len(room.asked(host, "/news-2.xml")) >= polled + 2, what=lambda: "two more polls of a sitemap"
            )
            await replica.until_balanced()
        assert outcomes.titles() == dict.fromkeys(titles, 1)
        assert outcomes.rejected == []
        assert len(room.asked(host, "/dead.xml")) == 1
        assert not room.asked(host, "/2019.xml")


async def test_what_a_feed_no_longer_shows_is_found_in_the_news_sitemap_and_published_once(kafka: Any) -> None:
    house = House(kafka.bootstrap)
    host = "127.0.32.2"
    async with Newsroom().open(host) as room:
        titles = [f"Report number {number} from the pier" for number in range(12)]
        links = [room.put(host, f"/pier/{number}", story(title)) for number, title in enumerate(titles)]
        ages = [7200.0 - place * 600 for place in range(12)]
        pages = list(zip(links, titles, ages, strict=True))
        room.put(host, "/robots.txt", b"User-agent: *\nSitemap: /news.xml\n")
        room.put(host, "/news.xml", news_sitemap(*pages))
        room.put(host, "/feed", dated_feed(*pages[:3]))
        await house.make_topics()
        await house.subscribe(room.url(host, "/feed"))
        async with house.running():
            await house.until_settled(3)
        room.put(host, "/feed", dated_feed(*pages[9:]))  # six came and went while nobody looked
        async with house.running() as replica:
            outcomes = await house.until_settled(12)
            await replica.until_balanced()
            assert await replica.metric('cleanwire_poller_entries_total{kind="recovered"}') == 6
        assert outcomes.titles() == dict.fromkeys(titles, 1)
        assert outcomes.rejected == []
        assert len(room.asked(host, "/news.xml")) == 1


def dated_feed(*pages: tuple[str, str, float]) -> Reply:
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><pubDate>{ago(age)}</pubDate></item>"
        for link, title, age in pages
    )
    return Reply(body=f"<rss><channel>{items}</channel></rss>".encode(), content_type=XML)
