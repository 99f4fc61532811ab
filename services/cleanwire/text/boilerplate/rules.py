"""Is this line a known kind of boilerplate?

The phrases are data: `rules/<language>.toml`, and `rules/any.toml` for what no language changes; `rule_files` reads
them. A phrase is ordinary words; `(a|b)` are alternatives, `(a)?` may be missing, `*` is up to six words, `#` a number.
Case, accents and punctuation never matter. Each rule says where in a line its phrases must stand (`match`), how long
the line may be (`max_words`) and where in the article it may stand (`place`). `docs/rules.md` has all of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import xxhash

from cleanwire.text import folding
from cleanwire.text.boilerplate import evidence, phrases, rule_files, speech
from cleanwire.text.boilerplate.phrases import Phrase
from cleanwire.text.boilerplate.rule_files import Match, Place, Rule, RuleFile

MAX_LINE_CHARS = 600  # boilerplate is short; longer lines are not looked at
_QUOTES = '"“„«»「『‘'
_MAX_QUOTED_LABEL_WORDS = 5
_NONE: frozenset[Match] = frozenset()
_OF_STARTS = frozenset({Match.START})
_OF_BEGINNINGS = frozenset({Match.START, Match.WHOLE})
_WHOLE_SENTENCES = frozenset({"bio", "copyright"})
"""Kinds of which a pattern knows a sentence as a whole; of other kinds it knows a label and leaves the rest open."""


_Phrases = dict[str, list[tuple[Phrase, Rule]]]  # by the first word they can begin with


@dataclass(slots=True)
class _Table:
    """The phrases of one language that say something in one place."""

    starting: _Phrases = field(default_factory=dict)
    inside: _Phrases = field(default_factory=dict)
    patterns: list[tuple[Phrase, Rule]] = field(default_factory=list)


@dataclass(slots=True)
class _Index:
    """The phrases of one language."""

    tables: dict[Place, _Table] = field(default_factory=lambda: {place: _Table() for place in Place})
    spaced: bool = True
    rules: list[Rule] = field(default_factory=list)
    byline_before: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Caught:
    """Which rule condemns a line, and by which of its phrases."""

    rule: Rule
    pattern: re.Pattern[str]


class RuleSet:
    """All rules, ready to ask. `version` changes whenever any rule does."""

    def __init__(self, sources: Mapping[str, bytes], *, later: bool = False) -> None:
        """`sources` are rule files by language. `later`: a file is read when a line of its language is first judged.

        Raises:
            InputError: what is wrong in a file, with its line; of files that are read later, then.
        """
        self._digest = xxhash.xxh3_64()
        self._indexes: dict[str, _Index] = {}
        self._unread: dict[str, bytes] = {}
        for language, body in sorted(sources.items()):
            self._digest.update(language.encode() + b"\0" + body)
            self._indexes[language] = _Index()
            self._unread[language] = body
        if not later:
            self._all()

    @property
    def version(self) -> str:
        """16 hex digits."""
        return self._digest.hexdigest()

    @property
    def rules(self) -> list[Rule]:
        """All rules, by language."""
        return [rule for index in self._all() for rule in index.rules]

    def bylines(self, language: str | None) -> list[str]:
        """Return the words that stand before an author's name in lines of `language`; of any when it is unknown."""
        return [word for index in self._asked(language) for word in index.byline_before]

    def match(self, line: str, *, language: str | None = None, place: Place = Place.BODY) -> Rule | None:
        """Return the rule that condemns `line` where it stands, None when it may stay.

        Rules of `language` (BCP 47), of English and of no language apply; all of them when it is unknown. A rule that
        knows the first words only does not condemn a whole sentence of prose that begins so.
        """
        caught = self.catch(line, language=language, place=place)
        return None if caught is None else caught.rule

    def catch(self, line: str, *, language: str | None = None, place: Place = Place.BODY) -> Caught | None:
        """Return as `match` does, and with the rule its phrase that was met first."""
        if not line or len(line) > MAX_LINE_CHARS:
            return None
        text = line.strip()
        spaced = folding.normalise(text)
        count = folding.count_words(text, spaced)
        void = _void(text, count, place)
        for index in self._asked(language):
            table = index.tables[place]
            for phrase, rule in table.patterns:
                if count > rule.max_words or rule.match in void or not phrase.pattern.fullmatch(text):
                    continue
                if not _is_prose(text, rule):
                    return Caught(rule, phrase.pattern)
            folded = spaced if index.spaced else spaced.replace(" ", "")
            for found, rule in _matching(table, folded, count, spaced=index.spaced):
                if rule.match not in void:
                    known = evidence.known(text, folded, found, spaced=index.spaced)
                    if not evidence.goes_on(text, known, rule.language):
                        return Caught(rule, found.re)
        return None

    def _asked(self, language: str | None) -> Iterable[_Index]:
        primary = (language or "").split("-")[0].lower()
        if not primary:
            return self._all()
        primary = "no" if primary in {"nb", "nn"} else primary
        names = dict.fromkeys((primary, "any", "en"))
        return [self._index(name) for name in names if name in self._indexes]

    def _all(self) -> list[_Index]:
        return [self._index(language) for language in self._indexes]

    def _index(self, language: str) -> _Index:
        index = self._indexes[language]
        if (body := self._unread.pop(language, None)) is not None:
            _fill(index, rule_files.read(body, language))
        return index

    def add(self, language: str, body: bytes) -> None:
        """Add the rules in a file, behind those that are there of its language.

        Raises:
            InputError: what is wrong in the file, with its line.
        """
        file = rule_files.read(body, language)
        self._digest.update(language.encode() + b"\0" + body)
        if language in self._indexes:
            self._index(language)
        else:
            self._indexes[language] = _Index()
        _fill(self._indexes[language], file)


@cache
def load() -> RuleSet:
    """Return all rules of the package, cached. Tests have read their files: each is read when its language is met."""
    folder = resources.files("cleanwire.text.boilerplate").joinpath("rules")
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return RuleSet({file.name.removesuffix(".toml"): file.read_bytes() for file in files}, later=True)


def _fill(index: _Index, file: RuleFile) -> None:
    if not index.rules:
        index.spaced = file.spaced  # what is added to a language is written as its first file is
    index.rules += file.rules
    index.byline_before += file.byline_before
    for rule in file.rules:
        for place in rule.places:
            _enter(index.tables[place], rule, file.compiled[rule.id])


def _enter(table: _Table, rule: Rule, compiled: Iterable[Phrase]) -> None:
    by_first = table.inside if rule.match in {Match.INSIDE, Match.END} else table.starting
    for phrase in compiled:
        if rule.match is Match.PATTERN:
            table.patterns.append((phrase, rule))
        for first in phrase.firsts:
            by_first.setdefault(first, []).append((phrase, rule))


def _void(text: str, words: int, place: Place) -> frozenset[Match]:
    """Return which matches say nothing of `text`, because somebody speaks there: that is reporting."""
    if place is Place.BODY and speech.is_quoted(text):
        return _OF_BEGINNINGS
    return _OF_STARTS if text[:1] in _QUOTES and words > _MAX_QUOTED_LABEL_WORDS else _NONE


def _is_prose(text: str, rule: Rule) -> bool:
    """Tell whether the pattern of `rule` is about a label and `text` goes on as a sentence behind its first word."""
    return rule.kind not in _WHOLE_SENTENCES and evidence.goes_on(text, evidence.of_first_word(text), rule.language)


def _matching(table: _Table, folded: str, words: int, *, spaced: bool) -> Iterator[tuple[re.Match[str], Rule]]:
    """Yield the phrases that stand in `folded`, a line of so many `words`, with their rules, those about its beginning
    first."""
    inside = table.inside
    anywhere = [pair for pair in inside.get(phrases.ANY_FIRST, ()) if words <= pair[1].max_words]
    is_met = anywhere or not inside.keys().isdisjoint(folded.split(" ") if spaced else folded)
    for position, first in phrases.positions(folded, spaced=spaced):
        if position == 0:
            starting = table.starting
            met = [*starting.get(first, ()), *starting.get(phrases.ANY_FIRST, ()), *inside.get(first, ()), *anywhere]
        elif not is_met:
            return
        else:
            met = [*inside.get(first, ()), *anywhere]
        for phrase, rule in met:
            if words <= rule.max_words and (found := phrase.pattern.match(folded, position)):
                yield found, rule
