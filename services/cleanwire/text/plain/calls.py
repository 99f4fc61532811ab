"""Is this line between paragraphs an advertisement that ends in a call: "Compare insurers in minutes - GET A QUOTE"?"""

import re

from cleanwire.text import folding, prose
from cleanwire.text.plain import sitenames

_APART = re.compile(r"[|>»→]|\s[-–—•·~*]\s|\s[\[(]")
_BEHIND = re.compile(r"[.!?…:]\s")
_MAX_WORDS = 24
_MAX_OFFER_WORDS = 10  # of an offer that has no word of advertisements; a sentence that quotes a sign is longer
_CALL_WORDS = range(2, 7)
_MIN_CALL_LETTERS = 6
_MAX_CALL_CHARS = 48
_NOW = re.compile(r"立即|马上|馬上|立刻|点击|點擊|今すぐ|지금|الآن|עכשיו|अभी|ตอนนี้|کلیک")
"""What calls say in scripts without capitals."""


def ends_in_call(line: str) -> bool:
    """Tell whether `line` is an offer and, parted from it by a dash, a bar or a bracket, a call in capitals.

    A call with capital initials is one where both halves have words of advertisements in them.
    """
    return _ends_in(_APART, line)


def shouts(line: str) -> bool:
    """Tell whether `line` is a sentence with one in capitals behind it, as signs are quoted too."""
    return _ends_in(_BEHIND, line)


def _ends_in(gap: re.Pattern[str], line: str) -> bool:
    if prose.word_count(line) > _MAX_WORDS or prose.opens_quote(line):
        return False
    told = line.rstrip(" >»→")
    last = max(gap.finditer(told), key=re.Match.start, default=None)
    if last is None:
        return False
    offer, call = told[: last.start()].strip(), told[last.end() :].strip(" []()!.*")
    if not call or len(call) > _MAX_CALL_CHARS:
        return False
    if folding.is_unspaced(call) or not any(char.isupper() or char.islower() for char in call):
        return _NOW.search(call) is not None
    words = call.split()
    if len(words) not in _CALL_WORDS or not any(word.islower() for word in offer.split()):
        return False
    if call.isupper() and (len(offer.split()) <= _MAX_OFFER_WORDS or sitenames.sells(call)):
        return sum(map(str.isalpha, call)) >= _MIN_CALL_LETTERS
    is_titled = all(word[0].isupper() for word in words)
    return is_titled and sitenames.sells(call) and sitenames.sells(offer)
