"""Which blocks of the extracted text are not the article?

The witnesses are heard one after the other, each with its own entry in the ledger: line rules (what the words say),
other articles on the page, the site's template (what other pages of the site say too), the judge (what the markup and
the neighbours say). Together they may not take most of a page: then the less certain ones are not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.article import fingerprint
from cleanwire.records.document import Removed
from cleanwire.text.boilerplate.lines import Line

HEADLINE_WITHIN = 3  # lines from the top in which the headline may stand once more
JUDGE_ABOVE = 0.7
JUDGE_ABOVE_NEWS = 0.45  # on pages that call themselves news: what else stands there is better known
JUDGE_ABOVE_SHORT = 0.5  # of lines with fewer than `SHORT_WORDS`: little is lost with them
SHORT_WORDS = 5
LONG_WORDS = 40
LONG_RECURS = 3  # other pages that must have a long line too
SHORT_RECURS = 2
SHORT_DOUBT = 0.05  # with that much doubt one other page is enough
MIN_KEPT_SHARE = 0.3
"""Share of the words that must stay for the judge or the template to be believed. With less left, the page is no
article of the usual kind, unless what is left is beyond doubt."""
SURE_WORDS = 50
SURE_BELOW = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What stays, by index into the extracted blocks, and what goes."""

    kept: tuple[int, ...]
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of each block besides its words; all have one value per block."""

    doubts: Sequence[float]  # the judge's probability that the line is outside the article
    site_doubts: Sequence[float]  # the same, knowing what stands at its place on other pages of the site
    recurrences: Sequence[int]  # on how many other pages of the site it stands
    elsewhere: Sequence[bool]  # whether it stands in another article of the page
    subheads: Sequence[bool]  # whether it is a heading without links: over text that stays it is rarely foreign


def remove(
    blocks: Sequence[Line],
    ruled: Sequence[Removed],
    title: str | None,
    evidence: Evidence,
    *,
    above: float = JUDGE_ABOVE,
) -> Cleaned:
    """Return which of `blocks` stay, `ruled` being what the line rules cut.

    Body and cuts, put together by index, are the input again.
    """
    words = [fingerprint.word_count(line.text) for line in blocks]
    cuts: dict[int, Removed] = {cut.index: cut for cut in ruled}
    headline = _headline(blocks, title)
    if headline is not None:
        cuts.setdefault(headline, _cut(blocks, headline, "structure/headline", "headline"))
    for at, is_elsewhere in enumerate(evidence.elsewhere):
        if is_elsewhere:
            cuts.setdefault(at, _cut(blocks, at, "structure/other-article", "unrelated"))
    for at in _template_lines(words, evidence):
        cuts.setdefault(at, _cut(blocks, at, "structure/template", "template", evidence.doubts[at]))
    if _share_left(words, cuts) == 0:
        cuts = {}
    limits = [above if count >= SHORT_WORDS else min(above, JUDGE_ABOVE_SHORT) for count in words]
    doubted = {
        at: _cut(blocks, at, "structure/judge", "unrelated", evidence.doubts[at])
        if evidence.doubts[at] > limits[at]
        else _cut(blocks, at, "structure/place", "template", doubt)
        for at, doubt in enumerate(evidence.site_doubts)
        if doubt > limits[at] and at not in cuts
    }
    going = {*cuts, *doubted}
    for at in [at for at in doubted if evidence.subheads[at] and at + 1 < len(blocks) and at + 1 not in going]:
        if evidence.doubts[at] <= JUDGE_ABOVE:  # the text under it stays
            del doubted[at]
    if _is_enough(words, {*cuts, *doubted}, evidence):
        cuts.update(doubted)
    removed = tuple(cuts[at] for at in sorted(cuts))
    return Cleaned(kept=tuple(at for at in range(len(blocks)) if at not in cuts), removed=removed)


def _template_lines(words: Sequence[int], evidence: Evidence) -> list[int]:
    """Return which blocks other pages of the site have too; none when they are most of the page."""
    found = [at for at, count in enumerate(evidence.recurrences) if _recurs(words[at], count, evidence.doubts[at])]
    return found if _is_enough(words, set(found), evidence) else []


def _recurs(words: int, count: int, doubt: float) -> bool:
    if words >= LONG_WORDS:
        return count >= LONG_RECURS
    return count >= SHORT_RECURS or (count > 0 and doubt > SHORT_DOUBT)


def _headline(blocks: Sequence[Line], title: str | None) -> int | None:
    """Return which of the first lines is the headline again, None when none is."""
    words = fingerprint.tokens(title) if title else []
    near = enumerate(blocks[:HEADLINE_WITHIN])
    return next((at for at, line in near if words and fingerprint.tokens(line.text) == words), None)


def _is_enough(words: Sequence[int], cuts: set[int], evidence: Evidence) -> bool:
    """Whether what `cuts` leave is an article: a good share of the page, or text that nothing speaks against."""
    sure = sum(count for at, count in enumerate(words) if at not in cuts and evidence.site_doubts[at] < SURE_BELOW)
    return sure >= SURE_WORDS or _share_left(words, cuts) >= MIN_KEPT_SHARE


def _share_left(words: Sequence[int], cuts: set[int] | dict[int, Removed]) -> float:
    left = sum(count for at, count in enumerate(words) if at not in cuts)
    return left / max(1, sum(words))


def _cut(blocks: Sequence[Line], at: int, rule: str, reason: str, score: float | None = None) -> Removed:
    rounded = None if score is None else round(score, 3)
    return Removed(text=blocks[at].text, index=at, rule=rule, reason=reason, score=rounded)
