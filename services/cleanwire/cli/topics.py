"""`cleanwire topics`: make the topics, or see whether they are right."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

import msgspec
import typer

from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.stream import topics

app = typer.Typer(help="Create or check the topics.", no_args_is_help=True)


@app.command()
def create(
    config: options.Config = None, bootstrap: options.Bootstrap = None, assignments: options.Assignments = None
) -> None:
    """Make the topics that are missing; what exists is left as it is."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, _ = options.connect(settings)
    specs = topics.layout(settings.kafka)
    asyncio.run(topics.create(connection, specs))
    _report(asyncio.run(topics.compare(connection, specs)))


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a topic.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Compare the topics with the settings; each difference is named."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, _ = options.connect(settings)
    specs = topics.layout(settings.kafka)
    found = asyncio.run(topics.compare(connection, specs))
    if as_json:
        for spec in specs:
            wanted = {"topic": spec.name, "partitions": spec.partitions, "problems": found[spec.name]}
            terminal.json(msgspec.json.encode(wanted))
    _report(found, silent=as_json)


def _report(found: Mapping[str, list[str]], *, silent: bool = False) -> None:
    """Print what differs on standard error, else, unless `silent`, that nothing does."""
    problems = [problem for of_topic in found.values() for problem in of_topic]
    for problem in problems:
        terminal.say(f"cleanwire: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    if not silent:
        terminal.say(f"{len(found)} topics are as the settings say")
