"""Which lines are not the article?

The reasons are heard one after the other, each with its own entry in the ledger: line rules (what the words say), other
articles on the page, the site's template (what other pages of the site say too), the judge (what the markup and the
neighbours say). Together they may not take most of a page: then the less certain ones are not believed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cleanwire import characters
from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import TakenBy
from cleanwire.article.verdict import doubts, together
from cleanwire.article.verdict.doubts import Limits
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.records.document import Removed
from cleanwire.text import prose

HEADLINE_WITHIN = 3  # lines from the top in which the headline may stand once more
SUBHEAD_ABOVE = 0.7  # doubt of a subhead over text that stays
SHORT_WORDS = 5
LONG_WORDS = 40
LONG_RECURS = 3  # other pages that must have a long line too
SHORT_RECURS = 2
SHORT_DOUBT = 0.05  # with that much doubt one other page is enough
MAX_PROSE_SHARE = 0.3
"""Share of the extractor's words that may go as prose for doubts. With more the two read the page differently: then
what stands at a place on other pages is no evidence against sentences that the judge itself takes for the article's."""
OWN_BELOW = 0.5
MIN_KEPT_SHARE = 0.3
"""Share of the words that must stay for the judge or the template to be believed. With less left, the page is no
article of the usual kind, unless what is left is beyond doubt."""
SURE_WORDS = 50
SURE_BELOW = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What stays, by index into the lines that were judged, and what goes."""

    kept: tuple[int, ...]
    removed: tuple[Removed, ...]


def decide(
    lines: Sequence[JudgedLine], ruled: Sequence[Removed], title: str | None, limits: Limits = doubts.UNTOLD
) -> Decision:
    """Return which of `lines` stay, `ruled` being what the line rules cut.

    Body and cuts, put together by index, are the input again.
    """
    words = [fingerprint.word_count(line.text) for line in lines]
    cuts: dict[int, Removed] = {cut.index: cut for cut in ruled}
    headline = _headline(lines, title)
    if headline is not None:
        cuts.setdefault(headline, _cut(lines, headline, "structure/headline", "headline"))
    for at, line in enumerate(lines):
        if line.elsewhere:
            cuts.setdefault(at, _cut(lines, at, "structure/other-article", "unrelated"))
        elif line.box is not None:
            cuts.setdefault(at, _cut(lines, at, "structure/box", line.box, line.doubt))
    for at in _template_lines(words, lines):
        cuts.setdefault(at, _cut(lines, at, "structure/template", "template", lines[at].doubt))
    if _share_left(words, cuts) == 0:
        cuts = {}
    doubted = _within_budget(words, lines, _doubted(words, lines, cuts, limits))
    own = {at: cut for at, cut in doubted.items() if lines[at].doubt >= OWN_BELOW}
    for believed in (doubted, own):
        whole = _untorn(lines, {**cuts, **believed})
        if _is_enough(words, set(whole), lines):
            cuts = whole
            break
    else:
        cuts = _untorn(lines, cuts)
    left = together.remnants(lines, cuts)
    if _is_enough(words, {*cuts, *left}, lines):
        cuts.update({at: _cut(lines, at, "structure/whole", "unrelated", lines[at].site_doubt) for at in left})
    removed = tuple(cuts[at] for at in sorted(cuts))
    return Decision(kept=tuple(at for at in range(len(lines)) if at not in cuts), removed=removed)


def _untorn(lines: Sequence[JudgedLine], cuts: dict[int, Removed]) -> dict[int, Removed]:
    """Return `cuts` without those that would tear a table or list that stays."""
    back = together.restored(lines, cuts)
    return {at: cut for at, cut in cuts.items() if at not in back}


def _doubted(
    words: Sequence[int], lines: Sequence[JudgedLine], cuts: Collection[int], limits: Limits
) -> dict[int, Removed]:
    """Return the cuts of lines that the judge doubts, or the places they stand at. A subhead stays with its text."""
    above = [limits.cut_above if count >= SHORT_WORDS else limits.cut_short_above for count in words]
    doubted = {
        at: _cut(lines, at, "structure/judge", "unrelated", line.doubt)
        if line.doubt > above[at]
        else _cut(lines, at, "structure/place", "template", line.site_doubt)
        for at, line in enumerate(lines)
        if line.site_doubt > above[at] and at not in cuts
    }
    going = {*cuts, *doubted}
    over_text = [at for at in doubted if lines[at].is_subhead and at + 1 < len(lines) and at + 1 not in going]
    for at in over_text:
        if lines[at].doubt <= SUBHEAD_ABOVE:
            del doubted[at]
    return doubted


def _within_budget(
    words: Sequence[int], lines: Sequence[JudgedLine], doubted: dict[int, Removed]
) -> dict[int, Removed]:
    """Return which of the cuts for doubts hold: much prose goes for the judge's own doubts only, not for its place."""
    taken = sum(count for count, line in zip(words, lines, strict=True) if _is_extracted(line))
    sentences = [at for at in doubted if _is_extracted(lines[at]) and prose.is_paragraph(lines[at].text)]
    if sum(words[at] for at in sentences) <= MAX_PROSE_SHARE * taken:
        return doubted
    spared = {at for at in sentences if lines[at].doubt < OWN_BELOW}
    return {at: cut for at, cut in doubted.items() if at not in spared}


def _is_extracted(line: JudgedLine) -> bool:
    return line.candidate.taken_by is TakenBy.EXTRACTOR


def _template_lines(words: Sequence[int], lines: Sequence[JudgedLine]) -> list[int]:
    """Return which lines other pages of the site have too; none when they are most of the page."""
    found = [at for at, line in enumerate(lines) if _recurs(words[at], line.recurrences, line.doubt)]
    return found if _is_enough(words, set(found), lines) else []


def _recurs(words: int, count: int, doubt: float) -> bool:
    if words >= LONG_WORDS:
        return count >= LONG_RECURS
    return count >= SHORT_RECURS or (count > 0 and doubt > SHORT_DOUBT)


def _headline(lines: Sequence[JudgedLine], title: str | None) -> int | None:
    """Return which of the first lines is the headline again, None when none is. Titles are free of controls."""
    words = fingerprint.tokens(title) if title else []
    near = enumerate(lines[:HEADLINE_WITHIN])
    return next((at for at, line in near if words and fingerprint.tokens(characters.name(line.text)) == words), None)


def _is_enough(words: Sequence[int], cuts: set[int], lines: Sequence[JudgedLine]) -> bool:
    """Whether what `cuts` leave is an article: a good share of the page, or text that nothing speaks against."""
    sure = sum(count for at, count in enumerate(words) if at not in cuts and lines[at].site_doubt < SURE_BELOW)
    return sure >= SURE_WORDS or _share_left(words, cuts) >= MIN_KEPT_SHARE


def _share_left(words: Sequence[int], cuts: Collection[int]) -> float:
    left = sum(count for at, count in enumerate(words) if at not in cuts)
    return left / max(1, sum(words))


def _cut(lines: Sequence[JudgedLine], at: int, rule: str, reason: str, score: float | None = None) -> Removed:
    rounded = None if score is None else round(score, 3)
    return Removed(text=lines[at].text, index=at, rule=rule, reason=reason, score=rounded)
