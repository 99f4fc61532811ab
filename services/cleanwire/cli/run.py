"""`cleanwire run`: the service itself."""

from typing import Annotated

import typer
import uvloop

from cleanwire import runtime
from cleanwire.cli import options, stopping
from cleanwire.settings import Role, Settings
from cleanwire.telemetry import logs


def run(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FEED_URL_OR_FILE]...", help="Feed URLs, or OPML or text files that list them."),
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
    assignments: options.Assignments = None,
) -> None:
    """Poll feeds, clean articles, publish documents, until SIGTERM or Ctrl-C."""
    flags = {
        "service__feeds": tuple(feeds) if feeds else None,
        "service__role": role,
        "kafka__bootstrap": bootstrap,
        "ops__port": ops_port,
        "fetch__contact": contact,
    }
    settings = options.load(config, assignments, **flags)
    logs.configure(settings.log)
    uvloop.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    await runtime.serve(settings, stop=stopping.on_signals())
