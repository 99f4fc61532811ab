"""OPML files, plain lists of addresses, and sitemaps."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.errors import InputError
from cleanwire.feed import lists, opml, sitemap
from cleanwire.feed.opml import OpmlFeed
from cleanwire.feed.sitemap import SitemapPage

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Ports &amp; Sea"><outline text="North" title="">
  <outline type="rss" text="Quay" title="The Quay" xmlUrl="HTTPS://Quay.example/feed" htmlUrl="https://quay.example/"/>
</outline></outline>
<outline TEXT="Hill" XMLURL="http://hill.example/rss"/>
<outline text="no feed" url="http://x.example/"/><outline text="mail" xmlUrl="mailto:x@y.example"/>
<outline text="again" xmlUrl="https://quay.example/feed"/>
</body></opml>"""

QUAY = OpmlFeed(
    url="https://quay.example/feed",
    title="The Quay",
    site_url="https://quay.example/",
    folders=("Ports & Sea", "North"),
)
HILL = OpmlFeed(url="http://hill.example/rss", title="Hill")


def test_opml_is_read_with_folders_and_each_feed_once() -> None:
    assert opml.read(OPML.encode()) == [QUAY, HILL]


def test_opml_with_bare_ampersands_is_read() -> None:
    assert opml.read(OPML.replace("&amp;", "&").encode()) == [QUAY, HILL]


def test_opml_that_no_parser_reads_gives_its_feeds_without_folders() -> None:
    broken = OPML.replace('text="Quay"', 'text="Quay" description="the "old" <quay>"').encode()
    assert opml.read(broken) == [OpmlFeed(url=QUAY.url, title="The Quay", site_url=QUAY.site_url), HILL]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"<opml><body>\n<outline", r"^my\.opml:2: ", id="cut-off-names-the-line"),
        pytest.param(b"<rss version='2.0'/>", r"^my\.opml:1: .*<rss>", id="another-kind-of-file"),
        pytest.param(b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", r"^my\.opml: declares entities", id="entities"),
        pytest.param(b"hello", r"^my\.opml:1: ", id="text"),
        pytest.param(b"", r"^my\.opml:", id="empty"),
    ],
)
def test_what_is_no_opml_is_an_input_error_that_names_file_and_line(body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        opml.read(body, "my.opml")


def test_written_opml_is_read_back() -> None:
    feeds = [QUAY, HILL, OpmlFeed(url="http://a.example/", folders=("Ports & Sea",))]
    written = opml.write(feeds, title="Mine")
    assert opml.read(written) == [
        QUAY,
        OpmlFeed(url="http://a.example/", title="http://a.example/", folders=("Ports & Sea",)),
        HILL,
    ]
    assert b"<title>Mine</title>" in written


NAMES = st.text("abc <>&\"'é", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)


@given(st.dictionaries(st.integers(0, 99), st.tuples(NAMES, st.lists(NAMES, max_size=3).map(tuple)), max_size=8))
def test_any_subscriptions_survive_writing_and_reading(given: dict[int, tuple[str, tuple[str, ...]]]) -> None:
    feeds = [OpmlFeed(url=f"http://e.example/{n}", title=title, folders=path) for n, (title, path) in given.items()]
    assert sorted(opml.read(opml.write(feeds)), key=str) == sorted(feeds, key=str)


def test_a_text_list_holds_an_address_a_line() -> None:
    body = b"\xef\xbb\xbf# mine\r\n\r\n  https://quay.example/feed  # daily\nhttp://hill.example/rss\nhttps://QUAY.example/feed\n"
    assert lists.read(body, "feeds.txt") == ["https://quay.example/feed", "http://hill.example/rss"]


def test_a_list_may_be_opml() -> None:
    assert lists.read(OPML.encode(), "feeds.opml") == [QUAY.url, HILL.url]


def test_wrong_lines_are_all_named() -> None:
    with pytest.raises(InputError) as raised:
        lists.read(
            b"https://a.example/\nquay.example/feed\n\nhttps://b.example/ and more\nftp://c.example/", "feeds.txt"
        )
    lines = str(raised.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["feeds.txt:2:", "feeds.txt:4:", "feeds.txt:5:"]


def test_of_many_wrong_lines_ten_are_named() -> None:
    with pytest.raises(InputError, match="and 5 more"):
        lists.read(b"x\n" * 15, "feeds.txt")


NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://quay.example/1 </loc><lastmod>2026-11-02</lastmod><n:news><n:publication><n:name>Quay</n:name>
<n:language>en</n:language></n:publication><n:title>Ferry &amp; fog</n:title>
<n:publication_date>2026-11-02T08:15:00+01:00</n:publication_date></n:news></url>
<url><loc>https://quay.example/2</loc></url><url/></urlset>"""

PAGES = (
    SitemapPage(
        url="https://quay.example/1",
        modified="2026-11-02",
        title="Ferry & fog",
        published="2026-11-02T08:15:00+01:00",
        language="en",
    ),
    SitemapPage(url="https://quay.example/2"),
)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(NEWS.encode(), id="plain"),
        pytest.param(gzip.compress(NEWS.encode()), id="gzip"),
        pytest.param(NEWS.replace("&amp;", "&").encode(), id="bare-ampersand"),
    ],
)
def test_a_news_sitemap_lists_pages(body: bytes) -> None:
    assert sitemap.read(body).pages == PAGES


def test_a_sitemap_index_lists_sitemaps() -> None:
    found = sitemap.read(b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>", url="https://q.example/")
    assert found.sitemaps == ("https://q.example/a.xml",)


def test_a_text_sitemap_lists_lines() -> None:
    found = sitemap.read(b"https://quay.example/1\nnot an address\nhttps://quay.example/2\n")
    assert [page.url for page in found.pages] == ["https://quay.example/1", "https://quay.example/2"]


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x1f\x8bbroken", b"<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>"])
def test_what_is_no_sitemap_lists_nothing(body: bytes) -> None:
    assert sitemap.read(body) == sitemap.Sitemap()
