"""`cleanwire articles`: ask for another try."""

import asyncio
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.errors import InputError
from cleanwire.ops import commands
from cleanwire.records.command import Action
from cleanwire.urls import identity, parse
from cleanwire.urls import site as sites

app = typer.Typer(help="Try a rejected article again.", no_args_is_help=True)


@app.command()
def retry(
    url: Annotated[str, typer.Argument(help="The article's URL as the rejection gives it.")],
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Ask the owner of a rejected article to try it again."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    href = parse.href(url)
    if href is None:
        raise InputError(f"not an http(s) address: {url!r}")
    sent = commands.send(
        connection,
        names.commands,
        settings.kafka.partitions,
        Action.RETRY,
        site=sites.site(href),
        target=identity.article_id(href),
    )
    terminal.say(f"asked: {asyncio.run(sent).id}")
