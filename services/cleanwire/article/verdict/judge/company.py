"""What does the judge think of the lines round a line?

A line in doubt among lines in doubt is a list of teasers; alone among the article's paragraphs it is one of them. A
second row of trees hears the first one's doubts of the neighbours and of the lines of the same make.
"""

from collections import defaultdict
from collections.abc import Sequence

from cleanwire.article.verdict.judge.surroundings import Signature

_STEPS = (-1, -2, -3, 1, 2, 3)
_WINDOW = 6
_NOBODY = -1.0

NAMES = (
    "doubt", "doubt-1", "doubt-2", "doubt1", "doubt2", "doubt_near", "doubt_alike", "doubt_alike_most",
    "doubt_alike_least", "doubt_before", "doubt_after", "least_doubt_after", "least_doubt_before",
)  # fmt: skip
OWN = frozenset({"doubt", "doubt_alike", "doubt_alike_most", "doubt_alike_least"})  # not of others than the line's kind


def read(doubts: Sequence[float], signatures: Sequence[Signature], extracted: Sequence[bool]) -> list[list[float]]:
    """Return one row per line, columns as in `NAMES`; company are the lines that the extractor took."""
    taken = [doubt for doubt, own in zip(doubts, extracted, strict=True) if own]
    alike: defaultdict[Signature, list[float]] = defaultdict(list)
    for doubt, signature, own in zip(doubts, signatures, extracted, strict=True):
        if own:
            alike[signature].append(doubt)
    kinds = {key: [_mean(values), max(values), min(values)] for key, values in alike.items()}
    rows = []
    at = 0  # lines the extractor took before this one
    for doubt, signature, own in zip(doubts, signatures, extracted, strict=True):
        steps = [at + step - (step > 0 and not own) for step in _STEPS]
        near = [taken[place] if 0 <= place < len(taken) else _NOBODY for place in steps]
        before, after = taken[:at], taken[at + own :]
        rows.append(
            [
                doubt,
                near[0],
                near[1],
                near[3],
                near[4],
                _mean([value for value in near if value >= 0]),
                *kinds.get(signature, [_NOBODY] * 3),
                _mean(before),
                _mean(after),
                min(after[:_WINDOW], default=_NOBODY),
                min(before[-_WINDOW:], default=_NOBODY),
            ]
        )
        at += own
    return rows


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else _NOBODY
