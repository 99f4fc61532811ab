"""What is read from feeds of each format, well written and not."""

import gzip
import json
from dataclasses import replace

import pytest

from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import FeedEntry, Format, NotAFeed, NotAFeedReason, ParsedFeed

URL = "https://news.example/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>Harbour &amp;amp; Hill</title><link>https://news.example/</link><language>en-gb</language><ttl>15</ttl>
  <atom:link rel="self" href="https://news.example/feeds/all.xml"/><atom:link rel="hub" href="https://hub.example/"/>
  <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
  <item>
    <title>Ferry &lt;i&gt;Nordwind&lt;/i&gt; sails again</title><link>/2026/ferry?utm_source=rss</link>
    <guid isPermaLink="false">tag-17</guid><pubDate>Mon, 02 Nov 2026 08:15:00 +0100</pubDate>
    <author>desk@news.example (Ida Holm)</author><category>Ports</category><dc:subject>Sea &amp; coast</dc:subject>
    <description>&lt;p&gt;After two years.&lt;/p&gt;</description>
    <content:encoded><![CDATA[<p>After two years in dock &amp; repair.</p>]]></content:encoded>
  </item>
  <item><title>Only a permalink</title><guid>https://news.example/2</guid><dc:creator>Jon Berg</dc:creator></item>
</channel></rss>"""

FERRY = FeedEntry(
    id="tag-17",
    link="https://news.example/2026/ferry?utm_source=rss",
    title="Ferry Nordwind sails again",
    summary="<p>After two years.</p>",
    content_html="<p>After two years in dock &amp; repair.</p>",
    authors=("Ida Holm",),
    published="2026-11-02T08:15:00+01:00",
    categories=("Ports", "Sea & coast"),
)

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://news.example/de/">
  <title type="html">Hafen &amp;amp; Hang</title><link href="./"/><link rel="self" href="feed.atom"/>
  <author><name>Redaktion Hafen</name></author>
  <entry>
    <id>urn:n:1</id><title>Die Fähre f&#252;hrt &lt;b&gt; wieder</title>
    <link rel="enclosure" href="a.mp3"/><link rel="alternate" type="application/json" href="a.json"/>
    <link rel="alternate" type="text/html" href="a.html"/>
    <published>2026-11-02T08:15:00Z</published><updated>2026-11-02T09:00:00.250Z</updated>
    <summary>Kurz &amp; gut</summary><category term="hafen" label="Hafen"/>
    <content type="xhtml">
      <div xmlns="http://www.w3.org/1999/xhtml"><p>Seit <em>heute</em>.</p><p>Ende.</p></div>
    </content>
  </entry>
  <entry><id>urn:n:2</id><title>Zwei</title><link href="/b"/><author><name>Ute Kranz</name></author>
    <content>1 &lt; 2</content></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>Quay</title>
  <link>https://news.example/</link><dc:language>nl</dc:language></channel>
  <item rdf:about="https://news.example/q1"><title>One</title><link>https://news.example/q1</link>
  <dc:date>2026-11-02T08:15+01:00</dc:date><dc:creator>Piet Vos</dc:creator></item>
  <item rdf:about="https://news.example/q2"><title>Two</title></item></rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Quay",
        "home_page_url": "https://news.example/",
        "feed_url": "https://news.example/feed.json",
        "language": "en",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "authors": [{"name": "Quay Desk"}],
        "items": [
            {"id": 7, "url": "/7", "title": "Seven", "content_text": "1 < 2", "date_published": "2026-11-02T08:15:00Z"},
            {"id": "https://news.example/8", "author": {"name": "Ann Lee"}, "tags": ["sea", 3, "sea"], "title": None},
            "not an item",
        ],
    }
)


def read(text: str | bytes) -> ParsedFeed:
    found = feed_body.parse(text.encode() if isinstance(text, str) else text, url=URL)
    assert isinstance(found, ParsedFeed), found
    return found


def test_rss_is_read_whole() -> None:
    feed = read(RSS)
    assert feed.entries[0] == FERRY
    assert feed.entries[1] == FeedEntry(
        id="https://news.example/2", link="https://news.example/2", title="Only a permalink", authors=("Jon Berg",)
    )
    assert replace(feed, entries=()) == ParsedFeed(
        format=Format.RSS,
        title="Harbour & Hill",
        link="https://news.example/",
        language="en-gb",
        ttl_s=900,
        update_period_s=1800,
        skip_hours=(0, 3),
        skip_days=(6,),
        hubs=("https://hub.example/",),
        self_url=URL,
    )


def test_atom_is_read_whole() -> None:
    feed = read(ATOM)
    assert (feed.format, feed.title, feed.language) == (Format.ATOM, "Hafen & Hang", "de")
    assert (feed.link, feed.self_url) == ("https://news.example/de/", "https://news.example/de/feed.atom")
    assert feed.entries[0] == FeedEntry(
        id="urn:n:1",
        link="https://news.example/de/a.html",
        title="Die Fähre führt <b> wieder",
        summary="Kurz & gut",
        content_html="<p>Seit <em>heute</em>.</p><p>Ende.</p>",
        authors=("Redaktion Hafen",),
        published="2026-11-02T08:15:00Z",
        updated="2026-11-02T09:00:00Z",
        categories=("Hafen",),
    )
    assert feed.entries[1].authors == ("Ute Kranz",)
    assert feed.entries[1].link == "https://news.example/b"
    assert feed.entries[1].content_html == "1 &lt; 2"


def test_rdf_is_read_whole() -> None:
    feed = read(RDF)
    assert (feed.format, feed.title, feed.language) == (Format.RDF, "Quay", "nl")
    assert feed.entries == (
        FeedEntry(
            id="https://news.example/q1",
            link="https://news.example/q1",
            title="One",
            authors=("Piet Vos",),
            published="2026-11-02T08:15:00+01:00",
        ),
        FeedEntry(id="https://news.example/q2", link="https://news.example/q2", title="Two"),
    )


def test_json_feed_is_read_whole() -> None:
    feed = read(JSON)
    assert (feed.format, feed.title, feed.self_url) == (Format.JSON, "Quay", "https://news.example/feed.json")
    assert feed.hubs == ("https://hub.example/",)
    assert feed.entries == (
        FeedEntry(
            id="7",
            link="https://news.example/7",
            title="Seven",
            content_html="1 &lt; 2",
            authors=("Quay Desk",),
            published="2026-11-02T08:15:00Z",
        ),
        FeedEntry(
            id="https://news.example/8", link="https://news.example/8", authors=("Ann Lee",), categories=("sea",)
        ),
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(JSON.removesuffix("]}") + ", ]}", "Seven", id="comma-before-the-end"),
        pytest.param(JSON.replace("Seven", "Se\nven"), "Se ven", id="raw-line-break"),
        pytest.param(JSON.replace("Seven", r"Se\xven \\ \""), 'Se\\xven \\ "', id="unknown-escape"),
        pytest.param(JSON.replace("Seven", r"\ud83d Seven"), "\ufffd Seven", id="half-a-pair"),
        pytest.param(
            JSON.replace("Seven", r"\ud83d\ude00 ,]Seven").replace("]}", ",]}"), "😀 ,]Seven", id="whole-pair"
        ),
        pytest.param(JSON.replace("7,", "NaN,"), "Seven", id="no-number"),
        pytest.param(JSON + "<!-- cached -->", "Seven", id="junk-after-the-end"),
        pytest.param(JSON + JSON, "Seven", id="twice"),
    ],
)
def test_broken_json_is_read_where_it_is_clear_what_is_meant(text: str, title: str) -> None:
    feed = read(text)
    assert (feed.title, feed.entries[0].title, len(feed.entries)) == ("Quay", title, 2)


def test_of_a_json_feed_that_was_cut_off_the_whole_items_are_read() -> None:
    whole = read(JSON).entries
    counts = []
    for end in range(JSON.index('"items"'), len(JSON)):
        found = feed_body.parse(JSON[:end].encode(), url=URL)
        entries = found.entries if isinstance(found, ParsedFeed) else ()
        assert entries == whole[: len(entries)]
        counts.append(len(entries))
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("\n\n \ufeff" + RSS, FERRY.title, id="junk-before-the-declaration"),
        pytest.param(RSS + "<!-- cached --><script>x()</script>", FERRY.title, id="script-after-the-end"),
        pytest.param(RSS.replace("sails again", "sails&nbsp;again"), FERRY.title, id="html-entity"),
        pytest.param(RSS.replace("sails again", "& Co"), "Ferry Nordwind & Co", id="bare-ampersand"),
        pytest.param(RSS.replace("sails again", "sails\x08 again&#3;"), FERRY.title, id="control-characters"),
        pytest.param(RSS.replace("<channel>", "<!-- -- --><channel>"), FERRY.title, id="comment-that-xml-forbids"),
        pytest.param(RSS.removesuffix("</channel></rss>"), FERRY.title, id="cut-off-between-items"),
        pytest.param(RSS.replace("</category>", "</cat>"), FERRY.title, id="tags-that-do-not-match"),
        pytest.param(
            RSS.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', ""), FERRY.title, id="undeclared-prefix"
        ),
        pytest.param(
            RSS.replace("<rss", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd">\n<rss'),
            FERRY.title,
            id="old-doctype",
        ),
        pytest.param(f"<html><body>{RSS.partition('?>')[2]}</body></html>", FERRY.title, id="wrapped-in-a-page"),
    ],
)
def test_what_is_broken_in_the_wild_is_read_all_the_same(text: str, title: str) -> None:
    feed = read(text)
    assert feed.entries[0].title == title
    assert feed.entries[0].link == FERRY.link
    assert feed.entries[0].published in (FERRY.published, "2026-11-02T07:15:00Z")


def test_items_inside_items_and_beside_the_channel_are_found() -> None:
    text = "<rss><channel><item><link>http://a/1</link><item><link>http://a/2</link></item></item></channel>"
    feed = read(text + "<item><link>http://a/3</link></item></rss>")
    assert [entry.link for entry in feed.entries] == ["http://a/1", "http://a/2", "http://a/3"]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        pytest.param("desk@news.example (Ida Holm)", ("Ida Holm",), id="mail-and-name"),
        pytest.param("Ida Holm &lt;desk@news.example&gt;", ("Ida Holm",), id="name-and-mail"),
        pytest.param("Ida Holm", ("Ida Holm",), id="name"),
        pytest.param("desk@news.example", (), id="a-mail-address-is-no-name"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_authors_are_names(author: str, expected: tuple[str, ...]) -> None:
    feed = read(f"<rss><channel><item><author>{author}</author></item></channel></rss>")
    assert feed.entries[0].authors == expected


CYRILLIC = "<rss><channel><title>Новости порта</title></channel></rss>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"\xef\xbb\xbf" + CYRILLIC.encode(), "text/xml; charset=koi8-r", id="mark-beats-header"),
        pytest.param(CYRILLIC.encode("koi8-r"), 'text/xml; charset="koi8-r"', id="header"),
        pytest.param(
            b'<?xml version="1.0" encoding="windows-1251"?>' + CYRILLIC.encode("cp1251"), "text/xml", id="declaration"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="koi8-r"?>' + CYRILLIC.encode("cp1251"),
            "text/xml; charset=cp1251",
            id="both",
        ),
        pytest.param(CYRILLIC.encode(), None, id="nothing-said"),
        pytest.param(CYRILLIC.encode(), "text/xml; charset=iso-8859-1", id="server-default-on-utf-8"),
        pytest.param(CYRILLIC.encode("utf-16"), None, id="utf-16-with-mark"),
        pytest.param(CYRILLIC.encode("utf-16-be"), None, id="utf-16-without-mark"),
        pytest.param(CYRILLIC.encode("utf-32-le"), None, id="utf-32"),
    ],
)
def test_characters_are_found_by_mark_header_declaration_and_bytes(body: bytes, content_type: str | None) -> None:
    feed = feed_body.parse(body, url=URL, content_type=content_type)
    assert isinstance(feed, ParsedFeed)
    assert feed.title == "Новости порта"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", NotAFeedReason.EMPTY, id="nothing"),
        pytest.param(b" \n\0 ", NotAFeedReason.EMPTY, id="white-space"),
        pytest.param(b"<!DOCTYPE html><html><title>404</title>", NotAFeedReason.HTML, id="page"),
        pytest.param(b"<script>location='/'</script>", NotAFeedReason.HTML, id="script"),
        pytest.param(b'{"error": "not found"}', NotAFeedReason.OTHER, id="other-json"),
        pytest.param(b'{"items": [', NotAFeedReason.UNREADABLE, id="cut-json"),
        pytest.param(b"<urlset><url><loc>/a</loc></url></urlset>", NotAFeedReason.OTHER, id="sitemap-without-dates"),
        pytest.param(gzip.compress(b"<rss><channel/></rss>"), NotAFeedReason.UNREADABLE, id="gzip-file"),
        pytest.param(b"/etc/passwd", NotAFeedReason.UNREADABLE, id="a-path-is-not-opened"),
        pytest.param(b"http://127.0.0.1:9/feed", NotAFeedReason.UNREADABLE, id="an-address-is-not-fetched"),
        pytest.param(b"\x89PNG\r\n\x1a\n", NotAFeedReason.UNREADABLE, id="picture"),
        pytest.param(b'<!DOCTYPE rss [<!ENTITY x "y">]><rss><channel/></rss>', NotAFeedReason.HOSTILE, id="entities"),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
            NotAFeedReason.HOSTILE,
            id="external-entity",
        ),
        pytest.param(b"x" * (10 * 1024 * 1024 + 1), NotAFeedReason.TOO_LARGE, id="too-large"),
    ],
)
def test_what_is_no_feed_says_why(body: bytes, reason: NotAFeedReason) -> None:
    found = feed_body.parse(body, url=URL)
    assert isinstance(found, NotAFeed)
    assert found.reason is reason
    assert found.detail
