"""`cleanwire why`: what became of an address?"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.ops import way
from cleanwire.poller import subscriptions
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Feed, FeedState
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames
from cleanwire.urls import parse
from cleanwire.urls import site as sites


def why(
    url: Annotated[str, typer.Argument(help="The article's address, as a feed or a reader has it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Tell what became of an article, or why it is missing."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    href = parse.href(url)
    if href is None:
        raise InputError(f"not an http(s) address: {url!r}")
    site = sites.site(href)
    with terminal.reading() as tell:
        events = asyncio.run(way.read(connection, names, settings.kafka.partitions, href, tell))
    for event in events:
        if as_json:
            terminal.json(msgspec.json.encode(event))
        else:
            trace = f" (trace {event.trace_id})" if event.trace_id else ""
            terminal.row(_time(event.at), event.what, event.detail + trace)
    if not events:
        with terminal.reading() as tell:
            feeds = asyncio.run(_feeds_of(connection, names, site, tell))
        _nobody_knows(feeds, href, site)


async def _feeds_of(
    connection: Connection, names: TopicNames, site: str, tell: direct.Tell | None
) -> list[tuple[Feed, FeedState | None]]:
    states: dict[str, FeedState] = {}

    def take(message: Message) -> None:
        state = None if message.value is None else _FEED_STATES.row(message.key, message.value)
        if state is None:
            states.pop(message.key_text, None)
        elif not isinstance(state, Unreadable):
            states[message.key_text] = state

    await direct.read_all(connection, names.feed_state, take, tell)
    feeds = await subscriptions.read_all(connection, names.feeds, tell)
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


_FEED_STATES = Reader(FeedState, key="feed_id")
