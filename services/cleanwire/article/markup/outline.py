"""Where in a page does a piece of text stand?

One pass over the tree collects the visible text without white space, and for every stretch of it the element it
stands in and whether it is linked or emphasised. A line that an extractor returns is found again by plain search,
whatever the extractor did to the markup.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from lxml.etree import _Element

SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "iframe", "select", "textarea", "object"}
)
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s"}
    | {"small", "span", "strong", "sub", "sup", "time", "tt", "u", "wbr"}
)
_PICTURES = frozenset({"img", "video", "iframe", "amp-img"})
_LINK, _BOLD, _ITALIC = 1, 2, 4  # bits of a mark
_MARKS = {"a": _LINK, "b": _BOLD, "strong": _BOLD, "em": _ITALIC, "i": _ITALIC}
# Invisible characters that extractors drop: soft hyphen, zero-width marks, direction marks, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_PROBE = 24  # characters that tell a line from others when the whole of it is not found
_NEAR = 4000


def text_of(element: _Element) -> str:
    """Return all text inside `element`, as it stands in the markup."""
    return "".join(map(str, element.itertext()))


def block_of(element: _Element) -> _Element:
    """Return the nearest block element from `element` upwards."""
    while element.tag in INLINE and (parent := element.getparent()) is not None:
        element = parent
    return element


def squeeze(text: str) -> str:
    """Return `text` without white space and invisible characters."""
    squeezed = "".join(text.split())
    return squeezed if squeezed.isascii() else _INVISIBLE.sub("", squeezed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a line stands: its stretch of the squeezed text, and the smallest block element around it."""

    start: int
    end: int
    element: _Element
    exact: bool


@dataclass(slots=True)
class Outline:
    """The visible text of a page without white space, and what stands where."""

    flat: str = ""
    starts: list[int] = field(default_factory=list)
    owners: list[_Element] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # of each stretch, as it stands in the markup
    blocks: list[_Element] = field(default_factory=list)  # the block element that each stretch stands in
    breaks: set[int] = field(default_factory=set)  # where a line break stands
    linked: list[int] = field(default_factory=list)  # running sum of linked characters before each stretch
    anchors: list[tuple[int, _Element]] = field(default_factory=list)  # where each link begins
    pictures: list[int] = field(default_factory=list)  # where pictures, films and frames stand, each place once
    spans: dict[_Element, tuple[int, int]] = field(default_factory=dict)  # of every block element
    depth: int = 0

    @classmethod
    def of(cls, root: _Element) -> "Outline":
        """Return the outline of the tree under `root`."""
        return _read(root)

    def locate(self, lines: list[str]) -> list[Location | None]:
        """Return where each of `lines` stands; lines are searched in order, so a repeated line is found in turn."""
        found: list[Location | None] = []
        cursor = 0
        for line in lines:
            location = _find(self, squeeze(line), cursor)
            if location is not None and (len(line) >= _PROBE or location.start - cursor < _NEAR):
                cursor = max(cursor, location.end)
            found.append(location)
        return found

    def shares(self, start: int, end: int) -> tuple[float, float, float]:
        """Return which share of the characters from `start` to `end` is linked, bold, italic."""
        first = max(0, bisect_right(self.starts, start) - 1)
        counts = [0, 0, 0]
        for at in range(first, len(self.starts)):
            begin = self.starts[at]
            if begin >= end:
                break
            until = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.flat)
            chars, mark = min(until, end) - max(begin, start), self.marks[at]
            for bit in range(3):
                if mark >> bit & 1:
                    counts[bit] += chars
        size = max(1, end - start)
        return counts[0] / size, counts[1] / size, counts[2] / size

    def owner(self, offset: int) -> _Element:
        """Return the element whose own text stands at `offset`."""
        return self.owners[max(0, bisect_right(self.starts, offset) - 1)]

    def link_share(self, start: int, end: int) -> float:
        """Return about which share of the characters from `start` to `end` is linked, to whole stretches."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        return min(1.0, (self.linked[last + 1] - self.linked[max(0, first)]) / max(1, end - start))


def _read(root: _Element) -> Outline:
    reader = _Reader()
    reader.walk(root, block_of(root), 0, 1)
    reader.outline.flat = "".join(reader.parts)
    return reader.outline


class _Reader:
    """One pass over a tree."""

    __slots__ = ("linked", "outline", "parts", "size")

    def __init__(self) -> None:
        self.outline = Outline()
        self.outline.linked.append(0)
        self.parts: list[str] = []
        self.size = 0
        self.linked = 0

    def walk(self, element: _Element, block: _Element, mark: int, depth: int) -> None:
        """Note the texts inside `element`, which is `block` or stands in it; `mark` says what is made of them there."""
        outline, tag, begin = self.outline, element.tag, self.size
        if tag == "a":
            outline.anchors.append((begin, element))
        mark |= _MARKS.get(tag, 0)
        if depth > outline.depth:
            outline.depth = depth
        if text := element.text:  # lxml makes a new string whenever it is asked
            self.put(text, element, block, mark)
        for child in element:
            kind = child.tag
            if isinstance(kind, str):
                if kind in _PICTURES and (not outline.pictures or outline.pictures[-1] != self.size):
                    outline.pictures.append(self.size)
                if kind not in SKIPPED:
                    self.walk(child, block if kind in INLINE else child, mark, depth + 1)
            if text := child.tail:
                self.put(text, element, block, mark)
        if tag not in INLINE:
            outline.spans[element] = (begin, self.size)
            if tag == "br":
                outline.breaks.add(begin)

    def put(self, text: str, owner: _Element, block: _Element, mark: int) -> None:
        """Note a text of `owner` in `block`, or that only white space follows the one before."""
        outline = self.outline
        if squeezed := "" if text.isspace() else squeeze(text):  # most of a page's texts are white space
            outline.starts.append(self.size)
            outline.owners.append(owner)
            outline.blocks.append(block)
            outline.marks.append(mark)
            outline.texts.append(text)
            self.parts.append(squeezed)
            self.size += len(squeezed)
            if mark & _LINK:
                self.linked += len(squeezed)
            outline.linked.append(self.linked)
        elif outline.texts:
            outline.texts[-1] += " "


def _find(outline: Outline, key: str, cursor: int) -> Location | None:
    if not key:
        return None
    at = _search(outline.flat, key, cursor)
    if at >= 0:
        return _location(outline, at, at + len(key), exact=True)
    if len(key) < 2 * _PROBE:
        return None
    at = _search(outline.flat, key[:_PROBE], cursor)
    if at < 0:
        middle = len(key) // 2
        at = _search(outline.flat, key[middle : middle + _PROBE], cursor)
        at = max(0, at - middle) if at >= 0 else at
    if at < 0:
        return None
    return _location(outline, at, min(len(outline.flat), at + len(key)), exact=False)


def _search(flat: str, key: str, cursor: int) -> int:
    at = flat.find(key, cursor)
    return at if at >= 0 else flat.find(key)


def _location(outline: Outline, start: int, end: int, *, exact: bool) -> Location:
    element = outline.owner(start)
    last: _Element | None = outline.owner(max(start, end - 1))
    if last is not element:
        around = {element, *element.iterancestors()}
        while last is not None and last not in around:
            last = last.getparent()
        element = element if last is None else last
    return Location(start=start, end=end, element=block_of(element), exact=exact)
