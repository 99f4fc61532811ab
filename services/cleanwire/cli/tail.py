"""`cleanwire tail`: watch documents come."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.cli import options, stopping
from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import DOCUMENTS
from cleanwire.demo import show
from cleanwire.errors import InputError
from cleanwire.records import news_article, ninjs
from cleanwire.records.decoding import Unreadable
from cleanwire.records.document import Document
from cleanwire.stream import direct
from cleanwire.stream.messages import Message

_AGO = re.compile(r"(\d+)([smhd])")


class Format(StrEnum):
    """How documents are shown."""

    TEXT = "text"
    JSON = "json"
    NEWSARTICLE = "newsarticle"
    NINJS = "ninjs"


_FORMS: Mapping[Format, show.Form] = {Format.NEWSARTICLE: news_article.of, Format.NINJS: ninjs.of}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def tail(
    language: Annotated[list[str] | None, typer.Option(help="Only this language: de, en-GB. Repeatable.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only this site and its hosts. Repeatable.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind: article, live, … Repeatable.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Begin so long ago (90s, 30m, 2h, 3d) or at a time with its zone.")
    ] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the first document there is.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many documents.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    form: Annotated[
        Format,
        typer.Option(
            "--format", "-f", help="For people, or one a line: the record, schema.org's NewsArticle, IPTC's ninjs."
        ),
    ] = Format.TEXT,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Follow the published documents, until Ctrl-C. It is in no consumer group and moves nobody's place."""
    wanted = Filter.of(language or (), site or (), kind or ())
    begin = _moment(since) if since is not None else None
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    messages = direct.follow(connection, names.documents, from_start=from_start, since=begin)
    asyncio.run(_show(messages, wanted, limit, Format.JSON if as_json and form is Format.TEXT else form))


async def _show(messages: AsyncGenerator[Message, None], wanted: Filter, limit: int | None, form: Format) -> None:
    output, nobody_reads = show.on_standard_output(as_json=form is not Format.TEXT, form=_FORMS.get(form))
    stop = stopping.on_signals()

    async def run() -> None:
        shown = 0
        async with aclosing(messages):
            async for message in messages:
                document = _read(message)
                if document is None or not wanted.takes(document):
                    continue
                await output.document(document, message.value or b"")
                shown += 1
                if shown == limit:
                    return

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run())
        ends = [tasks.create_task(event.wait()) for event in (stop, nobody_reads)]
        await asyncio.wait([running, *ends], return_when=asyncio.FIRST_COMPLETED)
        for task in (running, *ends):
            task.cancel()


def _read(message: Message) -> Document | None:
    if message.value is None:
        return None
    document = DOCUMENTS.read(message.value)
    if isinstance(document, Unreadable):
        terminal.say(f"cleanwire: {message.place} is no document: {document}", err=True)
        return None
    return document


def _moment(text: str) -> float:
    if ago := _AGO.fullmatch(text):
        return (datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).timestamp()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputError(f"--since {text}: give 90s, 30m, 2h, 3d, or a time with its zone: 2026-03-02T12:00Z")
    return moment.timestamp()
