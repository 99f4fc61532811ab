"""Is this line a known kind of boilerplate?

The phrases are data: `rules/<language>.toml`, and `rules/any.toml` for what no language changes. A phrase is
ordinary words; `(a|b)` are alternatives, `(a)?` may be missing, `*` is up to six words, `#` a number. Case,
accents and punctuation never matter. Each rule says where in a line its phrases must stand (`match`), how long
the line may be (`max_words`) and where in the article it may stand (`place`).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import xxhash

from cleanwire.text import folding
from cleanwire.text.boilerplate import phrases

MAX_LINE_CHARS = 600  # boilerplate is short; longer lines are not looked at


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


_QUOTES = '"“„«»「『‘'
_MAX_QUOTED_LABEL_WORDS = 5
_PLACES = {
    "any": frozenset(Place),
    "edge": frozenset({Place.HEAD, Place.TAIL}),
    "head": frozenset({Place.HEAD}),
    "tail": frozenset({Place.TAIL}),
}
_DEFAULT_MAX_WORDS = {Match.WHOLE: 40, Match.START: 14, Match.END: 14, Match.INSIDE: 14, Match.PATTERN: 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of reasoning: these phrases, in such a place, are boilerplate of this kind."""

    id: str  # `en/newsletter-join`
    kind: str
    language: str  # `any` for all
    match: Match
    places: frozenset[Place]
    max_words: int
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Words that stand before or behind an author's name, folded."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(slots=True)
class _Index:
    """The phrases of one language by the first word they can begin with."""

    starting: dict[str, list[tuple[re.Pattern[str], Rule]]] = field(default_factory=dict)
    inside: dict[str, list[tuple[re.Pattern[str], Rule]]] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], Rule]] = field(default_factory=list)
    spaced: bool = True


class RuleSet:
    """All rules, ready to ask. `version` changes whenever any rule does."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        digest = xxhash.xxh3_64()
        self.rules: list[Rule] = []
        self.bylines: dict[str, Bylines] = {}
        self._indexes: dict[str, _Index] = {}
        for language, raw in sorted(sources.items()):
            digest.update(language.encode() + b"\0" + raw)
            self._add(language, tomllib.loads(raw.decode()))
        self.version = digest.hexdigest()

    def match(self, line: str, *, language: str | None = None, place: Place = Place.BODY) -> Rule | None:
        """Return the rule that condemns `line` where it stands, None when it may stay.

        Rules of `language` (BCP 47), of English and of no language apply; all of them when it is unknown.
        """
        if not line or len(line) > MAX_LINE_CHARS:
            return None
        text = line.strip()
        spaced = folding.normalise(text)
        count = folding.count_words(text, spaced)
        quoted = text[:1] in _QUOTES and count > _MAX_QUOTED_LABEL_WORDS  # somebody speaks: that is reporting
        for index in self._asked(language):
            for pattern, rule in index.patterns:
                if count <= rule.max_words and place in rule.places and pattern.fullmatch(text):
                    return rule
            folded = spaced if index.spaced else spaced.replace(" ", "")
            for rule in _matching(index, folded):
                if count <= rule.max_words and place in rule.places and not (quoted and rule.match is Match.START):
                    return rule
        return None

    def _asked(self, language: str | None) -> Iterable[_Index]:
        if language is None:
            return self._indexes.values()
        primary = language.split("-")[0].lower()
        primary = "no" if primary in {"nb", "nn"} else primary
        names = dict.fromkeys((primary, "any", "en"))
        return [self._indexes[name] for name in names if name in self._indexes]

    def _add(self, language: str, table: dict[str, Any]) -> None:
        index = self._indexes.setdefault(language, _Index(spaced=table.get("spaced", True)))
        names = table.get("byline", {})
        self.bylines[language] = Bylines(before=tuple(names.get("before", ())), after=tuple(names.get("after", ())))
        for raw in table.get("rule", ()):
            rule = _rule(language, raw)
            self.rules.append(rule)
            if rule.match is Match.PATTERN:
                index.patterns += [(re.compile(p, re.IGNORECASE), rule) for p in raw["patterns"]]
            else:
                _add_phrases(index, rule, raw["phrases"])


@cache
def load() -> RuleSet:
    """Return all rules of the package; read once, then cached."""
    folder = resources.files("cleanwire.text.boilerplate").joinpath("rules")
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return RuleSet({file.name.removesuffix(".toml"): file.read_bytes() for file in files})


def _rule(language: str, raw: Mapping[str, Any]) -> Rule:
    match = Match(raw["match"])
    return Rule(
        id=f"{language}/{raw['id']}",
        kind=raw["kind"],
        language=language,
        match=match,
        places=_PLACES[raw.get("place", "any")],
        max_words=raw.get("max_words", _DEFAULT_MAX_WORDS[match]),
        examples=tuple(raw.get("examples", ())),
        counter_examples=tuple(raw.get("counter_examples", ())),
    )


def _add_phrases(index: _Index, rule: Rule, written: Sequence[str]) -> None:
    table = index.inside if rule.match in {Match.INSIDE, Match.END} else index.starting
    to_end = rule.match in {Match.WHOLE, Match.END}
    for phrase in written:
        compiled = phrases.compile_phrase(phrase, spaced=index.spaced, to_end=to_end)
        for first in compiled.firsts:
            table.setdefault(first, []).append((compiled.pattern, rule))


def _matching(index: _Index, folded: str) -> Iterator[Rule]:
    """Yield the rules whose phrases stand in `folded`, those about its beginning first."""
    for position, first in phrases.positions(folded, spaced=index.spaced):
        tables = (index.starting, index.inside) if position == 0 else (index.inside,)
        for table in tables:
            for key in (first, phrases.ANY_FIRST):
                for pattern, rule in table.get(key, ()):
                    if pattern.match(folded, position):
                        yield rule
