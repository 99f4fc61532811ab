"""What does a file of line rules say? `docs/rules.md` has the grammar; what is not in it is an error with its line."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cleanwire.errors import InputError
from cleanwire.text import toml_files
from cleanwire.text.boilerplate import checks, phrases
from cleanwire.text.boilerplate.checks import Problem
from cleanwire.text.boilerplate.phrases import Phrase
from cleanwire.text.toml_files import Path

MAX_WORDS = 300  # more than the longest line that is looked at has


class Place(StrEnum):
    """Where a line stands: before the first paragraph, between paragraphs, after the last one."""

    HEAD = "head"
    BODY = "body"
    TAIL = "tail"


class Match(StrEnum):
    """Where in the line a phrase must stand."""

    WHOLE = "whole"
    START = "start"
    END = "end"
    INSIDE = "inside"
    PATTERN = "pattern"  # a regular expression over the line as it is, for what words cannot say


KINDS = frozenset(
    {
        "ad",
        "agency_notice",
        "app",
        "bio",
        "byline",
        "comments",
        "cookie",
        "copyright",
        "credit",
        "dateline",
        "donate",
        "nav",
        "newsletter",
        "read_time",
        "related",
        "share",
        "subscribe",
        "tags",
    }
)
"""What a line can be that goes: `reason` in a document's `removed`."""
PLACES = {
    "any": frozenset(Place),
    "edge": frozenset({Place.HEAD, Place.TAIL}),
    "head": frozenset({Place.HEAD}),
    "tail": frozenset({Place.TAIL}),
}
DEFAULT_MAX_WORDS = {Match.WHOLE: 40, Match.START: 14, Match.END: 14, Match.INSIDE: 14, Match.PATTERN: 40}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of reasoning: these phrases, in such a place, are boilerplate of this kind."""

    id: str  # `en/newsletter-join`
    kind: str
    language: str  # `any` for all
    match: Match
    places: frozenset[Place]
    max_words: int
    phrases: tuple[str, ...]  # as written; regular expressions where `match` is PATTERN
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """All that is known of lines in one language."""

    language: str
    spaced: bool  # blanks stand between words
    byline_before: tuple[str, ...]  # words that stand before an author's name
    rules: tuple[Rule, ...]
    compiled: Mapping[str, Sequence[Phrase]]  # the phrases by id of their rule, in order


def read(body: bytes, language: str, name: str | None = None) -> RuleFile:
    """Return the rules of `language` in a TOML file; `name` is the file's, for messages.

    Raises:
        InputError: with file and line of everything that is wrong, up to ten.
    """
    name = name or f"{language}.toml"
    table = toml_files.parse(body, name)
    spaced = table.get("spaced", True)
    compiled: dict[str, Sequence[Phrase]] = {}
    problems = [*checks.wrong_keys((), table, {"spaced", "byline", "rule"}), *_wrong_language(table)]
    if not problems:
        for number, raw in enumerate(table.get("rule", ())):
            path: Path = ("rule", number)
            found = list(_wrong_rule(path, raw))
            if not found and raw["id"] in compiled:
                found = [((*path, "id"), f"a rule {raw['id']!r} stands above already")]
            if not found:
                compiled[raw["id"]], found = _compiled(path, raw, spaced)
            problems += found
    if problems:
        raise InputError(checks.told(body, name, problems))
    return RuleFile(
        language=language,
        spaced=spaced,
        byline_before=tuple(table.get("byline", {}).get("before", ())),
        rules=tuple(_rule(language, raw) for raw in table.get("rule", ())),
        compiled={f"{language}/{key}": phrases for key, phrases in compiled.items()},
    )


def _rule(language: str, raw: Mapping[str, Any]) -> Rule:
    match = Match(raw["match"])
    return Rule(
        id=f"{language}/{raw['id']}",
        kind=raw["kind"],
        language=language,
        match=match,
        places=PLACES[raw.get("place", "any")],
        max_words=raw.get("max_words", DEFAULT_MAX_WORDS[match]),
        phrases=tuple(raw[phrases_key(match)]),
        examples=tuple(raw.get("examples", ())),
        counter_examples=tuple(raw.get("counter_examples", ())),
    )


def phrases_key(match: Match) -> str:
    """Return the key under which a rule has what it looks for."""
    return "patterns" if match is Match.PATTERN else "phrases"


def _compiled(path: Path, raw: Mapping[str, Any], spaced: bool) -> tuple[list[Phrase], list[Problem]]:
    match = Match(raw["match"])
    key = phrases_key(match)
    found: list[Phrase] = []
    problems: list[Problem] = []
    for number, written in enumerate(raw[key]):
        try:
            if match is Match.PATTERN:
                found.append(_expression(written))
            else:
                to_end = match in {Match.WHOLE, Match.END}
                found.append(phrases.compile_phrase(written, spaced=spaced, to_end=to_end))
        except (ValueError, re.error) as error:
            problems.append(((*path, key, number), f"{written!r} is no {key.removesuffix('s')}: {error}"))
    return found, problems


def _expression(written: str) -> Phrase:
    """Return a regular expression as a phrase that any word may begin.

    Raises:
        re.error: it is none.
    """
    phrase = Phrase(expression=written, firsts=frozenset(), flags=re.IGNORECASE)
    _ = phrase.pattern
    return phrase


def _wrong_language(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong outside the rules."""
    if not isinstance(table.get("spaced", True), bool):
        yield ("spaced",), "spaced: expected true or false"
    if not isinstance(rules := table.get("rule", []), list) or not all(isinstance(raw, dict) for raw in rules):
        yield ("rule",), "rule: each rule stands below a [[rule]] of its own"
    names = table.get("byline", {})
    if not isinstance(names, dict):
        yield ("byline",), "byline: expected a table"
        return
    yield from checks.wrong_keys(("byline",), names, {"before"})
    if "before" in names:
        yield from checks.wrong_texts(("byline", "before"), names["before"])


def _wrong_rule(path: Path, raw: Mapping[str, Any]) -> Iterator[Problem]:
    match = raw.get("match")
    wanted = "patterns" if match == Match.PATTERN else "phrases"
    yield from checks.wrong_keys(path, raw, {*_CHECKS, wanted, *_OPTIONAL_LISTS})
    for key, check in _CHECKS.items():
        if key in raw and (problem := check(raw[key])) is not None:
            yield (*path, key), f"{key}: {problem}"
    for key in ("id", "kind", "match", wanted):
        if key not in raw:
            yield path, f"{key} is missing"
    for key in (wanted, *_OPTIONAL_LISTS):
        if key in raw:
            yield from checks.wrong_texts((*path, key), raw[key])


def _one_of(known: Collection[str]) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        fits = isinstance(value, str) and value in known
        return None if fits else f"{value!r} is unknown; known are {', '.join(sorted(known))}"

    return check


def _wrong_id(value: object) -> str | None:
    if isinstance(value, str) and _ID.fullmatch(value):
        return None
    return f"{value!r} is no id: small letters and digits, words joined by hyphens"


def _wrong_max_words(value: object) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_WORDS
    return None if fits else f"expected a number from 1 to {MAX_WORDS}"


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "id": _wrong_id,
    "kind": _one_of(KINDS),
    "match": _one_of(frozenset(Match)),
    "place": _one_of(PLACES.keys()),
    "max_words": _wrong_max_words,
}
_OPTIONAL_LISTS = ("examples", "counter_examples")
