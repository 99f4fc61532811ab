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

pytestmark = pytest.mark.slow

PROGRAM = str(Path(sys.executable).parent / "cleanwire")
HELP_COSTS = 12  # times a bare interpreter
CLEAN_COSTS = 40
FEWEST_ROUNDS = 8
MOST_ROUNDS = 60

TEXT = """Council votes to rebuild the old bridge

By Anna Berg

The town council voted on Tuesday evening to rebuild the old stone bridge over the river, after four years of debate
about its cost and its place in the life of the town. The mayor said that work would begin in spring.

Many of the people who came to the meeting were not content. They asked who would pay if the work took longer than it
should, and why the old footpath was to be closed as well.
"""


def dearer(command: list[str], bound: float) -> float:
    """Return how many times the CPU of a bare interpreter `command` needs, told as soon as it is at most `bound`.

    Both run in turns, and the cheapest run of each counts: others on the machine make a run dearer, never cheaper, so
    more rounds only bring both nearer to what they cost by themselves.
    """
    bare = costs = float("inf")
    for turn in range(MOST_ROUNDS):
        bare, costs = min(bare, once(BARE)), min(costs, once(command))
        if turn + 1 >= FEWEST_ROUNDS and costs <= bound * bare:
            break
    return costs / bare


def once(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


BARE = [sys.executable, "-c", "pass"]


def test_help_costs_little_more_than_the_interpreter() -> None:
    assert dearer([PROGRAM, "--help"], HELP_COSTS) <= HELP_COSTS


def test_help_imports_no_command() -> None:
    code = "import sys; from cleanwire import cli\ntry: cli.app(['--help'])\nfinally: print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.splitlines()[-1].split())
    assert "cleanwire.cli.lazy" in loaded
    assert loaded.isdisjoint(
        {"lxml", "numpy", "pydantic", "aiohttp", "httpx", "trafilatura", "asyncio", "rich.console"}
    )


def test_cleaning_a_text_costs_what_a_text_needs(tmp_path: Path) -> None:
    text = tmp_path / "bridge.txt"
    text.write_text(TEXT)
    assert dearer([PROGRAM, "clean", str(text)], CLEAN_COSTS) <= CLEAN_COSTS


def test_cleaning_a_text_loads_nothing_that_pages_and_addresses_need(tmp_path: Path) -> None:
    text = tmp_path / "bridge.txt"
    text.write_text(TEXT)
    code = "import sys; from cleanwire.__main__ import main\ntry: main()\nfinally: print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code, "clean", str(text)], capture_output=True, text=True, check=True)
    document, loaded = ended.stdout.splitlines()[-2:]
    assert "The town council voted" in document
    assert set(loaded.split()).isdisjoint(
        {"numpy", "py3langid", "trafilatura", "htmldate", "dateparser", "charset_normalizer", "asyncio", "aiohttp"}
        | {"httpx", "aiokafka", "pydantic_settings", "feedparser", "rich.console", "cleanwire.article.pages.web_page"}
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
