"""`cleanwire feeds`: who is subscribed to what."""

import asyncio
import time
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from cleanwire.cli import commands, options
from cleanwire.errors import InputError
from cleanwire.feed import opml
from cleanwire.feed.opml import OpmlFeed
from cleanwire.poller import subscriptions
from cleanwire.records.command import Action
from cleanwire.records.feed import Feed, FeedOptions, Origin
from cleanwire.settings import Settings
from cleanwire.urls import identity

app = typer.Typer(help="Subscribe, unsubscribe, list, import, export; poll, pause and resume.", no_args_is_help=True)

Urls = Annotated[list[str], typer.Argument(metavar="URL...", help="Feed URLs.")]


class Format(StrEnum):
    TEXT = "text"
    OPML = "opml"
    JSON = "json"


@app.command()
def add(
    urls: Urls,
    title: Annotated[str | None, typer.Option(help="Name shown instead of the feed's own.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    min_interval_s: Annotated[float | None, typer.Option(help="Ask no more often than this.")] = None,
    max_interval_s: Annotated[float | None, typer.Option(help="Wait no longer than this.")] = None,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Subscribe to feeds."""
    chosen = FeedOptions(
        title=title, tags=tuple(tag or ()), min_interval_s=min_interval_s, max_interval_s=max_interval_s
    )
    now = time.time()
    feeds = [subscriptions.subscription(url, Origin.CLI, now=now, options=chosen) for url in urls]
    added = asyncio.run(_add(_settings(config, bootstrap, assignments), feeds))
    typer.echo(f"{added} added, {len(feeds) - added} known already")


@app.command("import")
def import_(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="OPML, or text with a URL a line.")],
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Subscribe to every feed that files list; what is known already stays as it is."""
    now = time.time()
    urls = subscriptions.read_sources(files)
    feeds = [subscriptions.subscription(url, Origin.CLI, now=now) for url in urls]
    added = asyncio.run(_add(_settings(config, bootstrap, assignments), feeds))
    typer.echo(f"{added} added, {len(feeds) - added} known already")


@app.command()
def remove(
    urls: Urls,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Unsubscribe. A feed that a running service has in its own list comes back when that starts."""
    settings = _settings(config, bootstrap, assignments)
    removed = asyncio.run(_remove(settings, urls))
    typer.echo(f"{removed} removed")


@app.command("list")
def list_(
    config: options.Config = None, bootstrap: options.Bootstrap = None, assignments: options.Assignments = None
) -> None:
    """Print every subscription: URL, origin, whether it is paused, tags."""
    for feed in asyncio.run(_known(_settings(config, bootstrap, assignments))):
        state = "paused" if feed.options.paused else "active"
        typer.echo("\t".join((feed.url, feed.origin, state, ",".join(feed.options.tags))))


@app.command()
def export(
    form: Annotated[Format, typer.Option("--format", help="How to write them.")] = Format.OPML,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Write every subscription to standard output."""
    feeds = asyncio.run(_known(_settings(config, bootstrap, assignments)))
    match form:
        case Format.TEXT:
            typer.echo("\n".join(feed.url for feed in feeds))
        case Format.OPML:
            outlines = [OpmlFeed(url=feed.url, title=feed.options.title) for feed in feeds]
            typer.echo(opml.write(outlines).decode())
        case Format.JSON:
            for feed in feeds:
                open_ = msgspec.structs.replace(feed.options, password="***" if feed.options.password else None)
                typer.echo(msgspec.json.encode(msgspec.structs.replace(feed, options=open_)).decode())


@app.command()
def poll(
    urls: Urls,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Ask for a poll now."""
    _ask(Action.POLL_NOW, urls, _settings(config, bootstrap, assignments))


@app.command()
def pause(
    urls: Urls,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Poll these feeds no more until they are resumed."""
    _ask(Action.PAUSE, urls, _settings(config, bootstrap, assignments))


@app.command()
def resume(
    urls: Urls,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Poll paused feeds again."""
    _ask(Action.RESUME, urls, _settings(config, bootstrap, assignments))


def _settings(config: options.Config, bootstrap: str | None, assignments: list[str] | None) -> Settings:
    return options.load(config, assignments, kafka__bootstrap=bootstrap)


async def _known(settings: Settings) -> list[Feed]:
    connection, names = options.connect(settings)
    return sorted((await subscriptions.read_all(connection, names.feeds)).values(), key=lambda feed: feed.url)


async def _add(settings: Settings, feeds: list[Feed]) -> int:
    connection, names = options.connect(settings)
    known = await subscriptions.read_all(connection, names.feeds)
    new = {feed.id: feed for feed in feeds if feed.id not in known}
    await subscriptions.write(connection, names.feeds, settings.kafka.partitions, put=new.values())
    return len(new)


async def _remove(settings: Settings, urls: list[str]) -> int:
    connection, names = options.connect(settings)
    feeds = _named(urls, await subscriptions.read_all(connection, names.feeds))
    await subscriptions.write(connection, names.feeds, settings.kafka.partitions, remove=feeds)
    return len(feeds)


def _ask(action: Action, urls: list[str], settings: Settings) -> None:
    async def ask() -> int:
        connection, names = options.connect(settings)
        feeds = _named(urls, await subscriptions.read_all(connection, names.feeds))
        for feed in feeds:
            partitions = settings.kafka.partitions
            await commands.send(connection, names.commands, partitions, action, site=feed.site, target=feed.id)
        return len(feeds)

    typer.echo(f"{asyncio.run(ask())} asked")


def _named(urls: list[str], known: dict[str, Feed]) -> list[Feed]:
    """Return the subscriptions that `urls` name.

    Raises:
        InputError: one is not subscribed.
    """
    missing = [url for url in urls if identity.feed_id(url) not in known]
    if missing:
        raise InputError("not subscribed: " + ", ".join(missing))
    return [known[identity.feed_id(url)] for url in urls]
