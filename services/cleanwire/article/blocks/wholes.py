"""Which lines are parts of one whole: the rows of a table, the items of a list, the lines of an enumeration?

Half a table of results is a false one, so what is judged line by line must be decided as one. A table or list that
holds paragraphs or headings lays the page out, or is a feed of posts: its parts are no whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks import layout_tables
from cleanwire.article.blocks.candidate import Candidate, TakenBy, Whole
from cleanwire.article.markup.outline import Location, Outline, squeeze, text_of
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MAX_WORDS = 60  # of a line: what is longer is running text
MAX_SHORT_WORDS = 8  # of a line in an enumeration parted by breaks or paragraphs
MIN_SHORT = 3  # such lines in a row
MAX_HEADING_CHARS = 160  # white space left out
MAX_LINKED = 0.3
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "dl"})
_ENDS = frozenset({"article", "section", "main", "body"})
_CONTAINS = frozenset({"p", "h1", "h2", "h3", "h4", "blockquote", "article", "figure", "form"})
_MAX_CONTAINED = 0.5  # of them for each line


def mark(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return `candidates`, each with the whole that it is part of, if any, and the headings right above them."""
    places = _places(outline, candidates)
    lines: dict[_Element, list[int]] = {}
    for at, place in enumerate(places):
        if (home := _home(place)) is not None:
            lines.setdefault(home, []).append(at)
    marked = list(candidates)
    begins: dict[int, int] = {}  # where a whole begins on the page: its first candidate
    for home, parts in lines.items():
        if len(parts) > 1 and _is_whole(home, [candidates[at] for at in parts]):
            whole = Whole(is_table=home.tag == "table", linked=outline.link_share(*outline.spans[home]), home=home)
            for at in parts:
                marked[at] = replace(candidates[at], whole=whole)
            begins.setdefault(outline.spans[home][0], parts[0])
    return _with_headings(outline, _with_enumerations(outline, marked), begins)


def _with_headings(outline: Outline, candidates: list[Candidate], begins: Mapping[int, int]) -> list[Candidate]:
    """Return `candidates` with the headings that stand right above a whole and were left out."""
    missing = {
        begins[end]: (element, start, end)
        for element, (start, end) in outline.spans.items()
        if end in begins and element.tag in _HEADINGS and 0 < end - start <= MAX_HEADING_CHARS
    }
    for at, (element, start, end) in sorted(missing.items(), reverse=True):
        known = {squeeze(one.text) for one in candidates[max(0, at - 2) : at + 1]}
        if outline.flat[start:end] not in known and outline.link_share(start, end) <= MAX_LINKED:
            text = " ".join(text_of(element).split())
            place = Location(start=start, end=end, element=element, exact=True)
            line = Line(text=text, type=BlockType.HEADING)
            candidates.insert(at, Candidate(line=line, location=place, taken_by=TakenBy.SUBHEAD))
    return candidates


def _places(outline: Outline, candidates: Sequence[Candidate]) -> list[Location | None]:
    """Return where each candidate stands; a row, whose cells the extractor parts by bars, is searched without them."""
    rows = [at for at, one in enumerate(candidates) if one.line.type is BlockType.TABLE and one.location is None]
    found = outline.locate([candidates[at].text.replace(" | ", "") for at in rows])
    places = [candidate.location for candidate in candidates]
    for at, place in zip(rows, found, strict=True):
        places[at] = place
    return places


def _home(place: Location | None) -> _Element | None:
    """Return the table, or the outermost list, that a line stands in."""
    if place is None:
        return None
    home = None
    for item in (place.element, *place.element.iterancestors()):
        if item.tag == "table":
            return item if home is None else home
        if item.tag in _LISTS:
            home = item
        elif item.tag in _ENDS:
            break
    return home


def _is_whole(home: _Element, parts: Sequence[Candidate]) -> bool:
    if any(fingerprint.word_count(part.text) > MAX_WORDS for part in parts):
        return False
    if home.tag == "table":
        return not layout_tables.is_layout(home)
    return sum(item.tag in _CONTAINS for item in home.iterdescendants()) <= _MAX_CONTAINED * len(parts)


def _with_enumerations(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return `candidates`, short lines of one make in a row being a whole."""
    marked = list(candidates)
    begin = 0
    while begin < len(marked):
        end = begin + 1
        while end < len(marked) and _goes_on(marked[begin], marked[end]):
            end += 1
        first, last = marked[begin].location, marked[end - 1].location
        if end - begin >= MIN_SHORT and first is not None and last is not None:
            whole = Whole(is_table=False, linked=outline.link_share(first.start, last.end))
            marked[begin:end] = [replace(one, whole=whole) for one in marked[begin:end]]
        begin = end
    return marked


def _goes_on(first: Candidate, later: Candidate) -> bool:
    return all(_is_short(one) for one in (first, later)) and _make(first) == _make(later)


def _is_short(candidate: Candidate) -> bool:
    if candidate.whole is not None or candidate.location is None or candidate.line.type is BlockType.HEADING:
        return False
    return fingerprint.word_count(candidate.text) <= MAX_SHORT_WORDS


def _make(candidate: Candidate) -> tuple[_Element | None, object, object]:
    """Return what lines of one enumeration share: the parent, the element and its class; or the element that breaks."""
    assert candidate.location is not None
    element = candidate.location.element
    return element.getparent(), element.tag, element.get("class")
