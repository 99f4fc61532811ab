"""Which lines below the article are a stream of other stories: headline and teaser, again and again?

Each entry is made like the others and opens with a link that fills its line: the headline. A round-up, whose text is
such a list, has no text of its own above it.
"""

from collections.abc import Sequence
from itertools import accumulate

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks import left_out
from cleanwire.article.markup.outline import Outline
from cleanwire.article.verdict.judged import JudgedLine

MIN_ENTRIES = 2
MIN_ABOVE = 0.6  # share of the words that stand above
MIN_OWN_WORDS = 60
MAX_ENTRY_WORDS = 80
HEADLINE_WORDS = 2
SURE_BELOW = 0.1
MAX_CLIMB = 4
_ENTRIES = frozenset({"p", "li", "div", "article", "section", "dd", "td"})


def find(outline: Outline, lines: Sequence[JudgedLine]) -> frozenset[int]:
    """Return which of `lines` stand in entries of such a stream."""
    words = [fingerprint.word_count(line.text) if line.candidate.is_taken else 0 for line in lines]
    above = [0, *accumulate(words)]
    least = max(MIN_OWN_WORDS, MIN_ABOVE * above[-1])
    asked: dict[_Element, bool] = {}
    below = [at for at in range(len(lines)) if above[at] >= least]
    found = {at for at in below if _is_in_an_entry(outline, lines[at], asked)}
    last = max((at for at in below if at not in found and lines[at].is_sure(below=SURE_BELOW)), default=-1)
    return frozenset(at for at in found if at > last)


def _is_in_an_entry(outline: Outline, line: JudgedLine, asked: dict[_Element, bool]) -> bool:
    if line.location is None:
        return False
    around = (line.location.element, *line.location.element.iterancestors())
    return any(_is_one_of_several(outline, item, asked) for item in around[: MAX_CLIMB + 1])


def _is_one_of_several(outline: Outline, item: _Element, asked: dict[_Element, bool]) -> bool:
    """Whether `item` is an entry and has one like it right beside it; `asked` remembers which are entries."""
    if not _asked(outline, item, asked):
        return False
    beside = (item.getprevious(), item.getnext())
    return any(
        other is not None
        and other.tag == item.tag
        and other.get("class") == item.get("class")
        and _asked(outline, other, asked)
        for other in beside
    )


def _asked(outline: Outline, item: _Element, asked: dict[_Element, bool]) -> bool:
    if item not in asked:
        asked[item] = item.tag in _ENTRIES and _is_entry(outline, item)
    return asked[item]


def _is_entry(outline: Outline, item: _Element) -> bool:
    """Whether `item` opens with a headline that is a link as a whole and goes on with a short text that is none."""
    span = outline.spans.get(item)
    if span is None or not 0 < outline.link_share(*span) < 1:
        return False
    parts = [one for one in left_out.stretches(outline, *span) if span[0] <= one.start and one.end <= span[1]]
    headline = next((one for one in parts if fingerprint.word_count(one.text) >= HEADLINE_WORDS), None)
    if headline is None or outline.link_share(headline.start, headline.end) < 1:
        return False
    return len(parts) > 1 and sum(fingerprint.word_count(one.text) for one in parts) <= MAX_ENTRY_WORDS
