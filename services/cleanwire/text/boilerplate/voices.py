"""Who speaks in a sentence: a page to its reader, or a reporter about others?

`voices.toml` has the words, per language. None of them decides alone: they are asked about sentences that begin like
boilerplate.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from cleanwire.text import folding
from cleanwire.text.boilerplate import voice_files

_CLAUSE_WORDS = 6  # of a clause in which "said" stands: `, the mother of the boy wrote`
_BREAK = re.compile(r"[,:;，：；、]|(?<=\S)[\"”“’»«』」](?=[\s\W]|$)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ADDRESS = re.compile(r"https?://|\bwww\.|\w@\w|(?:^|\s)[@#]\w|[©|]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words to look for, folded; phrases of several words have blanks in them."""

    listed: frozenset[str]
    written: frozenset[str]  # only as they are, capitals and all
    beginnings: tuple[str, ...]

    def in_line(self, line: str) -> bool:
        """Tell whether one of them stands in `line`."""
        if folding.is_unspaced(line):
            return any(word in line for word in self.listed)
        folded = " " + folding.normalise(line)
        words = folded.split()
        return (
            any(word in self.listed for word in words)
            or any(word.startswith(self.beginnings) for word in words)
            or any(f" {phrase} " in folded for phrase in self.listed if " " in phrase)
            or (bool(self.written) and any(word in self.written for word in _later_words(line)))
        )


@dataclass(frozen=True, slots=True)
class _Voice:
    reader: _Words
    trade: _Words
    saying: _Words


def is_of_the_trade(text: str, language: str) -> bool:
    """Tell whether `text` speaks of things that pages have and stories rarely are about."""
    return any(voice.trade.in_line(text) for voice in _asked(language))


def is_plea(text: str, language: str) -> bool:
    """Tell whether `text` speaks to its reader or of the publisher, or has an address in it."""
    return _ADDRESS.search(text) is not None or any(voice.reader.in_line(text) for voice in _asked(language))


def quotes(text: str, language: str) -> bool:
    """Tell whether `text` says who said it: `Follow us, the guide shouted.`"""
    voices = _asked(language)
    return any(voice.saying.in_line(clause) for clause in _later_clauses(text) for voice in voices)


def is_yes_or_no(line: str) -> bool:
    """Tell whether `line` is nothing but a word for yes or no, in any language."""
    return folding.normalise(line).strip() in load().answers


@lru_cache(maxsize=4096)  # the short texts of a site's pages are the same ones
def is_reply(text: str) -> bool:
    """Tell whether `text` is nothing but the name of a control to reply to a comment by, in any language."""
    return folding.normalise(text).strip() in load().replies


def _later_clauses(text: str) -> Iterator[str]:
    """Yield how each clause begins but the first."""
    for clause in _BREAK.split(text)[1:]:
        if folding.is_unspaced(clause):
            yield clause
        else:
            yield " ".join(clause.split()[:_CLAUSE_WORDS])


def _later_words(line: str) -> list[str]:
    return _WORD.findall(line)[1:]


def _asked(language: str) -> list[_Voice]:
    known = load().voices
    return [known[name] for name in dict.fromkeys((language, "any")) if name in known]


@dataclass(frozen=True, slots=True)
class _Known:
    voices: dict[str, _Voice]  # by language
    answers: frozenset[str]
    replies: frozenset[str]


@cache
def load() -> _Known:
    """Return all words; read once, then cached."""
    body = resources.files("cleanwire.text.boilerplate").joinpath("voices.toml").read_bytes()
    raw = voice_files.read(body, "voices.toml")
    return _Known(
        voices={
            language: _Voice(*(_words(table.get(name, ())) for name in ("reader", "trade", "saying")))
            for language, table in raw["voices"].items()
        },
        answers=frozenset(folding.normalise(word).strip() for word in raw["answers"]),
        replies=frozenset(folding.normalise(word).strip() for word in raw["replies"]),
    )


def _words(written: Iterable[str]) -> _Words:
    plain = [word for word in written if not word.endswith("*")]
    cased = [word for word in plain if word[0].isupper()]
    return _Words(
        listed=frozenset(folding.normalise(word).strip() for word in plain if word not in cased),
        written=frozenset(cased),
        beginnings=tuple(folding.normalise(word).strip() for word in written if word.endswith("*")),
    )
