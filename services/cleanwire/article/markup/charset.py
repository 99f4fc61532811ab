"""Which characters are bytes of which nothing is said, and which are no UTF-8?"""

import re
from dataclasses import replace

import charset_normalizer

from cleanwire import characters
from cleanwire.text import encoding
from cleanwire.text.encoding import Decoded, EncodingSource

# Encodings that pages without a declaration were found in; windows-1252 is what remains.
_CANDIDATES = [
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "windows-1251",
    "koi8_r",
    "windows-1253",
    "windows-1250",
]
_ZH = frozenset("的一是在不了有和人这中大为上个国我以要他时来用们這為個國時來們")
_JA = frozenset("にのはがたでてとしれさ")
_KO = frozenset("다는이의에가을를고로")
_EAST_ASIAN = {"shift_jis": _JA, "euc_jp": _JA, "gb18030": _ZH, "big5": _ZH, "euc_kr": _KO}
"""The commonest characters of what is written in each; kana are the same bytes in two of them, so those come first."""
_MAX_DAMAGE = 0.02  # broken characters per byte beyond ASCII
_COMMON_SHARE = 0.08  # of the characters of any text; of another encoding's bytes read as one a hundredth
_SAMPLE_BYTES = 40_000
_FEW = 0.05  # share of bytes beyond ASCII below which a text with accents is some Western one
_RUN = re.compile(rb"[\x80-\xff]+")
_WORD_BYTES = 4  # beyond ASCII and in a row: two characters of East Asia, or most of a Cyrillic or Greek word
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_MIN_SHARE = 0.5  # of those bytes in such rows; Latin texts have accents one by one


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Return `body` as text, as `encoding.decode` does; where that has to assume, the bytes are looked at.

    Characters that XML cannot hold are gone, also where a reference stands for one: the extractor gives up a page
    that has one.
    """
    decoded = _decoded(body, content_type)
    text = decoded.text
    if (
        len(body.translate(None, _CONTROLS)) == len(body)  # a third of the search's time
        and "&#" not in text
        and "\ufffe" not in text
        and "\uffff" not in text
    ):
        return decoded
    return replace(decoded, text=characters.in_markup(text))


def _decoded(body: bytes, content_type: str | None) -> Decoded:
    decoded = encoding.decode(body, content_type)
    if decoded.source is not EncodingSource.DEFAULT:
        return decoded
    sample = body[:_SAMPLE_BYTES]
    runs = [len(run) for run in _RUN.findall(sample)]
    in_words = sum(run for run in runs if run >= _WORD_BYTES)
    if in_words <= _MIN_SHARE * sum(runs) and sum(runs) < _FEW * len(sample):
        return decoded
    found = _east_asian(sample)
    if found is None:
        best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
        if best is None:
            return decoded
        found = best.encoding
    text = body.decode(found, "replace")
    name = encoding.name_of(found) or found
    return Decoded(text=text, name=name, source=EncodingSource.BYTES, replaced=text.count("\ufffd"))


def _east_asian(sample: bytes) -> str | None:
    """Return the East Asian encoding in which `sample` has few broken bytes and the usual share of common characters.

    Pages are cut, and text in other encodings is pasted into them: one broken byte must not make them Cyrillic.
    """
    beyond = sum(map(len, _RUN.findall(sample)))
    for name, common_ones in _EAST_ASIAN.items():
        text = sample.decode(name, "replace")
        wide = [char for char in text if char > "\u2e80"]
        common = sum(char in common_ones for char in wide)
        if text.count("\ufffd") <= _MAX_DAMAGE * beyond and common >= _COMMON_SHARE * max(1, len(wide)):
            return name
    return None
