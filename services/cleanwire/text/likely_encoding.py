"""In which encoding do bytes read like what people write in it?

Other people's labels are wrong often enough. Read in another encoding, the commonest characters of a script turn into
rare ones, so their share tells the two apart: of the letters beyond ASCII in Russian pages in windows-1251, koi8-r,
iso-8859-5 or ibm866 ten make up .63 to .71, read as any other of these at most .20 (104 Russian, 97 Greek, 167 Chinese
texts of `docs/quality.md`).
"""

import re
from collections import Counter
from dataclasses import dataclass

import webencodings

SAMPLE_BYTES = 40_000
MIN_CHARS = 30  # beyond ASCII: fewer prove nothing
MAX_DAMAGE = 0.02  # broken characters per byte beyond ASCII
_RUN = re.compile(rb"[\x80-\xff]+")
_WORD_BYTES = 4  # beyond ASCII and in a row: two characters of East Asia, or most of a Cyrillic or Greek word
_MIN_IN_WORDS = 0.5  # share of those bytes in such rows; Latin texts have accents one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Script:
    """Its commonest characters, and which share of all beyond ASCII they have in any text of it, and in none else."""

    common: frozenset[str]
    usual: float
    doubtful: float


_ZH = _Script(
    common=frozenset("的一是在不了有和人这中大为上个国我以要他时来用们這為個國時來們"), usual=0.08, doubtful=0.03
)
_JA = _Script(common=frozenset("にのはがたでてとしれさ"), usual=0.08, doubtful=0.03)
_KO = _Script(common=frozenset("다는이의에가을를고로"), usual=0.08, doubtful=0.03)
_CYRILLIC = _Script(common=frozenset("оеаинтсрвл"), usual=0.44, doubtful=0.25)
_GREEK = _Script(common=frozenset("αοιετσνηυρ"), usual=0.44, doubtful=0.2)
_HEBREW = _Script(common=frozenset("יוהלאמרתשב"), usual=0.44, doubtful=0.2)
_ARABIC = _Script(common=frozenset("اليمونرتبه"), usual=0.44, doubtful=0.2)
_THAI = _Script(common=frozenset("านรอกเงมย่"), usual=0.44, doubtful=0.2)

_EAST_ASIAN = {"shift_jis": _JA, "euc-jp": _JA, "gb18030": _ZH, "big5": _ZH, "euc-kr": _KO}
"""Kana are the same bytes in two of them, so those come first."""
_SINGLE_BYTE = {
    "windows-1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "iso-8859-5": _CYRILLIC,
    "ibm866": _CYRILLIC,
    "windows-1253": _GREEK,
    "windows-1255": _HEBREW,
    "windows-1256": _ARABIC,
    "windows-874": _THAI,
}
_SCRIPTS = {**_EAST_ASIAN, "gbk": _ZH, **_SINGLE_BYTE, "koi8-u": _CYRILLIC, "x-mac-cyrillic": _CYRILLIC}
_WESTERN = frozenset({"windows-1252", "iso-8859-15", "macintosh", "windows-1254", "iso-8859-10", "iso-8859-14"})

_LATIN = {
    "windows-1252": "àâæçèéêëîïôœùûüÿ äöüß áéíñóúü¿¡ àèéìíîòóù àáâãçéêíóôõúü áéëïóöü åäö æøåéò áðéíóúýþæö àèéíïòóúüç·",
    "windows-1250": "áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž ąćęłńóśźż áéíóöőúüű ăâîşţ čćđšž",
    "iso-8859-2": "áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž ąćęłńóśźż áéíóöőúüű ăâîşţ čćđšž",
    "windows-1254": "çğıöşüâîû\u0307",
    "windows-1257": "ąčęėįšųūž āčēģīķļņšūž äõöüšž",
}
"""The letters beyond ASCII of each language in a Latin script; a blank parts languages."""
_NO_LETTER = frozenset("\xa0©®°·§«»“”„‚‘’–—…€™•¿¡ºª´²³½¼¾×÷\xad")
_ALL_LETTERS = 0.97  # share of the characters beyond ASCII, marks left out, that one language accounts for
_FEW_LETTERS = 0.9  # of them at most where the label would have to be wrong
_MIN_LETTERS = 12


def find_latin(sample: bytes, least: int = 1) -> str | None:
    """Return the WHATWG name of the Latin encoding in which some language accounts for the letters of `sample`, of
    which there must be so many at `least` beyond ASCII.
    """
    shares = {name: _of_one_language(sample, name, least) for name in _LATIN}
    best = max(shares, key=lambda name: shares[name])  # the first of equals: the commonest
    return best if shares[best] >= _ALL_LETTERS else None


def is_other_latin(sample: bytes, name: str) -> bool:
    """Whether `sample`, read in the Latin encoding called `name`, is no language, and in another one is."""
    if name not in _LATIN or _of_one_language(sample, name, 1) > _FEW_LETTERS:
        return False
    return find_latin(sample, _MIN_LETTERS) is not None


def _of_one_language(sample: bytes, name: str, least: int) -> float:
    """Return the share of characters beyond ASCII that the likeliest language accounts for; 0.0 of too few."""
    text = sample.decode(webencodings.lookup(name).codec_info.name, "replace").lower()
    beyond = Counter(char for char in text if char > "\x7f" and char not in _NO_LETTER)
    if (total := beyond.total()) < least:
        return 0.0
    return max(sum(beyond[char] for char in set(letters)) for letters in _LATIN[name].split()) / total


def find(sample: bytes) -> str | None:
    """Return the WHATWG name of the encoding in which `sample` reads like its language; None when it does in none.

    Pages are cut, and text in other encodings is pasted into them: one broken byte must not make them Cyrillic.
    """
    for name, script in _EAST_ASIAN.items():
        if _reads(sample, name) >= script.usual:
            return name
    if not is_in_words(sample):
        return None
    shares = {name: _reads(sample, name) for name in _SINGLE_BYTE}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _SINGLE_BYTE[best].usual else None


def is_doubtful(sample: bytes, name: str) -> bool:
    """Whether `sample`, read in the encoding called `name`, hardly reads like anything people write in it."""
    if name in _WESTERN:
        return is_in_words(sample) or is_other_latin(sample, name)
    script = _SCRIPTS.get(name)
    return script is not None and len(_beyond(sample, name)[0]) >= MIN_CHARS and _reads(sample, name) < script.doubtful


def is_in_words(sample: bytes) -> bool:
    """Whether whole words of `sample` are beyond ASCII, as in scripts other than Latin."""
    runs = [len(run) for run in _RUN.findall(sample)]
    return sum(runs) >= MIN_CHARS and sum(run for run in runs if run >= _WORD_BYTES) > _MIN_IN_WORDS * sum(runs)


def _reads(sample: bytes, name: str) -> float:
    """Return the share of the script's commonest characters in `sample`; 0.0 when it is broken in that encoding."""
    chars, broken = _beyond(sample, name)
    bytes_beyond = sum(map(len, _RUN.findall(sample)))
    if not chars or broken > MAX_DAMAGE * bytes_beyond:
        return 0.0
    common = _SCRIPTS[name].common
    return sum(char in common for char in chars) / len(chars)


def _beyond(sample: bytes, name: str) -> tuple[list[str], int]:
    """Return the characters of the script's kind in `sample`, and how many are broken."""
    text = sample.decode(webencodings.lookup(name).codec_info.name, "replace")
    least = "\u2e80" if name in _EAST_ASIAN or name == "gbk" else "\x7f"
    return [char for char in text if char > least and char != "\ufffd"], text.count("\ufffd")
