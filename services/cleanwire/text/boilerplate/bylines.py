"""Does this line say who wrote the article?"""

import re
from dataclasses import dataclass

from cleanwire.text import folding, prose
from cleanwire.text.boilerplate import rules
from cleanwire.text.boilerplate.rules import RuleSet

MAX_LINE_CHARS = 160
_MAX_NAMES = 6
_JOINT = re.compile(
    r"(?:(?<!\s)\s+)?(?:,|;|&|/|／|、|，|\s(?:and|und|et|y|e|i|en|och|og|ja|и|та|і|й|και|ve|و|ו|और|with|mit|avec|con|com)\s)\s*",
    re.IGNORECASE,
)
_MAX_UNSPACED_CHARS = 24
_HAN_SENTENCE = re.compile(r"[，。！？；]")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_TRIM = " \t.:：,;|-–—•·()[]（）【】<>*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    names: tuple[str, ...]  # as written, places and offices left out


def find(line: str, *, language: str | None = None, using: RuleSet | None = None) -> Byline | None:
    """Return the names in `line` when it is a byline as a whole: `Von Ina Muster, Berlin`, `By A and B`.

    `using` knows what stands before names; the rules of the package when it is None.
    """
    text = line.strip(_TRIM)
    unspaced = folding.is_unspaced(text)
    if not text or len(text) > (_MAX_UNSPACED_CHARS if unspaced else MAX_LINE_CHARS) or text.count(". ") > 2:
        return None
    if unspaced and _HAN_SENTENCE.search(text):
        return None  # "reporters learned that …" begins like a byline
    rest = _after_label(text, language, using or rules.load())
    return None if rest is None else _names(rest)


def _after_label(text: str, language: str | None, using: RuleSet) -> str | None:
    """Return what follows the byline's first words, None when the line does not begin like one."""
    labels = sorted(set(using.bylines(language)), key=len, reverse=True)
    folded = folding.fold(text)
    if len(folded) != len(text):  # a letter that folds to two: no way to cut the original at the same place
        text = folded.title()
    for label in labels:
        start = folding.fold(label)
        if folded.startswith(start):
            rest = text[len(start) :]
            if _is_cut(rest, start):
                return rest.strip(_TRIM)
    return None


def _is_cut(rest: str, label: str) -> bool:
    """A word must end behind a label; in scripts without spaces the name follows at once."""
    return bool(rest) and (not rest[0].isalpha() or folding.is_unspaced(label))


def _names(rest: str) -> Byline | None:
    parts = [part.strip(_TRIM) for part in _JOINT.split(rest) if part.strip(_TRIM)]
    if not parts or len(parts) > _MAX_NAMES * 2 or not _is_author(parts[0]):
        return None
    if any(len(part.split()) > 6 for part in parts):
        return None
    names = [parts[0]]
    joints = _JOINT.findall(rest)
    for joint, part in zip(joints, parts[1:], strict=False):
        if joint.strip() in {",", "，"} and not _comma_names(rest):
            break  # what follows a comma is a place or an office, unless an "and" follows later
        if _is_author(part) and len(part.split()) > 1:
            names.append(part)
    return Byline(names=tuple(names[:_MAX_NAMES]))


def _comma_names(rest: str) -> bool:
    return bool(re.search(r",[^,]+(?:,? (?:and|und|et|y|e|och|og|ja|и|та|και|ve) )", rest, re.IGNORECASE))


def _is_author(part: str) -> bool:
    if folding.is_unspaced(part):
        return bool(_HAN_NAME.fullmatch(part.replace(" ", "")))
    if not prose.is_name(part):
        return False
    return not all(prose.same_month_word(word) for word in part.split())


def same_name(line: str, names: tuple[str, ...]) -> bool:
    """Tell whether `line` is nothing but some of `names`."""
    rest = folding.normalise(line)
    for name in sorted((folding.normalise(one) for one in names), key=len, reverse=True):
        if name:
            rest = (" " + rest).replace(" " + name, " ").strip() + " "
    return not [
        word
        for word in rest.split()
        if word not in {"and", "und", "et", "y", "e", "och", "og", "by", "von", "par", "i", "и"}
    ]
