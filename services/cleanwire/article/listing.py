"""Is this page a list of other pages? A front, a section, a tag, an author's page, what a search found.

Such a page is made of cards: a linked headline and what stands with it in a small element, or right after it. Feeds
lead to them when an article is gone and its address goes on to the front.
"""

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from lxml.etree import _Element

from cleanwire.article import fingerprint, outline
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.outline import Outline, Place
from cleanwire.text.lines import Line

# White space is left out of all numbers of characters.
MIN_CARDS = 8
MIN_CARD_CHARS = 600
MIN_CARD_SHARE = 0.85
MAX_OTHER_CHARS = 350
"""Text beside the cards: an author's life in brief. The shortest articles among long lists of links have twice that."""
CARD_CHARS = 450  # a headline, a standfirst, a date and a name
HEADLINE_CHARS = 12  # of a link that may be a headline
LINKED = 0.8  # share of a line that makes it a link
_LEVELS = 5  # elements round a line in which its card's headline is looked for
_PAGES_OF_ALL_KINDS = frozenset({"webpage", "videoobject"})


def cards(shape: Outline, lines: Sequence[Line], places: Sequence[Place | None]) -> int | None:
    """Return of how many cards `lines` are made, None when they are not a list of other pages."""
    if len(lines) < MIN_CARDS:
        return None
    found: set[int] = set()
    inside = other = 0
    for line, place in zip(lines, places, strict=True):
        head = _card(shape, place) if place is not None else None
        if head is None:
            other += len(outline.squeeze(line.text))
            if other > MAX_OTHER_CHARS:
                return None
        else:
            found.add(head)
            inside += len(outline.squeeze(line.text))
    is_list = len(found) >= MIN_CARDS and inside >= MIN_CARD_CHARS and inside >= MIN_CARD_SHARE * (inside + other)
    return len(found) if is_list else None


def is_article(known: Metadata, announced: str | None) -> bool:
    """Whether the page says that it is an article, or has the title that its feed `announced`: then it is none of lists
    whatever it looks like, for articles that list links do exist."""
    if known.ld is not None and known.ld.type not in _PAGES_OF_ALL_KINDS:
        return True
    if known.markup.first("article:published_time") is not None:
        return True
    wanted = set(fingerprint.tokens(announced)) if announced else set()
    own = (*known.markup.headings, known.markup.title, known.markup.first("og:title"))
    return bool(wanted) and any(wanted <= set(fingerprint.tokens(text)) for text in own if text)


def _card(shape: Outline, place: Place) -> int | None:
    """Return where the card's headline begins, None when the line is in no card."""
    if shape.shares(place.start, place.end)[0] >= LINKED:
        return place.start
    element: _Element | None = place.element
    for _ in range(_LEVELS):
        if element is None or not _is_small(shape, element):
            break
        if (head := _head(shape, *shape.spans[element])) is not None:
            return head
        element = element.getparent()
    before = place.element.getprevious()
    if before is None or not (_is_small(shape, before) and _is_small(shape, place.element)):
        return None
    return _head(shape, *shape.spans[before])


def _is_small(shape: Outline, element: _Element) -> bool:
    start, end = shape.spans.get(element, (0, 0))
    return 0 < end - start <= CARD_CHARS


def _head(shape: Outline, start: int, end: int) -> int | None:
    """Return where from `start` to `end` a block element begins with a link that is long enough for a headline."""
    for at in range(bisect_left(shape.anchors, start, key=itemgetter(0)), len(shape.anchors)):
        begin, link = shape.anchors[at]
        if begin >= end:
            break
        block = outline.block_of(link)
        begins = shape.spans.get(block, (-1, -1))[0] == begin
        if begins and shape.shares(begin, begin + HEADLINE_CHARS)[0] == 1.0:
            return begin
    return None
