"""`cleanwire feeds`: who is subscribed to what."""

import asyncio
import time
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.cli.subscribing import discover, feed_import
from cleanwire.errors import InputError
from cleanwire.feed.lists import feed_options, opml, subscribed
from cleanwire.feed.lists import read as lists
from cleanwire.feed.lists.opml import OpmlFeed
from cleanwire.feed.lists.read import Listed
from cleanwire.ops import commands
from cleanwire.poller import subscriptions
from cleanwire.records.command import Action
from cleanwire.records.feed import Feed
from cleanwire.settings import Settings
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.topics import TopicNames
from cleanwire.urls import parse, secrets

app = typer.Typer(help="Find, subscribe, list, import, export; poll and pause.", no_args_is_help=True)
app.command("discover")(discover.discover)
app.command("import")(feed_import.import_)

Urls = Annotated[list[str], typer.Argument(metavar="URL...", help="Feed URLs.")]
Feeds = Annotated[
    list[str], typer.Argument(metavar="URL...", help="Feed URLs, with or without user and password, or feed ids.")
]
Title = Annotated[str | None, typer.Option(help="Name shown instead of the feed's own.", show_default=False)]
Tag = Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.", show_default=False)]
MinInterval = Annotated[str | None, typer.Option(metavar="SECONDS", help="Ask no more often.", show_default=False)]
MaxInterval = Annotated[str | None, typer.Option(metavar="SECONDS", help="Wait no longer.", show_default=False)]
TimeZone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Of dates without one, as Europe/Vienna.", show_default=False)
]
Header = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME:VALUE", help="Sent to the feed's own server; may be repeated.", show_default=False),
]
Username = Annotated[str | None, typer.Option(help="For HTTP's basic authentication.", show_default=False)]
Password = Annotated[
    str | None, typer.Option(envvar="CLEANWIRE_FEED_PASSWORD", help="With --username.", show_default=False)
]


class Format(StrEnum):
    TEXT = "text"
    OPML = "opml"
    CSV = "csv"
    JSON = "json"


@app.command()
def add(
    urls: Urls,
    title: Title = None,
    tag: Tag = None,
    min_interval_s: MinInterval = None,
    max_interval_s: MaxInterval = None,
    time_zone: TimeZone = None,
    header: Header = None,
    username: Username = None,
    password: Password = None,
    paused: Annotated[bool | None, typer.Option("--paused/--active", help="Do not poll yet.")] = None,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Subscribe to feeds."""
    words = _words(title, tag, min_interval_s, max_interval_s, time_zone, header, username, password, paused)
    wanted = [Listed(url=url, words=words) for url in urls]
    added = asyncio.run(_add(_settings(config, bootstrap, assignments), wanted))
    terminal.say(f"{added} added, {len(urls) - added} known already")


@app.command("set")
def set_(
    urls: Feeds,
    title: Title = None,
    tag: Tag = None,
    min_interval_s: MinInterval = None,
    max_interval_s: MaxInterval = None,
    time_zone: TimeZone = None,
    header: Header = None,
    username: Username = None,
    password: Password = None,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Change options of subscribed feeds; those not named stay, an empty value takes one back."""
    words = _words(title, tag, min_interval_s, max_interval_s, time_zone, header, username, password, None)
    changed = asyncio.run(_set(_settings(config, bootstrap, assignments), urls, words))
    terminal.say(f"{changed} changed, {len(urls) - changed} as they were")


@app.command()
def remove(
    urls: Feeds,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Unsubscribe. A feed that a running service has in its own list comes back when that starts."""
    settings = _settings(config, bootstrap, assignments)
    removed = asyncio.run(_remove(settings, urls))
    terminal.say(f"{removed} removed")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a feed, with all but its secrets.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Print every subscription: URL without its keys, origin, whether it is paused, tags."""
    for feed in asyncio.run(_known(_settings(config, bootstrap, assignments))):
        if as_json:
            terminal.json(msgspec.json.encode(_open(feed)))
            continue
        state = "paused" if feed.options.paused else "active"
        terminal.row(secrets.shown(feed.url), feed.origin, state, ",".join(feed.options.tags))


@app.command()
def export(
    form: Annotated[Format, typer.Option("--format", help="How to write them.")] = Format.OPML,
    secret: Annotated[bool, typer.Option("--secrets", help="With passwords, headers and keys.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Write every subscription to standard output; csv keeps all options, opml titles and tags.

    Keys in addresses are `***` without --secrets; then such an address can be imported only where its feed is known.
    """
    feeds = asyncio.run(_known(_settings(config, bootstrap, assignments)))
    match form:
        case Format.TEXT:
            terminal.say("\n".join(_url(feed, secret, form) for feed in feeds))
        case Format.OPML:
            outlines = [
                OpmlFeed(url=_url(feed, secret, form), title=feed.options.title, categories=feed.options.tags)
                for feed in feeds
            ]
            terminal.file(opml.write(outlines).decode())
        case Format.CSV:
            terminal.file(lists.table((_url(feed, secret, form), _row(feed, secret)) for feed in feeds))
        case Format.JSON:
            for feed in feeds:
                terminal.json(msgspec.json.encode(feed if secret else _open(feed)))


@app.command()
def poll(
    urls: Feeds,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Ask for a poll now."""
    _ask(Action.POLL_NOW, urls, _settings(config, bootstrap, assignments))


@app.command()
def pause(
    urls: Feeds,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Poll these feeds no more until they are resumed."""
    _ask(Action.PAUSE, urls, _settings(config, bootstrap, assignments))


@app.command()
def resume(
    urls: Feeds,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Poll paused feeds again."""
    _ask(Action.RESUME, urls, _settings(config, bootstrap, assignments))


def _words(
    title: str | None,
    tags: list[str] | None,
    min_interval_s: str | None,
    max_interval_s: str | None,
    time_zone: str | None,
    headers: list[str] | None,
    username: str | None,
    password: str | None,
    paused: bool | None,
) -> dict[str, str]:
    """Return the options that were given, as words.

    Raises:
        InputError: a header has no colon.
    """
    given = {
        "title": title,
        "tags": ",".join(tags) if tags else None,
        "min_interval_s": min_interval_s,
        "max_interval_s": max_interval_s,
        "time_zone": time_zone,
        "username": username,
        "password": password if password else None,
        "paused": None if paused is None else "yes" if paused else "no",
    }
    words = {name: word for name, word in given.items() if word is not None}
    for header in headers or ():
        name, colon, value = header.partition(":")
        if not colon:
            raise InputError(f"--header {name[:60]}: expected NAME:VALUE")
        words[feed_options.HEADER + name.strip()] = value
    return words


def _url(feed: Feed, secret: bool, form: Format) -> str:
    """Return a feed's address as it is exported; where there is no other place for them with user and password."""
    if not secret:
        return secrets.shown(feed.url)
    return feed.url if form is Format.CSV else secrets.joined(feed.url, feed.options.auth)


def _row(feed: Feed, secret: bool) -> dict[str, str]:
    words = feed_options.write(feed.options)
    return {name: word for name, word in words.items() if secret or not feed_options.is_secret(name)}


def _open(feed: Feed) -> Feed:
    """Return `feed` with nothing in it that is a secret."""
    known = feed.options
    hidden = msgspec.structs.replace(
        known, password=secrets.HIDDEN if known.password else None, headers=dict.fromkeys(known.headers, secrets.HIDDEN)
    )
    return msgspec.structs.replace(feed, url=secrets.shown(feed.url), options=hidden)


def _settings(config: options.Config, bootstrap: str | None, assignments: list[str] | None) -> Settings:
    return options.load(config, assignments, kafka__bootstrap=bootstrap)


async def _known(settings: Settings) -> list[Feed]:
    connection, names = options.connect(settings)
    return sorted((await _subscribed(connection, names)).values(), key=lambda feed: feed.url)


async def _subscribed(connection: Connection, names: TopicNames) -> dict[str, Feed]:
    with terminal.reading() as tell:
        return await subscriptions.read_all(connection, names.feeds, tell)


async def _add(settings: Settings, wanted: list[Listed]) -> int:
    connection, names = options.connect(settings)
    return await subscriptions.add(connection, names.feeds, settings.kafka.partitions, wanted, now=time.time())


async def _set(settings: Settings, urls: list[str], words: dict[str, str]) -> int:
    connection, names = options.connect(settings)
    feeds = _named(urls, await _subscribed(connection, names))
    wanted = [msgspec.structs.replace(feed, options=feed_options.read(words, feed.options)) for feed in feeds]
    changed = [after for before, after in zip(feeds, wanted, strict=True) if before != after]
    await subscriptions.write(connection, names.feeds, settings.kafka.partitions, put=changed)
    return len(changed)


async def _remove(settings: Settings, urls: list[str]) -> int:
    connection, names = options.connect(settings)
    feeds = _named(urls, await _subscribed(connection, names))
    await subscriptions.write(connection, names.feeds, settings.kafka.partitions, remove=feeds)
    return len(feeds)


def _ask(action: Action, urls: list[str], settings: Settings) -> None:
    async def ask() -> int:
        connection, names = options.connect(settings)
        feeds = _named(urls, await _subscribed(connection, names))
        for feed in feeds:
            partitions = settings.kafka.partitions
            await commands.send(connection, names.commands, partitions, action, site=feed.site, target=feed.id)
        return len(feeds)

    terminal.say(f"{asyncio.run(ask())} asked")


def _named(urls: list[str], known: dict[str, Feed]) -> list[Feed]:
    """Return the subscriptions that `urls` name, each once.

    Raises:
        InputError: one is no address, is not subscribed, or may mean several. No secret is shown.
    """
    wrong = [url for url in urls if parse.href(url) is None and url not in known]
    if wrong:
        raise InputError("not an http(s) address: " + ", ".join(repr(secrets.shown(url)) for url in wrong))
    found = {url: subscribed.find(url, known) for url in urls}
    missing = [secrets.shown(url) for url, feeds in found.items() if not feeds]
    if missing:
        raise InputError("not subscribed: " + ", ".join(missing))
    for url, feeds in found.items():
        if len(feeds) > 1:
            several = ", ".join(f"{secrets.shown(feed.url)} (id {feed.id})" for feed in feeds)
            raise InputError(f"{secrets.shown(url)} may be any of {several}; name one by its id")
    return list({feeds[0].id: feeds[0] for feeds in found.values()}.values())
