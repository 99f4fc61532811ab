"""How do people see documents arrive? A few lines for each, a table at the end; or one JSON object a line."""

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cleanwire import characters, terminal
from cleanwire.demo.outlet import Outlet
from cleanwire.demo.tally import Tally
from cleanwire.records.document import Document, Removed
from cleanwire.records.rejected import Rejected

Write = Callable[[bytes], Awaitable[None]]
Form = Callable[[Document], Mapping[str, Any]]
"""A document in the words of another standard."""

REMARK_S = 1.0
_CUTS_SHOWN = 4
_CUT_LENGTH = 44


class Screen:
    """Prints for people on standard output."""

    def __init__(self, write: Write, console: Console | None = None) -> None:
        self._write = write
        self._console = console or terminal.console(soft_wrap=True)

    async def say(self, message: str) -> None:
        """Print a remark."""
        await _briefly(self._print(Text(characters.printable(message, lines=True), style="dim")))

    async def document(self, document: Document, _: bytes) -> None:
        """Print what was published and what was cut from it."""
        again = f"  revision {document.revision} ({document.change.kind})" if document.revision > 1 else ""
        await self._print(
            Text.assemble(("● ", "green"), terminal.text(document.title, "bold"), (again, "cyan")),
            terminal.text("  " + " · ".join(_facts(document)), "dim"),
            *(terminal.text("  − " + line, "yellow") for line in cuts(document.removed)),
        )

    async def rejected(self, rejected: Rejected) -> None:
        """Print what gave no document, and why."""
        reason = (f"{rejected.reason}  ", "red")
        detail = terminal.text(f"  {rejected.detail}" if rejected.detail else "", "dim")
        await self._print(Text.assemble(("✗ ", "red"), reason, terminal.text(rejected.url), detail))

    async def summary(self, tally: Tally) -> None:
        """Print the closing table."""
        table = Table(show_header=False, box=None, padding=(0, 2))
        for name, value in summary(tally).items():
            table.add_row(Text(name, style="dim"), terminal.text(value))
        await _briefly(self._print("", table))

    async def _print(self, *parts: RenderableType) -> None:
        await self._write(_rendered(self._console, *parts))


class Lines:
    """Writes one document a line to standard output and everything else to standard error."""

    def __init__(
        self, write: Write, write_error: Write, console: Console | None = None, *, form: Form | None = None
    ) -> None:
        self._write = write
        self._write_error = write_error
        self._console = console or terminal.console(stderr=True, soft_wrap=True)
        self._form = form

    async def say(self, message: str) -> None:
        """Print a remark."""
        await _briefly(self._write_error(_rendered(self._console, Text(characters.printable(message, lines=True)))))

    async def document(self, document: Document, as_published: bytes) -> None:
        """Write the document as published, or in the form asked for, escaped further than JSON must be."""
        written = as_published if self._form is None else msgspec.json.encode(self._form(document))
        await self._write(characters.json(written.decode()).encode() + b"\n")

    async def rejected(self, rejected: Rejected) -> None:
        """Leave it out: standard output holds documents only."""

    async def summary(self, tally: Tally) -> None:
        """Print the sums."""
        await self.say("; ".join(f"{name}: {value}" for name, value in summary(tally).items()))


def on_standard_output(*, as_json: bool, form: Form | None = None) -> tuple[Screen | Lines, asyncio.Event]:
    """Return what shows documents there, and the event that its reader went away. Call it inside the event loop.

    `form` says what JSON is written in place of the document's own.
    """
    out = Outlet(sys.stdout.fileno())
    if not as_json:
        return Screen(out.write), out.closed
    return Lines(out.write, Outlet(sys.stderr.fileno()).write, form=form), out.closed


async def _briefly(writing: Awaitable[None]) -> None:
    """Await `writing`, but not for a reader that sleeps: remarks hold nothing up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REMARK_S):
            await writing


def _rendered(console: Console, *parts: RenderableType) -> bytes:
    """Return what `console` would print, with the colours and the width it has."""
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get().encode(console.encoding, "replace")


def cuts(removed: tuple[Removed, ...]) -> list[str]:
    """Return why lines were cut, the most frequent reason first, each with one line as a sample."""
    counts = Counter(cut.reason for cut in removed)
    samples = {cut.reason: cut.text for cut in reversed(removed)}
    shown = [
        f"{reason}{f' ×{count}' if count > 1 else ''}: {_short(samples[reason])}"
        for reason, count in counts.most_common(_CUTS_SHOWN)
    ]
    rest = [f"{reason} ×{count}" if count > 1 else reason for reason, count in counts.most_common()[_CUTS_SHOWN:]]
    return [*shown, *(["and " + ", ".join(rest)] if rest else [])]


def summary(tally: Tally) -> Mapping[str, str]:
    """Return the rows of the closing table."""
    rows = {
        "documents": f"{tally.documents} ({tally.words} words)",
        "revisions": str(tally.revisions),
        "duplicates": str(tally.duplicates),
        "rejected": _counts(tally.rejected),
        "removed lines": _counts(tally.removed),
        "languages": _counts(tally.languages),
    }
    if tally.wait_s is not None:
        rows["from visible to published"] = f"{tally.wait_s:.1f} s (median)"
    return rows


def _facts(document: Document) -> list[str]:
    source = document.publisher.name if document.publisher else document.feed.title if document.feed else None
    authors = ", ".join(author.name for author in document.authors)
    when = document.published_at.strftime("%d %b %H:%M UTC") if document.published_at else "no date"
    facts = [source, authors, when, document.language, f"{document.word_count} words"]
    return [fact for fact in facts if fact]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _CUT_LENGTH else f"“{line[: _CUT_LENGTH - 1].rstrip()}…”"


def _counts(counter: Counter[str]) -> str:
    total = sum(counter.values())
    return f"{total}: " + ", ".join(f"{name} {count}" for name, count in counter.most_common()) if total else "0"
