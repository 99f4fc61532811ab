"""`cleanwire site`: what was learned of a site, and forgetting it."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from cleanwire import terminal
from cleanwire.article.verdict import template
from cleanwire.cli import options
from cleanwire.ops import commands
from cleanwire.records.article_state import SiteState
from cleanwire.records.command import Action
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.stream import direct
from cleanwire.stream.messages import Message
from cleanwire.urls import parse
from cleanwire.urls import site as sites

app = typer.Typer(help="See or forget what the pages of a site have taught.", no_args_is_help=True)

Site = Annotated[str, typer.Argument(help="A site's registrable domain, or any URL of it.")]


@app.command()
def show(
    site: Site,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object; times in UTC.")] = False,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Print what was learned of a site."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    found: dict[str, SiteState] = {}
    name = _name(site)

    def take(message: Message) -> None:
        if message.key_text != name:
            return
        state = None if message.value is None else _STATES.row(message.key, message.value)
        if state is None:
            found.pop(name, None)
        elif not isinstance(state, Unreadable):
            found[name] = state

    with terminal.reading() as tell:
        asyncio.run(direct.read_all(connection, names.site_state, take, tell))
    if name not in found:
        terminal.say(f"cleanwire: {name}: nothing was learned yet", err=True)
        raise typer.Exit(1)
    if as_json:
        terminal.json(msgspec.json.encode(_record(found[name])))
    else:
        _tell(found[name])


def _record(state: SiteState) -> dict[str, object]:
    known = template.decode(state.template)
    return {
        "site": state.site,
        "pages": state.pages,
        "updated_at": _time(state.updated_at),
        "remembered_pages": len(known.pages),
        "remembered_bytes": len(state.template),
        "template": template.version(known),
        "rest_until": None if state.rest_until is None else _time(state.rest_until),
        "looks": [
            {"after_s": age, "looked": looks.looked, "changed": looks.changed}
            for age, looks in sorted(state.looks.items())
        ],
    }


def _tell(state: SiteState) -> None:
    known = template.decode(state.template)
    terminal.row("site", state.site)
    terminal.row("learned from", f"{state.pages} pages, last {_time(state.updated_at)}")
    terminal.row("remembered", f"{len(known.pages)} pages, {len(state.template)} bytes")
    terminal.row("template", template.version(known) or "none")
    if state.rest_until is not None:
        terminal.row("left alone", f"until {_time(state.rest_until)}")
    for age, looks in sorted(state.looks.items()):
        seen = f"{looks.looked:.1f}, changed {looks.changed:.1f} (the last hundred or so)"
        terminal.row(f"looks after {age} s", seen)


@app.command()
def reset(
    site: Site,
    config: options.Config = None,
    bootstrap: options.Bootstrap = None,
    assignments: options.Assignments = None,
) -> None:
    """Ask the owner of a site to forget what its pages have taught."""
    settings = options.load(config, assignments, kafka__bootstrap=bootstrap)
    connection, names = options.connect(settings)
    name = _name(site)
    sent = commands.send(
        connection, names.commands, settings.kafka.partitions, Action.RESET_SITE, site=name, target=name
    )
    terminal.say(f"asked: {asyncio.run(sent).id}")


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _name(site: str) -> str:
    return sites.site(site) if parse.href(site) else sites.of_host(site)


_STATES = Reader(SiteState, key="site")
