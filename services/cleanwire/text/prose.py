"""What does a line look like: a sentence, a name, a label?"""

import re

from cleanwire.text import folding
from cleanwire.text.dates import calendar

_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟։]['\"”’»“』」)\]）]{0,3}\s*$")
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{4}[.!?]['\"”’»)]? [\"“„«]?[^\W\d_]|[。！？][^\s」』”]")
_BULLET = re.compile(r"\s*(?:[-–—•▪●◦■►▶*·‣⁃✓✔]|\d{1,2}[.)]|[a-z]\))\s+")
_QUOTE_OPEN = "\"“„«»「『‘'›‹”"
_PARTICLES = frozenset({
    "de", "del", "della", "di", "da", "dos", "das", "do", "du", "der", "den", "dem", "des", "van", "von", "vom",
    "zu", "zum", "zur", "ten", "ter", "el", "al", "bin", "ibn", "ben", "la", "le", "las", "los", "y", "e", "i",
    "af", "av", "und", "and", "et", "ja", "en", "och", "og", "ve", "ου", "του", "της", "των", "o", "mac", "mc",
    "st", "san", "santa", "abu", "abd",
})  # fmt: skip

LONG_CHARS = 80  # a paragraph's length; headlines are shorter as a rule
LONG_WIDE_CHARS = 32  # the same in scripts without spaces


def ends_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line[-12:]))


def is_bullet(line: str) -> bool:
    return bool(_BULLET.match(line[:8]))


def opens_quote(line: str) -> bool:
    return line[:1] in _QUOTE_OPEN


def is_long(line: str) -> bool:
    """Tell whether `line` is as long as a paragraph usually is and a headline is not."""
    if len(line) >= LONG_CHARS or len(line) < LONG_WIDE_CHARS:  # most are told without a look at their script
        return len(line) >= LONG_CHARS
    return folding.is_unspaced(line)


def is_paragraph(line: str) -> bool:
    """Tell whether `line` is surely running text: long, and with the end of a sentence in it unless very long."""
    factor = 1 if ends_sentence(line) or line.endswith((":", "：")) or _SENTENCE_BREAK.search(line) else 2
    return len(line) >= factor * (LONG_WIDE_CHARS if folding.is_unspaced(line) else LONG_CHARS)


def word_count(line: str) -> int:
    """Return the number of words, counting two characters as one in scripts without spaces."""
    return folding.count_words(line, folding.normalise(line))


def key(line: str) -> str:
    """Return what two spellings of the same name or headline have in common."""
    return folding.normalise(line).strip()


def is_name(text: str, *, max_words: int = 5) -> bool:
    """Tell whether `text` could be a person's name: a few capitalised words, particles aside, no digits."""
    words = text.strip(" .,").split()
    if not 1 <= len(words) <= max_words or any(c.isdigit() for c in text) or len(text) > 60:
        return False
    if re.search(r"[:;!?\"“”«»()\[\]/|@#…]", text):
        return False
    capitals = [w for w in words if not is_particle(w)]
    return bool(capitals) and all(not w[0].islower() for w in capitals) and capitals[-1][0].isalpha()


def is_particle(word: str) -> bool:
    """Tell whether `word` is one of the small words in names: van, de, bin."""
    return word.casefold().strip(".") in _PARTICLES


def content_words(text: str) -> frozenset[str]:
    """Return the words that carry meaning, cut to stems of six letters; pairs of characters in unspaced scripts."""
    folded = folding.normalise(text)
    if folding.is_unspaced(text):
        packed = folded.replace(" ", "")
        return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))
    return frozenset(_stem(word) for word in folded.split() if len(word) > 3 or _is_hangul(word))


def _stem(word: str) -> str:
    """Return what a word's forms share; Korean puts its particles right behind short stems."""
    return word[:2] if _is_hangul(word) else word[:6]


def _is_hangul(word: str) -> bool:
    return len(word) > 1 and "\uac00" <= word[0] <= "\ud7a3"


def overlap(line: str, vocabulary: frozenset[str]) -> float:
    """Return which share of the line's meaning words is in `vocabulary`; 0 when it has none."""
    words = content_words(line)
    return len(words & vocabulary) / len(words) if words else 0.0


def same_month_word(word: str) -> bool:
    """Tell whether `word` is a month or weekday: capitalised like a name, but none."""
    names = calendar.load()
    folded = folding.fold(word).strip(".,")
    return bool(names.months.listed.get(folded) or names.weekdays.listed.get(folded))
