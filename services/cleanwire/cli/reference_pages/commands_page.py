"""What can be typed, and how does it end? As a module it prints docs/cli.md."""

from collections.abc import Iterator
from typing import Any

from cleanwire import cli
from cleanwire.cli.reference_pages import manual

_WIDTH = 100
_HEAD = """# Commands

Written by `make docs` from `services/cleanwire/cli`: the exit codes of all commands, and what each says on `--help`.

What a command finds goes to standard output, what went wrong to standard error, as one line `cleanwire: …`. A command
that lists something takes `--json`: one JSON object a line, without secrets; errors and exit codes stay the same.
Bars and colours are shown on a terminal only, and no colours where `NO_COLOR` is set. Many share `--config`, `--set`
and `--bootstrap`; every setting has a variable too ([Settings](settings.md)).
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with the name by which it is typed."""
    for lazy in cli.COMMANDS:
        command = lazy.load()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield lazy.name, command
        else:
            yield from ((f"{lazy.name} {name}", inner[name]) for name in inner)


def page() -> str:
    """Return the page."""
    return "\n".join(
        [_HEAD, *_exit_codes(), *(line for name, command in commands() for line in _section(name, command))]
    )


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes"
    yield ""
    yield "| code | of every command |"
    yield "|---|---|"
    yield from (f"| {code} | {meaning} |" for code, meaning in manual.CODES.items())
    yield ""
    yield "| command | 0 | 1 |"
    yield "|---|---|---|"
    for name, entry in manual.ENTRIES.items():
        codes = dict(entry.codes())
        yield f"| `{name}` | {codes[0]} | {codes.get(1, '')} |"
    yield ""


def _section(name: str, command: Any) -> Iterator[str]:
    context = command.context_class(
        command, info_name=f"cleanwire {name}", terminal_width=_WIDTH, help_option_names=["-h", "--help"]
    )
    yield f"## cleanwire {name}"
    yield ""
    yield "```text"
    yield command.get_help(context)
    yield "```"
    yield ""


if __name__ == "__main__":
    print(page(), end="")
