"""What a command costs before it does anything, and that help, version and completion tell the truth."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import cleanwire
from cleanwire import cli
from cleanwire.cli.lazy import LazyCommand

PROGRAM = str(Path(sys.executable).parent / "cleanwire")
HELP_COSTS = 12  # times a bare interpreter
TRIES = 7  # the cheapest counts: the machine may be busy


def cpu_s(*command: str) -> float:
    """Return the CPU seconds of the cheapest of several runs."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(TRIES))


def test_help_costs_little_more_than_the_interpreter() -> None:
    assert cpu_s(PROGRAM, "--help") <= HELP_COSTS * cpu_s(sys.executable, "-c", "pass")


def test_help_imports_no_command() -> None:
    code = "import sys; from cleanwire import cli\ntry: cli.app(['--help'])\nfinally: print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.splitlines()[-1].split())
    assert "cleanwire.cli.lazy" in loaded
    assert loaded.isdisjoint(
        {"lxml", "numpy", "pydantic", "aiohttp", "httpx", "trafilatura", "asyncio", "rich.console"}
    )


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_the_list_of_commands_says_what_each_says_of_itself(command: LazyCommand) -> None:
    says = command.load().help or ""
    assert " ".join(says.split()).startswith(command.help)


def test_version_is_the_packages() -> None:
    shown = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"cleanwire {cleanwire.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("cleanwire cl", ["clean"], id="a-command"),
        pytest.param("cleanwire feeds rem", ["remove"], id="a-command-of-a-group"),
        pytest.param("cleanwire clean --for", ["--format"], id="an-option"),
    ],
)
def test_bash_completes(typed: str, offered: list[str]) -> None:
    words = {"_CLEANWIRE_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    shown = subprocess.run([PROGRAM], capture_output=True, text=True, check=True, env={**os.environ, **words})
    assert shown.stdout.split() == offered
