"""`cleanwire clean`: one article, without a broker."""

from enum import StrEnum
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.article import documents
from cleanwire.cli import options
from cleanwire.cli.pages import article_of_page, source
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind, Document
from cleanwire.urls import identity


class Format(StrEnum):
    JSON = "json"
    TEXT = "text"


def clean(
    page: source.Source,
    form: Annotated[Format, typer.Option("--format", "-f", help="The whole record, or the text alone.")] = Format.JSON,
    url: source.Url = None,
    config: options.Config = None,
    assignments: options.Assignments = None,
) -> None:
    """Clean one page or plain text."""
    settings = options.load(config, assignments)
    read, result = article_of_page.article(source.read(page, url, settings), page, settings)
    document = documents.compose(
        result,
        entry=None,
        page=read,
        document_id=identity.article_id(read.url),
        revision=1,
        change=Change(kind=ChangeKind.NEW),
        seen_at=read.fetched_at,
        emitted_at=read.fetched_at,
    )
    if form is Format.JSON:
        terminal.json(encode(document))
    else:
        terminal.say(_text(document))


def _text(document: Document) -> str:
    """Return the document as a person reads it: title, who and when, body."""
    about = [
        document.publisher.name if document.publisher else None,
        document.published_at and document.published_at.isoformat(),
    ]
    head = [document.title, " · ".join(str(part) for part in about if part)]
    return "\n\n".join([*(line for line in head if line), document.body])
