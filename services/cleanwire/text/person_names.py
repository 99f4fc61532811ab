"""How is a person's name written that stands in capitals?"""

import re

_PARTICLES = frozenset({
    "de", "del", "della", "di", "da", "dos", "das", "do", "du", "der", "den", "dem", "des", "van", "von", "vom", "zu",
    "zum", "zur", "ten", "ter", "la", "le", "los", "y", "af", "av",
})  # fmt: skip
_RUN = re.compile(r"[^\W\d_]+")
_SCOTS = re.compile(r"\bMc([^\W\d_])(?=[^\W\d_])")
_MIN_LETTERS = 4  # shorter ones may be initials: `JR`


def recased(name: str) -> str:
    """Return `name` with its words in capitals as they are written elsewhere: `SEAN O'MARA` as `Sean O'Mara`.

    Short words are recased only where all of the name is in capitals; initials with stops never are.
    """
    is_all = name.isupper() and " " in name
    words = name.split()
    return " ".join(_recased(word, is_all=is_all, is_first=at == 0) for at, word in enumerate(words))


def _recased(word: str, *, is_all: bool, is_first: bool) -> str:
    letters = "".join(_RUN.findall(word))
    if not letters.isupper() or "." in word or len(letters) < (2 if is_all else _MIN_LETTERS):
        return word
    if letters.lower() in _PARTICLES and not is_first:
        return word.lower()
    return _SCOTS.sub(lambda match: f"Mc{match[1].upper()}", _RUN.sub(lambda match: match[0].capitalize(), word))
