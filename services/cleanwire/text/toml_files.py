"""What does a TOML file that a person wrote hold, and on which line stands what?"""

import re
import tomllib
from typing import Any, TypeVar

import msgspec

from cleanwire.errors import InputError

_Table = TypeVar("_Table")

Path = tuple[str | int, ...]
"""The way to a value: `("rule", 2, "phrases", 0)` is the first of `phrases` in the third `[[rule]]`."""

_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_AT_END = " (at end of document)"
_PLACE_OF_TYPE_ERROR = re.compile(r" - at `(?:key in )?\$(?P<way>[^`]*)`$")
_STEP = re.compile(r"\[(?P<at>\d+|\.\.\.)\]|\.?(?P<key>[^.\[]+)")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|\n|[\[\]{}=,.]"
    r"""|[^\s\[\]{}=,."'#]+""",
    re.DOTALL,
)


def parse(body: bytes, name: str) -> dict[str, Any]:
    """Return what the file called `name` holds.

    Raises:
        InputError: it is not UTF-8 or not TOML; tells file and line.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        place = _TOML_LINE.search(told)
        line = int(place[1]) if place else text.count("\n") + 1
        told = _TOML_LINE.sub("", told).removesuffix(_AT_END)
        raise InputError(f"{name}:{line}: not valid TOML: {told}") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deep") from error


def typed(body: bytes, name: str, of: type[_Table]) -> _Table:
    """Return what the file called `name` holds, as `of` says: a struct that forbids unknown fields.

    Raises:
        InputError: as `parse` does, and where a key is unknown or missing or holds something else; tells file and line.
    """
    table = parse(body, name)
    try:
        return msgspec.convert(table, of)
    except msgspec.ValidationError as error:
        told = str(error)
        place = _PLACE_OF_TYPE_ERROR.search(told)
        line = ValueLines(body).of(_path(place["way"])) if place else 1
        raise InputError(f"{name}:{line}: {told}") from error


class ValueLines:
    """Where each value begins in a file that `parse` could read."""

    def __init__(self, body: bytes) -> None:
        self._found: dict[Path, int] = {}
        self._tokens = _tokens(body.decode("utf-8-sig"))
        self._at = 0
        self._arrays: dict[Path, int] = {}  # how many tables there are of each name in double brackets
        table: Path = ()
        while self._next() is not None:
            if self._next() == "\n":
                self._at += 1
            elif self._next() == "[":
                table = self._header()
            else:
                self._assignment(table)

    def of(self, path: Path) -> int:
        """Return the line of a value, from 1; of what holds it when it has none of its own."""
        outwards = (path[:end] for end in range(len(path), 0, -1))
        return next((self._found[one] for one in outwards if one in self._found), 1)

    def _next(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _header(self) -> Path:
        line = self._tokens[self._at][1]
        self._at += 1
        many = self._next() == "["
        self._at += many
        path = self._inside_last(self._key())
        for end in range(1, len(path)):  # a table may be there only by those within it
            self._found.setdefault(path[:end], line)
        self._at += 1 + many
        if many:
            number = self._arrays.get(path, 0)
            self._arrays[path] = number + 1
            self._found.setdefault(path, line)
            path = (*path, number)
        self._found.setdefault(path, line)
        return path

    def _inside_last(self, names: Path) -> Path:
        """Return the path that a header means: within an array of tables it speaks of the last one."""
        path: Path = ()
        for place, name in enumerate(names, 1):
            path = (*path, name)
            if place < len(names) and path in self._arrays:
                path = (*path, self._arrays[path] - 1)
        return path

    def _assignment(self, table: Path) -> None:
        line = self._tokens[self._at][1]
        path = (*table, *self._key())
        self._found.setdefault(path, line)
        self._at += 1  # the equals sign
        self._value(path)

    def _key(self) -> Path:
        names: list[str | int] = [_name(self._tokens[self._at][0])]
        self._at += 1
        while self._next() == ".":
            names.append(_name(self._tokens[self._at + 1][0]))
            self._at += 2
        return tuple(names)

    def _value(self, path: Path) -> None:
        if self._next() == "[":
            self._array(path)
        elif self._next() == "{":
            self._inline_table(path)
        else:
            while self._next() not in {None, "\n", ",", "]", "}"}:
                self._at += 1

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._next() != "]":
            if self._next() in {"\n", ","}:
                self._at += 1
                continue
            self._found[(*path, number)] = self._tokens[self._at][1]
            self._value((*path, number))
            number += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._next() != "}":
            if self._next() in {"\n", ","}:
                self._at += 1
            else:
                self._assignment(path)
        self._at += 1


def _tokens(text: str) -> list[tuple[str, int]]:
    """Return words, texts and marks with their lines; comments are left out."""
    found, line, end = [], 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", end, token.start())
        if not token[0].startswith("#"):
            found.append((token[0], line))
        end = token.start()
    return found


def _name(written: str) -> str:
    """Return a key as it is meant."""
    return next(iter(tomllib.loads(f"{written} = 0"))) if written[0] in "\"'" else written


def _path(way: str) -> Path:
    """Return the way to a value as msgspec tells it, `.de.months[3]`; it ends where msgspec does not tell a key."""
    found: list[str | int] = []
    for step in _STEP.finditer(way):
        if step["at"] == "...":
            break
        found.append(int(step["at"]) if step["at"] else step["key"])
    return tuple(found)
