"""The command line: reads what a user asks for, wires the parts, prints, exits.

Exit codes: `reference_pages.manual`. A command's module is imported when the command runs: help and completion answer
in the time that the table below takes.
"""

import errno
import os
import sys
from typing import Annotated

import typer

from cleanwire import __version__, terminal
from cleanwire.cli.lazy import LazyCommand, LazyGroup
from cleanwire.errors import CleanwireError, ConfigError, InputError
from cleanwire.telemetry import redact

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

COMMANDS = (
    LazyCommand("run", "run", "run", "Poll feeds, clean articles, publish documents."),
    LazyCommand("demo", "demo", "demo", "See the whole service at work on invented news, offline."),
    LazyCommand("tail", "tail", "tail", "Follow the published documents, until Ctrl-C."),
    LazyCommand(
        "export",
        "export",
        "export",
        "Write the documents to a topic for readers with a schema registry, exactly once, until SIGTERM or Ctrl-C.",
    ),
    LazyCommand("clean", "pages.clean", "clean", "Clean one page or plain text."),
    LazyCommand("explain", "pages.explain", "explain", "Show what was kept of a page, what was cut and why."),
    LazyCommand("why", "why", "why", "Tell what became of an article, or why it is missing."),
    LazyCommand("healthcheck", "health", "healthcheck", "Ask a running service here whether it is healthy."),
    LazyCommand("feeds", "subscribing.feeds", "app", "Find, subscribe, list, import, export; poll and pause."),
    LazyCommand("articles", "articles", "app", "Try a rejected article again."),
    LazyCommand("site", "site", "app", "See or forget what the pages of a site have taught."),
    LazyCommand("topics", "topics", "app", "Create or check the topics."),
    LazyCommand("config", "config", "app", "Show and check the settings."),
)


class _Commands(LazyGroup):
    commands_later = COMMANDS


app = typer.Typer(
    name="cleanwire",
    help="News feeds in, clean documents out on Kafka, exactly once.",
    cls=_Commands,
    rich_markup_mode=None,  # drawing boxes costs as much again as all of the help
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        terminal.say(f"cleanwire {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version  # its callback has answered


def main() -> None:
    """Run the command line; expected errors become one message on standard error."""
    sys.excepthook = terminal.show_crash
    terminal.show_warnings()
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:  # closed by the caller
                sys.stdout.flush()
    except* (ConfigError, InputError) as errors:
        _exit(errors, code=2)
    except* CleanwireError as errors:
        _exit(errors, code=1)
    except* OSError as errors:
        full = [error for error in _leaves(errors) if isinstance(error, OSError) and error.errno in _FULL]
        if not full:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter would try once more at its end
        terminal.say(f"cleanwire: cannot write the output: {full[0].strerror}", err=True)
        sys.exit(1)


def _exit(errors: BaseExceptionGroup[BaseException], *, code: int) -> None:
    for error in _leaves(errors):
        terminal.say(f"cleanwire: {redact.text(str(error))}", err=True)
    sys.exit(code)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]
