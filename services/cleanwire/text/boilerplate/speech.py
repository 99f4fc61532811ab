"""Is this short line something that somebody says: an answer, a line of dialogue?

"Home" alone is a menu's, "Home." below a question is an answer.
"""

import re
from collections.abc import Sequence

from cleanwire.text import prose
from cleanwire.text.boilerplate import voices

_MAX_ANSWER_WORDS = 4
_ASKS = re.compile(r"[?？;؟]['\"”’“»«」』)\]）]{0,3}\s*$")
_MAX_ASKED_WORDS = 5
_MAX_SPOKEN_WORDS = 12
_DASHED = re.compile(r"[—–―]\s?\w.*", re.DOTALL)  # how Spanish, French, Polish and Russian prose begins what is said
_QUOTED = re.compile(r"[\"“„«»「『‘‚‹›].*[\"”“’»«」』›‹][.!?。]?", re.DOTALL)


def is_question(line: str, language: str | None) -> bool:
    """Tell whether `line` ends in a question mark; a semicolon is one in Greek only."""
    found = _ASKS.search(line[-8:])
    return found is not None and (found[0][0] != ";" or (language or "").startswith("el"))


def is_quoted(line: str) -> bool:
    """Tell whether `line` is a sentence in quotation marks, or a short one behind a dash."""
    text = line.strip()
    if not prose.ends_sentence(text):
        return False
    if _QUOTED.fullmatch(text) is not None:
        return True
    return _DASHED.fullmatch(text) is not None and prose.word_count(text) <= _MAX_SPOKEN_WORDS


def asks_again(lines: Sequence[str], at: int, language: str | None) -> bool:
    """Tell whether line `at` is a short question of an interview: "And you?" between questions and answers.

    Another question stands two lines above or below, or two of them somewhere, each with an answer behind it.
    """
    if at + 1 >= len(lines) or prose.word_count(lines[at]) > _MAX_ASKED_WORDS or not _is_asked(lines, at, language):
        return False
    asked = [other for other in range(len(lines) - 1) if other != at and _is_asked(lines, other, language)]
    return len(asked) > 1 or any(abs(other - at) == 2 for other in asked)


def _is_asked(lines: Sequence[str], at: int, language: str | None) -> bool:
    return is_question(lines[at], language) and not is_question(lines[at + 1], language)


def answers(line: str, before: str, following: str, language: str | None) -> bool:
    """Tell whether `line` answers the question `before`, as a sentence or in one of the words for yes and no.

    Those words are also a form's ("Was this helpful?", "Yes", "No"): there the other one is `following`.
    """
    if not is_question(before, language) or prose.word_count(line) > _MAX_ANSWER_WORDS:
        return False
    if prose.ends_sentence(line):
        return True
    return voices.is_yes_or_no(line) and not voices.is_yes_or_no(following)
