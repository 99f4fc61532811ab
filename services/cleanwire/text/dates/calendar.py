"""Which month, weekday or date word is this, in which language?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import msgspec

from cleanwire.errors import InputError
from cleanwire.text import folding, toml_files

_FILE = "calendar.toml"

JALALI = "jalali"  # named like a language: its months exist in no other calendar
_MIN_PREFIX = 3  # letters an abbreviation needs, unless it is listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of one kind: folded word → language → number, 1 for January or Monday."""

    listed: Mapping[str, Mapping[str, int]]
    shortened: Mapping[str, Mapping[str, int]]

    def meanings(self, word: str) -> Mapping[str, int]:
        """Return language → number for `word` (folded, without a final dot); empty when it is no such name."""
        return self.listed.get(word) or self.shortened.get(word) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    months: Names
    weekdays: Names
    filler: frozenset[str]
    am: frozenset[str]
    pm: frozenset[str]
    noon: frozenset[str]
    midnight: frozenset[str]
    day_first: frozenset[str]  # languages that write 06/10/2020 for 6 October
    published: tuple[str, ...]  # labels, folded, longest first
    modified: tuple[str, ...]
    relative: tuple[str, ...]  # patterns, folded


class _Tongue(msgspec.Struct, forbid_unknown_fields=True):
    months: list[str]  # twelve, or none
    weekdays: list[str]  # seven, or none
    day_first: bool = False


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    filler: list[str]
    am: list[str]
    pm: list[str]
    noon: list[str]
    midnight: list[str]


class _Labels(msgspec.Struct, forbid_unknown_fields=True):
    published: list[str]
    modified: list[str]
    relative: list[str]


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    language: dict[str, _Tongue]
    words: _Words
    labels: _Labels


@lru_cache(maxsize=4096)
def month(word: str) -> int | None:
    """Return the number of the month that `word` names, whatever the language; None when languages disagree.

    `listopad` is October in Croatian and November in Polish. Months of other calendars do not count.
    """
    meanings = load().months.meanings(folding.fold(word).rstrip("."))
    numbers = {number for language, number in meanings.items() if language != JALALI}
    return numbers.pop() or None if len(numbers) == 1 else None


@lru_cache(maxsize=4096)
def is_weekday(word: str) -> bool:
    """Tell whether `word` names a weekday in some language."""
    return bool(load().weekdays.meanings(folding.fold(word).rstrip(".")))


@cache
def load() -> Calendar:
    """Return the names of all languages; read once."""
    return read(resources.files("cleanwire.text.dates").joinpath(_FILE).read_bytes())


def read(body: bytes) -> Calendar:
    """Return the names that a file such as ours holds.

    Raises:
        InputError: it is no such file, a name is missing or stands for two months or weekdays of one language.
    """
    table = toml_files.typed(body, _FILE, _Table)
    words, labels = table.words, table.labels
    return Calendar(
        months=_names({language: names.months for language, names in table.language.items()}, 12),
        weekdays=_names({language: names.weekdays for language, names in table.language.items()}, 7),
        filler=_folded(words.filler),
        am=_folded(words.am),
        pm=_folded(words.pm),
        noon=_folded(words.noon),
        midnight=_folded(words.midnight),
        day_first=frozenset(language for language, names in table.language.items() if names.day_first),
        published=_longest_first(labels.published),
        modified=_longest_first(labels.modified),
        relative=tuple(folding.fold(pattern) for pattern in labels.relative),
    )


def _names(tables: Mapping[str, list[str]], count: int) -> Names:
    """Return the names of all languages: `count` of each, or none."""
    listed: dict[str, dict[str, int]] = {}
    shortened: dict[str, dict[str, int]] = {}
    for language, names in tables.items():
        if len(names) not in {0, count}:
            raise InputError(f"{_FILE}: {language} has {len(names)} names, not {count}: from {names[0]!r} on")
        for number, spellings in enumerate(names, start=1):
            for spelling in spellings.split("|"):
                word = folding.fold(spelling).rstrip(".").replace("-", " ")
                if listed.setdefault(word, {}).setdefault(language, number) != number:
                    raise InputError(f"{_FILE}: {language} has {spelling!r} twice")
                for length in range(_MIN_PREFIX, len(word)):
                    _shorten(shortened, word[:length], language, number)
    return Names(listed=listed, shortened={k: v for k, v in shortened.items() if v})


def _shorten(table: dict[str, dict[str, int]], prefix: str, language: str, number: int) -> None:
    """Note that `prefix` may stand for `number`; 0 marks a prefix that one language uses for two names."""
    known = table.setdefault(prefix, {})
    known[language] = number if known.get(language, number) == number else 0


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folding.fold(word).rstrip(".") for word in words)


def _longest_first(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({folding.fold(label) for label in labels}, key=len, reverse=True))
