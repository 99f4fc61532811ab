"""Which blocks of the extracted text are not the article?

Three witnesses, one after the other, each with its own entry in the ledger: line rules (what the words say), the
site's template (what other pages of the site say too), the judge (what the markup and the neighbours say). Together
they may not take most of a page: then the less certain ones are not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.article import fingerprint
from cleanwire.records.document import Removed
from cleanwire.text import lines
from cleanwire.text.lines import Line, LineContext

HEADLINE_WITHIN = 3  # lines from the top in which the headline may stand once more
JUDGE_ABOVE = 0.5
MIN_KEPT_SHARE = 0.3
"""Share of the words that must stay for the judge to be believed; below it the page is no article of the usual kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What stays, by index into the extracted blocks, and what goes."""

    kept: tuple[int, ...]
    removed: tuple[Removed, ...]


def remove(blocks: Sequence[Line], context: LineContext, doubts: Sequence[float], *, above: float = JUDGE_ABOVE) -> Cleaned:
    """Return which of `blocks` stay; `doubts` are the judge's probabilities that a line is outside the article.

    Body and cuts, put together by index, are the input again.
    """
    cuts: dict[int, Removed] = {cut.index: cut for cut in lines.strip(blocks, context).removed}
    headline = _headline(blocks, context.title)
    if headline is not None:
        cuts.setdefault(headline, _cut(blocks, headline, "structure/headline", "headline"))
    doubted = {at: _cut(blocks, at, "structure/judge", "unrelated", round(doubt, 3)) for at, doubt in enumerate(doubts) if doubt > above}
    if _share_left(blocks, {*cuts, *doubted}) >= MIN_KEPT_SHARE:
        cuts = {**doubted, **cuts}
    if _share_left(blocks, cuts) == 0:
        cuts = {}
    removed = tuple(cuts[at] for at in sorted(cuts))
    return Cleaned(kept=tuple(at for at in range(len(blocks)) if at not in cuts), removed=removed)


def _headline(blocks: Sequence[Line], title: str | None) -> int | None:
    """Return which of the first lines is the headline again, None when none is."""
    words = fingerprint.tokens(title) if title else []
    near = enumerate(blocks[:HEADLINE_WITHIN])
    return next((at for at, line in near if words and fingerprint.tokens(line.text) == words), None)


def _share_left(blocks: Sequence[Line], cuts: set[int] | dict[int, Removed]) -> float:
    total = sum(fingerprint.word_count(line.text) for line in blocks)
    left = sum(fingerprint.word_count(line.text) for at, line in enumerate(blocks) if at not in cuts)
    return left / max(1, total)


def _cut(blocks: Sequence[Line], at: int, rule: str, reason: str, score: float | None = None) -> Removed:
    return Removed(text=blocks[at].text, index=at, rule=rule, reason=reason, score=score)
