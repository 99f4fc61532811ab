"""Which lines of a plain text belong to one paragraph?

A program that wraps text begins a new line where the next word would not have fitted. So each break inside a sentence
tells between which lengths the width lay; when the breaks agree on one, the text was wrapped there.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleanwire.text import folding, prose
from cleanwire.text.dates import datelines

_MAX_WIDTH = 140  # text wrapped by a program is narrower
_MIN_WIDTH = 40
_MIN_WIDE_WIDTH = 15  # in scripts without spaces, whose characters are twice as broad
_LONGEST_WORD = 25  # longer "words" are addresses, which no program breaks
_MIN_VOTES = 1.5  # of two breaks at least one goes on in lower case
_AGREEING = 0.5  # share of the breaks inside sentences that the width explains
_NEARLY_FULL = 0.7  # of the width: proportional type and flowed mails leave lines shorter than they need to be
_LABEL = 0.6  # of the width: what is shorter and no sentence, below one that ended, is a line of its own
_INDENT = re.compile(r"[ \t\u3000]{2,}\S|\t\S|\u3000")


def paragraphs(text: str) -> list[str]:
    """Return the lines of `text` as it is to be read: blanks levelled, hard-wrapped paragraphs joined."""
    raw = [line.replace("\u00a0", " ").rstrip() for line in text.lstrip("\ufeff").splitlines()]
    width = _width(raw)
    if width is None:
        return [level(line) for line in raw if line.strip()]
    return [paragraph for block in _blocks(raw) for paragraph in _joined(block, width)]


def level(line: str) -> str:
    """Return `line` with its white space reduced to single blanks."""
    return " ".join(line.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Break:
    """A line break inside a sentence: the width lay between `shortest` and `longest`."""

    shortest: int
    longest: int
    weight: float  # how much it looks like a program's


def _width(raw: Sequence[str]) -> int | None:
    """Return at how many characters a program broke the lines, None when nobody did."""
    breaks = list(_breaks(raw))
    votes: Counter[int] = Counter()
    for one in breaks:
        for width in range(one.shortest, one.longest + 1):
            votes[width] += round(100 * one.weight)
    if not votes:
        return None
    most = max(votes.values())
    width = min(width for width, count in votes.items() if count == most)
    agreeing = [one for one in breaks if _NEARLY_FULL * width <= one.longest and one.shortest <= width]
    strict = [one for one in breaks if one.shortest <= width <= one.longest]
    longer = sum(len(line) > 1.25 * width for line in raw)
    sure = sum(one.weight for one in agreeing) >= _MIN_VOTES or (len(breaks) == 1 and breaks[0].weight >= 1)
    explained = len(strict) >= _AGREEING * len(breaks) or len(agreeing) >= 0.9 * len(breaks)
    return width if sure and explained and longer <= len(strict) / 2 else None


def _breaks(raw: Sequence[str]) -> Iterator[_Break]:
    for block in _blocks(raw):
        sure = _is_wrapped_paragraph(block)
        for line, following in itertools.pairwise(block):
            if _starts_anew(following) or prose.ends_sentence(line) or line.endswith((":", ";", "：", "；")):
                continue
            wide = folding.is_unspaced(line)
            word = 1 if wide else len(following.split(maxsplit=1)[0])
            if not (_MIN_WIDE_WIDTH if wide else _MIN_WIDTH) <= len(line) <= _MAX_WIDTH or word > _LONGEST_WORD:
                continue
            if datelines.find(line) is not None or datelines.find(following) is not None:
                continue
            first = following.lstrip("\"'“”„«(")[:1]
            weight = 1.0 if sure or first.islower() else 0.25 if first.isupper() else 0.75
            yield _Break(shortest=len(line), longest=len(line) + word, weight=weight)


def _is_wrapped_paragraph(block: Sequence[str]) -> bool:
    """Tell whether the lines between two blank ones are one sentence or more, all but the last about equally long."""
    lengths = [len(line) for line in block]
    full = max(lengths)
    return (
        len(block) > 1
        and prose.ends_sentence(block[-1])
        and not any(_starts_anew(line) for line in block[1:])
        and all(length >= full - _LONGEST_WORD // 2 for length in lengths[:-1])
    )


def _blocks(raw: Sequence[str]) -> list[list[str]]:
    """Split at blank lines and before indented ones."""
    blocks: list[list[str]] = [[]]
    for line in raw:
        if blocks[-1] and (not line.strip() or _INDENT.match(line)):
            blocks.append([])
        if line.strip():
            blocks[-1].append(line)
    return [block for block in blocks if block]


def _joined(block: Sequence[str], width: int) -> list[str]:
    """Join the lines of one block; a short line, a date line or a bullet begins a new paragraph."""
    found = [level(block[0])]
    for at, (line, following) in enumerate(itertools.pairwise(block)):
        is_last = at == len(block) - 2
        if not _starts_anew(following) and _runs_on(line, following, width, is_last=is_last):
            found[-1] = _glue(found[-1], level(following))
        else:
            found.append(level(following))
    return found


def _starts_anew(line: str) -> bool:
    return bool(_INDENT.match(line)) or prose.is_bullet(line.lstrip())


def _runs_on(line: str, following: str, width: int, *, is_last: bool) -> bool:
    """Tell whether `line` was broken because it was full: `following` begins with a word that had no room in it."""
    wide = folding.is_unspaced(line)
    word = 1 if wide else min(len(following.split(maxsplit=1)[0]), _LONGEST_WORD)
    is_full = width < len(line) + word + (not wide)
    goes_on = following.lstrip()[:1].islower()
    if prose.ends_sentence(line):
        is_short = is_last or len(following) < _LABEL * width
        is_label = is_short and not goes_on and not prose.ends_sentence(following)
        runs_on = is_full and not is_label
    else:
        runs_on = is_full or (goes_on and len(line) >= _NEARLY_FULL * width)
    return runs_on and datelines.find(following) is None and datelines.find(line) is None


def _glue(before: str, after: str) -> str:
    if before.endswith("-") and len(before) > 1 and before[-2].isalpha() and after[:1].isalpha():
        return before + after  # a hyphen that was written: programs that wrap plain text do not hyphenate
    if folding.is_unspaced(before[-4:]) and folding.is_unspaced(after[:4]):
        return before + after
    return f"{before} {after}"
