"""Nothing that strangers wrote reaches a terminal as it is."""

import ast
from pathlib import Path

import pytest
from rich.console import Console

import cleanwire
from cleanwire import terminal

ROOT = Path(cleanwire.__file__).parent
# Prints what we wrote ourselves, for `make docs`.
OWN = {
    "terminal.py",
    "records/schema.py",
    "telemetry/catalogue.py",
    "cli/reference_pages/limits_page.py",
    "cli/reference_pages/commands_page.py",
}
PRINTS = {"print", "echo", "secho", "Console"}


def calls(tree: ast.AST) -> list[str]:
    """Return the names of what a module calls."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [func.id for func in called if isinstance(func, ast.Name)]
    return [*names, *(func.attr for func in called if isinstance(func, ast.Attribute))]


@pytest.mark.parametrize(
    "path", [path for path in ROOT.rglob("*.py") if str(path.relative_to(ROOT)) not in OWN], ids=lambda path: path.stem
)
def test_only_the_terminal_module_prints(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not any(name in text for name in PRINTS):
        return
    tree = ast.parse(text)
    through_rich = (
        {"print"} if path.relative_to(ROOT).parts[0] in ("cli", "demo") else set()
    )  # a console of `terminal.console`
    plain = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert not PRINTS & set(plain)
    assert not (PRINTS - through_rich) & set(calls(tree))


def test_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.console().print("[bold]x[/] :smile: [/wrong]")
    assert capsys.readouterr().out == "[bold]x[/] :smile: [/wrong]\n"


def test_cells_of_a_row_cannot_make_others(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.row("a\tb", "c\nd\x1b]0;x\x07")
    assert capsys.readouterr().out == "a b\tc d ]0;x \n"


def test_a_crash_is_told_without_its_controls(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("of a page: \x1b[31m\u202e")
    except ValueError as error:
        terminal.show_crash(type(error), error, error.__traceback__)
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("ValueError: of a page:  [31m\n")


def test_a_file_stays_as_it_is_unless_it_goes_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.file("a\u200fb\n")
    assert capsys.readouterr().out == "a\u200fb\n"


def test_records_are_escaped_further_than_json_must(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.json('{"a":"\x9b\u202e\U000e0041"}'.encode())
    assert capsys.readouterr().out == '{"a":"\\u009b\\u202e\\udb40\\udc41"}\n'


def test_a_console_colours_as_rich_does() -> None:
    assert isinstance(terminal.console(), Console)
