"""No feed costs more than its share, and nothing escapes."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.errors import InputError
from cleanwire.feed import limits
from cleanwire.feed.formats import feed_body, sitemap
from cleanwire.feed.formats.parsed import NotAFeed, ParsedFeed
from cleanwire.feed.lists import opml
from cleanwire.feed.lists import read as lists

URL = "https://news.example/feed"
HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
TAIL = "</channel></rss>"
SIZE = 2_000_000
LIMIT_S = 4.0  # twice what is promised, for machines that are busy with other things


def repeated(text: str, size: int = SIZE) -> str:
    return text * (size // len(text))


HOSTILE = {
    "one-huge-title": HEAD + "<item><title>" + "x" * SIZE + "</title></item>" + TAIL,
    "quadratic-author": HEAD + "<item><author>a@" + "a." * (SIZE // 2) + "!</author></item><br>" + TAIL,
    "many-quadratic-authors": HEAD + repeated("<item><author>a@" + "a." * 30_000 + "!</author></item>") + "<br>" + TAIL,
    "spaces-in-authors": HEAD + repeated("<author>" + " " * 600 + "<x>"),
    "many-items-broken": HEAD + repeated("<item/>") + "<br>" + TAIL,
    "deep-nesting": HEAD + repeated("<a>") + TAIL,
    "deep-nesting-with-namespaces": HEAD + repeated("<a:b>") + TAIL,
    "many-attributes": HEAD + "<item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>" + TAIL,
    "many-namespaces": HEAD + "<item " + " ".join(f'xmlns:a{n}="http://x/{n}"' for n in range(60_000)) + "/>" + TAIL,
    "ampersands": HEAD + repeated("&") + TAIL,
    "unclosed-cdata": HEAD + repeated("<![CDATA[") + TAIL,
    "doctypes": repeated('<!DOCTYPE "'),
    "declarations": "<!DOCTYPE rss [" + repeated("<!ELEMENT a b>") + HEAD,
    "comments": repeated("<!--"),
    "less-than": HEAD + repeated("<"),
    "json-nesting": '{"items":' + repeated("["),
    "json-strings": '{"items":[' + repeated('"",'),
    "json-string-cut-in-an-escape": '{"items":[{"id":"' + repeated(r"\""),
    "json-wrong-escapes": '{"items":[{"id":"' + repeated(r"\q"),
    "json-members": "{" + repeated('"a":1,'),
    "json-commas": '{"items":[' + repeated(", "),
    "json-digits": '{"items":[{},' + repeated("9"),
    "many-links": '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
    + repeated('<link href="/x"/>')
    + "</entry></feed>",
    "huge-xhtml": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div>'
    + repeated("<p>x</p>")
    + "</div></content></entry></feed>",
    "tags-in-description": HEAD + "<item><description>" + repeated("<b>") + "</description></item>" + TAIL,
    "page-that-mentions-feeds": "<html>" + repeated("<rss "),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_ends_soon(name: str) -> None:
    body = HOSTILE[name].encode()
    started = time.process_time()
    assert isinstance(feed_body.parse(body, url=URL), ParsedFeed | NotAFeed)
    assert time.process_time() - started < LIMIT_S


def test_ten_thousand_entries_at_once_are_all_read() -> None:
    items = "".join(f"<item><guid>g{n}</guid><link>http://e.example/{n}</link></item>" for n in range(10_000))
    feed = feed_body.parse((HEAD + items + TAIL).encode(), url=URL)
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) == 10_000
    assert feed.truncated == 0


def test_entries_beyond_the_bound_are_counted_not_read() -> None:
    feed = feed_body.parse((HEAD + "<item/>" * (limits.MAX_ENTRIES + 5) + TAIL).encode(), url=URL)
    assert isinstance(feed, ParsedFeed)
    assert (len(feed.entries), feed.truncated) == (limits.MAX_ENTRIES, 5)


def test_of_a_broken_feed_fewer_entries_are_read() -> None:
    feed = feed_body.parse((HEAD + "<item/>" * (limits.MAX_TOLERANT_ENTRIES + 5) + "<br>" + TAIL).encode(), url=URL)
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) == limits.MAX_TOLERANT_ENTRIES
    assert feed.truncated == 5


PIECES = st.sampled_from(
    [
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>/a</link>",
        "<guid>",
        "&",
        "&amp;",
        "&nbsp;",
        "&#0;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?x",
        "?>",
        "<!DOCTYPE",
        "[",
        "<!ENTITY",
        ">",
        "<feed",
        "xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "<link",
        "href='x'/>",
        "<content",
        "type='xhtml'>",
        "<pubDate>Mon,",
        "99</pubDate>",
        "\x00",
        "é",
        "�",
        "{",
        "}",
        "[",
        '"items":',
        ",",
        "<html>",
        "<rdf:RDF>",
        "xml:base='::'",
        "</rss>",
        "<author>a@b(",
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_any_jumble_of_feed_pieces_is_read_or_refused(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    assert isinstance(feed_body.parse(body, url=URL), ParsedFeed | NotAFeed)
    sitemap.read(body)


@given(st.binary(max_size=500), st.text(max_size=30))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    assert isinstance(feed_body.parse(body, url=URL, content_type=content_type), ParsedFeed | NotAFeed)
    sitemap.read(body, content_type=content_type)


@given(st.lists(PIECES | st.sampled_from(["<opml>", "<outline ", 'xmlUrl="http://a"', "/>"]), max_size=15))
def test_any_list_is_read_or_refused_by_an_input_error(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    for read in (opml.read, lists.read):
        with suppress(InputError):
            read(body, "feeds.txt")
