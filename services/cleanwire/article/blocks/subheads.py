"""Which subheads did the extractor leave out?

Where it knows the site's markup it takes them; else it gathers paragraphs and loses what stands between them. A heading
between two paragraphs that were taken, in the same element as both, is the reporter's. So is any other element there
whose class says that it is one. The judge still hears of it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.markup.outline import Location, Outline, squeeze, text_of
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MAX_WORDS = 25
MAX_CHARS = 160  # for scripts without spaces too
MAX_LINKED = 0.3
NEIGHBOUR_WORDS = 12  # of the paragraphs round it
LOOK = 2  # lines before and after it, of which one is such a paragraph: an advertisement's label may stand between
_TAGS = frozenset({"h2", "h3", "h4"})
_OTHER_TAGS = frozenset({"p", "div", "h5", "h6"})
_NAMED = re.compile(
    r"sub-?_?(?:head|hed\b|title)|cross-?head|zwischen-?(?:titel|ueberschrift)|inter-?tit|ladillo|sous-?titre|mellan-?rubrik|"
    r"mellom-?tit|srodtytul",
    re.IGNORECASE,
)
"""What subheads are called in class names of the trade, in several languages."""


def find(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the subheads that were left out between `candidates`, in the order of the page."""
    placed = sorted(
        ((candidate.location, candidate.line) for candidate in candidates if candidate.location is not None),
        key=lambda pair: pair[0].start,
    )
    starts = [location.start for location, _ in placed]
    missing = []
    for element, (start, end) in outline.spans.items():
        if 0 < end - start <= MAX_CHARS and _is_heading(element):
            at = bisect_left(starts, start)
            before = [pair for pair in placed[max(0, at - LOOK) : at] if pair[0].end <= start]
            after = [pair for pair in placed[at : at + LOOK] if pair[0].start >= end]
            if all(any(_is_paragraph_beside(element, *pair) for pair in side) for side in (before, after)):
                missing.append(Location(start=start, end=end, element=element, exact=True))
    known = {squeeze(candidate.text) for candidate in candidates} if missing else set()
    return [
        Candidate(line=Line(text=text, type=BlockType.HEADING), location=location, taken_by=TakenBy.SUBHEAD)
        for location in sorted(missing, key=lambda location: location.start)
        if outline.flat[location.start : location.end] not in known
        and is_unlinked(outline, location)
        and fingerprint.word_count(text := " ".join(text_of(location.element).split())) <= MAX_WORDS
    ]


def is_unlinked(outline: Outline, location: Location) -> bool:
    """Whether hardly any of what stands at `location` is a link: teasers' headings are links, subheads are not."""
    return outline.link_share(location.start, location.end) <= MAX_LINKED


def _is_heading(element: _Element) -> bool:
    if element.tag in _TAGS:
        return True
    return element.tag in _OTHER_TAGS and _is_named(element.get("class") or "")


@lru_cache(maxsize=1024)  # a page has few classes
def _is_named(classes: str) -> bool:
    return _NAMED.search(classes) is not None


def _is_paragraph_beside(heading: _Element, location: Location, line: Line) -> bool:
    """Whether `line` is running text in the element that holds `heading`."""
    if line.type is not BlockType.PARAGRAPH or fingerprint.word_count(line.text) < NEIGHBOUR_WORDS:
        return False
    parent = heading.getparent()
    return parent is location.element or parent is location.element.getparent()
