"""`cleanwire demo`: everything at work, offline."""

from typing import Annotated

import typer
import uvloop

from cleanwire import terminal
from cleanwire.cli import stopping
from cleanwire.demo import runner
from cleanwire.demo.tally import Tally
from cleanwire.settings import LogSettings
from cleanwire.telemetry import logs


def demo(
    seconds: Annotated[float | None, typer.Option(min=1, help="End after so many seconds.", show_default=False)] = None,
    keep_running: Annotated[
        bool, typer.Option("--keep-running", help="Go on after the last story, until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One document a line on standard output.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the service's log on standard error.")] = False,
) -> None:
    """See the whole service at work on invented news, offline. Prints each clean document; the broker is in memory."""
    logs.configure(LogSettings(level="INFO" if verbose else "ERROR", format="console"))
    tally = uvloop.run(_demo(seconds, keep_running, as_json))
    if not tally.documents:
        terminal.say("cleanwire: no document came", err=True)
        raise typer.Exit(1)


async def _demo(seconds: float | None, keep_running: bool, as_json: bool) -> Tally:
    stop = stopping.on_signals()
    return await runner.run_demo(stop=stop, seconds=seconds, keep_running=keep_running, as_json=as_json)
