"""`cleanwire explain`: what was kept of a page, what was cut and why."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleanwire import characters, terminal
from cleanwire.article import explain as explaining
from cleanwire.article.explain import Explanation, Field, Row
from cleanwire.article.verdict.judge import reasons
from cleanwire.cli import options
from cleanwire.cli.pages import article_of_page, explain_page, source
from cleanwire.errors import InputError
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.document import Document

_NAME_WIDTH = 14
_MAX_DETAIL_CHARS = 160
_DOCUMENT = re.compile(rb'\s*\{\s*"schema"\s*:\s*"cleanwire\.document/')


def explain(
    page: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL|-",
            help="A page, a plain text, or a document as it was published; - is standard input.",
            show_default=False,
        ),
    ],
    url: source.Url = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write a page to look at instead of the text.", show_default=False),
    ] = None,
    config: options.Config = None,
    assignments: options.Assignments = None,
) -> None:
    """Show what was kept of a page, what was cut and why. Block by block, with rules, and where each field comes from.

    A page is read without what the service has learned of its site; a document (JSON) tells what the service did,
    except which blocks it took back that the extractor had left out.
    """
    settings = options.load(config, assignments)
    read = source.read(page, url, settings)
    document = _document(read.body, page)
    if document is None:
        read, article = article_of_page.article(read, page, settings)
    explanation = explaining.explain(document or article)
    console = terminal.console()
    if html is None:
        show(explanation, console)
    else:
        address = document.url if document else read.url
        _write(html, explain_page.page(explanation, address=address, summary=summary(explanation)))
        console.print(terminal.text(f"wrote {html}", "dim"), soft_wrap=True)
    console.print(Text(summary(explanation)), soft_wrap=True)


def _document(body: bytes, name: str) -> Document | None:
    """Return the document that `body` is, None when it is a page."""
    if not _DOCUMENT.match(body):
        return None
    found = Reader(Document).read(body)
    if isinstance(found, Unreadable):
        raise InputError(f"{name}: not one whole document: {found}")
    return found


def summary(explanation: Explanation) -> str:
    """Return the closing line."""
    kept, cut = explanation.kept, explanation.cut
    share = cut.words / max(1, kept.words + cut.words)
    back = explanation.readmitted.blocks
    told = f", {back} of them taken back" if back else ""
    line = (
        f"kept {kept.blocks} blocks{told}, {kept.words} words; cut {cut.blocks} blocks, {cut.words} words ({share:.0%})"
    )
    return line if explanation.complete else f"{line}; more was cut than the ledger holds"


def show(explanation: Explanation, console: Console) -> None:
    """Print the fields, then the blocks; colours and line breaks as `console` has them."""
    for field in explanation.fields:
        _beside(console, Text(f"{field.name:<{_NAME_WIDTH}}", style="dim"), _told(field))
    console.print()
    for row in explanation.rows:
        _beside(console, _margin(row), _block(row))
    console.print()


def _beside(console: Console, margin: Text, text: Text) -> None:
    """Print `text` beside `margin`: on a terminal broken to fit, else as one line, which `grep` can find whole."""
    if not console.is_terminal:
        console.print(margin + text, soft_wrap=True)
        return
    grid = Table.grid()
    grid.add_column(width=len(margin), no_wrap=True)
    grid.add_column()
    grid.add_row(margin, text)
    console.print(grid)


def _told(field: Field) -> Text:
    if field.value is None:
        return Text("not found", style="yellow")
    text = terminal.text(field.value, "bold" if field.name == "title" else "")
    if field.source is not None:
        text = Text.assemble(text, terminal.text(f"  ← {field.source}", "cyan"))
    if field.details:
        shown = (characters.printable(detail)[:_MAX_DETAIL_CHARS] for detail in field.details)
        text = Text.assemble(text, (f"  ({'; '.join(shown)})", "dim"))
    return text


def _margin(row: Row) -> Text:
    verdict = ("back  ", "cyan") if row.readmitted else ("kept  ", "green") if row.kept else ("cut   ", "red")
    return Text.assemble((f"{row.place:>4} ", "dim"), verdict)


def _block(row: Row) -> Text:
    text = terminal.text(row.text, "" if row.kept else "dim")
    return text if row.rule is None else Text.assemble(terminal.text(f"[{why(row)}]", "yellow"), " ", text)


def why(row: Row) -> str:
    """Return rule, reason and score of what was cut or taken back, and what made the score."""
    score = "" if row.score is None else f" {row.score:g}"
    return f"{row.rule} {row.reason or 'readmitted'}{score}{': ' if row.features else ''}{reasons.words(row.features)}"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--html {path}: cannot be written: {error.strerror}") from error
