"""Where a feed says that it pushes: Link headers, link elements, JSON Feed's hubs."""

import json

import pytest

from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.feed.websub import hubs

URL = "https://news.example/feeds/all"
HUB, OTHER, TOPIC = "https://hub.example/", "https://hub.example/2", "https://news.example/feed"
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>
<link>https://news.example/</link><description>d</description>{links}
<item><title>a</title><link>https://news.example/a</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:x</id>{links}
<entry><id>urn:a</id><title>a</title><link href="https://news.example/a"/></entry></feed>"""


def read(body: str) -> ParsedFeed:
    parsed = feed_body.parse(body.encode(), url=URL, content_type=None)
    assert isinstance(parsed, ParsedFeed)
    return parsed


def rss(*links: tuple[str, str]) -> str:
    return RSS.format(links="".join(f'<atom:link rel="{rel}" href="{href}"/>' for rel, href in links))


def feed_json(*listed: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "feed_url": TOPIC, "items": [], "hubs": listed})


@pytest.mark.parametrize(
    ("body", "header", "found"),
    [
        pytest.param(rss(("hub", HUB), ("self", TOPIC)), "", ((HUB,), TOPIC), id="rss"),
        pytest.param(
            ATOM.format(links=f'<link rel="hub" href="{HUB}"/><link rel="self" href="/feed"/>'),
            "",
            ((HUB,), TOPIC),
            id="atom-with-a-relative-topic",
        ),
        pytest.param(rss(("self", TOPIC)), "", None, id="no-hub"),
        pytest.param(rss(("hub", HUB)), "", ((HUB,), URL), id="no-topic-named"),
        pytest.param(rss(("hub", "ftp://hub.example/")), "", None, id="no-web-address"),
        pytest.param(rss(), f'<{HUB}>; rel="hub", <{TOPIC}>; rel=self', ((HUB,), TOPIC), id="header"),
        pytest.param(
            rss(("hub", "https://wrong.example/"), ("self", "https://wrong.example/feed")),
            f'<{HUB}>; rel="hub", <{OTHER}>; title="a, b; c"; rel="hub", </feed>; rel="self"',
            ((HUB, OTHER), TOPIC),
            id="headers-go-first",
        ),
        pytest.param(rss(), f'<{TOPIC}>; rel="self canonical", <{HUB}>; REL="Hub"', ((HUB,), TOPIC), id="many-words"),
        pytest.param(rss(), '<https://news.example/?a,b>; rel="next", <>; rel=hub, rel=hub', None, id="odd-header"),
        pytest.param(
            feed_json({"type": "rssCloud", "url": OTHER}, {"type": "WebSub", "url": HUB}, "hub", {"url": None}),
            "",
            ((HUB,), TOPIC),
            id="json-feed",
        ),
    ],
)
def test_what_is_announced(body: str, header: str, found: tuple[tuple[str, ...], str] | None) -> None:
    announced = hubs.announced({"link": header} if header else {}, read(body), url=URL)
    assert (None if announced is None else (announced.hubs, announced.topic)) == found


def test_a_header_made_to_be_slow_is_read_at_once() -> None:
    for piece in ("<", "<a>;", "<a>; rel", '<a>; rel="', "<a>; x=;", "; ; ", "<a> ; "):
        assert hubs.announced({"link": piece * 50_000}, read(rss()), url=URL) is None
