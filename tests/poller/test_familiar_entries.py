"""What was read before need not be read again: whatever a feed changes, the same is found with and without that."""

import asyncio
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.feed.entries import familiar, memory
from cleanwire.feed.formats.xml import pieces
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies import reading
from cleanwire.poller.bodies.kept import Kept
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.bodies.reading import Question, Read
from cleanwire.records.feed import FeedState, Origin
from cleanwire.settings import PollSettings

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "conformance"
URL = "https://news.example/feeds/all.xml"
FEED = subscriptions.subscription(URL, Origin.CLI, now=0.0)
NOW = 1.8e9
NEW = FeedState(feed_id="f", url=URL, next_poll_at=0.0)
RSS, RSS_END = "<rss><channel><title>t</title>", "</channel></rss>"
PROMISED_S = 0.020
LIMIT_S = 3 * PROMISED_S


def question(body: bytes, state: FeedState = NEW, kept: bytes = b"", at: float = NOW) -> Question:
    return Question(
        body=body, url=URL, content_type=None, feed=FEED, part=Part(state=state), told=state.stories, familiar=kept,
        backfill=100, bounds=Bounds(), now=at,
    )  # fmt: skip


def after(state: FeedState, found: Read, at: float) -> FeedState:
    written = memory.written(state, found.memory)
    return structs.replace(
        written, changes=found.changes, stories=found.stories, listing=found.listing, polled_at=at, changed_at=at
    )


def all_alike(bodies: list[bytes], every_s: float = 600.0) -> int:
    """Poll `bodies` one after the other, each in both ways. Return how often something was left out."""
    state, kept, spared = NEW, b"", 0
    for number, body in enumerate(bodies):
        at = NOW + number * every_s
        whole = reading.read(question(body, state, at=at))
        asked = question(body, state, kept, at)
        assert reading.read(asked) == whole
        rest = reading.rest_at_once(asked) if kept else None
        assert rest in (None, whole)
        spared += rest is not None
        if isinstance(whole, Read):
            state, kept = after(state, whole, at), whole.familiar
    return spared


# ------------------------------------------------------------------------------------------------- feeds that change

LINKS = (
    "/a",
    "/a?utm_source=rss",
    "/b",
    "http://news.example/a",
    "https://other.example/x?id=7",
    "",
    "mailto:x",
    "/c#d",
)
IDS = ("", "1", "2", "https://news.example/a", "http://news.example/a", "https://news.example/b?utm_medium=x")
DATES = (
    "", "Mon, 02 Nov 2026 08:00:00 +0100", "2026-11-02T09:00:00Z", "03/04/2026 10:00", "25/04/2026 10:00", "soon",
    "2. November 2026", "Mon, 02 Nov 2026 08:20:00 GMT",
)  # fmt: skip
TEXTS = (
    "", "Ferry", "The ferry across the harbour runs again on Monday morning", "&lt;p&gt;words&lt;/p&gt; 3 comments",
    "<![CDATA[<b>raw</b> <item> is no entry]]>", "<![CDATA[</item>]]>", "<b>marked</b> up", "a <!-- hidden --> b",
    "<a xmlns='http://x.example/' href='y'>z</a>", "<?php x ?>", "市议会投票决定重建旧渡轮码头",
    "<x xml:base='/deep/'>q</x>",
)  # fmt: skip
HEADS = (
    RSS, "<rss><channel xml:base='http://base.example/'><title>t</title>",
    "<rss xmlns='http://backend.userland.com/rss2'><channel><language>en-gb</language>", "<!-- <item> -->" + RSS,
    "<?xml-stylesheet href='<item>'?><rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><language>de</language>",
    "<rss><x><channel>", "<!DOCTYPE rss><rss><channel>", "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><a:item/>",
)  # fmt: skip
ATOM_HEADS = (
    "<feed xmlns='http://www.w3.org/2005/Atom'>", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/deep/er/'>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Ann Example</name></author>",
    "<feed xmlns='http://purl.org/atom/ns#'>", "<feed>", "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>",
)  # fmt: skip


@st.composite
def items(draw: st.DrawFn) -> str:
    told = {
        "link": draw(st.sampled_from(LINKS)), "guid": draw(st.sampled_from(IDS)),
        "pubDate": draw(st.sampled_from(DATES)), "title": draw(st.sampled_from(TEXTS)),
        "description": draw(st.sampled_from(TEXTS)),
        "author": draw(st.sampled_from(("", "Ann Example", "a@b.example"))),
    }  # fmt: skip
    start = draw(
        st.sampled_from(("<item>",) * 8 + ("<item a='b'>", "<item xmlns='http://x.example/'>", "<item xml:base='/q/'>"))
    )
    return start + "".join(f"<{name}>{text}</{name}>" for name, text in told.items() if text) + "</item>"


@st.composite
def atom_entries(draw: st.DrawFn) -> str:
    link, title, date = draw(st.sampled_from(LINKS)), draw(st.sampled_from(TEXTS)), draw(st.sampled_from(DATES))
    start = draw(st.sampled_from(("<entry>",) * 8 + ("<entry xml:lang='de'>", "<entry >")))
    kind = draw(st.sampled_from(("", " type='html'", " type='xhtml'")))
    return (
        f"{start}<link href='{link}'/><id>{draw(st.sampled_from(IDS))}</id><title{kind}>{title}</title>"
        f"<published>{date}</published><summary>{draw(st.sampled_from(TEXTS))}</summary></entry>"
    )


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """What a feed says at some polls: mostly the same entries, edited, moved, gone or new, below another head."""
    is_atom = draw(st.booleans())
    one = atom_entries() if is_atom else items()
    heads, gaps = (ATOM_HEADS if is_atom else HEADS), ("", "\n  ", "<!-- x -->", "<other/>", "text", "<items/>")
    listed = draw(st.lists(one, min_size=1, max_size=6))
    head, gap = draw(st.sampled_from(heads)), draw(st.sampled_from(gaps))
    bodies = []
    for _ in range(draw(st.integers(2, 4))):
        names = [name.split()[0] for name in head.replace("<!", "").replace("<?", "").split("<")[1:]]
        opened = [name.rstrip(">") for name in names if name.rstrip(">") in ("rss", "x", "channel", "feed", "a:feed")]
        end = "".join(f"</{name}>" for name in reversed(opened))
        bodies.append((head + gap + gap.join(listed) + gap + end).encode())
        for change in draw(
            st.lists(st.sampled_from(("new", "gone", "edited", "moved", "twice", "head", "gap")), max_size=3)
        ):
            place = draw(st.integers(0, len(listed) - 1))
            if change == "new":
                listed = [draw(one), *listed]
            elif change == "gone" and len(listed) > 1:
                listed = listed[:place] + listed[place + 1 :]
            elif change == "edited":
                listed = [*listed[:place], draw(one), *listed[place + 1 :]]
            elif change == "moved":
                listed = [listed[place], *listed[:place], *listed[place + 1 :]]
            elif change == "twice":
                listed = [*listed, listed[place]]
            elif change == "head":
                head = draw(st.sampled_from(heads))
            elif change == "gap":
                gap = draw(st.sampled_from(gaps))
    return bodies


@given(bodies=histories(), every_s=st.sampled_from((60.0, 600.0, 90_000.0)))
def test_the_same_is_found_with_and_without_what_was_read_before(bodies: list[bytes], every_s: float) -> None:
    all_alike(bodies, every_s)


SPLINTERS = (
    "<!--", "-->", "<![CDATA[", "]]>", "<?x ", "?>", "<item>", "</item>", "<item/>", "<item", "'", '"', "<", ">",
    "&amp;", "<!DOCTYPE x>", "<!d",
    "<entry>", "</entry>", "<channel>", "</channel>", "<x>", "</x>", "\x00", "<items>", "<!-->",
)  # fmt: skip


@given(
    bodies=histories(),
    wounds=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000), st.sampled_from(SPLINTERS)), max_size=4),
)
@example(
    bodies=[b"<rss><channel><item><link>/a</link></item><item><link>/b</link></item></channel></rss>"] * 2,
    wounds=[(1, 14, "<![CDATA["), (1, 73, "]]>")],
)
def test_no_broken_markup_makes_what_was_read_before_appear_where_it_is_none(
    bodies: list[bytes], wounds: list[tuple[int, int, str]]
) -> None:
    for number, place, splinter in wounds:
        body = bodies[number % len(bodies)]
        at = place % (len(body) + 1)
        bodies[number % len(bodies)] = body[:at] + splinter.encode() + body[at:]
    all_alike(bodies)


def real() -> Iterator[tuple[str, bytes]]:
    for case in json.loads((DATA / "index.json").read_text(encoding="utf-8"))["cases"]:
        if case["kind"].startswith("feed") and "file" in case:
            body = (DATA / case["file"]).read_bytes()
            yield case["id"], gzip.decompress(body) if case.get("stored") == "gzip" else body


@pytest.mark.yardstick
@pytest.mark.skipif(not (DATA / "index.json").is_file(), reason=f"NO CONFORMANCE DATA at {DATA}")
def test_the_same_is_found_in_the_feeds_of_others() -> None:
    spared = 0
    for name, body in real():
        earlier = without_first(body)
        renamed = body.replace(b"<title>", b"<title>Now: ", 3)
        try:
            spared += all_alike([earlier, body, renamed, body])
        except AssertionError as error:
            raise AssertionError(name) from error
    assert spared > 1000


def without_first(body: bytes) -> bytes:
    for name in (b"item", b"entry"):
        start = body.find(b"<" + name + b">")
        end = body.find(b"</" + name + b">", start)
        if 0 <= start < end:
            return body[:start] + body[end + len(name) + 3 :]
    return body


# ------------------------------------------------------------------------------------------------------- what it costs


def rss(numbers: range, text: str = "words ") -> bytes:
    listed = "".join(
        f"<item><guid>{number}</guid><link>/{number}</link><description>{text * 200}</description></item>"
        for number in numbers
    )
    return (RSS + listed + RSS_END).encode()


def test_only_what_is_new_is_read_of_a_feed_that_is_too_large_to_be_read_at_once() -> None:
    before, now = rss(range(1, 101)), rss(range(101))
    found = reading.read(question(before))
    assert isinstance(found, Read)
    asked = question(now, after(NEW, found, NOW), found.familiar, NOW + 600)
    assert not reading.is_small(asked)
    rest = reading.rest_at_once(asked)
    assert isinstance(rest, Read)
    assert (rest.entries, rest.new) == (101, 1)


def test_readers_remember_from_poll_to_poll() -> None:
    async def read() -> tuple[object, bytes, bytes]:
        async with Readers(PollSettings()) as readers:
            first = await readers.read(question(rss(range(5))))
            assert isinstance(first, Read)
            told = readers.kept.of(FEED.id)
            state = after(NEW, first, NOW)
            return await readers.read(question(rss(range(6)), state, at=NOW + 600)), told, readers.kept.of(FEED.id)

    second, before, now = asyncio.run(read())
    assert isinstance(second, Read)
    assert second.new == 1
    assert [len(familiar.unpacked(kept)[1]) for kept in (before, now)] == [5, 6]


def test_a_change_that_waits_is_read_until_it_is_passed_on() -> None:
    def told(text: str) -> bytes:
        return f"{RSS}<item><link>/a</link><title>{text}</title></item>{RSS_END}".encode()

    state, kept, changes = NEW, b"", []
    for number, text in enumerate(["one", "two", "three", "three", "three"]):
        at = NOW + 300 * number
        found = reading.rest_at_once(question(told(text), state, kept, at)) or reading.read(
            question(told(text), state, kept, at)
        )
        assert isinstance(found, Read)
        changes.append([each.changed for each in found.found])
        state, kept = after(state, found, at), found.familiar
    assert changes == [[False], [True], [], [], [True]]


SLOW = {
    "starts": RSS + "<item>" * 200_000 + RSS_END,
    "ends": RSS + "</item>" * 200_000 + RSS_END,
    "items": RSS + "<item></item>" * 200_000 + RSS_END,
    "comments": RSS + "<!--" * 200_000 + "<item></item>" + RSS_END,
    "closed comments": RSS + "<!---->" * 200_000 + "<item></item>" + RSS_END,
    "sections": RSS + "<item>" + "<![CDATA[]]>" * 200_000 + "</item>" + RSS_END,
    "instructions": RSS + "<item>" + "<?a?>" * 200_000 + "</item>" + RSS_END,
    "attributes": RSS + "<item " + "a='b' " * 200_000 + "></item>" + RSS_END,
    "spaces": RSS + "<item" + " " * 1_000_000 + "x></item>" + RSS_END,
    "other names": RSS + "<items" * 200_000 + "<item></item>" + RSS_END,
    "entries": "<feed>" + "<entry" * 200_000 + "</feed>",
}


@pytest.mark.parametrize("name", SLOW)
def test_no_body_takes_long_to_be_looked_through(name: str) -> None:
    found = reading.read(question(rss(range(10))))
    assert isinstance(found, Read)
    asked = question(SLOW[name].encode(), after(NEW, found, NOW), found.familiar)
    least = 1e9
    for _ in range(5):
        began = time.process_time()
        reading.rest_at_once(asked)
        least = min(least, time.process_time() - began)
    assert least < LIMIT_S


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<rss><item>x</rss>", id="no end"),
        pytest.param("<rss><item><item>x</item></item></rss>", id="one in the other"),
        pytest.param("<rss><!-- <item>x</item> --></rss>", id="in a comment"),
        pytest.param("<rss><![CDATA[<item>x</item>]]></rss>", id="in a section"),
        pytest.param("<rss><item><![CDATA[</item>]]></rss>", id="end in a section"),
        pytest.param("<!DOCTYPE rss><rss><item>x</item></rss>", id="doctype"),
        pytest.param("<rss><item xml:lang='de'>x</item></rss>", id="a context of its own"),
        pytest.param("<rss><a:item>x</a:item></rss>", id="prefix"),
        pytest.param("<rss>" + "<item/>" * 3 + "</rss>", id="empty elements"),
        pytest.param("<rss>" + "<item></item>" * (pieces.MAX_PIECES + 1) + "</rss>", id="too many"),
    ],
)
def test_what_is_not_taken_apart(text: str) -> None:
    assert pieces.cut(text, ()) is None


def test_what_is_known_is_left_out_wherever_it_stands() -> None:
    whole = pieces.cut("<rss><item>a</item> <items/><item>b</item></rss>", ())
    assert whole is not None
    assert whole.elements == (0, 0)
    assert len(set(whole.digests)) == 2
    rest = pieces.cut("<rss><x><item>b</item></x><item>c</item></rss>", {whole.digests[1]})
    assert rest is not None
    assert rest.text == "<rss><x><item/></x><item>c</item></rss>"
    assert rest.elements == (1, 0)
    joined = pieces.cut("<rss><item>b</item>\n<item>a</item>- <item>a</item></rss>", whole.digests)
    assert joined is not None
    assert (joined.text, joined.elements, len(joined.digests)) == ("<rss><item/>- <item/></rss>", (2, 1), 3)


def test_no_more_is_kept_than_there_is_room() -> None:
    kept = Kept(most_bytes=25)
    for name in "abc":
        kept.keep(name, name.encode() * 10)
    assert [kept.of(name) for name in "abc"] == [b"", b"b" * 10, b"c" * 10]
    kept.keep("b", b"x" * 11)
    kept.keep("d", b"y" * 14)
    kept.keep("e", b"z" * 26)
    assert [kept.of(name) for name in "bcde"] == [b"x" * 11, b"", b"y" * 14, b""]
    kept.keep("b", b"")
    assert kept.of("b") == b""
