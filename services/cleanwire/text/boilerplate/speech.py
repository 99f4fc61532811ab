"""Is this short line something that somebody says: an answer, a line of dialogue?

"Home" alone is a menu's, "Home." below a question is an answer.
"""

import re

from cleanwire.text import prose
from cleanwire.text.boilerplate import voices

_MAX_ANSWER_WORDS = 4
_ASKS = re.compile(r"[?？;؟]['\"”’“»«」』)\]）]{0,3}\s*$")
_QUOTED = re.compile(r"[\"“„«»「『‘‚‹›].*[\"”“’»«」』›‹][.!?。]?", re.DOTALL)


def is_question(line: str, language: str | None) -> bool:
    """Tell whether `line` ends in a question mark; a semicolon is one in Greek only."""
    found = _ASKS.search(line[-8:])
    return found is not None and (found[0][0] != ";" or (language or "").startswith("el"))


def is_quoted(line: str) -> bool:
    """Tell whether `line` is a sentence in quotation marks."""
    return _QUOTED.fullmatch(line.strip()) is not None and prose.ends_sentence(line)


def answers(line: str, before: str, following: str, language: str | None) -> bool:
    """Tell whether `line` answers the question `before`, as a sentence or in one of the words for yes and no.

    Those words are also a form's ("Was this helpful?", "Yes", "No"): there the other one is `following`.
    """
    if not is_question(before, language) or prose.word_count(line) > _MAX_ANSWER_WORDS:
        return False
    if prose.ends_sentence(line):
        return True
    return voices.is_yes_or_no(line) and not voices.is_yes_or_no(following)
