"""Which stretches of text near the article did the extractor leave out?

They are shown to the judge beside the extracted lines; those it takes for the article's come back. A stretch is text
in one block element, from one line break or block to the next.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate, TakenBy
from cleanwire.article.markup.outline import Location, Outline, squeeze, text_of
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 25  # white space left out
MIN_WORDS = 5
MIN_LINE_WORDS = 2  # of a line among others that were taken
MAX_LINKED = 0.5
MAX_LINKED_ITEMS = 0.6  # of a list that a sentence leads in to
MAX_BESIDE = 3_000  # characters, white space left out, before the first and after the last extracted line
MAX_STRETCHES = 100  # a page with more is a list of something
_KNOWN_BY = 40  # characters that tell whether a stretch was extracted
_APART = frozenset({"nav", "footer", "form", "button", "figcaption", "option", "label"})
_LISTS = frozenset({"ul", "ol"})
_TYPES = {"li": BlockType.LIST_ITEM, **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockType.HEADING)}


class Stretch(NamedTuple):
    """Text in one block element, and where it stands in the squeezed text. A page has hundreds of them."""

    start: int
    end: int
    block: _Element
    pieces: Sequence[str]  # as they stand in the markup

    @property
    def text(self) -> str:
        """The text, white space in order."""
        return " ".join("".join(self.pieces).split())


def find(outline: Outline, candidates: Sequence[Candidate], brought: Sequence[str] = ()) -> list[Candidate]:
    """Return what was left out beside and between `candidates`, in the order of the page.

    What the feed brought of the text, `brought`, is found wherever it stands.
    """
    locations = [candidate.location for candidate in candidates if candidate.location is not None]
    if not locations:
        return []
    first = min(location.start for location in locations) - MAX_BESIDE
    last = max(location.end for location in locations) + MAX_BESIDE
    known = "".join(squeeze(candidate.text) for candidate in candidates)
    told = frozenset(map(squeeze, brought))
    homes = frozenset(location.element for location in locations if location.exact)
    apart: dict[_Element, bool] = {}
    whole = {form for location in locations for form in location.element.iterancestors("form")}  # of a page in one form
    found, vouched = [], []
    for stretch in stretches(outline, first, last) if not told else stretches(outline, 0, len(outline.flat)):
        key = outline.flat[stretch.start : stretch.end]
        if key[:_KNOWN_BY] in known:
            continue
        if key in told:
            vouched.append(stretch)
        elif first <= stretch.start < last and (
            _is_line_beside(outline, stretch, homes) or _may_be_text(outline, stretch, apart, whole)
        ):
            found.append(stretch)
    if len(found) > MAX_STRETCHES:
        found = []
    return [_candidate(stretch) for stretch in sorted([*found, *vouched], key=lambda stretch: stretch.start)]


def _is_line_beside(outline: Outline, stretch: Stretch, homes: Set[_Element]) -> bool:
    """Whether a stretch is a line, parted by breaks, of a block that other lines were taken from."""
    is_linked = outline.link_share(stretch.start, stretch.end) > 0
    return stretch.block in homes and not is_linked and fingerprint.word_count(stretch.text) >= MIN_LINE_WORDS


def _may_be_text(outline: Outline, stretch: Stretch, apart: dict[_Element, bool], whole: Set[_Element]) -> bool:
    """Whether a stretch is long and free enough to be told from furniture.

    `apart` remembers what was asked; what stands in the forms of `whole`, which hold the article, is not apart.
    """
    block = stretch.block
    if is_led_in(outline, block):
        return True
    if stretch.end - stretch.start < MIN_CHARS or outline.link_share(stretch.start, stretch.end) > MAX_LINKED:
        return False
    if block not in apart:
        apart[block] = any(item.tag in _APART and item not in whole for item in (block, *block.iterancestors()))
    return not apart[block] and fingerprint.word_count(stretch.text) >= MIN_WORDS


def is_led_in(outline: Outline, item: _Element) -> bool:
    """Whether `item` is one of a list that the sentence above leads in to, with a colon, and that is no list of links:
    places, names or dates of which each may be linked."""
    home = item.getparent()
    if item.tag != "li" or home is None or home.tag not in _LISTS:
        return False
    over = home.getprevious()
    if over is None or over.tag != "p" or home not in outline.spans or over not in outline.spans:
        return False
    if not text_of(over).rstrip().endswith((":", "：")) or outline.link_share(*outline.spans[over]) > 0:
        return False
    return outline.link_share(*outline.spans[home]) <= MAX_LINKED_ITEMS


def type_of(block: _Element) -> BlockType:
    """Return what a line is that stands in `block`."""
    return _TYPES.get(block.tag, BlockType.PARAGRAPH)


def _candidate(stretch: Stretch) -> Candidate:
    line = Line(text=stretch.text, type=type_of(stretch.block))
    location = Location(start=stretch.start, end=stretch.end, element=stretch.block, exact=True)
    return Candidate(line=line, location=location, taken_by=TakenBy.NOBODY)


def stretches(outline: Outline, first: int, last: int) -> Iterator[Stretch]:
    """Yield the stretches that begin from `first` to before `last` in the squeezed text of `outline`."""
    starts, blocks, breaks = outline.starts, outline.blocks, outline.breaks
    begin = bisect_left(starts, first)
    while begin < len(starts) and starts[begin] < last:
        block = blocks[begin]
        end = begin + 1
        while end < len(starts) and blocks[end] is block and starts[end] not in breaks:
            end += 1
        yield Stretch(
            start=starts[begin],
            end=starts[end] if end < len(starts) else len(outline.flat),
            block=block,
            pieces=outline.texts[begin:end],
        )
        begin = end
