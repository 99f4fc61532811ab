"""How much does a rule know of a line that it only knows the beginning of?

A rule about a line's first words says little of a whole sentence: "Sponsored by Harbour Bank" is boilerplate, and
"Sponsored by a brewery, the race goes on" is a reporter's. What follows decides.
"""

import re
from dataclasses import dataclass

from cleanwire.text import folding, prose
from cleanwire.text.boilerplate import notices, voices

_MIN_WORDS = 5  # of a sentence
_MIN_FREE_WORDS = 3  # of what no phrase accounts for
_SURE_WORDS = 5  # a phrase that names so many is no chance
_LABEL_END = re.compile(r"[:：|>›→\]]\s*$|\s[-–—/•·]\s*$")
_LABEL_START = re.compile(r"\s*(?:[:：|>›→]|[-–—/•·]\s)")
_TRAILS_OFF = re.compile(r"(?:…|\.\.\.)\W*$")
_ASKS = re.compile(r"[?？;؟]\W*$")
_WORD = re.compile(r"\S+")
_CHARACTER = re.compile(r"\S")
_CALLS = re.compile(r"[!！]\W*$")


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule knows of a line: how far its first words go, and how many words of it all the phrase names."""

    chars: int
    words: int


def known(text: str, folded: str, found: re.Match[str], *, spaced: bool) -> Known:
    """Return what `found` names of `text`, wildcards left out; nothing when it is not about the line's beginning.

    `found` is in `folded`, which is `text` normalised, blanks left out unless `spaced`.
    """
    if found.start() > 0:
        return Known(0, 0)
    wild = [group for group in range(1, found.re.groups + 1) if found.group(group)]
    first = folded[: min(map(found.start, wild), default=found.end())]
    named = _length(found[0], spaced) - sum(_length(found[group], spaced) for group in wild)
    return Known(
        chars=_end_of(text, _length(first, spaced), spaced),
        words=named if spaced else named // folding.CHARS_PER_WORD,
    )


def of_first_word(text: str) -> Known:
    """Return what a rule knows that knows the first word of `text` only."""
    return Known(chars=len(text.split(maxsplit=1)[0]), words=1)


def goes_on(text: str, known: Known, language: str) -> bool:
    """Tell whether `text` goes on as prose behind what a rule of `language` knows of it."""
    rest = text[known.chars :]
    if not prose.ends_sentence(text) or _TRAILS_OFF.search(text):
        return False
    if _LABEL_END.search(text[: known.chars]) or _LABEL_START.match(rest):
        return False
    free = prose.word_count(rest)
    if voices.quotes(text, language):
        return free > 0
    if free < _MIN_FREE_WORDS or known.words >= _SURE_WORDS or prose.word_count(text) < _MIN_WORDS:
        return False
    if notices.is_reported(text, language):
        return True
    if _CALLS.search(text) or (_ASKS.search(text) and voices.is_plea(text, language)):
        return False
    return not (voices.is_of_the_trade(text, language) or voices.is_plea(rest, language))


def _length(folded: str, spaced: bool) -> int:
    return folded.count(" ") if spaced else len(folded)


def _end_of(text: str, wanted: int, spaced: bool) -> int:
    """Return where in `text` the first `wanted` words end, or characters in scripts without spaces."""
    seen = 0
    for piece in (_WORD if spaced else _CHARACTER).finditer(text) if wanted else ():
        folded = folding.normalise(piece[0])
        seen += _length(folded if spaced else folded.replace(" ", ""), spaced)
        if seen >= wanted:
            return piece.end()
    return 0
