"""Do the parts of a table or list stay together?

Each line was judged alone; what most of them are, all of them are. Rows and items are short, and the judge doubts
short lines more than it should, so a whole goes only when it is doubted on the average, or when surer reasons take
half of it. A list of links is a box and no whole. A heading over what goes, goes with it.
"""

from collections.abc import Mapping, Sequence
from statistics import median

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.records.document import BlockType, Removed

MAX_LINKED = 0.8  # share of the characters
MAX_LINKED_HEADLINES = 0.5  # where they are headlines: a table of teams or parties may link their names
HEADLINE_WORDS = 3  # linked, in a row
TABLE_ABOVE = 0.85  # mean doubt: menus in tables are linked, what is left there are data
TABLE_BESIDE_ABOVE = 0.95
LIST_ABOVE = 0.5
LIST_BESIDE_ABOVE = 0.65
LIST_LED_ABOVE = 0.85
SURE_TEXT = 0.1
LABEL_WORDS = 3  # an item that is a menu's word elsewhere
LINKS_ABOVE = 0.2  # of a table of links below the text
LINKS_ABOVE_AMONG_TEXT = 0.6  # and of one with running text behind it
TEXT_WORDS = 12
SURE_SHARE = 0.5  # of the lines
ODD = 3  # times the words that half of the list's lines have at most
_DOUBTS = ("structure/judge", "structure/place")


def restored(lines: Sequence[JudgedLine], cuts: Mapping[int, Removed]) -> frozenset[int]:
    """Return which of `cuts` are not believed, for they would tear a whole that stays."""
    back: set[int] = set()
    for parts in _wholes(lines):
        torn = [at for at in parts if at in cuts]
        if torn and _stays(lines, parts, cuts):
            back.update(at for at in torn if not _is_sure(lines[at], cuts[at]) and not _is_odd(lines, parts, at))
            over = parts[0] - 1
            if over in cuts and lines[over].is_subhead and cuts[over].rule in _DOUBTS:
                back.add(over)
    return frozenset(back)


def remnants(lines: Sequence[JudgedLine], cuts: Mapping[int, Removed]) -> frozenset[int]:
    """Return which lines are left of wholes that go, headings over what goes included."""
    left: set[int] = set()
    for parts in _wholes(lines):
        torn = sum(at in cuts for at in parts)
        if (2 * torn > len(parts) and not _stays(lines, parts, cuts)) or _is_table_of_links(lines, parts, cuts):
            left.update(at for at in parts if at not in cuts)
    return frozenset(left | _lone_headings(lines, {*cuts, *left}))


def _wholes(lines: Sequence[JudgedLine]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        if line.candidate.whole is not None:
            found.setdefault(id(line.candidate.whole), []).append(at)
    return [parts for parts in found.values() if len(parts) > 1]


def _stays(lines: Sequence[JudgedLine], parts: Sequence[int], cuts: Mapping[int, Removed]) -> bool:
    whole = lines[parts[0]].candidate.whole
    if whole is None or _is_linked(lines, parts):
        return False
    if sum(at in cuts and cuts[at].rule not in _DOUBTS for at in parts) > SURE_SHARE * len(parts):
        return False
    return _doubt(lines, parts) <= (_table_above(lines, parts) if whole.is_table else _list_above(lines, parts, cuts))


def _table_above(lines: Sequence[JudgedLine], parts: Sequence[int]) -> float:
    """Return how much doubt a table may bear: more where it has figures and stands beside paragraphs of the text."""
    whole = lines[parts[0]].candidate.whole
    home = None if whole is None else whole.home
    has_figures = sum(any(map(str.isdecimal, lines[at].text)) for at in parts) > SURE_SHARE * len(parts)
    beside = home is not None and has_figures and _is_beside_text(lines, home.getparent())
    return TABLE_BESIDE_ABOVE if beside else TABLE_ABOVE


def _list_above(lines: Sequence[JudgedLine], parts: Sequence[int], cuts: Mapping[int, Removed]) -> float:
    """Return how much doubt a list may bear: more when it links nowhere and stands beside paragraphs of the text, and
    still more when a line that stays leads in to it.
    """
    whole = lines[parts[0]].candidate.whole
    home = None if whole is None else whole.home
    if whole is None or whole.linked > 0 or home is None or not _is_beside_text(lines, home.getparent()):
        return LIST_ABOVE
    over = parts[0] - 1
    if over < 0 or (over in cuts and cuts[over].rule not in _DOUBTS):
        return LIST_BESIDE_ABOVE
    leads_in = lines[over].is_subhead or lines[over].text.rstrip().endswith((":", "："))
    return LIST_LED_ABOVE if leads_in else LIST_BESIDE_ABOVE


def _is_beside_text(lines: Sequence[JudgedLine], home: _Element | None) -> bool:
    """Whether `home` itself holds a paragraph that is hardly doubted."""
    return home is not None and any(
        line.doubt <= SURE_TEXT and line.location is not None and line.location.element.getparent() is home
        for line in lines
        if fingerprint.word_count(line.text) >= TEXT_WORDS
    )


def _is_table_of_links(lines: Sequence[JudgedLine], parts: Sequence[int], cuts: Mapping[int, Removed]) -> bool:
    whole = lines[parts[0]].candidate.whole
    if whole is None or not whole.is_table or not _is_linked(lines, parts):
        return False
    behind = (at for at in range(parts[-1] + 1, len(lines)) if at not in cuts)
    is_among_text = any(fingerprint.word_count(lines[at].text) >= TEXT_WORDS for at in behind)
    return _doubt(lines, parts) > (LINKS_ABOVE_AMONG_TEXT if is_among_text else LINKS_ABOVE)


def _is_linked(lines: Sequence[JudgedLine], parts: Sequence[int]) -> bool:
    whole = lines[parts[0]].candidate.whole
    assert whole is not None
    words = sum(fingerprint.word_count(lines[at].text) for at in parts)
    has_headlines = words * whole.linked >= HEADLINE_WORDS * len(parts)
    return whole.linked > (MAX_LINKED_HEADLINES if has_headlines else MAX_LINKED)


def _doubt(lines: Sequence[JudgedLine], parts: Sequence[int]) -> float:
    return sum(lines[at].site_doubt for at in parts) / len(parts)


def _is_sure(line: JudgedLine, cut: Removed) -> bool:
    """Whether `cut` holds of the line alone: a list may end in a line that is none of its items.

    A menu's word is one among unlinked items: a place called "Home".
    """
    whole = line.candidate.whole
    if cut.rule in _DOUBTS or (whole is not None and whole.is_table):
        return False
    is_item = whole is not None and whole.home is not None and whole.linked == 0
    return not (is_item and cut.reason != "ad" and fingerprint.word_count(line.text) <= LABEL_WORDS)


def _is_odd(lines: Sequence[JudgedLine], parts: Sequence[int], at: int) -> bool:
    """Whether a line of a list is much longer than the others: keywords below the dates of a calendar."""
    whole = lines[at].candidate.whole
    if whole is None or whole.is_table:
        return False
    usual = median(fingerprint.word_count(lines[other].text) for other in parts)
    return fingerprint.word_count(lines[at].text) > max(TEXT_WORDS, ODD * usual)


def _lone_headings(lines: Sequence[JudgedLine], going: set[int]) -> set[int]:
    """Return the headings under which all goes, down to the next heading or the end."""
    lone: set[int] = set()
    under: list[int] = []
    for at in reversed(range(len(lines))):
        if lines[at].line.type is not BlockType.HEADING:
            under.append(at)
            continue
        if at not in going and under and all(below in going for below in under):
            lone.add(at)
        under = []
    return lone
