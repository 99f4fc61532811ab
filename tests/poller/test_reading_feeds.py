"""Large feeds are read in processes: what they find is the same, and what never ends costs only its own poll."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from cleanwire.feed.entries import memory
from cleanwire.feed.formats.parsed import Cut, NotAFeed
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds
from cleanwire.fetch.client import Fetcher
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies import reading
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.bodies.reading import News, Question, Read
from cleanwire.poller.poll import Polls
from cleanwire.records import limits
from cleanwire.records.feed import Entry, FeedOptions, FeedState, Origin
from cleanwire.sandbox.pool import PoolTimeout
from cleanwire.settings import FetchSettings, PollSettings
from poller.desk import Desk, read
from services.newsroom import Newsroom, Reply

HOST, OTHER = "127.0.36.1", "127.0.36.2"
URL = "https://news.example/feed"
FEED = subscriptions.subscription(URL, Origin.CLI, now=0.0)
NOW = 1.8e9
ENTRY = msgspec.json.Decoder(Entry)


def rss(count: int, title: str = "t", each: str = "") -> bytes:
    items = "".join(
        f"<item><guid>g{number}</guid><link>https://news.example/{number}</link>{each}</item>"
        for number in range(count)
    )
    return f"<rss><channel><title>{title}</title>{items}</channel></rss>".encode()


def question(body: bytes, state: FeedState | None = None, **given: object) -> Question:
    usual = Question(
        body=body,
        url=URL,
        content_type=None,
        feed=FEED,
        part=Part(state=state or FeedState(feed_id="f", url=URL, next_poll_at=0.0)),
        backfill=20_000,
        bounds=Bounds(),
        now=NOW,
    )
    return msgspec.structs.replace(usual, **given)


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    async with Readers(PollSettings()) as opened:
        yield opened


async def test_a_process_finds_what_we_would(readers: Readers) -> None:
    first = question(rss(300, each="<description>Words &amp;amp; more, é語😀</description>"), told=b"12345678abcd")
    assert not reading.is_small(first)
    found = await readers.read(first)
    assert isinstance(found, Read)
    assert found == reading.read(first)
    assert (found.new, len(found.found)) == (300, 300)
    state = memory.written(first.part.state, found.memory)
    again = await readers.read(question(first.body, state))
    assert isinstance(again, Read)
    assert again.found == ()


async def test_index_sitemap_and_what_is_no_feed_come_back_whole(readers: Readers) -> None:
    index = "".join(f"<sitemap><loc>https://news.example/news{number}.xml</loc></sitemap>" for number in range(200))
    pages = "".join(
        f"<url><loc>https://news.example/{number}</loc><lastmod>2027-01-15</lastmod></url>" for number in range(200)
    )
    for body in (f"<sitemapindex>{index}</sitemapindex>", f"<urlset>{pages}</urlset>", "<p>no feed" * 1000):
        asked = question(body.encode())
        found = await readers.read(asked)
        assert found == reading.read(asked)
        assert isinstance(found, NotAFeed if "no feed" in body else Read)


async def test_news_of_a_large_sitemap_come_back_within_the_limits(readers: Readers) -> None:
    listed = "".join(
        f"<url><loc>https://news.example/{number}</loc><n:news><n:title>{'t' * 3000}</n:title>"
        f"<n:publication_date>2027-01-15T08:00:00Z</n:publication_date></n:news></url>"
        for number in range(200)
    )
    body = f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{listed}</urlset>'.encode()
    found = await readers.news(body, URL, None, site="news.example", now=NOW)
    assert isinstance(found, News)
    assert found.feed is not None
    assert len(found.feed.entries) == 200
    assert {entry.cut for entry in found.feed.entries} == {(Cut.TITLE,)}


async def test_a_feed_that_takes_too_long_fails_alone(readers: Readers) -> None:
    async with Readers(PollSettings(deadline_s=0.1)) as hasty:
        began = time.monotonic()
        slow, small = await asyncio.gather(hasty.read(question(rss(20_000))), hasty.read(question(rss(3))))
        assert isinstance(slow, PoolTimeout)
        assert isinstance(small, Read)
        assert time.monotonic() - began < 60


async def test_a_process_gets_no_secrets_of_a_feed() -> None:
    options = FeedOptions(title="T", password="secret", username="u", headers={"x-key": "secret"})
    feed = subscriptions.subscription(URL, Origin.CLI, now=0.0, options=options)
    assert b"secret" not in msgspec.msgpack.encode(reading.without_secrets(feed))
    assert reading.without_secrets(feed).options.title == "T"


ENTRIES = 5_000  # what is said for all of them is 60 KB


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(ENTRIES, title="T" * 65_000), id="a long title for all"),
        pytest.param(
            rss(ENTRIES).replace(b"<channel>", b'<channel xml:lang="' + b"l" * 60_000 + b'">'), id="a long language"
        ),
        pytest.param(
            b'{"title":"t","authors":['
            + b",".join(b'{"name":"%d%s"}' % (at, b"A" * 60_000) for at in range(50))
            + b'],"items":['
            + b",".join(b'{"url":"https://news.example/%d"}' % at for at in range(ENTRIES))
            + b"]}",
            id="long authors for all",
        ),
        pytest.param(
            rss(ENTRIES)
            .replace(b"<channel>", b'<channel xml:base="https://news.example/' + b"b" * 8000 + b'/">')
            .replace(b"https://news.example/", b""),
            id="a long base for all",
        ),
    ],
)
def test_what_a_feed_says_for_all_its_entries_does_not_multiply(body: bytes) -> None:
    found = reading.read(question(body))
    assert isinstance(found, Read)
    assert found.new == ENTRIES
    assert sum(len(each.record) for each in found.found) < 10_000 * ENTRIES
    assert max(len(each.record) for each in found.found) <= limits.ENTRY


async def test_a_poll_that_cannot_be_read_in_time_is_a_failed_poll_with_its_reason() -> None:
    fetch = FetchSettings(allow_private="127.0.0.0/8", timeout_s=20)
    hasty = PollSettings(deadline_s=0.1)
    async with (
        Newsroom().open(HOST, OTHER) as room,
        Fetcher(fetch) as fetcher,
        Readers(hasty) as readers,
    ):
        room.put(HOST, "/slow", Reply(body=gzip.compress(rss(20_000)), headers={"content-encoding": "gzip"}))
        room.put(OTHER, "/quick", Reply(body=rss(3)))
        now = time.time()
        feeds = [
            subscriptions.subscription(room.url(*at), Origin.CLI, now=now)
            for at in ((HOST, "/slow"), (OTHER, "/quick"))
        ]
        desk = Desk(*feeds, polls=Polls(fetcher, readers, hasty, fetch), now=now)
        for _ in feeds:
            await desk.live(now)
        assert desk.counted("cleanwire_poller_poll_failures_total", reason="reading_timeout") == 1
        assert len(desk.entries()) == 3
        failed = next(state for state in desk.states().values() if state.failures)
        assert failed.last_failure == "not read within 0.1 s"


def test_a_refused_poll_is_written_without_the_texts_of_its_entries() -> None:
    desk = Desk(FEED)
    job = desk.desk.start(NOW)
    assert job is not None
    outcome = read(job, rss(2, each="<description>Words</description>"))  # type: ignore[arg-type]
    whole = desk.desk.settle(job, outcome, NOW)
    assert whole.smaller is not None
    step = whole.smaller()
    assert step is not None
    assert step.unit is not None
    written = [ENTRY.decode(write.value or b"") for write in step.unit.writes if write.topic.endswith("entries")]
    assert [(entry.url, entry.summary) for entry in written] == [(f"https://news.example/{at}", None) for at in (1, 0)]
