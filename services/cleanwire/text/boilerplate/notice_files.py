"""Which words does a file of notices hold? What is not in its grammar is an error with its line."""

from collections.abc import Iterator, Mapping
from typing import Any

from cleanwire.errors import InputError
from cleanwire.text import toml_files
from cleanwire.text.boilerplate import checks
from cleanwire.text.boilerplate.checks import Problem
from cleanwire.text.boilerplate.voice_files import wrong_word
from cleanwire.text.toml_files import Path

TOPICS = frozenset({"consent", "embedded", "affiliate", "standards"})
REPORTING = "reporting"


def read(body: bytes, name: str) -> dict[str, dict[str, list[list[str]]]]:
    """Return the lists of words in the file called `name`, by language and topic; those of `REPORTING` are one list.

    Raises:
        InputError: with file and line of everything that is wrong, up to ten.
    """
    table = toml_files.parse(body, name)
    if problems := [*_wrong(table)]:
        raise InputError(checks.told(body, name, problems))
    return {
        language: {topic: [words] if topic == REPORTING else words for topic, words in topics.items()}
        for language, topics in table["notices"].items()
    }


def _wrong(table: Mapping[str, Any]) -> Iterator[Problem]:
    yield from checks.wrong_keys((), table, {"notices"})
    for language, topics in table.get("notices", {}).items():
        path: Path = ("notices", language)
        yield from checks.wrong_keys(path, topics, {*TOPICS, REPORTING})
        for topic, groups in topics.items():
            for number, words in enumerate([groups] if topic == REPORTING else groups):
                place: Path = (*path, topic) if topic == REPORTING else (*path, topic, number)
                yield from checks.wrong_texts(place, words)
                stems = ((word, word.rpartition(" ")[2] if word.endswith("*") else word) for word in words)
                yield from (
                    (place, f"{word!r} is never found: {told}") for word, stem in stems if (told := wrong_word(stem))
                )
