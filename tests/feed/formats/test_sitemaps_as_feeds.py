"""What a sitemap brings as a feed."""

import gzip
import time
from datetime import UTC, datetime

import pytest

from cleanwire.feed.formats import feed_body, sitemap
from cleanwire.feed.formats.parsed import FeedEntry, Format, NotAFeed, ParsedFeed, SitemapLink

LIMIT_S = 4.0  # twice what is promised, for machines that are busy with other things
NOW = 1_800_000_000.0
DAY = 86_400.0
URL = "https://quay.example/sitemap.xml"


def at(seconds_ago: float) -> str:
    return datetime.fromtimestamp(NOW - seconds_ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pages(*listed: str) -> bytes:
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(listed)}</urlset>'
    ).encode()


def page(path: str, modified: str | None = None, news: str = "") -> str:
    dated = f"<lastmod>{modified}</lastmod>" if modified else ""
    return f"<url><loc>https://quay.example/{path}</loc>{dated}{news}</url>"


def news(title: str, published: str) -> str:
    return (
        "<news:news><news:publication><news:name>The Quay</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{published}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news>"
    )


def read(body: bytes) -> ParsedFeed:
    found = feed_body.parse(body, url=URL)
    assert isinstance(found, ParsedFeed)
    return found


def links(body: bytes) -> list[str]:
    entries = sitemap.recent(read(body), now=NOW).entries
    return [(entry.link or "").removeprefix("https://quay.example/") for entry in entries]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_news_sitemap_is_a_feed(packed: bool) -> None:
    body = pages(page("1", at(60), news("Ferry &amp; fog", at(3600))))
    found = read(gzip.compress(body) if packed else body)
    assert (found.format, found.title, found.language) == (Format.SITEMAP, "The Quay", "en")
    assert found.entries == (
        FeedEntry(link="https://quay.example/1", title="Ferry & fog", published=at(3600), updated=at(60)),
    )


def test_an_index_is_a_feed_of_sitemaps() -> None:
    body = f"<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>{at(60)}</lastmod></sitemap></sitemapindex>".encode()
    found = read(body)
    assert (found.format, found.entries) == (Format.SITEMAP_INDEX, ())
    assert found.sitemaps == (SitemapLink(url="https://quay.example/a.xml", modified=at(60)),)


def test_of_pages_those_modified_lately_are_entries_newest_first() -> None:
    body = pages(
        page("old", at(3 * DAY)), page("older-today", at(7200)), page("undated"), page("newest", at(60)),
        page("from-the-future", at(-3 * DAY)), page("tomorrow-somewhere", at(-7200)),
    )  # fmt: skip
    assert links(body) == ["tomorrow-somewhere", "newest", "older-today"]


def test_news_is_news_whatever_its_dates() -> None:
    body = pages(page("a", None, news("A", at(9 * DAY))), page("b", None, news("B", "yesterday")), page("c", at(60)))
    assert links(body) == ["b", "c", "a"]


def test_an_archive_that_is_dated_today_brings_a_bounded_number_and_always_the_same() -> None:
    body = pages(*(page(f"{number}", at(60)) for number in range(5000)))
    found = sitemap.recent(read(body), now=NOW)
    assert (len(found.entries), found.truncated) == (sitemap.MAX_LISTED, 4000)
    assert found.entries == sitemap.recent(read(body), now=NOW + DAY).entries


def test_a_sitemap_without_any_date_says_that_it_is_of_no_use() -> None:
    found = feed_body.parse(pages(page("a"), page("b")), url=URL)
    assert isinstance(found, NotAFeed)
    assert "dates no page" in found.detail


def test_an_empty_news_sitemap_is_a_quiet_night() -> None:
    assert read(pages()).entries == ()


@pytest.mark.slow
def test_the_largest_sitemap_is_read_in_time() -> None:
    body = pages(*(page(f"news/{number}", at(number)) for number in range(50_000)))
    began = time.process_time()
    assert len(sitemap.recent(read(body), now=NOW).entries) == sitemap.MAX_LISTED
    assert time.process_time() - began < LIMIT_S
