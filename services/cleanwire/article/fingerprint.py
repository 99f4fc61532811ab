"""How do we tell that two bodies are the same, or nearly so?"""

import re
import unicodedata

import xxhash

# A word, or one character of a script that writes no spaces (Thai to Khmer, kana, Han, Hangul syllables excluded:
# Korean writes spaces).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}_]+")
_SHINGLE = 3


def tokens(text: str) -> list[str]:
    """Return the words of `text`, case folded and NFKC; single characters for scripts without spaces."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def word_count(text: str) -> int:
    """Return how many words `text` has; characters count for scripts without spaces."""
    return sum(1 for _ in _TOKEN.finditer(text))


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
    """Return the integer whose bits are set where most of `hashes` have them set."""
    # Eight counters of 8 bits side by side would overflow; 16-bit lanes in one big integer hold 65,535 shingles.
    total = sum(
        _SPREAD[byte] << (128 * place) for value in hashes for place, byte in enumerate(value.to_bytes(8, "big"))
    )
    half = len(hashes) / 2
    lanes = (total >> (16 * bit) & 0xFFFF for bit in range(64))
    return sum(1 << _bit_of_lane(lane) for lane, count in enumerate(lanes) if count > half)


def _bit_of_lane(lane: int) -> int:
    place, bit = divmod(lane, 8)
    return (7 - place) * 8 + bit


_SPREAD = [sum((byte >> bit & 1) << (16 * bit) for bit in range(8)) for byte in range(256)]
