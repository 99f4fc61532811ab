"""`cleanwire feeds discover`: which feeds does a site have?"""

import asyncio
import re
from datetime import datetime
from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.fetch.client import Fetcher
from cleanwire.poller.bodies.readers import Readers
from cleanwire.poller.finding import discovery
from cleanwire.poller.finding.discovery import Discovery, FoundFeed
from cleanwire.poller.finding.probe import Prober
from cleanwire.settings import Settings
from cleanwire.telemetry import redact
from cleanwire.urls import parse, secrets

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)  # a port is no sign of one


def discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site, a page of it, a feed, or a list of feeds.")],
    everything: Annotated[bool, typer.Option("--all", help="Do not stop at the first feeds found.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One feed a line, as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--urls", help="Only addresses, one a line, for `feeds add`.")] = False,
    config: options.Config = None,
    assignments: options.Assignments = None,
) -> None:
    """Find the feeds of a site: links, well-known addresses, news sitemaps. Each is read once, none subscribed."""
    href = parse.href(url if _SCHEME.match(url) else f"https://{url}")
    if href is None:
        raise InputError(f"not an http(s) address: {url!r}")
    result = asyncio.run(_discover(href, options.load(config, assignments), everything))
    if not result.found:
        for address, why in result.tried:
            terminal.say(redact.text(f"cleanwire: {address}: {why}"), err=True)
        terminal.say(f"cleanwire: no feed found at {secrets.shown(href)}", err=True)
        raise typer.Exit(1)
    if as_json:
        for found in result.found:
            terminal.json(msgspec.json.encode(_record(found)))
    elif plain:
        for found in result.found:
            terminal.say(found.feed.url)
    else:
        terminal.console().print(_table(result.found))


async def _discover(url: str, settings: Settings, everything: bool) -> Discovery:
    async with Fetcher(settings.fetch) as fetcher, Readers(settings.poll) as readers:
        with terminal.console(stderr=True).status("") as status:  # shown on a terminal only
            return await discovery.discover(
                url,
                Prober(fetcher, readers, settings),
                everything=everything,
                tell=lambda text: status.update(terminal.text(text)),
            )


def _record(found: FoundFeed) -> dict[str, str | int | datetime]:
    known = {
        "url": found.feed.url,
        "found": str(found.how),
        "format": found.feed.format,
        "title": found.title,
        "entries": found.feed.entries,
        "newest": found.feed.newest,
    }
    return {key: value for key, value in known.items() if value is not None}


def _table(found: tuple[FoundFeed, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, right in (("feed", False), ("format", False), ("entries", True), ("newest", False), ("found", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold" if name == "feed" else "ellipsis")
    for each in found:
        newest = f"{each.feed.newest:%Y-%m-%d %H:%M}Z" if each.feed.newest else "-"
        lines = [terminal.text(line) for line in (each.feed.url, each.title) if line]
        table.add_row(Text("\n").join(lines), each.feed.format, str(each.feed.entries), newest, str(each.how))
    return table
