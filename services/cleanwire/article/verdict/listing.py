"""Is this page a list of other pages? A front, a section, a tag, an author's page, what a search found.

Such a page is made of cards: a linked headline and what stands with it in a small element, or right after it. Feeds
lead to them when an article is gone and its address goes on to the front. Where a page says what it is, fewer cards
tell; but a front may state its lead story's JSON-LD, and an article that it is a website.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location, Outline, block_of, squeeze, text_of
from cleanwire.article.metadata.cascade import Metadata
from cleanwire.article.metadata.statements import json_ld


class Claim(IntEnum):
    """Whether a page that states no article says that it is a list of other pages."""

    NO = 0
    PERHAPS = 1  # JSON-LD or og:type: pages of articles have these too
    YES = 2  # the address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What makes a list. White space is left out of all numbers of characters."""

    cards: int  # of which the text is made
    chars: int  # of them
    headlines: int  # linked ones on the whole page: the extractor may have taken only the lead story


_ASKED = {
    Claim.NO: _Asked(cards=8, chars=600, headlines=0),
    Claim.PERHAPS: _Asked(cards=4, chars=200, headlines=4),
    Claim.YES: _Asked(cards=1, chars=200, headlines=8),
}
MIN_CARD_SHARE = 0.85
MAX_OTHER_CHARS = 350
"""Text beside the cards: an author's life in brief. The shortest articles among long lists of links have twice that."""
CARD_CHARS = 450  # a headline, a standfirst, a date and a name
HEADLINE_CHARS = 12  # of a link that may be a headline
LONG_HEADLINE_CHARS = 20  # of one that surely is
LINKED = 0.8  # share of a line that makes it a link
_LEVELS = 5  # elements round a line in which its card's headline is looked for
_APART = frozenset({"nav", "footer", "aside", "header", "form"})
_PAGES_OF_ALL_KINDS = frozenset({"webpage", "videoobject"})
_LISTS = frozenset({"collectionpage", "searchresultspage", "profilepage", "itemlist", "blog"})
_FRONT = re.compile(r"(?:(?:index|home|default)(?:\.\w{2,5})?|[a-z]{2}(?:-[a-z]{2})?)?")
_LIST_PATH = re.compile(
    r"(?:.{1,80}/)?(?:(?:tags?|topics?|categor(?:y|ies)|authors?|search|sections?|schlagwort|themen?|kategorien?|autor(?:en)?|"
    r"suche|auteurs?|recherche|etiquetas?|categorias?|autores|buscar|ricerca|autori|tagi|kategorie|szukaj)"
    r"(?:/[^/]{1,80})?(?:/page/\d{1,4})?|archives?(?:/\d{1,4}){0,3})"
)


def cards(outline: Outline, lines: Sequence[Candidate], claim: Claim) -> int | None:
    """Return of how many cards `lines` are made, None when they are not a list of other pages."""
    found: set[int] = set()
    inside = other = 0
    for line in lines:
        head = _card(outline, line.location) if line.location is not None else None
        if head is None:
            other += len(squeeze(line.text))
            if other > MAX_OTHER_CHARS:
                return None
        else:
            found.add(head)
            inside += len(squeeze(line.text))
    if not found or inside < MIN_CARD_SHARE * (inside + other):
        return None
    headlines = _headlines(outline) if claim else 0
    asked = (_ASKED[level] for level in Claim if level <= claim)
    is_list = any(
        len(found) >= least.cards and inside >= least.chars and headlines >= least.headlines for least in asked
    )
    return max(len(found), headlines) if is_list else None


def claim_of(known: Metadata, url: str) -> Claim:
    """Return whether the page at `url`, which states no article, says that it is a list."""
    if _is_front(known, url) or _LIST_PATH.fullmatch(json_ld.path(url)) is not None:
        return Claim.YES
    is_perhaps = known.page_types & _LISTS or _type(known) in {"website", "profile"}
    return Claim.PERHAPS if is_perhaps else Claim.NO


def is_article(known: Metadata, url: str, announced: str | None) -> bool:
    """Whether the page at `url` says that it is an article, or has the title that its feed `announced`: then it is none
    of lists whatever it looks like, for articles that list links do exist."""
    if _is_stated(known, url):
        return True
    wanted = set(fingerprint.tokens(announced)) if announced else set()
    own = (*known.elements.headings, known.elements.title, known.elements.first("og:title"))
    return bool(wanted) and any(wanted <= set(fingerprint.tokens(text)) for text in own if text)


def _is_stated(known: Metadata, url: str) -> bool:
    """Whether JSON-LD or the head state this page as an article. Fronts and sections may state their lead story."""
    if _is_front(known, url):
        return False
    ld = known.ld
    if ld is not None and ld.type not in _PAGES_OF_ALL_KINDS:
        own = {"", *(json_ld.path(address) for address in (url, known.canonical_url) if address)}
        if json_ld.path(ld.url) in own if ld.url else not known.page_types & _LISTS:
            return True
    return known.elements.first("article:published_time") is not None


def _is_front(known: Metadata, url: str) -> bool:
    """Whether this is a site's front: by its address, and by what it says of itself or of its lead story."""
    if _FRONT.fullmatch(json_ld.path(url)) is None:
        return False
    canonical = known.canonical_url
    is_canonical = canonical is not None and _FRONT.fullmatch(json_ld.path(canonical)) is not None
    states_another = known.ld is not None and known.ld.url is not None and json_ld.path(known.ld.url) != ""
    return is_canonical or states_another or _type(known) == "website"


def _type(known: Metadata) -> str:
    return (known.elements.first("og:type") or "").lower()


def _headlines(outline: Outline) -> int:
    """Return how many blocks outside menus begin with a link as long as a headline, or are hardly more than one."""
    return sum(_is_headline(outline, begin, block_of(link)) for begin, link in outline.anchors)


def _is_headline(outline: Outline, begin: int, block: _Element) -> bool:
    start, end = outline.spans.get(block, (-1, -1))
    return (
        (start == begin or (end - start <= CARD_CHARS and outline.link_share(start, end) >= LINKED))
        and outline.shares(begin, begin + LONG_HEADLINE_CHARS)[0] == 1.0
        and not any(element.tag in _APART for element in (block, *block.iterancestors()))
    )


def _card(outline: Outline, place: Location) -> int | None:
    """Return where the card's headline begins, None when the line is in no card."""
    if outline.shares(place.start, place.end)[0] >= LINKED:
        return place.start
    element: _Element | None = place.element
    for _ in range(_LEVELS):
        if element is None or not _is_small(outline, element):
            break
        if (head := _head(outline, *outline.spans[element])) is not None:
            return head
        element = element.getparent()
    before = place.element.getprevious()
    if before is None or not (_is_small(outline, before) and _is_small(outline, place.element)):
        return None
    return _head(outline, *outline.spans[before])


def _is_small(outline: Outline, element: _Element) -> bool:
    start, end = outline.spans.get(element, (0, 0))
    return 0 < end - start <= CARD_CHARS


def _head(outline: Outline, start: int, end: int) -> int | None:
    """Return where from `start` to `end` a block element begins with a link that is long enough for a headline."""
    for at in range(bisect_left(outline.anchors, start, key=itemgetter(0)), len(outline.anchors)):
        begin, link = outline.anchors[at]
        if begin >= end:
            break
        block = block_of(link)
        begins = outline.spans.get(block, (-1, -1))[0] == begin
        is_long = outline.shares(begin, begin + HEADLINE_CHARS)[0] == 1.0
        if begins and is_long and "@" not in text_of(link):  # the name of who commented, with a handle
            return begin
    return None
