"""`cleanwire topics`: make the topics, or see whether they are right."""

import asyncio

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
    _report(asyncio.run(topics.check(connection, specs)), len(specs))


@app.command()
def check(
    config: options.Config = None, bootstrap: options.Bootstrap = None, assignments: options.Assignments = None
) -> None:
    """Compare the topics with the settings: exit 1 and each difference named when they differ."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, _ = options.connect(settings)
    specs = topics.layout(settings.kafka)
    _report(asyncio.run(topics.check(connection, specs)), len(specs))


def _report(problems: list[str], count: int) -> None:
    for problem in problems:
        terminal.say(f"cleanwire: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    terminal.say(f"{count} topics are as the settings say")
