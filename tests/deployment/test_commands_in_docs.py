"""Every `cleanwire` command that the documentation shows is one that the command line takes."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from cleanwire import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"(?:^|[\s|(])(?:\.venv/bin/)?cleanwire((?: [^|;&()`#>\n]+)?)", re.MULTILINE)
_PLACEHOLDER = re.compile(r"^[A-Z]{3,}$|…|^\[")


def commands() -> list[tuple[str, str]]:
    """Return (page, arguments) of each command in a block of shell."""
    found = []
    for page in PAGES:
        for block in _BLOCK.findall(page.read_text("utf-8")):
            for arguments in _COMMAND.findall(block.replace("\\\n", " ")):
                if line := arguments.strip():
                    found.append((page.relative_to(ROOT).as_posix(), line))
    return found


FOUND = commands()


def test_there_are_commands() -> None:
    assert len(FOUND) > 30


@pytest.mark.parametrize(("page", "line"), FOUND, ids=lambda text: text[:60])
def test_the_command_line_takes_it(page: str, line: str) -> None:
    arguments = [word for word in shlex.split(line) if not _PLACEHOLDER.search(word)]
    command = get_command(cli.app)
    name = "cleanwire"
    while hasattr(command, "get_command") and arguments:
        name, *arguments = arguments
        for one in name.split("|"):  # feeds poll|pause|resume URL
            context = command.make_context("cleanwire", [], resilient_parsing=True)
            assert command.get_command(context, one) is not None, f"{page}: {line}: there is no {one}"
        command = command.get_command(context, name.split("|")[0])
    if arguments and "--version" not in arguments:
        command.make_context(name, arguments)  # raises what a person would be told
