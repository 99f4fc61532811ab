"""How does text reach a person's terminal? Nothing that strangers wrote can move the cursor, colour or reorder it.

All that the commands print goes through here; a test looks for prints elsewhere.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

import typer

from cleanwire import characters
from cleanwire.telemetry import redact

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, TaskID
    from rich.text import Text


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print lines of `text` on standard output, or with `err` on standard error."""
    typer.echo(characters.printable(text, lines=True), err=err, nl=nl)


def row(*cells: str) -> None:
    """Print `cells` as one line, with tabs between them and in none of them."""
    typer.echo("\t".join(map(characters.printable, cells)))


def json(written: bytes) -> None:
    """Print a record, escaped further than JSON must be."""
    typer.echo(characters.json(written.decode()))


def file(content: str) -> None:
    """Print what is to be a file: as it is, on a terminal as `say` does."""
    typer.echo(characters.printable(content, lines=True) if sys.stdout.isatty() else content, nl=False)


def text(written: str, style: str = "") -> Text:
    """Return one line for a `console`, in which nothing is markup."""
    from rich.text import Text  # help and most commands do without

    return Text(characters.printable(written), style=style)


def console(*, stderr: bool = False, soft_wrap: bool = False) -> Console:
    """Return a console that takes brackets and colons as they are."""
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=soft_wrap, highlight=False, markup=False, emoji=False)


def bars(*columns: ProgressColumn) -> Progress:
    """Return bars with `columns` behind them, on standard error while it is a terminal; nothing of them is left."""
    from rich.progress import BarColumn, Progress, TextColumn

    screen = console(stderr=True)
    left = TextColumn("{task.description}"), BarColumn()
    return Progress(*left, *columns, console=screen, transient=True, disable=not screen.is_terminal)


@contextmanager
def reading(*, after_s: float = 1.0) -> Iterator[Callable[[str, float], None] | None]:
    """Give a function that is told which topic is read and which share of it has been, and shows that as bars.

    None where standard error is no terminal. What takes less than `after_s` shows no bar.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None  # without loading what draws bars
        return
    progress, began = bars(), time.monotonic()
    tasks: dict[str, TaskID] = {}

    def tell(topic: str, share: float) -> None:
        if topic not in tasks:
            tasks[topic] = progress.add_task(f"reading {topic}", total=1.0)
        progress.update(tasks[topic], completed=share)
        if time.monotonic() - began >= after_s:
            progress.start()

    try:
        yield tell
    finally:
        progress.stop()


def show_warnings() -> None:
    """Print what libraries warn of, which may quote a page, until `logs.configure` is called."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_Printable())
    logging.getLogger().handlers[:] = [handler]


class _Printable(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return characters.printable(redact.text(super().format(record)), lines=True)


def show_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what the interpreter would print of `error`; its message may quote a page. For `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        say(redact.text("".join(traceback.format_exception(kind, error, trace))), err=True, nl=False)
