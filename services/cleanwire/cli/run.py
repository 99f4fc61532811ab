"""`cleanwire run`: the service itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from cleanwire import runtime
from cleanwire.cli import options, stopping
from cleanwire.demo import own_feeds
from cleanwire.errors import ConfigError
from cleanwire.ops import descriptors
from cleanwire.settings import LogSettings, Role, Settings
from cleanwire.stream.broker.embedded import EmbeddedBroker
from cleanwire.telemetry import logs


def run(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FEED_URL_OR_FILE]...", help="Feed URLs, or OPML, CSV or text files that list them."),
    ] = None,
    config: options.Config = None,
    role: Annotated[Role | None, typer.Option(help="Which stages to run.", show_default=False)] = None,
    bootstrap: options.Bootstrap = None,
    ops_port: Annotated[int | None, typer.Option(help="Port of /metrics and health.", show_default=False)] = None,
    contact: Annotated[
        str | None, typer.Option(help="URL or mail address shown to publishers.", show_default=False)
    ] = None,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Use an in-memory broker and print what it publishes; nothing is kept.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --embedded: one document a line on standard output.")
    ] = False,
    assignments: options.Assignments = None,
) -> None:
    """Poll feeds, clean articles, publish documents. Ends at SIGTERM or Ctrl-C."""
    flags = {
        "service__feeds": tuple(feeds) if feeds else None,
        "service__role": role,
        "kafka__bootstrap": bootstrap,
        "ops__port": ops_port,
        "fetch__contact": contact,
    }
    descriptors.raise_limit()
    if embedded:
        _run_embedded(config, assignments, flags, as_json=as_json)
        return
    settings = options.load(config, assignments, **flags)
    logs.configure(settings.log)
    uvloop.run(_until_told(settings))


def _run_embedded(
    config: Path | None, assignments: list[str] | None, flags: Mapping[str, object], *, as_json: bool
) -> None:
    if flags["kafka__bootstrap"] is not None:
        raise ConfigError("--embedded brings its own broker: leave --bootstrap out, or leave --embedded out")
    if not options.load(config, assignments, **flags).service.feeds:
        raise ConfigError("run --embedded: give at least one feed URL, or a file that lists them")
    with EmbeddedBroker() as broker:
        settings = options.load(config, assignments, **{**flags, "kafka__bootstrap": broker.bootstrap})
        logs.configure(LogSettings(level="WARNING", format="console"))
        uvloop.run(_show(settings, as_json))


async def _show(settings: Settings, as_json: bool) -> None:
    await own_feeds.run(settings, stop=stopping.on_signals(), as_json=as_json)


async def _until_told(settings: Settings) -> None:
    await runtime.serve(settings, stop=stopping.on_signals())
