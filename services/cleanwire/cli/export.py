"""`cleanwire export`: documents for readers that ask a schema registry."""

import asyncio
from dataclasses import astuple
from typing import Annotated

import typer

from cleanwire import terminal
from cleanwire.cli import options, stopping
from cleanwire.client.exporting import export as write
from cleanwire.errors import InputError
from cleanwire.records import wire_format
from cleanwire.records.wire_format import Format
from cleanwire.settings import Settings
from cleanwire.stream.broker import schema_registry


def export(
    into: Annotated[str, typer.Option(help="Topic to write to. It needs as many partitions as the documents'.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="What each document is told in.")],
    name: Annotated[
        str | None,
        typer.Option(help="Processes of one name share the work. Default: export-TOPIC.", show_default=False),
    ] = None,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Write the documents to a topic for readers with a schema registry, exactly once, until SIGTERM or Ctrl-C."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    asyncio.run(_export(settings, into, form, name or f"export-{into}"))


async def _export(settings: Settings, into: str, form: Format, name: str) -> None:
    stop = stopping.on_signals()
    connection, names = options.connect(settings)
    if into in astuple(names):
        raise InputError(f"--into {into}: that is a topic of ours; name another one")
    told_in, subject = wire_format.of(form), f"{into}-value"

    async def run() -> None:
        schema_id = await schema_registry.register(
            settings.registry, subject, schema_type=told_in.schema_type, schema=told_in.schema
        )
        terminal.say(f"cleanwire: {names.documents} goes to {into}; {subject} has the schema {schema_id}", err=True)
        await write(connection, told_in, schema_id, name=name, topic=names.documents, into=into)

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run())
        ended = tasks.create_task(stop.wait())
        await asyncio.wait([running, ended], return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        ended.cancel()
