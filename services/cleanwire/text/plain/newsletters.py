"""What stands above the text of a newsletter that was sent as a mail: headline, standfirst, name, date?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.text import prose
from cleanwire.text.plain import sitenames

_STANDFIRST = re.compile(
    r"(?:sub-?title|subheading|deck|untertitel|sous-titre|subtítulo|sottotitolo|ondertitel|podtytuł)\s?[:：]\s*(?P<text>.+)",
    re.IGNORECASE,
)
_MIN_TITLE_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    title: str | None
    author: int | None  # index of the line that is nothing but the author's name


def without_label(line: str) -> str:
    """Return a standfirst without the word that says it is one."""
    match = _STANDFIRST.fullmatch(line)
    return match["text"] if match else line


def opening(head: Sequence[tuple[int, str]]) -> Opening:
    """Return what the lines of `head` (index, line) are, those above the text that are neither dates nor bylines.

    A newsletter's headline stands first, and no advertisement above it.
    """
    titles = [
        (index, line)
        for index, line in head
        if prose.word_count(line) >= _MIN_TITLE_WORDS and not sitenames.looks_like_site(line)
    ]
    if not titles:
        return Opening(title=None, author=None)
    at, title = titles[0]
    named = (
        index
        for index, line in head
        if index > at and prose.is_name(line, max_words=3) and " " in line and not sitenames.looks_like_site(line)
    )
    return Opening(title=title, author=next(named, None))
