"""Which paragraphs did the extractor leave out?

A paragraph made like several extracted ones (same element and class, inside the same kind of parents) that stands
among or beside them is taken in again, where it stands in the page. Extractors lose such paragraphs of pages split by
advertisements, and after lists. The posts of a live blog go on for as long as the page says so, headings included.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from lxml.etree import _Element

from cleanwire.article.blocks import wording
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.markup.outline import Location, Outline, squeeze, text_of
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_WORDS = 8
LONG_WORDS = 15
MIN_ALIKE = 2  # extracted paragraphs of the same make
MAX_LINKED = 0.4
MIN_LIVE = 2  # containers around a paragraph whose class speaks of a live blog
MAX_BESIDE = 3_000  # characters, white space left out, before the first and after the last extracted line
_APART = frozenset({"aside", "nav", "footer", "form", "figure", "header", "table", "button", "details"})

_POST_MIN_WORDS = 3
_POST_TAGS = frozenset({"p", "h2", "h3", "h4"})
_LIVE = re.compile(r"\blive[-_]?(?:blog|stream|post|ticker|update|feed|event|report)", re.IGNORECASE)

_Make = tuple[str | None, ...]


def find(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the paragraphs that were left out, in the order of the page."""
    locations = [candidate.location for candidate in candidates if candidate.location is not None]
    makes = _trusted(candidates)
    if not makes or not locations:
        return []
    first = min(location.start for location in locations)
    last = max(location.end for location in locations)
    known = "".join(squeeze(candidate.text) for candidate in candidates)
    posts: dict[_Element | None, bool] = {}
    missing = [
        (span, element)
        for element, span in outline.spans.items()
        if (
            element.tag == "p"
            and first - MAX_BESIDE <= span[0] < last + MAX_BESIDE
            and _make(element) in makes
            and _is_paragraph(outline, element, span, known)
        )
        or (element.tag in _POST_TAGS and _is_in_a_post(outline, element, span, known, posts))
    ]
    return [_paragraph(*pair) for pair in sorted(missing, key=lambda pair: pair[0])]


def _trusted(candidates: Sequence[Candidate]) -> set[_Make]:
    """Return the makes of which several long paragraphs were extracted."""
    counts: Counter[_Make] = Counter()
    for candidate in candidates:
        location = candidate.location
        if location is not None and location.element.tag == "p":
            words = wording.read(candidate.text)
            if words.words >= LONG_WORDS and words.stop:
                counts[_make(location.element)] += 1
    return {make for make, count in counts.items() if count >= MIN_ALIKE}


def _make(element: _Element) -> _Make:
    parent = element.getparent()
    above = parent.getparent() if parent is not None else None
    tags = tuple(str(item.tag) for item in (element, parent, above) if item is not None)
    return (*tags, *(item.get("class") for item in (element, parent, above) if item is not None))


def _is_paragraph(outline: Outline, element: _Element, span: tuple[int, int], known: str) -> bool:
    if not _is_new(outline, span, known):
        return False
    words = wording.read(text_of(element))
    return words.words >= MIN_WORDS and words.stop and not any(item.tag in _APART for item in element.iterancestors())


def _is_in_a_post(
    outline: Outline, element: _Element, span: tuple[int, int], known: str, posts: dict[_Element | None, bool]
) -> bool:
    """Whether `element` is a paragraph or heading of a post in a live blog. `posts` remembers what was asked."""
    parent = element.getparent()
    if parent not in posts:
        posts[parent] = _holds_a_post(element)
    return posts[parent] and _is_new(outline, span, known) and wording.read(text_of(element)).words >= _POST_MIN_WORDS


def _holds_a_post(element: _Element) -> bool:
    """Whether the classes round `element` say that it is in a post of a live blog.

    There are two signs, for one container alone may hold a teaser of a live blog elsewhere.
    """
    above = list(element.iterancestors())
    signs = sum(_is_live(item.get("class") or "") for item in above)
    return signs >= MIN_LIVE and not any(item.tag in _APART for item in above)


@lru_cache(maxsize=1024)  # a page has few classes
def _is_live(classes: str) -> bool:
    return _LIVE.search(classes) is not None


def _is_new(outline: Outline, span: tuple[int, int], known: str) -> bool:
    key = outline.flat[span[0] : span[1]]
    return bool(key) and key[:40] not in known and outline.link_share(*span) <= MAX_LINKED


def _paragraph(span: tuple[int, int], element: _Element) -> Candidate:
    text = " ".join(text_of(element).split())
    kind = BlockType.PARAGRAPH if element.tag == "p" else BlockType.HEADING
    return Candidate(
        line=Line(text=text, type=kind),
        location=Location(start=span[0], end=span[1], element=element, exact=True),
        taken_by=TakenBy.MADE_ALIKE,
    )
