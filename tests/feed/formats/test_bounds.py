"""Whatever a feed says, its records stay within their limits, and what was over them is told."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.cleaner import intake
from cleanwire.feed import limits
from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.entries.new_and_changed import Dropped, Keyed
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.fields import bounds
from cleanwire.feed.formats.parsed import Cut, FeedEntry, Format, ParsedFeed
from cleanwire.poller.bodies import entries
from cleanwire.records import limits as records
from cleanwire.records.base import encode
from cleanwire.records.feed import Entry, Feed, FeedOptions, FeedState, Origin
from cleanwire.records.rejected import Rejection
from cleanwire.urls import parse as urls

NOW = 1.8e9
URL = "https://news.example/feed?" + "f" * 8000
FEED = Feed(id="f" * 32, url=URL, site="news.example", origin=Origin.CLI, added_at=0.0)
NASTY = (
    "a",
    '"',
    "\\",
    "\x01",
    "\x7f",
    "\u2028",
    "é",
    "語",
    "\U0001f600",
    "\ud800",
    "<",
    "&",
    " ",
    "\n",
    "a. ",
    "</p>x",
)
EVERYTHING = "".join(NASTY)


def texts(limit: int) -> st.SearchStrategy[str]:
    """Texts of up to six times a limit, of one character or of all in turn."""
    sizes = st.sampled_from([1, limit // 6, limit // 2, limit - 1, limit, limit + 1, 2 * limit, 6 * limit])
    return st.builds(lambda piece, size: (piece * size)[:size], st.sampled_from((*NASTY, EVERYTHING)), sizes)


def lists(limit: limits.Limit) -> st.SearchStrategy[tuple[str, ...]]:
    """Lists of up to the most that the parser returns, of few texts again and again."""
    few = st.lists(texts(limit.bytes), min_size=1, max_size=3)
    return st.builds(
        lambda parts, n: tuple((parts * n)[:n]), few, st.sampled_from([0, 1, limit.count, 3 * limit.count])
    )


ENTRIES = st.builds(
    FeedEntry,
    id=st.none() | texts(limits.ID.bytes),
    link=st.sampled_from([f"https://news.example/{part * (urls.MAX_LENGTH - 21)}" for part in ("a", "\\")]),
    title=st.none() | texts(limits.TITLE.bytes),
    summary=st.none() | texts(limits.SUMMARY.bytes),
    content_html=st.none() | texts(limits.CONTENT.bytes),
    authors=lists(limits.AUTHORS),
    published=st.none() | texts(limits.DATE.bytes),
    updated=st.none() | texts(limits.DATE.bytes),
    categories=lists(limits.CATEGORIES),
)
FEEDS = st.builds(
    ParsedFeed,
    format=st.just(Format.ATOM),
    title=st.none() | texts(limits.FEED_TITLE.bytes),
    language=st.none() | texts(limits.LANGUAGE.bytes),
)
WORST = FeedEntry(
    id='"' * limits.ID.bytes,
    link="https://news.example/?" + "\\" * (urls.MAX_LENGTH - 22),
    title="\x01" * limits.MAX_FIELD,
    summary="\x01" * limits.MAX_CONTENT,
    content_html="語" * limits.MAX_CONTENT,
    authors=("\x01" * 42,) * 200,
    published="9" * limits.MAX_FIELD,
    updated="9" * limits.MAX_FIELD,
    categories=("\x01" * 42,) * 200,
)


def record(entry: FeedEntry, feed: ParsedFeed) -> Entry:
    return entries.entry(
        Keyed(key=b"", link=entry.link or "", entry=entry), bounds.feed(feed), FEED, now=NOW, changed=True
    )


@given(ENTRIES, FEEDS)
def test_every_record_of_an_entry_is_within_its_limit(entry: FeedEntry, feed: ParsedFeed) -> None:
    found = record(entry, feed)
    written = encode(found)
    assert len(written) <= records.ENTRY
    assert msgspec.json.decode(written, type=Entry) == found
    pending = intake.first_seen(found, now=NOW)
    assert len(encode(msgspec.structs.replace(pending, entry=found, canonical_url=found.url))) <= records.ARTICLE_STATE
    rejected = intake.reject(found, Rejection.NETWORK, now=NOW, detail="x" * 1000)
    assert len(encode(rejected)) <= records.ENTRY + 20_000


def test_the_worst_entry_is_within_its_limit() -> None:
    operators = msgspec.structs.replace(FEED, options=FeedOptions(title="\x01" * 60_000))
    keyed = Keyed(key=b"", link=WORST.link or "", entry=WORST)
    found = entries.entry(keyed, ParsedFeed(format=Format.RSS, language='"' * 32), operators, now=NOW, changed=False)
    assert len(encode(found)) <= records.ENTRY
    assert set(found.cut) >= {Cut.TITLE, Cut.SUMMARY, Cut.CONTENT, Cut.AUTHORS, Cut.CATEGORIES, Cut.DATE}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param("<p>One two three.</p>" * 9_000, "three.</p>", id="at a paragraph"),
        pytest.param("One two three.\n\n" * 9_000, "three.", id="at an empty line"),
        pytest.param("One two three. " * 9_000, "three.", id="at a sentence"),
        pytest.param("一二三。" * 30_000, "三。", id="at a sentence without spaces"),
        pytest.param("one two three " * 9_000, " three", id="at a word"),
        pytest.param('<a title="one" rel="x">' * 9_000, '">', id="outside a tag"),
        pytest.param("&quot;" * 30_000, "&quot;", id="outside a character reference"),
        pytest.param("\U0001f600" * 30_000, "\U0001f600", id="outside a character"),
    ],
)
def test_a_text_is_cut(text: str, end: str) -> None:
    found = bounds.entry(FeedEntry(summary=text))
    assert found.summary is not None
    assert text.startswith(found.summary)
    assert found.summary.endswith(end) or found.summary.endswith(("one", "two", "three"))
    assert limits.SUMMARY.bytes // 2 < bounds.size(found.summary) <= limits.SUMMARY.bytes
    assert found.cut == (Cut.SUMMARY,)


@given(st.lists(st.sampled_from(["<p>", "</p>", "<a href='x'>", "&amp;", "words ", "x. ", "\n\n", "😀"]), max_size=60))
def test_a_cut_is_a_beginning_and_never_inside_a_tag_or_a_reference(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = bounds.cut(text, 100)
    assert text.startswith(found)
    assert bounds.size(found) <= 100
    assert re.search(r"<[^>]*$|&\w*$", found) is None


def test_what_is_within_the_limits_stays_as_it_is() -> None:
    entry = FeedEntry(id="i", link="https://a.example/", title="t" * 300, authors=("a",), categories=("c", "d"))
    assert bounds.entry(entry) == entry
    assert bounds.entry(entry).authors is entry.authors, "entries share what they inherit"


def test_ids_that_are_too_long_stay_different() -> None:
    one, other = (bounds.entry(FeedEntry(id="x" * 5000 + end)).id for end in "ab")
    assert one != other
    assert one == bounds.entry(FeedEntry(id="x" * 5000 + "a")).id


def test_an_address_that_is_too_long_drops_its_entry_only() -> None:
    long = "https://news.example/" + "x" * 9000
    items = f"<item><link>{long}</link></item><item><link>https://news.example/a</link></item>"
    for body in (
        f"<rss><channel>{items}</channel></rss>",
        f"<rss><channel>{items}<br></channel></rss>",
        f'{{"items":[{{"url":"{long}"}},{{"url":"https://news.example/a"}}]}}',
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="{long}"/></entry>'
        '<entry><link href="https://news.example/a"/></entry></feed>',
        f"<urlset><url><loc>{long}</loc><lastmod>2026-11-02</lastmod></url>"
        "<url><loc>https://news.example/a</loc><lastmod>2026-11-02</lastmod></url></urlset>",
    ):
        feed = feed_body.parse(body.encode(), url="https://news.example/feed")
        assert isinstance(feed, ParsedFeed)
        found = new_and_changed.select(feed, FeedState(feed_id="f", url=URL, next_poll_at=0.0), now=NOW)
        assert [keyed.link for keyed in found.new] == ["https://news.example/a"]
        assert found.dropped == {Dropped.ADDRESS_TOO_LONG: 1}


def test_what_a_feed_says_for_all_its_entries_is_bounded_when_it_is_read() -> None:
    authors = ",".join(f'{{"name":"{number:03}{"A" * 60_000}"}}' for number in range(49))
    body = f'{{"title":"{"t" * 60_000}","authors":[{authors},{{"name":"Ann"}}],"items":[{{"id":"1"}},{{"id":"2"}}]}}'
    feed = feed_body.parse(body.encode(), url="https://news.example/feed")
    assert isinstance(feed, ParsedFeed)
    assert bounds.size(feed.title or "") <= limits.FEED_TITLE.bytes
    assert [entry.authors for entry in feed.entries] == [("Ann",), ("Ann",)]
    assert set(feed.cut) == {Cut.FEED_TITLE, Cut.AUTHORS}


def test_nested_bases_are_resolved_once() -> None:
    deep = "".join(f'<a xml:base="{number}/">' for number in range(200))
    body = f"<rss><channel>{deep}<item><link>x</link></item>{'</a>' * 200}</channel></rss>"
    feed = feed_body.parse(body.encode(), url="https://news.example/")
    assert isinstance(feed, ParsedFeed)
    assert feed.entries[0].link == "https://news.example/" + "".join(f"{number}/" for number in range(200)) + "x"


def test_a_base_that_is_too_long_counts_for_nothing() -> None:
    body = f'<rss><channel><a xml:base="{"b" * 30_000}/"><item><link>x</link></item></a></channel></rss>'
    feed = feed_body.parse(body.encode(), url="https://news.example/")
    assert isinstance(feed, ParsedFeed)
    assert feed.entries[0].link == "https://news.example/x"
