"""Each value of a TOML file is found on its line."""

import re
import string
from collections.abc import Iterator
from importlib import resources
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.errors import InputError
from cleanwire.text import toml_files
from cleanwire.text.toml_files import Path

FORMS = b'''# "no text"
a.b = 1  # ["x"]
"c d" = """several
["lines"]
"""
'e#' = \'\'\'\'quoted\'\'\'
[t]
when = 1979-05-27 07:32:00
many = [1.5, [2,
  3], {k = 'v', z = [1]}]
[[r]]
p = "\\"]"
[r.s]
q = "]"
[[r]]
[[r.u]]
[[r.u]]
w = -0.5e3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a", "b"), 2),
        (("c d",), 3),
        (("e#",), 6),
        (("t",), 7),
        (("t", "when"), 8),
        (("t", "many", 0), 9),
        (("t", "many", 1, 1), 10),
        (("t", "many", 2, "z", 0), 10),
        (("r", 0, "p"), 12),
        (("r", 0, "s", "q"), 14),
        (("r", 1), 15),
        (("r", 1, "u", 1, "w"), 18),
        (("r", 1, "none"), 15),  # what holds it
        (("none",), 1),
    ],
)
def test_a_value_stands_on_its_line(path: Path, line: int) -> None:
    assert toml_files.parse(FORMS, "forms.toml")
    assert toml_files.ValueLines(FORMS).of(path) == line


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the way to each text within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        yield from paths(held, (*path, key))
    if isinstance(value, str):
        yield path, value


RULES = resources.files("cleanwire.text.boilerplate").joinpath("rules")


@pytest.mark.parametrize("name", sorted(file.name for file in RULES.iterdir() if file.name.endswith(".toml")))
def test_every_text_of_the_rules_stands_on_the_line_that_is_told(name: str) -> None:
    body = RULES.joinpath(name).read_bytes()
    lines = toml_files.ValueLines(body)
    written = body.decode().split("\n")
    for path, text in paths(toml_files.parse(body, name)):
        begin = re.split(r"""["\\]""", text)[0]
        assert begin in written[lines.of(path) - 1]


@given(st.lists(st.text(string.printable + "äß⅓", max_size=30), min_size=1, max_size=6))
def test_any_text_is_stepped_over(texts: list[str]) -> None:
    quoted = [
        '"' + "".join(f"\\u{ord(char):04x}" if char in '"\\' or not char.isprintable() else char for char in text) + '"'
        for text in texts
    ]
    body = ("before = [\n" + "".join(f"  {text},\n" for text in quoted) + "]\nafter = 1\n").encode()
    assert toml_files.parse(body, "x.toml")["before"] == texts
    assert toml_files.ValueLines(body).of(("after",)) == len(texts) + 3
    assert toml_files.ValueLines(body).of(("before", len(texts) - 1)) == len(texts) + 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"a = 1\nb = \xff\n", "x.toml:2: not UTF-8"),
        (b"a = 1\nb = [1,\n", "x.toml:3: not valid TOML: "),
        (b"a = " + b"[" * 100_000, "x.toml: nested too deep"),
    ],
)
def test_what_is_no_toml_is_told(body: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        toml_files.parse(body, "x.toml")
    assert str(caught.value).startswith(told)


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str]
    by_language: dict[str, list[str]]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('words = [\n  "a",\n  2,\n]\nby_language = {}', "own.toml:3: Expected `str`, got `int`"),
        ('words = []\n[by_language]\nde = ["a"]\nfr = 1', "own.toml:2: Expected `array`, got `int`"),
        (
            'words = []\n[by_language]\nde = [\n "a", 1]',
            "own.toml:2: Expected `str`",
        ),  # of tables with any key the first line is told
        ("words = []\nby_language = {}\nwrods = []", "own.toml:1: Object contains unknown field `wrods`"),
        ("words = []", "own.toml:1: Object missing required field `by_language`"),
        ("words = [", "own.toml:1: not valid TOML"),
    ],
)
def test_what_a_file_of_ours_may_not_hold_is_told_with_its_line(body: str, told: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(told)):
        toml_files.typed(body.encode(), "own.toml", _Table)


def test_a_file_of_ours_is_read_as_its_type_says() -> None:
    read = toml_files.typed(b'words = ["a"]\n[by_language]\nde = ["b"]', "own.toml", _Table)
    assert read == _Table(words=["a"], by_language={"de": ["b"]})
