"""What do two spellings of the same words have in common? Case, accents, digits, punctuation and blanks levelled."""

import re
import unicodedata
from functools import lru_cache

UNSPACED_CHARS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Inside a character class: scripts that put no blanks between words, Thai, Lao, Burmese, Khmer, kana and Han."""
UNSPACED = re.compile(f"[{UNSPACED_CHARS}]")
_MAX_REMEMBERED = 600  # characters: what is longer is asked for once
CHARS_PER_WORD = 2  # in scripts without spaces
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_DIGITS = {
    zero + value: ord("0") + value
    for zero in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0E50, 0x07C0)
    for value in range(10)
}


class _Marks(dict[int, int | None]):
    """A translation table that drops accents and invisible marks, filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        drops = 0x0300 <= code <= 0x036F or unicodedata.category(chr(code)) == "Cf"
        kept = None if drops else code
        self[code] = kept
        return kept


_WITHOUT_MARKS = _Marks()


def fold(text: str) -> str:
    """Return `text` with case, Latin accents, invisible marks and other scripts' digits levelled.

    Only the combining marks U+0300-036F go: the vowel signs of Indic and Thai scripts tell words apart.
    """
    if text.isascii():
        return text.lower()
    kept = unicodedata.normalize("NFKD", text.casefold()).translate(_WITHOUT_MARKS)
    return unicodedata.normalize("NFC", kept).translate(_DIGITS).replace("ı", "i")


class _Punctuation(dict[int, int]):
    """A translation table that blanks what is neither letter, mark nor number, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        kept = code if unicodedata.category(chr(code))[0] in "LMN" else 0x20
        self[code] = kept
        return kept


_WITHOUT_PUNCTUATION = _Punctuation()


def normalise(text: str) -> str:
    """Return `text` folded, punctuation gone, each word followed by one space."""
    return _remembered(text) if len(text) <= _MAX_REMEMBERED else _normalised(text)


def _normalised(text: str) -> str:
    folded = _THOUSANDS.sub("", fold(text))
    words = folded.translate(_WITHOUT_PUNCTUATION).split()
    return " ".join(words) + " " if words else ""


_remembered = lru_cache(maxsize=1024)(_normalised)
"""Half a dozen rules ask for the same line of a page, and each of them for its title and the names of its site."""


def count_words(text: str, normalised: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    wide = 0 if text.isascii() else len(UNSPACED.findall(text))
    return normalised.count(" ") if wide < 2 else max(normalised.count(" "), wide // CHARS_PER_WORD)


def is_unspaced(text: str) -> bool:
    """Tell whether `text` is mainly in a script that puts no blanks between words."""
    return not text.isascii() and len(UNSPACED.findall(text[:400])) * 3 > len(text[:400].replace(" ", ""))
