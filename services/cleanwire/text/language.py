"""What language is this text in?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from cleanwire.text import common_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MAX_CHARS = 4_000  # more text changes no answer
_MIN_CHARS = 60  # a shorter text proves nothing
_CERTAIN = 0.98  # confidence at which the text overrules what the page declares
_LIKELY = 0.85  # enough for a short text of which nothing is declared
_MIN_CONTRADICTING_CHARS = 100  # two sentences
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}", re.IGNORECASE | re.ASCII)

# The detector knows some languages apart that readers and pages do not (Bosnian, Croatian, Serbian; Malay, Indonesian).
_CLOSE = (
    frozenset({"bs", "hr", "sr", "sh"}),
    frozenset({"ms", "id", "jv"}),
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"cs", "sk"}),
    frozenset({"gl", "pt", "es"}),
    frozenset({"uk", "ru", "be"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"fa", "ps", "ckb", "ku"}),
    frozenset({"af", "nl"}),
    frozenset({"zu", "xh"}),
    frozenset({"ca", "oc", "an"}),
    frozenset({"fil", "tl"}),
)
_NOT_LATIN = frozenset({
    "ar", "fa", "ur", "ps", "ckb", "ku", "sd", "ug", "he", "yi", "ru", "uk", "be", "bg", "mk", "sr", "kk", "ky",
    "mn", "tg", "tt", "ba", "cv", "el", "hy", "ka", "am", "ti", "hi", "mr", "ne", "sa", "bn", "as", "pa", "gu",
    "or", "ta", "te", "kn", "ml", "si", "th", "lo", "km", "my", "bo", "dz", "zh", "ja", "ko", "yue",
})  # fmt: skip
"""Languages that are written in other letters too."""
_FEW_LATIN = 0.3
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "cn": "zh",
    "jp": "ja",
    "gr": "el",
    "cz": "cs",
    "dk": "da",
    "ua": "uk",
    "se": "sv",
    "kr": "ko",
}
_THREE_LETTERS = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "cze": "cs", "dan": "da", "deu": "de", "ger": "de", "ell":
    "el", "gre": "el", "eng": "en", "est": "et", "eus": "eu", "baq": "eu", "fas": "fa", "per": "fa", "fin": "fi",
    "fra": "fr", "fre": "fr", "gle": "ga", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "isl":
    "is", "ice": "is", "ita": "it", "jpn": "ja", "kat": "ka", "geo": "ka", "kor": "ko", "lav": "lv", "lit": "lt",
    "mkd": "mk", "mac": "mk", "msa": "ms", "may": "ms", "nld": "nl", "dut": "nl", "nno": "nn", "nob": "nb", "nor":
    "no", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl",
    "spa": "es", "sqi": "sq", "alb": "sq", "srp": "sr", "swa": "sw", "swe": "sv", "tha": "th", "tur": "tr", "ukr":
    "uk", "urd": "ur", "vie": "vi", "zho": "zh", "chi": "zh",
}  # fmt: skip
"""ISO 639-2 and 639-3, where BCP 47 wants the shorter code."""
_TRADITIONAL = frozenset(
    "這個們來說國會對開關學與為於時過還後發現無從點應將當樣產業經濟記報導讓實際問題區"
)  # written otherwise in simplified script
_SIMPLIFIED = frozenset("这个们来说国会对开关学与为于时过还后发现无从点应将当样产业经济记报导让实际问题区")
_NN = re.compile(r"\b(?:ikkje|eg|ein|eit|noko|frå|kva|vore|dei|nokre)\b", re.IGNORECASE)
_NB = re.compile(r"\b(?:ikke|jeg|en|et|noe|fra|hva|vært|de|noen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A text's language and where the answer comes from."""

    language: str | None  # BCP 47; None when neither page nor text tells
    confidence: float  # 0-1
    source: Literal["declared", "text", "none"]


def detect(text: str, declared: str | None = None) -> Detected:
    """Return the language of `text`.

    What the page declares wins, unless a text of some length contradicts it with near certainty and the two
    languages are not close relatives.
    """
    said = normalise(declared)
    sample = text[:_MAX_CHARS]
    if len(sample.strip()) < _MIN_CHARS and said:
        return Detected(language=said, confidence=0.5, source="declared")
    if not any(c.isalpha() for c in sample):
        return Detected(language=said, confidence=0.5 if said else 0.0, source="declared" if said else "none")
    odds = _by_script(sample) or _identified(sample)
    found, confidence = next(iter(odds.items()))
    if said and not _contradicts(odds, said, sample):
        return Detected(language=said, confidence=max(confidence, 0.5), source="declared")
    if len(sample.strip()) < _MIN_CHARS and confidence < _LIKELY:
        return Detected(language=None, confidence=confidence, source="none")
    return Detected(language=_variety(found, sample), confidence=confidence, source="text")


def name(text: str, declared: str | None = None) -> str | None:
    """Return the language of `text` alone, as `detect` does: where its commonest words tell, without the detector."""
    said, told = normalise(declared), common_words.language(text[:_MAX_CHARS])
    if told is not None and (said is None or said.split("-")[0] == told):
        return said or told
    return detect(text, declared).language


def normalise(tag: str | None) -> str | None:
    """Return `tag` as BCP 47 writes it (`zh-Hant-TW`, `en-GB`), None when it is no language tag."""
    text = (tag or "").strip().replace("_", "-").split(",")[0].split(";")[0].split(".")[0]
    if not _TAG.fullmatch(text) or text.lower() in {"und", "mul", "zxx", "xx"}:
        return None
    first, *rest = text.lower().split("-")
    parts = [_RENAMED.get(first) or _THREE_LETTERS.get(first, first)]
    for part in rest:
        parts.append(part.upper() if len(part) == 2 else part.title() if len(part) == 4 and part.isalpha() else part)
    return "-".join(parts)


@cache
def _beyond_latin() -> re.Pattern[str]:
    return re.compile(r"[\u0250-\u1dff\u1f00-\u1fff\u2070-\U0010ffff]")  # of what may be a letter


def _contradicts(odds: Mapping[str, float], said: str, sample: str) -> bool:
    """Tell whether the text can hardly be in the language `said` or in one of its close relatives."""
    primary = said.split("-")[0]
    relatives = {primary}.union(*(group for group in _CLOSE if primary in group))
    is_foreign = primary not in _NOT_LATIN and _latin_share(sample) < _FEW_LATIN
    least = _MIN_CHARS if is_foreign else _MIN_CONTRADICTING_CHARS
    return len(sample) >= least and sum(odds.get(one, 0.0) for one in relatives) <= 1 - _CERTAIN


def _latin_share(sample: str) -> float:
    if sample.isascii() or _beyond_latin().search(sample) is None:
        return 1.0
    letters = [char for char in sample if char.isalpha()]
    return sum(char < "\u0250" or "\u1e00" <= char <= "\u1eff" for char in letters) / max(1, len(letters))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # with numpy a fifth of a second: not all texts need it

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _identified(sample: str) -> dict[str, float]:
    """Return language → probability, the likeliest first."""
    return {str(language): float(odds) for language, odds in _identifier().rank(sample)}


_SCRIPTS = (
    ("ja", r"[\u3040-\u30ff]", 0.08),
    ("ko", r"[\uac00-\ud7af]", 0.3),
    ("zh", r"[\u3400-\u9fff]", 0.3),
    ("th", r"[\u0e00-\u0e7f]", 0.3),
    ("el", r"[\u0370-\u03ff\u1f00-\u1fff]", 0.4),
    ("he", r"[\u0590-\u05ff]", 0.4),
    ("ka", r"[\u10a0-\u10ff]", 0.4),
    ("hy", r"[\u0530-\u058f]", 0.4),
)


@cache
def _script(characters: str) -> re.Pattern[str]:
    """Compile a part of the table when a text first asks for it: large sets of characters take milliseconds."""
    return re.compile(characters)


def _by_script(sample: str) -> dict[str, float] | None:
    """Return the language where the script alone tells it."""
    if sample.isascii() or _script("|".join(characters for _, characters, _ in _SCRIPTS)).search(sample) is None:
        return None
    letters = sum(1 for c in sample if c.isalpha()) or 1
    for language, characters, share in _SCRIPTS:
        if len(_script(characters).findall(sample)) >= share * letters:
            return {language: 0.99}
    return None


def _variety(language: str, sample: str) -> str:
    """Return the written variety where it can be told: Traditional or Simplified Chinese, the two Norwegians."""
    if language == "zh":
        traditional = sum(c in _TRADITIONAL for c in sample)
        simplified = sum(c in _SIMPLIFIED for c in sample)
        return "zh-Hant" if traditional > simplified else "zh-Hans" if simplified else "zh"
    if language in {"no", "nb", "nn"}:
        return "nn" if len(_NN.findall(sample)) > len(_NB.findall(sample)) else "nb"
    return language
