"""`cleanwire why`: what became of an address?"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.poller import subscriptions
from cleanwire.records.article import ArticleState, ArticleStatus, DueReason
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document
from cleanwire.records.feed import Entry, Feed, FeedState
from cleanwire.records.rejected import Rejected
from cleanwire.stream import client
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames
from cleanwire.urls import identity, parse
from cleanwire.urls import site as sites

_WAITS_FOR = {
    DueReason.NEW: "its first reading",
    DueReason.RETRY: "another try",
    DueReason.CHANGED: "a reading, since its entry changed",
    DueReason.REVISION: "a planned look for a revision",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an article, or is planned. `at`: epoch seconds, UTC."""

    at: float
    what: str
    detail: str


class Trace:
    """What the topics tell of one article, taken in record by record."""

    def __init__(self, article_id: str) -> None:
        self._id = article_id
        self._state: ArticleState | None = None
        self._events: list[Event] = []

    def entry(self, message: Message) -> None:
        entry = _ENTRIES.read(message.value)
        if not isinstance(entry, Unreadable) and entry.article_id == self._id:
            stated = f", dated {entry.published}" if entry.published else ""
            what = "changed" if entry.changed else "handed on" if entry.hops else "listed"
            self._events.append(Event(at=entry.seen_at, what=what, detail=f"by {entry.feed_url}{stated}"))

    def state(self, message: Message) -> None:
        if message.key_text == self._id:
            state = None if message.value is None else _STATES.row(message.key, message.value)
            self._state = None if isinstance(state, Unreadable) else state

    def rejected(self, message: Message) -> None:
        rejected = _REJECTED.read(message.value)
        if not isinstance(rejected, Unreadable) and rejected.article_id == self._id:
            status = f", HTTP {rejected.http_status}" if rejected.http_status else ""
            detail = f": {rejected.detail}" if rejected.detail else ""
            tries = f"{rejected.reason}{status}{detail} (after {rejected.attempts} tries)"
            self._events.append(Event(at=rejected.rejected_at, what="rejected", detail=tries))

    def document(self, message: Message) -> None:
        document = _DOCUMENTS.read(message.value)
        if not isinstance(document, Unreadable) and document.id == self._id:
            fetched = Event(
                at=document.fetched_at.timestamp(), what="fetched", detail=document.urls.final or document.url
            )
            what = f"revision {document.revision}, {document.status}, {document.word_count} words: {document.title}"
            published = Event(at=document.emitted_at.timestamp(), what="published", detail=f"{what} ({message.place})")
            self._events += [fetched, published]

    def events(self) -> list[Event]:
        """Return what happened, in order, and where the article stands now."""
        return [*sorted(self._events, key=lambda event: event.at), *self._now()]

    def _now(self) -> list[Event]:
        state = self._state
        if state is None:
            return []
        if state.due_at is not None and state.due_reason is not None:
            failed = f", {state.attempts} tries failed" if state.attempts else ""
            return [Event(at=state.due_at, what="due", detail=f"waits for {_WAITS_FOR[state.due_reason]}{failed}")]
        if state.status is ArticleStatus.MOVED:
            return [Event(at=state.listed_at, what="moved", detail="its page lives on another site, which has it now")]
        if state.status is ArticleStatus.REJECTED:
            again = f"cleanwire articles retry {state.url}"
            return [
                Event(
                    at=state.listed_at, what="over", detail=f"a feed that brings it changed, or `{again}`, tries again"
                )
            ]
        return [Event(at=state.listed_at, what="known", detail="a feed brought it last; nothing is planned")]


def why(
    url: Annotated[str, typer.Argument(help="The article's address, as a feed or a reader has it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Tell what became of an article, or why it is missing. Exit 1: no feed has listed it."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    href = parse.href(url)
    if href is None:
        raise InputError(f"not an http(s) address: {url!r}")
    site = sites.site(href)
    trace = Trace(identity.article_id(href))
    asyncio.run(_read(connection, names, sites.partition(site, settings.kafka.partitions), trace))
    events = trace.events()
    for event in events:
        if as_json:
            terminal.json(msgspec.json.encode(event))
        else:
            terminal.row(_time(event.at), event.what, event.detail)
    if not events:
        _nobody_knows(asyncio.run(_feeds_of(connection, names, site)), href, site)


async def _read(connection: Connection, names: TopicNames, partition: int, trace: Trace) -> None:
    """All that concerns an article lies in the partition of its site, in every topic."""
    topics = {
        names.entries: trace.entry,
        names.article_state: trace.state,
        names.rejected: trace.rejected,
        names.documents: trace.document,
    }
    for topic, take in topics.items():
        await client.read_partition(connection, topic, partition, take)


async def _feeds_of(connection: Connection, names: TopicNames, site: str) -> list[tuple[Feed, FeedState | None]]:
    states: dict[str, FeedState] = {}

    def take(message: Message) -> None:
        state = None if message.value is None else _FEED_STATES.row(message.key, message.value)
        if state is None:
            states.pop(message.key_text, None)
        elif not isinstance(state, Unreadable):
            states[message.key_text] = state

    await client.read_all(connection, names.feed_state, take)
    feeds = await subscriptions.read_all(connection, names.feeds)
    return [(feed, states.get(feed.id)) for feed in feeds.values() if feed.site == site]


def _nobody_knows(feeds: list[tuple[Feed, FeedState | None]], href: str, site: str) -> None:
    terminal.say(f"cleanwire: {href}: no feed has listed it", err=True)
    for feed, state in feeds:
        polled = f"polled {_time(state.polled_at)}" if state is not None and state.polled_at else "never polled"
        failed = (
            f", then {state.failures} failures: {state.last_failure}" if state is not None and state.failures else ""
        )
        terminal.say(f"  {feed.url}: {polled}{failed}", err=True)
    if not feeds:
        terminal.say(f"  no feed of {site} is subscribed: cleanwire feeds discover {site}", err=True)
    raise typer.Exit(1)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


_ENTRIES = Reader(Entry)
_STATES = Reader(ArticleState, key="id")
_REJECTED = Reader(Rejected)
_DOCUMENTS = Reader(Document)
_FEED_STATES = Reader(FeedState, key="feed_id")
