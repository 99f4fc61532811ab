"""`cleanwire feeds discover` on sites with real sockets."""

import json
import socket
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from cli.conftest import Command, Ended
from services.newsroom import RSS, Newsroom, Reply, rss

SITE, OTHER = "127.0.9.1", "127.0.9.2"
HOSTS = (SITE, OTHER)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom().open_in_thread(*HOSTS) as room:
        yield room


@pytest.fixture
def discover(cleanwire: Command) -> Command:
    def run(*arguments: str, spacing_s: float = 0.0) -> Ended:
        allowed = ("--set", "fetch.allow_private=127.0.0.0/8", "--set", f"poll.site_spacing_s={spacing_s}")
        return cleanwire("feeds", "discover", *arguments, *allowed)

    return run


def found(ended: Ended) -> list[tuple[str, str]]:
    assert ended.code == 0, ended.err
    records = [json.loads(line) for line in ended.out.splitlines()]
    return [(record["url"], record["found"]) for record in records]


def feed(room: Newsroom, host: str, path: str, title: str = "The Quay") -> str:
    return room.put(
        host, path, Reply(body=rss((f"https://quay.example{path}/1", "One"), title=title), content_type=RSS)
    )


def test_a_page_announces_its_feeds_and_those_of_comments_come_last(room: Newsroom, discover: Command) -> None:
    comments, news, plain = (feed(room, SITE, path) for path in ("/comments/feed", "/news.xml", "/plain"))
    gone = room.url(SITE, "/gone.xml")
    page = room.put(
        SITE,
        "/",
        f"""<html><head><base href="{room.url(SITE, "/")}">
        <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
        <link rel="stylesheet alternate" type="text/css" href="/dark.css"><link rel=feed href=plain>
        <LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF=" news.xml#top ">
        <link rel="alternate" type="application/json" href="/wp-json/oembed"><link rel="canonical" href="/">
        <link rel="alternate" type="application/rss+xml" href="/gone.xml"></head><body>x</body></html>""".encode(),
    )
    assert found(discover(page, "--json")) == [(plain, "link"), (news, "link"), (comments, "link")]
    asked = {request.path for request in room.requests}
    assert asked == {"/", "/plain", "/news.xml", "/comments/feed", "/gone.xml"}
    record = json.loads(discover(page, "--json").out.splitlines()[0])
    assert (record["format"], record["title"], record["entries"]) == ("rss", "The Quay", 1)
    assert record["newest"].startswith(time.strftime("%Y-%m-", time.gmtime(time.time() - 60)))
    assert gone not in discover(page, "--urls").out.split()


def test_links_that_look_like_feeds_are_asked_at_the_site_and_at_hosts_of_feeds(
    room: Newsroom, discover: Command
) -> None:
    mine = feed(room, SITE, "/blog/rss")
    elsewhere = feed(room, OTHER, "/rss")
    others = '<a href="/feedback">?</a><a href="/rss.png">i</a>'
    links = f'<a href="feed:{mine}">RSS</a><a href="{elsewhere}">theirs</a>{others}'
    page = room.put(SITE, "/blog/", f"<html><body>{links}</body></html>".encode())
    assert found(discover(page, "--json")) == [(mine, "anchor")]
    assert [request.path for request in room.asked(SITE)] == ["/blog/", "/blog/rss"]
    assert room.asked(OTHER) == []


def test_without_links_feeds_are_sought_where_they_usually_are_until_one_is_there(
    room: Newsroom, discover: Command
) -> None:
    page = room.put(SITE, "/blog/post", b"<html><body>nothing</body></html>")
    wanted = feed(room, SITE, "/feed.xml")
    feed(room, SITE, "/atom.xml")
    assert found(discover(page, "--json")) == [(wanted, "well-known")]
    paths = [request.path for request in room.asked(SITE)]
    assert paths[:2] == ["/blog/post", "/blog/feed"]
    assert (paths[-1], "/atom.xml" in paths) == ("/feed.xml", False)


NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://quay.example/1</loc><news:news><news:title>One</news:title>
<news:publication_date>2026-11-02T08:15:00+01:00</news:publication_date></news:news></url></urlset>"""


def test_a_news_sitemap_is_found_through_robots_txt_and_an_index(room: Newsroom, discover: Command) -> None:
    page = room.put(SITE, "/", b"<html><body>nothing</body></html>")
    index = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in ("old", "news"))
    for path, body in (
        ("/robots.txt", f"User-agent: *\nSitemap: {room.url(SITE, '/all.xml')}\n"),
        ("/all.xml", f"<sitemapindex>{index}</sitemapindex>"),
        ("/old.xml", "<urlset><url><loc>https://quay.example/0</loc></url></urlset>"),
        ("/news.xml", NEWS),
    ):  # fmt: skip
        room.put(SITE, path, Reply(body=body.encode(), content_type="application/xml"))
    [record] = [json.loads(line) for line in discover(page, "--json").out.splitlines()]
    assert (record["url"], record["found"]) == (room.url(SITE, "/news.xml"), "sitemap")
    assert (record["format"], record["newest"]) == ("news sitemap", "2026-11-02T07:15:00Z")


def test_a_feed_is_its_own_answer_and_all_goes_on_looking(room: Newsroom, discover: Command) -> None:
    own, usual = feed(room, SITE, "/mine"), feed(room, SITE, "/rss")
    assert found(discover(own, "--json")) == [(own, "itself")]
    assert len(room.requests) == 1
    assert found(discover(own, "--json", "--all")) == [(own, "itself"), (usual, "well-known")]


def test_a_list_of_feeds_gives_the_feeds_of_it(room: Newsroom, discover: Command) -> None:
    first, second = feed(room, SITE, "/1"), feed(room, OTHER, "/2")
    opml = f'<opml><body><outline xmlUrl="{first}"/><outline xmlUrl="{second}"/></body></opml>'
    listing = room.put(SITE, "/all.opml", Reply(body=opml.encode(), content_type="text/xml"))
    assert found(discover(listing, "--json")) == [(first, "list"), (second, "list")]


def test_people_get_a_table_with_the_name_of_each_feed(room: Newsroom, discover: Command) -> None:
    own = feed(room, SITE, "/mine", title="Kai & Anleger")
    ended = discover(own)
    assert [own in ended.out, "Kai & Anleger" in ended.out, "itself" in ended.out] == [True, True, True]


def test_a_site_is_asked_with_a_pause_between_requests(room: Newsroom, discover: Command) -> None:
    page = room.put(SITE, "/", b'<link rel="feed" href="/a"><link rel="feed" href="/b">')
    feed(room, SITE, "/a")
    feed(room, SITE, "/b")
    assert len(found(discover(page, "--json", spacing_s=0.2))) == 2
    times = [request.at for request in room.requests]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.19


def test_where_nothing_is_found_each_address_and_its_reason_is_told(room: Newsroom, discover: Command) -> None:
    page = room.put(SITE, "/", b"<html><body>nothing</body></html>")
    ended = discover(page)
    assert (ended.code, ended.out) == (1, "")
    lines = ended.err.splitlines()
    assert lines[0] == f"cleanwire: {page}: html: a web page"
    assert f"cleanwire: {room.url(SITE, '/feed')}: HTTP 404" in lines
    assert lines[-1] == f"cleanwire: no feed found at {page}"


@pytest.mark.slow
@pytest.mark.parametrize("page", [b"", b"\x00" * 40, b"<", b"<a href='http://[::1'>rss</a>" * 50, b"<a>" * 60_000])
def test_hostile_pages_give_nothing_in_bounded_time(room: Newsroom, discover: Command, page: bytes) -> None:
    began = time.monotonic()
    assert discover(room.put(SITE, "/", page)).code == 1
    assert time.monotonic() - began < 30  # of which a process for a large page takes half a second to start


def test_no_private_address_is_asked_unless_it_is_allowed(room: Newsroom, cleanwire: Command) -> None:
    ended = cleanwire("feeds", "discover", feed(room, SITE, "/mine"))
    assert (ended.code, room.requests) == (1, [])
    assert "blocked_address" in ended.err


def test_an_address_that_is_none_is_named(cleanwire: Command) -> None:
    ended = cleanwire("feeds", "discover", "mailto:x@y.example")
    assert ended.code == 2
    assert "mailto:x@y.example" in ended.err


def test_a_site_that_cannot_be_reached_is_asked_once_and_told_in_one_line(discover: Command) -> None:
    with socket.socket() as closed:
        closed.bind((SITE, 0))
        url = f"http://{SITE}:{closed.getsockname()[1]}/"
        ended = discover(url)
    assert ended.code == 1
    why, result = ended.err.splitlines()
    assert why.startswith(f"cleanwire: {url}: connect: ")
    assert result == f"cleanwire: no feed found at {url}"
