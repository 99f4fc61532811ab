"""What do a line's own words look like? Features that need neither the page nor the neighbours."""

import re
import string
from dataclasses import dataclass
from functools import lru_cache

from cleanwire.article import fingerprint

_STOP = re.compile(r"[.!?…。！？»\"”’'）)」』]\s*$")
_FULL = re.compile(r"[.!?…。！？]\s|[.!?…。！？][\"”’'»)」』]?\s*$")
_SENTENCE = re.compile(r"[.!?。！？](?:\s|$)")
_YOU = re.compile(
    r"(?:you|your|our|us|we|sie|ihr|ihre|uns|wir|vous|votre|vos|nous|notre|tu|usted|ustedes|nuestr\w+|"
    r"vostr\w+|nostr\w+|"
    r"seu|sua|nosso|nossa|você|вас|вам|наш\w*|вы|ваш\w*|twoj\w+|nasz\w*|σας|μας)",
    re.I,
)
_URL = re.compile(r"https?://|www\.|\.com\b|@\w|#\w", re.I)
_DATE = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\w{3,9}\.? \d{1,2},? \d{4}\b|\b\d{1,2}\.? \w{3,10}\.? \d{4}\b|"
    r"\d{1,2}:\d{2}|\d{4}年",
    re.I,
)
_WORD = re.compile(r"\w+")
_QUOTES = "\"“„«「'‘"
_BRACKETS = "([（【"
_BULLETS = "-•*–"
_MAX_WORDS_SEEN = 40
_MAX_CHARS_SEEN = 400
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_DIGITS, _LOWER, _UPPER = (kind.encode() for kind in (string.digits, string.ascii_lowercase, string.ascii_uppercase))

NAMES = (
    "words", "chars", "chars_per_word", "stop", "stop_end", "colon", "ellipsis", "punctuation", "digits", "upper",
    "capitalised", "lower_start", "bullet", "table", "sentences", "commas", "bar", "you_share", "you",
    "address", "date",
    "question", "exclamation", "quote_start", "bracket_start", "copyright",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    tokens: tuple[str, ...]
    words: int
    stop: bool  # a sentence ends in it
    values: tuple[float, ...]  # as in NAMES


@lru_cache(maxsize=fingerprint.REMEMBERED)
def read(text: str) -> Wording:
    """Return the features of `text`. They are remembered: several steps ask for those of a line."""
    tokens = fingerprint.tokens(text)
    words, chars = len(tokens), max(1, len(text))
    runs = _WORD.findall(text)
    seen = (runs if chars <= _MAX_CHARS_SEEN else _WORD.findall(text[:_MAX_CHARS_SEEN]))[:_MAX_WORDS_SEEN]
    stop = _FULL.search(text) is not None
    you = sum(map(_is_you, runs))
    digits, alphanumerics, capitals = _counts(text)
    values = (
        words,
        chars,
        chars / max(1, words),
        stop,
        _STOP.search(text) is not None,
        text.endswith((":", "：")),
        text.endswith(("…", "...")),
        (chars - alphanumerics - text.count(" ")) / chars,
        digits / chars,
        capitals / chars,
        sum(1 for word in seen if word[0].isupper()) / max(1, len(seen)),
        text[:1].islower(),
        text.startswith(tuple(_BULLETS)),
        "|" in text,
        len(_SENTENCE.findall(text)),
        text.count(",") / max(1, words),
        " / " in text or " | " in text,
        you / max(1, words),
        you > 0,
        _URL.search(text) is not None,
        digits > 0 and _DATE.search(text) is not None,
        text.endswith(("?", "？")),
        "!" in text or "！" in text,
        text[:1] in _QUOTES,
        text[:1] in _BRACKETS,
        "©" in text,
    )
    return Wording(tokens=tokens, words=words, stop=stop, values=tuple(map(float, values)))


@lru_cache(maxsize=16_384)
def _is_you(word: str) -> bool:
    """Tell whether a word speaks to the reader or of the publisher."""
    return _YOU.fullmatch(word) is not None


def _counts(text: str) -> tuple[int, int, int]:
    """Return how many characters are decimal digits, letters or numbers, and capitals."""
    raw = text.encode("ascii", "ignore")  # bytes are counted ten times as fast
    digits, lower, upper = (len(raw) - len(raw.translate(None, kind)) for kind in (_DIGITS, _LOWER, _UPPER))
    others = _NOT_ASCII.findall(text)
    return (
        digits + sum(map(str.isdecimal, others)),
        digits + lower + upper + sum(map(str.isalnum, others)),
        upper + sum(map(str.isupper, others)),
    )
