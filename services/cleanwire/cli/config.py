"""`cleanwire config`: every setting, with what it is now and how to set it."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer
from pydantic import BaseModel, SecretStr

from cleanwire import settings as known
from cleanwire import terminal
from cleanwire.cli import options
from cleanwire.telemetry import redact
from cleanwire.urls import secrets

app = typer.Typer(help="Show and check the settings.", no_args_is_help=True)


@app.command()
def show(
    config: options.Config = None,
    assignments: options.Assignments = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table in the documentation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a setting.")] = False,
) -> None:
    """Print every setting with its value now, its variable and what it means."""
    settings = options.load(config, assignments)
    if as_json:
        for setting in _records(settings):
            terminal.json(msgspec.json.encode(setting))
    else:
        terminal.say(page(settings) if markdown else _toml(settings))


def _records(settings: known.Settings) -> Iterator[dict[str, object]]:
    meanings = known.meanings()
    for section, values in settings:
        for name in type(values).model_fields:
            key = f"{section}.{name}"
            value = _plain(getattr(values, name))
            yield {"setting": key, "value": value, "variable": known.variable(key), "meaning": meanings[key]}


def _plain(value: object) -> object:
    """Return `value` as JSON holds it; secrets stay hidden."""
    match value:
        case None | bool() | int() | float():
            return value
        case SecretStr():
            return secrets.HIDDEN
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return redact.text(str(value))  # addresses of feeds may hold keys


def _toml(settings: known.Settings) -> str:
    lines: list[str] = []
    meanings = known.meanings()
    for section, values in settings:
        lines.append(f"[{section}]")
        for name in type(values).model_fields:
            key = f"{section}.{name}"
            lines.append(f"# {meanings[key]}  ({known.variable(key)})")
            value = _shown(getattr(values, name))
            lines.append(f"# {name} =" if value is None else f"{name} = {value}")
        lines.append("")
    return "\n".join(lines).rstrip()


def page(settings: known.Settings) -> str:
    """Return the settings as docs/settings.md holds them."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs` from `services/cleanwire/settings/sections.py`. How to set them: README.",
        "",
    ]
    lines += ["| setting | default | meaning |", "|---|---|---|"]
    meanings = known.meanings()
    for section, values in settings:
        assert isinstance(values, BaseModel)
        for name in type(values).model_fields:
            value = _shown(getattr(values, name))
            default = "" if value is None else f"`{value}`"
            lines.append(f"| `{section}.{name}` | {default} | {meanings[f'{section}.{name}']} |")
    return "\n".join(lines)


def _shown(value: object) -> str | None:
    """Return `value` as TOML writes it; secrets stay hidden."""
    match value:
        case None:
            return None
        case SecretStr():
            return '"**********"'
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:.10g}" if isinstance(value, float) else str(value)
        case dict():
            return "{" + ", ".join(f"{name} = {_shown(item)}" for name, item in value.items()) + "}"
        case tuple():
            return "[" + ", ".join(str(_shown(item)) for item in value) + "]"
        case str():
            return f'"{redact.text(value)}"'  # addresses of feeds may hold keys
        case _:
            return f'"{value}"'
