"""How do we tell that two bodies are the same, or nearly so?"""

import re
import unicodedata
from functools import lru_cache

import xxhash

from cleanwire.text import folding

_TOKEN = re.compile(f"[{folding.UNSPACED_CHARS}]|[^\\W{folding.UNSPACED_CHARS}_]+")
"""A word, or one character of a script without spaces. Korean writes spaces. Hashes in state depend on it."""
_SHINGLE = 3
_BITS = [bytes(value >> bit & 1 for value in range(256)) for bit in range(7, -1, -1)]
"""For each bit, the highest first: whether a byte has it set."""
REMEMBERED = 1024
"""Texts whose words are kept: each line of a page is asked for by half a dozen steps."""


@lru_cache(maxsize=REMEMBERED)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of `text`, case folded and NFKC; single characters for scripts without spaces."""
    return tuple(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=REMEMBERED)
def word_count(text: str) -> int:
    """Return how many words `text` has; characters count for scripts without spaces."""
    return len(_TOKEN.findall(text))


def digest(text: str) -> str:
    """Return a hash of the words of `text`, 32 hex digits: typography and white space change nothing."""
    return xxhash.xxh3_128_hexdigest(" ".join(tokens(text)).encode("utf-8", "surrogatepass"))


def simhash(text: str) -> str:
    """Return the 64-bit simhash of the word triples of `text` (Charikar 2002), 16 hex digits.

    Near-duplicates differ in few bits: below 4 of 64 is the usual mark for news.
    """
    words = tokens(text)
    shingles = {" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))}
    hashes = [xxhash.xxh3_64_intdigest(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles]
    return f"{_majority(hashes):016x}"


def _majority(hashes: list[int]) -> int:
    """Return the integer whose bits are set where most of `hashes` have them set.

    Counted by the column of a byte at C's speed: as fast as numpy for the words of an article, without loading it.
    """
    rows = b"".join(value.to_bytes(8, "big") for value in hashes)
    majority = 0
    for byte in range(8):
        column = rows[byte::8]
        for is_set in _BITS:
            majority = majority << 1 | (2 * column.translate(is_set).count(1) > len(hashes))
    return majority
