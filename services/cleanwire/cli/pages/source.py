"""Where does a command's page come from: a file, an address, standard input?"""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.article.page import Page
from cleanwire.errors import InputError
from cleanwire.settings import Settings
from cleanwire.urls import parse

STDIN = "-"

Source = Annotated[
    str, typer.Argument(metavar="FILE|URL|-", help="A page or a plain text; - is standard input.", show_default=False)
]
Url = Annotated[
    str | None,
    typer.Option(help="Where a file comes from: links and the site are judged by it.", show_default=False),
]


def read(source: str, url: str | None, settings: Settings) -> Page:
    """Return the page that `source` names; `url` is the address of one that is not fetched.

    Raises:
        InputError: a file cannot be read, is larger than `fetch.page_limit_bytes`, or `url` is no address.
        typer.Exit: code 1, the address gave no page; standard error says why.
    """
    if is_address(source):
        return _fetched(source, settings)
    body = sys.stdin.buffer.read() if source == STDIN else _read(Path(source))
    if len(body) > settings.fetch.page_limit_bytes:
        raise InputError(f"{source}: over {settings.fetch.page_limit_bytes} bytes (fetch.page_limit_bytes)")
    href = parse.href(url) if url is not None else "file:///" + Path(source).name
    if href is None:
        raise InputError(f"--url {url}: not an http(s) address")
    return Page(url=href, body=body, fetched_at=time.time())


def is_address(source: str) -> bool:
    """Tell whether `source` is a page's address: no file, nor standard input."""
    return source != STDIN and "://" in source


def _fetched(url: str, settings: Settings) -> Page:
    import asyncio  # with the HTTP client more than all a file needs: loaded when there is an address to ask

    from cleanwire.fetch import page

    found = asyncio.run(page.ask(url, settings.fetch))
    if isinstance(found, str):
        terminal.say(f"cleanwire: {url}: {found}", err=True)
        raise typer.Exit(1)
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
