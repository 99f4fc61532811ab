"""How is a phrase of a rule compared with a line?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cleanwire.text import folding

ANY_FIRST = ""  # the key of phrases that begin with a number or anything
_ANY_WORDS = r"((?:\S+ ){0,6}?)"  # in a group: those are words that the phrase does not name
_ANY_CHARS = r"(.{0,15}?)"
_PIECE = re.compile(r"\)\?|[()|*#]|[^\s()|*#]+")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    expression: str
    firsts: frozenset[str]  # first words (first characters in scripts without spaces) it can begin with
    flags: re.RegexFlag = re.NOFLAG

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when a line first begins like the phrase: of thousands a text meets few."""
        return re.compile(self.expression, self.flags)


def positions(normalised: str, *, spaced: bool) -> Iterator[tuple[int, str]]:
    """Yield where words begin, with the word; each character in scripts without spaces."""
    if not spaced:
        yield from enumerate(normalised)
        return
    start = 0
    while (end := normalised.find(" ", start)) > 0:
        yield start, normalised[start:end]
        start = end + 1


def split(phrase: str) -> list[str]:
    """Return the words and signs of `phrase` in order: `(`, `|`, `)`, `)?`, `*`, `#`."""
    return _PIECE.findall(phrase)


def compile_phrase(phrase: str, *, spaced: bool, to_end: bool) -> Phrase:
    """Return the pattern of `phrase` over normalised lines; `to_end` when nothing may follow.

    Raises:
        ValueError: its brackets do not match.
    """
    pieces = split(phrase)
    part = _alternatives(pieces, spaced)
    if pieces:
        raise ValueError(f"unbalanced brackets: {phrase}")
    if part.empty:
        raise ValueError(f"matches nothing at all: {phrase}")
    return Phrase(expression=part.pattern + (r"\Z" if to_end else ""), firsts=part.firsts)


@dataclass(frozen=True, slots=True)
class _Part:
    pattern: str
    firsts: frozenset[str]
    empty: bool  # it may match nothing


def _alternatives(pieces: list[str], spaced: bool) -> _Part:
    """Read `a|b c|…` up to a closing bracket or the end; what was read is gone from `pieces`."""
    branches = [_sequence(pieces, spaced)]
    while pieces and pieces[0] == "|":
        del pieces[0]
        branches.append(_sequence(pieces, spaced))
    firsts = frozenset(first for branch in branches for first in branch.firsts)
    pattern = "(?:" + "|".join(branch.pattern for branch in branches) + ")"
    return _Part(pattern, firsts, any(branch.empty for branch in branches))


def _sequence(pieces: list[str], spaced: bool) -> _Part:
    pattern, firsts, empty = "", frozenset[str](), True
    while pieces and pieces[0] not in {"|", ")", ")?"}:
        part = _piece(pieces, spaced)
        pattern += part.pattern
        firsts |= part.firsts if empty else frozenset()
        empty = empty and part.empty
    return _Part(pattern, firsts, empty)


def _piece(pieces: list[str], spaced: bool) -> _Part:
    piece = pieces.pop(0)
    if piece == "*":
        return _Part(_ANY_WORDS if spaced else _ANY_CHARS, frozenset({ANY_FIRST}), False)
    if piece == "#":
        return _Part(r"\d+ " if spaced else r"\d+", frozenset({ANY_FIRST}), False)
    if piece != "(":
        words = folding.normalise(piece) if spaced else folding.normalise(piece).replace(" ", "")
        first = words.split(" ")[0] if spaced else words[:1]
        if not words:
            raise ValueError(f"no word: {piece}")
        return _Part(re.escape(words), frozenset({first}), False)
    inner = _alternatives(pieces, spaced)
    if not pieces:
        raise ValueError("a bracket is never closed")
    maybe = pieces.pop(0) == ")?"
    return _Part(inner.pattern + ("?" if maybe else ""), inner.firsts, inner.empty or maybe)
