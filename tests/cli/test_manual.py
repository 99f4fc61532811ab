"""What the help of commands and docs/cli.md say is what the commands do: their exit codes are read from the code."""

import ast
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cleanwire.cli.reference_pages import commands_page, manual

ROOT = Path(__file__).resolve().parents[2]
CLI = ROOT / "services/cleanwire/cli"
FUNCTIONS = {name: command.callback for name, command in commands_page.commands()}
EXAMPLES = [line for entry in manual.ENTRIES.values() for line in entry.examples]
ENDED_BY_ERRORS = {"run", "export"}
"""Exit with 1 by an error that leaves them, which `main` turns into a code."""

Place = tuple[str, str]
"""A module of `cleanwire.cli`, and a function of it."""


@cache
def tree(module: str) -> ast.Module:
    package = CLI / module.replace(".", "/")
    path = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    return ast.parse(path.read_text("utf-8"))


@cache
def functions(module: str) -> dict[str, ast.AST]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in ast.walk(tree(module)) if isinstance(node, kinds)}


@cache
def neighbours(module: str) -> dict[str, str]:
    """Return which modules of the command line `module` knows, by the name it has for them."""
    found = {}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("cleanwire.cli."):
            package = (node.module or "").removeprefix("cleanwire.cli").strip(".")
            found |= {each.asname or each.name: f"{package}.{each.name}".strip(".") for each in node.names}
    return found


def called(place: Place) -> Iterator[Place]:
    module, name = place
    for node in ast.walk(functions(module)[name]):
        match node:
            case ast.Call(func=ast.Name(id=callee)) if callee in functions(module):
                yield module, callee
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=callee)) if owner in neighbours(module):
                if callee in functions(neighbours(module)[owner]):
                    yield neighbours(module)[owner], callee


def reached(command: str) -> set[Place]:
    """Return the functions of the command line that `command` may call, with its own."""
    function = FUNCTIONS[command]
    found, ahead = set[Place](), [(function.__module__.removeprefix("cleanwire.cli."), function.__name__)]
    while ahead:
        place = ahead.pop()
        if place not in found:
            found.add(place)
            ahead += called(place)
    return found


def exits(tree: ast.AST) -> set[int]:
    """Return the codes in `typer.Exit(…)`, `sys.exit(…)` and `_exit(…, code=…)`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ends = [call for call in calls if ast.unparse(call.func) in ("typer.Exit", "sys.exit", "_exit")]
    given = [value for call in ends for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    return {value.value for value in given if isinstance(value, ast.Constant)}


def test_the_page_is_what_make_docs_writes() -> None:
    assert (ROOT / "docs/cli.md").read_text("utf-8") == commands_page.page(), "run `make docs`"


def test_every_command_is_told_of() -> None:
    assert list(FUNCTIONS) == sorted(manual.ENTRIES, key=list(FUNCTIONS).index)
    assert len(FUNCTIONS) > 20


@pytest.mark.parametrize("command", sorted(set(FUNCTIONS) - ENDED_BY_ERRORS))
def test_a_command_says_when_it_exits_with_1_exactly_when_it_may(command: str) -> None:
    places = reached(command)
    codes = {code for module, name in places for code in exits(functions(module)[name])}
    entry = manual.ENTRIES[command]
    assert codes == ({1} if entry.failed else set())
    assert (("options", "connect") in places) is entry.asks_broker


def test_no_code_is_used_that_is_not_told() -> None:
    codes = {code for path in CLI.rglob("*.py") for code in exits(ast.parse(path.read_text("utf-8")))}
    assert codes == {1, 2}
    assert codes < set(manual.CODES)


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_command_line_takes_the_examples(line: str) -> None:
    words = shlex.split(line, comments=False)
    ends = [at for at, word in enumerate(words) if word in ("|", ">")]
    arguments = words[1 : min(ends, default=len(words))]
    name = max((name for name in FUNCTIONS if " ".join(arguments).startswith(name)), key=len)
    assert words[0] == "cleanwire"
    dict(commands_page.commands())[name].make_context(
        name, arguments[name.count(" ") + 1 :]
    )  # raises what a person sees


def test_a_command_that_sigterm_ends_before_it_is_done_does_not_say_it_were() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        page = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        command = [sys.executable, "-m", "cleanwire", "clean", page, "--set", "fetch.allow_private=127.0.0.0/8"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            connection, _ = silent.accept()  # it waits for an answer now
            with connection:
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 143
