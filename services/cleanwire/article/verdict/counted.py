"""Which lines are the items that the headline counts: "10 walks for wet days", in ten boxes made alike?

Each item of such a piece is a box with a heading, a picture, a sentence and a button, as teasers of other stories are,
so the judge doubts them and rules for boxes take some. The headline's own figure is a second witness. It is believed of
as many siblings as it says, one more or less, where the extractor took the sentences of most.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.metadata.statements import elements
from cleanwire.records.document import BlockType

MIN_ITEMS = 5  # so many related stories a page often has, so few of them are sentences
MAX_ITEMS = 150
SENTENCE_WORDS = 10
MOST = 0.8  # of the items, whose sentences the extractor took
SLACK = 1  # items more or less: one may be split, or two in one box
MAX_LEVELS = 6  # round a line, looked at
_NUMBER = re.compile(r"(?<![\d.,:/$€£¥-])\d{1,3}(?![\d.,:/%$€£¥-]*\d|\s?[%$€£¥°])")

_Make = tuple[_Element, str, frozenset[str]]
"""What the items of one series share: parent, tag, and those of their classes that hold no figure."""


def find(candidates: Sequence[Candidate], titles: Sequence[str]) -> frozenset[int]:
    """Return which of `candidates` stand in items that one of `titles` counts: what was taken, and their headings."""
    counts = {int(found) for title in titles for found in _NUMBER.findall(title)}
    counts = {count for count in counts if MIN_ITEMS <= count <= MAX_ITEMS}
    if not counts:
        return frozenset()
    series: defaultdict[_Make, dict[_Element, list[int]]] = defaultdict(dict)
    for at, one in enumerate(candidates):
        if one.location is not None and (one.is_taken or one.line.type is BlockType.HEADING):
            for item, make in _around(one.location.element):
                series[make].setdefault(item, []).append(at)
    return frozenset(
        at
        for items in series.values()
        if any(abs(len(items) - count) <= SLACK for count in counts) and _are_told(candidates, items)
        for lines in items.values()
        for at in lines
    )


def _around(element: _Element) -> list[tuple[_Element, _Make]]:
    """Return the boxes round a line, innermost first, with what each shares with its like."""
    found: list[tuple[_Element, _Make]] = []
    around = (element, *element.iterancestors())
    if any(map(elements.is_box_of_others, around)):
        return []
    for item in around[:MAX_LEVELS]:
        parent = item.getparent()
        if parent is not None and len(item):  # a paragraph alone is no box
            classes = (item.get("class") or "").split()
            found.append((item, (parent, str(item.tag), frozenset(filter(_is_telling, classes)))))
    return found


def _is_telling(name: str) -> bool:
    return not any(char.isdecimal() for char in name)


def _are_told(candidates: Sequence[Candidate], items: dict[_Element, list[int]]) -> bool:
    """Tell whether most of `items` hold a sentence that the extractor took, each its own."""
    told = [
        next((candidates[at].text for at in lines if _is_sentence(candidates[at])), None) for lines in items.values()
    ]
    return len(set(filter(None, told))) >= MOST * len(items)


def _is_sentence(candidate: Candidate) -> bool:
    return candidate.taken_by is TakenBy.EXTRACTOR and fingerprint.word_count(candidate.text) >= SENTENCE_WORDS
