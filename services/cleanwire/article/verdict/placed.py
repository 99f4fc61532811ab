"""Which lines are the article's for the place they have in it, whatever they are made like?

Extractors know quotations and standfirsts by names and leave them out on some sites and not on others; the judge doubts
what is made unlike the rest. A quotation between two paragraphs of the text, beside them in one element, is the
reporter's. So is the standfirst: what the page's markup calls so, between the headline and the first paragraph. And so
are the items of a list that a sentence of the text leads in to, though some of them are linked, and short lines of an
enumeration of which the extractor took most. And so is a fact box among the paragraphs, which its class or its heading
calls so, when it holds a sentence and neither links nor controls.
"""

import re
from collections import Counter
from collections.abc import Sequence, Set

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks import left_out
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Outline, text_of
from cleanwire.records.document import BlockType

MIN_WORDS = 8
TEXT_WORDS = 12  # of the paragraphs round it
MAX_LINKED_WORDS = 3
MAX_STANDFIRSTS = 2
_WHOLE = frozenset({"html", "body", "main", "article"})
_TITLES = ("h2", "h3", "h4", "h5", "h6")
_HEADS = frozenset({*_TITLES, "strong", "b", "header"})
MAX_FACTS_WORDS = 300
MAX_FACTS_LINKED = 0.3
MAX_FACTS_LEVELS = 4
MAX_LINE_WORDS = 12  # of a line in an enumeration
_OPENING = tuple("\"“„«「'‘»")
_END = re.compile(r"[.!?…。！？][\"”“’»」)\]]*$")
_NAMED = re.compile(
    r"stand-?_?first|(?:^|[\s_-])(?:dek|deck|chapo|chapeau|vorspann|entradilla|bajada|ingress|anons|sommario|occhiello)(?:$|[\s_-])"
    r"|(?:article|story|post|entry|content)[_-]{1,2}(?:lead|intro|subtitle|subheadline)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What standfirsts are called in class names of the trade, in several languages."""

_FACTS = re.compile(
    r"(?:^|[\s_-])(?:fact-?s?-?(?:box|sheet|file)|fakta-?(?:ruta|boks|boxen|box|laatikko)|fakten-?(?:box|kasten)|info-?kasten|"
    r"hintergrund(?:-?box|kasten)?|explainer(?:-?box)?|recuadro|despiece|encadr[eé]|rep[eè]res|riquadro|scheda|quadro|"
    r"ramka|kader(?:tekst)?|faktaruta)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FACTS_HEADING = re.compile(
    r"\W*(?:fact ?(?:box|file|sheet)|the facts|at a glance|explainer|background|fakta|faktaboks|faktaruta|fakten|"
    r"faktenbox|hintergrund|zur person|zur sache|das wissen wir|rep[eè]res|encadr[eé]|ce que l.on sait|"
    r"en bref|claves|las claves|datos|contexto|lo que sabemos|la scheda|scheda|in sintesi|feiten|de feiten|achtergrond|"
    r"fakty|dla przypomnienia|справка|факты|контекст|довідка|facts|faktat?|tausta|τα γεγονότα|背景|资料|小知识|"
    r"資料|メモ)(?:\s*[:：–—-]|\s*$)",
    re.IGNORECASE,
)
"""What fact boxes are called, in class names and in their headings, in several languages."""


def find(
    outline: Outline, candidates: Sequence[Candidate], ruled: Set[int] = frozenset(), authors: Sequence[str] = ()
) -> frozenset[int]:
    """Return which of `candidates` nobody took and stand where only the article's own lines do, and fact boxes.

    `ruled` are those that the line rules cut. A box that names one of `authors` tells of her.
    """
    taken = [at for at, one in enumerate(candidates) if one.is_taken and _is_text(one)]
    if not taken:
        return frozenset()
    missing = [at for at, one in enumerate(candidates) if not one.is_taken and _is_prose(one)]
    quoted = {at for at in missing if _is_quotation(candidates[at]) and _is_between(candidates, at)}
    named = [at for at in missing if _is_named(candidates[at])]  # many are the teasers of a list
    above = {at for at in named if at < taken[0]} if len(named) <= MAX_STANDFIRSTS else set()
    told = _facts(outline, candidates, taken, authors) - ruled
    return frozenset(quoted | above | _led_in(outline, candidates, ruled) | _lines_beside(outline, candidates) | told)


def _facts(outline: Outline, candidates: Sequence[Candidate], text: Sequence[int], authors: Sequence[str]) -> set[int]:
    """Return the lines of fact boxes that stand among `text`, the paragraphs that were taken; so headed also below."""
    inside: dict[_Element, list[int]] = {}
    asked: dict[_Element, bool] = {}
    for at, one in enumerate(candidates):
        if one.location is not None and text[0] < at and (box := _fact_box(one, asked)) is not None:
            inside.setdefault(box, []).append(at)
    told: set[int] = set()
    for box, lines in inside.items():
        others = [at for at in text if at not in lines]
        homes = [place.element.getparent() for at in others if (place := candidates[at].location) is not None]
        is_below = homes.count(box.getparent()) > 1 and _opens_with_facts(box)  # a class alone is given to notes too
        is_among = bool(others) and others[0] < lines[0] and (lines[-1] < others[-1] or is_below)
        of_author = any(name in " ".join(text_of(box).split()) for name in authors)
        if is_among and not of_author and _tells_facts(outline, box, [candidates[at] for at in lines]):
            told.update(lines)
    return told


def _fact_box(candidate: Candidate, asked: dict[_Element, bool]) -> _Element | None:
    """Return the nearest element round a line that its heading calls a fact box, or its class where it has none.

    `asked` remembers which elements are one: lines share what is round them.
    """
    assert candidate.location is not None
    for level, item in enumerate(candidate.location.element.iterancestors()):
        if item.tag in _WHOLE or level >= MAX_FACTS_LEVELS:
            return None
        if item not in asked:
            is_named = _FACTS.search(item.get("class") or "") is not None and next(item.iter(*_TITLES), None) is None
            asked[item] = is_named or _opens_with_facts(item)
        if asked[item]:
            return item
    return None


def _opens_with_facts(box: _Element) -> bool:
    first = next(iter(box), None)
    head = first if first is not None and first.tag in _HEADS else next(box.iter(*_TITLES), None)
    return head is not None and _FACTS_HEADING.match(text_of(head)) is not None


def _tells_facts(outline: Outline, box: _Element, lines: Sequence[Candidate]) -> bool:
    words = fingerprint.word_count(text_of(box))
    if words > MAX_FACTS_WORDS or next(box.iter("input", "button", "form", "select", "textarea"), None) is not None:
        return False
    has_sentence = any(_END.search(one.text) and fingerprint.word_count(one.text) >= MIN_WORDS for one in lines)
    return has_sentence and outline.link_share(*outline.spans[box]) <= MAX_FACTS_LINKED


def _lines_beside(outline: Outline, candidates: Sequence[Candidate]) -> set[int]:
    """Return the first or last lines of enumerations, parted by breaks, of which several others were taken."""
    taken = Counter(one.location.element for one in candidates if one.is_taken and one.location is not None)
    return {
        at
        for at, one in enumerate(candidates)
        if not one.is_taken
        and one.location is not None
        and taken[one.location.element] > 1
        and fingerprint.word_count(one.text) <= MAX_LINE_WORDS
        and outline.link_share(one.location.start, one.location.end) == 0
    }


def _led_in(outline: Outline, candidates: Sequence[Candidate], ruled: Set[int]) -> set[int]:
    """Return the items of lists that a line of the text, which stays, leads in to with a colon."""
    found: set[int] = set()
    leads = False
    for at, one in enumerate(candidates):
        is_item = one.location is not None and left_out.is_led_in(outline, one.location.element)
        if not is_item:
            leads = one.is_taken and at not in ruled and one.text.rstrip().endswith((":", "："))
        elif leads and not one.is_taken:
            found.add(at)
    return found


def _is_text(candidate: Candidate) -> bool:
    return candidate.line.type is BlockType.PARAGRAPH and fingerprint.word_count(candidate.text) >= TEXT_WORDS


def _is_prose(candidate: Candidate) -> bool:
    if candidate.location is None or candidate.line.type is not BlockType.PARAGRAPH:
        return False
    linked = sum(fingerprint.word_count(text_of(a)) for a in candidate.location.element.iter("a"))
    is_sentence = _END.search(candidate.text) is not None
    return is_sentence and linked <= MAX_LINKED_WORDS and fingerprint.word_count(candidate.text) >= MIN_WORDS


def _is_quotation(candidate: Candidate) -> bool:
    if candidate.text.startswith(_OPENING):
        return True
    assert candidate.location is not None
    element = candidate.location.element
    return element.tag == "blockquote" or any(item.tag == "blockquote" for item in element.iterancestors())


def _is_between(candidates: Sequence[Candidate], at: int) -> bool:
    """Whether the next lines that were taken, on both sides, are running text in an element that holds this one."""
    before = next((one for one in reversed(candidates[:at]) if one.is_taken), None)
    after = next((one for one in candidates[at + 1 :] if one.is_taken), None)
    here = candidates[at].location
    if before is None or after is None or here is None or not (_is_text(before) and _is_text(after)):
        return False
    homes = [one.location.element.getparent() for one in (before, after) if one.location is not None]
    around = [here.element.getparent(), *(_above(here.element))]
    return len(homes) == 2 and homes[0] is homes[1] and any(item is homes[0] for item in around)


def _above(element: _Element) -> list[_Element]:
    """Return the next two elements round the parent of `element`: quotations are wrapped."""
    parent = element.getparent()
    return [] if parent is None else list(parent.iterancestors())[:2]


def _is_named(candidate: Candidate) -> bool:
    assert candidate.location is not None
    element = candidate.location.element
    parent = element.getparent()
    return any(_NAMED.search(item.get("class") or "") for item in (element, parent) if item is not None)
