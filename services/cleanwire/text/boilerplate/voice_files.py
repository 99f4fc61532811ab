"""Which words does a file of voices hold? What is not in its grammar is an error with its line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cleanwire.errors import InputError
from cleanwire.text import folding, toml_files
from cleanwire.text.boilerplate import checks
from cleanwire.text.boilerplate.checks import Problem
from cleanwire.text.toml_files import Path

IN_ANY_LANGUAGE = frozenset({"answers", "replies"})
"""Lists of words that are one for all languages."""
OF_A_VOICE = frozenset({"reader", "trade", "saying"})
"""Lists of words that a language may have."""
_LANGUAGE = re.compile(r"any|[a-z]{2,3}")


def read(body: bytes, name: str) -> dict[str, Any]:
    """Return what the file called `name` holds: each list of `IN_ANY_LANGUAGE`, and `voices` by language.

    Raises:
        InputError: with file and line of everything that is wrong, up to ten.
    """
    table = toml_files.parse(body, name)
    if problems := [*_wrong(table)]:
        raise InputError(checks.told(body, name, problems))
    return table


def _wrong(table: Mapping[str, Any]) -> Iterator[Problem]:
    yield from checks.wrong_keys((), table, {*IN_ANY_LANGUAGE, "voices"})
    for key in sorted({*IN_ANY_LANGUAGE, "voices"} - table.keys()):
        yield (), f"{key} is missing"
    for key in IN_ANY_LANGUAGE & table.keys():
        yield from checks.wrong_texts((key,), table[key])
    voices = table.get("voices", {})
    if not isinstance(voices, dict):
        yield ("voices",), "voices: each language stands below a [voices.<language>] of its own"
        return
    for language, voice in voices.items():
        yield from _wrong_voice(("voices", language), voice)


def _wrong_voice(path: Path, voice: object) -> Iterator[Problem]:
    language = str(path[-1])
    if _LANGUAGE.fullmatch(language) is None:
        yield path, f"{language!r} is no language: `any`, or two or three small letters (ISO 639)"
    if not isinstance(voice, dict):
        yield path, f"{language}: expected a table"
        return
    yield from checks.wrong_keys(path, voice, OF_A_VOICE)
    for key in OF_A_VOICE & voice.keys():
        if wrong := list(checks.wrong_texts((*path, key), voice[key])):
            yield from wrong
            continue
        for number, word in enumerate(voice[key]):
            if problem := wrong_word(word):
                yield (*path, key, number), f"{key}: {word!r} is never found: {problem}"


def wrong_word(word: str) -> str | None:
    """Return why no line can have `word` in it."""
    stem = word.removesuffix("*")
    if "*" in stem:
        return "`*` stands for any ending, so at the end"
    if not folding.normalise(stem).strip():
        return "no letter or digit is in it"
    if word[0].isupper() and (" " in word or stem != word):
        return "with a capital only one whole word is looked for"
    if stem != word and (" " in stem or folding.is_unspaced(stem)):
        return "`*` belongs to one word, where blanks stand between words"
    return None
