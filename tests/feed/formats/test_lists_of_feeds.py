"""OPML files, plain lists of addresses, and sitemaps."""

import gzip
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.errors import InputError
from cleanwire.feed.formats import sitemap
from cleanwire.feed.formats.sitemap import SitemapPage
from cleanwire.feed.lists import feed_options, opml
from cleanwire.feed.lists import read as lists
from cleanwire.feed.lists.opml import OpmlFeed
from cleanwire.feed.lists.read import FeedList
from cleanwire.records.feed import FeedOptions

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


AGAIN = OpmlFeed(url=QUAY.url, title="again")


def test_opml_is_read_with_folders_and_the_line_of_each_feed() -> None:
    found = opml.read(OPML.encode(), "my.opml")
    assert found.feeds == (QUAY, HILL, AGAIN)
    assert [feed.line for feed in found.feeds] == [3, 5, 7]
    assert found.problems == ("my.opml:6: not an http(s) address: 'mailto:x@y.example'",)


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    above = b"\xef\xbb\xbf" + OPML.replace("?><opml", "\n?>\n\n<!-- mine -->\n<opml").encode()
    assert [feed.line for feed in opml.read(above).feeds] == [7, 9, 11]


def test_opml_with_bare_ampersands_is_read() -> None:
    assert opml.read(OPML.replace("&amp;", "&").encode()).feeds == (QUAY, HILL, AGAIN)


def test_opml_that_no_parser_reads_gives_its_feeds_without_folders() -> None:
    broken = OPML.replace('text="Quay"', 'text="Quay" description="the "old" <quay>"').encode()
    assert opml.read(broken).feeds == (OpmlFeed(url=QUAY.url, title="The Quay", site_url=QUAY.site_url), HILL, AGAIN)


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
    feeds = [QUAY, HILL, OpmlFeed(url="http://a.example/", folders=("Ports & Sea",), categories=("a b", "c/d"))]
    written = opml.write(feeds, title="Mine")
    untitled = replace(feeds[-1], title="http://a.example/")
    assert opml.read(written).feeds == (QUAY, untitled, HILL)
    assert b"<title>Mine</title>" in written


NAMES = st.text("abc <>&\"'é", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)


def _address(feed: OpmlFeed) -> str:
    return feed.url


@given(st.dictionaries(st.integers(0, 99), st.tuples(NAMES, st.lists(NAMES, max_size=3).map(tuple)), max_size=8))
def test_any_subscriptions_survive_writing_and_reading(given: dict[int, tuple[str, tuple[str, ...]]]) -> None:
    feeds = [OpmlFeed(url=f"http://e.example/{n}", title=title, folders=path) for n, (title, path) in given.items()]
    assert sorted(opml.read(opml.write(feeds)).feeds, key=_address) == sorted(feeds, key=_address)


def urls_of(found: FeedList) -> list[str]:
    return [feed.url for feed in found.feeds]


def test_a_text_list_holds_an_address_a_line() -> None:
    body = b"\xef\xbb\xbf# mine\r\n\r\n  https://quay.example/feed  # daily\nhttp://hill.example/rss\nhttp://QUAY.example/feed\n"
    found = lists.read(body, "feeds.txt")
    assert urls_of(found) == ["https://quay.example/feed", "http://hill.example/rss"]
    assert [feed.place for feed in found.repeated] == ["feeds.txt:5"]


def test_a_list_may_be_opml_whose_titles_folders_and_categories_are_options() -> None:
    found = lists.read(OPML.replace("<outline TEXT", "<outline category='/sea/salt, fish' TEXT").encode(), "feeds.opml")
    assert [(feed.url, feed.place, dict(feed.words)) for feed in found.feeds] == [
        (QUAY.url, "feeds.opml:3", {"title": "The Quay", "tags": "Ports & Sea / North"}),
        (HILL.url, "feeds.opml:5", {"title": "Hill", "tags": "sea/salt,fish"}),
    ]
    assert [feed.place for feed in found.repeated] == ["feeds.opml:7"]


def test_wrong_lines_are_all_named() -> None:
    text = b"https://a.example/\nquay.example/feed\n\nhttps://b.example/ and more\nftp://c.example/"
    found = lists.read(text, "feeds.txt")
    assert urls_of(found) == ["https://a.example/"]
    assert [line.partition(" ")[0] for line in found.problems] == ["feeds.txt:2:", "feeds.txt:4:", "feeds.txt:5:"]


TABLE = """\ufeffTitle;URL;tags;min_interval_s;paused;header:X-Key
"The; Quay";https://quay.example/feed;sea, north;600;no;k1

# a remark;;;;;
;http://hill.example/rss;;;yes
;HTTP://hill.example:80/rss;;;;
;hill.example;;;;
x;http://b.example/;;soon;;
x;http://c.example/;;;;;;
"""


def test_a_table_states_options_in_columns() -> None:
    found = lists.read(TABLE.encode(), "feeds.csv")
    assert [(feed.url, feed.place, dict(feed.words)) for feed in found.feeds] == [
        (
            "https://quay.example/feed",
            "feeds.csv:2",
            {"title": "The; Quay", "tags": "sea, north", "min_interval_s": "600", "paused": "no", "header:X-Key": "k1"},
        ),
        ("http://hill.example/rss", "feeds.csv:5", {"paused": "yes"}),
    ]
    assert [feed.place for feed in found.repeated] == ["feeds.csv:6"]
    assert [problem.split(": ")[:2] for problem in found.problems] == [
        ["feeds.csv:7", "not an http(s) address"],
        ["feeds.csv:8", "min_interval_s"],
        ["feeds.csv:9", "8 cells in a table of 6 columns"],
    ]


def test_a_column_that_nobody_knows_is_named() -> None:
    with pytest.raises(InputError, match=r"^feeds\.csv:1: unknown column 'intervall'; there are url, title"):
        lists.read(b"url,intervall\nhttp://a.example/,3\n", "feeds.csv")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"title,tags\nA,b\n", "^l:1: a table of feeds needs a column 'url'$", id="no-address"),
        pytest.param(b"url;title;xmlUrl\n", "^l:1: column 'url' is there twice$", id="two-addresses"),
        pytest.param(b"url,tags,Tags\n", "^l:1: column 'tags' is there twice$", id="twice"),
        pytest.param(
            b'"url\nhttps://a.example/\n', "^l:1: no names of columns: unexpected end of data$", id="open-quote"
        ),
        pytest.param(b"url," + b"x" * 9999, "^l:1: unknown column 'x{200}'; there are url", id="long-name"),
        pytest.param(b"MZ\x90\x00\x03\nhttps://a.example/\n", "^l: this is no text$", id="program"),
        pytest.param(b"url\n\x00\x00\nhttps://a.example/\n", "^l: this is no text$", id="zeros-in-a-table"),
    ],
)
def test_what_is_no_list_at_all_is_refused_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        lists.read(body, "l")


def test_a_row_that_is_no_row_is_named_by_the_line_where_it_begins() -> None:
    long = f"https://b.example/,{'x' * 200_000}"
    found = lists.read(
        f'url,title\n{long}\nhttps://c.example/,ok\n"https://d.example/,x\nhttps://e.example/,y'.encode(), "l"
    )
    assert urls_of(found) == ["https://c.example/"]
    assert [problem.partition(":")[2].partition(":")[0] for problem in found.problems] == ["2", "4"]
    assert [problem.rpartition(": ")[2][:20] for problem in found.problems] == [
        "field larger than fi",
        "unexpected end of da",
    ]


@pytest.mark.parametrize("address", ['"https://a.example/\nhttps://b.example/"', "https://a.example/ and more"])
def test_an_address_is_one_word(address: str) -> None:
    found = lists.read(f"title,url\nx,{address}\n".encode(), "l")
    assert (found.feeds, len(found.problems)) == ((), 1)


def test_a_table_may_end_its_lines_as_any_program_does() -> None:
    for end in ("\n", "\r\n", "\r"):
        found = lists.read(end.join(("url,title", "https://a.example/,A", "https://b.example/,B", "")).encode(), "l")
        assert (urls_of(found), found.problems) == (["https://a.example/", "https://b.example/"], ())


@given(st.one_of(st.binary(), st.text('url,;\t\n\r"# x\u2028').map(lambda text: f"url,title{text}".encode())))
def test_nothing_but_an_input_error_comes_of_any_list(body: bytes) -> None:
    try:
        problems = lists.read(body, "l").problems
    except InputError as error:
        problems = (str(error),)
    assert all(problem.startswith("l:") for problem in problems)


WORDS = st.fixed_dictionaries(
    {},
    optional={
        "title": NAMES,
        "tags": st.lists(st.sampled_from(["a", "b c", "d/e"]), min_size=1, unique=True).map(",".join),
        "min_interval_s": st.integers(1, 999).map(str),
        "max_interval_s": st.integers(1000, 9999).map(str),
        "time_zone": st.sampled_from(["Europe/Vienna", "UTC"]),
        "paused": st.just("yes"),
        "username": NAMES,
        "header:X-Key": st.sampled_from(["1", "a; b, c"]),
    },
)


@given(st.lists(WORDS, max_size=5))
def test_any_options_survive_a_table(given: list[dict[str, str]]) -> None:
    feeds = [(f"http://e.example/{number}", words) for number, words in enumerate(given)]
    written = lists.table((url, feed_options.write(feed_options.read(words))) for url, words in feeds)
    found = lists.read(written.encode(), "feeds.csv")
    assert found.problems == ()
    assert [(feed.url, dict(feed.words)) for feed in found.feeds] == feeds


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param({"min_interval_s": "0"}, "^min_interval_s: '0' is no number", id="too-short"),
        pytest.param({"min_interval_s": "nan"}, "^min_interval_s: 'nan' is no number", id="no-number"),
        pytest.param({"min_interval_s": "9", "max_interval_s": "8"}, "^min_interval_s: 9 is more", id="crossed"),
        pytest.param({"time_zone": "Vienna"}, "^time_zone: 'Vienna' is no IANA", id="zone"),
        pytest.param({"paused": "maybe"}, "^paused: 'maybe'", id="word"),
        pytest.param({"password": "geheim"}, "^password: there is no username", id="password-alone"),
        pytest.param({"header:X Key": "geheim"}, "^header:X Key: ", id="header-name"),
        pytest.param({"header:Content-Length": "5"}, "^header:Content-Length: each request has its own", id="reserved"),
        pytest.param({"header:X-Key": "geheim\r\nHost: x"}, "^header:X-Key: ", id="header-value"),
        pytest.param({"colour": "red"}, "^colour: no such option", id="unknown"),
        pytest.param({"title": "Z\udcfcri"}, "^title: this is no text in UTF-8", id="broken-letters"),
    ],
)
def test_a_wrong_option_is_named_and_no_secret_is_shown(words: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        feed_options.read(words)
    assert "geheim" not in str(raised.value)


def test_options_change_what_they_name_and_an_empty_word_takes_one_back() -> None:
    before = feed_options.read({"title": "T", "paused": "yes", "header:A": "1", "header:B": "2"})
    after = feed_options.read({"title": "", "header:A": "", "min_interval_s": "60"}, before)
    assert after == FeedOptions(paused=True, min_interval_s=60, headers={"B": "2"})


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
        publication="Quay",
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
