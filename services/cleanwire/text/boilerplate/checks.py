"""What is wrong with a file of rules? Found by place in the file, told with its line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from cleanwire.text import folding, toml_files
from cleanwire.text.toml_files import Path

MAX_ERRORS = 10
Problem = tuple[Path, str]
"""Where in the file, and what to do."""


def told(body: bytes, name: str, problems: Iterable[Problem]) -> str:
    """Return the first ten of `problems` in the order of the file, a line of text for each: `de.toml:12: what`."""
    lines = toml_files.ValueLines(body)
    placed = sorted((lines.of(path), problem) for path, problem in problems)
    return "\n".join(f"{name}:{line}: {problem}" for line, problem in placed[:MAX_ERRORS])


def wrong_keys(path: Path, table: Mapping[str, Any], known: Collection[str]) -> list[Problem]:
    """Return the keys of `table` that are none of `known`."""
    return [
        ((*path, key), f"{key}: no such key here; known are {', '.join(sorted(known))}")
        for key in table
        if key not in known
    ]


def wrong_texts(path: Path, texts: object) -> Iterator[Problem]:
    """Yield what is wrong with a list of texts."""
    key = path[-1]
    if not isinstance(texts, list) or not texts:
        yield path, f"{key}: expected a list of texts, each on a line of its own"
        return
    seen: set[str] = set()
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            yield (*path, number), f"{key}: expected a text, not {text!r}"
        elif not text.strip():
            yield (*path, number), f"{key}: a text is empty"
        elif (spelling := _spelling(text, key)) in seen:
            yield (*path, number), f"{key}: {text!r} stands above already"
        else:
            seen.add(spelling)


def _spelling(text: str, key: str | int) -> str:
    """Return what two texts have in common that are one: of phrases case and accents do not matter."""
    return " ".join(folding.fold(text).split()) if key in {"phrases", "before"} else text
