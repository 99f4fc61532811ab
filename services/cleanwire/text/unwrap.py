"""Which lines of a plain text belong to one paragraph?"""

import itertools
import re
from collections.abc import Sequence

from cleanwire.text import shape

_MAX_WIDTH = 100  # text wrapped by a program is narrower
_MIN_WIDTH = 40
_INDENT = re.compile(r"[ \t\u3000]{2,}\S|\t\S|\u3000")


def paragraphs(text: str) -> list[str]:
    """Return the lines of `text` as it is to be read: blanks levelled, hard-wrapped paragraphs joined."""
    raw = [line.replace("\u00a0", " ").rstrip() for line in text.lstrip("\ufeff").splitlines()]
    if _is_wrapped(raw):
        width = max(len(line) for line in raw if len(line) <= _MAX_WIDTH)
        return [paragraph for block in _blocks(raw) for paragraph in _joined(block, width)]
    return [level(line) for line in raw if line.strip()]


def level(line: str) -> str:
    """Return `line` with its white space reduced to single blanks."""
    return " ".join(line.split())


def _is_wrapped(raw: Sequence[str]) -> bool:
    """Tell whether a program broke the lines: they are equally long and stop in the middle of sentences."""
    inner = [
        line
        for line, following in itertools.pairwise(raw)
        if len(line) >= _MIN_WIDTH and following.strip() and not _INDENT.match(following)
    ]
    lengths = [len(line) for line in raw if line.strip()]
    if len(inner) < 4 or max(lengths) > _MAX_WIDTH * 1.6:
        return False
    width = max(len(line) for line in inner)
    broken = sum(not shape.ends_clause(line) for line in inner)
    near = sum(len(line) >= 0.75 * width for line in inner)
    return width <= _MAX_WIDTH and near >= 0.6 * len(inner) and broken >= 0.5 * len(inner)


def _blocks(raw: Sequence[str]) -> list[list[str]]:
    """Split at blank lines."""
    blocks: list[list[str]] = [[]]
    for line in raw:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _joined(block: Sequence[str], width: int) -> list[str]:
    """Join the lines of one block; a short line, an indent or a bullet begins a new paragraph."""
    found: list[str] = []
    open_paragraph = False
    for line in block:
        starts_anew = bool(_INDENT.match(line)) or shape.is_bullet(line.lstrip())
        if open_paragraph and not starts_anew:
            found[-1] = _glue(found[-1], level(line))
        else:
            found.append(level(line))
        open_paragraph = _runs_on(line, width)
    return found


def _runs_on(line: str, width: int) -> bool:
    """Tell whether `line` was broken because it was full; one that ends a sentence must be fuller to count."""
    return len(line) >= (0.85 if shape.ends_sentence(line) else 0.65) * width


def _glue(before: str, after: str) -> str:
    if before.endswith("-") and len(before) > 1 and before[-2].isalpha() and after[:1].isalpha():
        return before + after  # a hyphen that was written: programs that wrap plain text do not hyphenate
    if shape.is_unspaced(before[-4:]) and shape.is_unspaced(after[:4]):
        return before + after
    return f"{before} {after}"
