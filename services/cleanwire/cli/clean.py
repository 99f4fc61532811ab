"""`cleanwire clean`: one article, without a broker."""

import asyncio
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cleanwire.article import compose
from cleanwire.article.article import Refusal
from cleanwire.article.page import Page
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import FetchFailed
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind, Document
from cleanwire.settings import Settings
from cleanwire.urls import identity, parse

ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8"
STDIN = "-"


class Format(StrEnum):
    JSON = "json"
    TEXT = "text"


def clean(
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A page or a plain text; - is standard input.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="The whole record, or the text alone.")] = Format.JSON,
    url: Annotated[
        str | None, typer.Option(help="Where a file comes from: links and the site are judged by it.")
    ] = None,
    config: options.Config = None,
    assignments: options.Assignments = None,
) -> None:
    """Clean one page or plain text. Exit 0: a document; 1: none, with the reason on standard error; 2: wrong usage."""
    from cleanwire.article import clean as cleaning  # half a second to load: only this command needs it here

    settings = options.load(config, assignments)
    page = _page(source, url, settings)
    result = cleaning.clean(page, min_words=settings.clean.min_words)
    if isinstance(result, Refusal):
        typer.echo(f"cleanwire: {source}: {result.reason}: {result.detail}", err=True)
        raise typer.Exit(1)
    document = compose.compose(
        result,
        entry=None,
        page=page,
        document_id=identity.article_id(page.url),
        revision=1,
        change=Change(kind=ChangeKind.NEW),
        seen_at=page.fetched_at,
        emitted_at=page.fetched_at,
    )
    typer.echo(encode(document).decode() if form is Format.JSON else _text(document))


def _page(source: str, url: str | None, settings: Settings) -> Page:
    if source != STDIN and "://" in source:
        return asyncio.run(_fetch(source, settings))
    body = sys.stdin.buffer.read() if source == STDIN else _read(Path(source))
    if len(body) > settings.fetch.page_limit_bytes:
        raise InputError(f"{source}: over {settings.fetch.page_limit_bytes} bytes (fetch.page_limit_bytes)")
    href = parse.href(url) if url is not None else "file:///" + Path(source).name
    if href is None:
        raise InputError(f"--url {url}: not an http(s) address")
    return Page(url=href, body=body, fetched_at=time.time())


async def _fetch(url: str, settings: Settings) -> Page:
    async with Fetcher(settings.fetch) as fetcher:
        reply = await fetcher.get(url, limit_bytes=settings.fetch.page_limit_bytes, accept=ACCEPT)
    if isinstance(reply, FetchFailed):
        typer.echo(f"cleanwire: {url}: {reply.reason}: {reply.detail}", err=True)
        raise typer.Exit(1)
    if not 200 <= reply.status < 300:
        typer.echo(f"cleanwire: {url}: HTTP {reply.status}", err=True)
        raise typer.Exit(1)
    return Page(
        url=reply.url,
        body=reply.body,
        fetched_at=time.time(),
        content_type=reply.headers.get("content-type"),
        status=reply.status,
        redirects=tuple(hop.url for hop in reply.redirects),
        headers=dict(reply.headers),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _text(document: Document) -> str:
    """Return the document as a person reads it: title, who and when, body."""
    about = [
        document.publisher.name if document.publisher else None,
        document.published_at and document.published_at.isoformat(),
    ]
    head = [document.title, " · ".join(str(part) for part in about if part)]
    return "\n\n".join([*(line for line in head if line), document.body])
