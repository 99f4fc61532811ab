"""Which stretches of text near the article did the extractor leave out?

They are shown to the judge beside the extracted lines; those it takes for the article's come back. A stretch is text
in one block element, from one line break or block to the next.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import Location, Outline, block_of, squeeze
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 25  # white space left out
MIN_WORDS = 5
MAX_LINKED = 0.5
MAX_BESIDE = 3_000  # characters, white space left out, before the first and after the last extracted line
MAX_STRETCHES = 100  # a page with more is a list of something
_KNOWN_BY = 40  # characters that tell whether a stretch was extracted
_APART = frozenset({"nav", "footer", "form", "button", "figcaption", "option", "label"})
_TYPES = {"li": BlockType.LIST_ITEM, **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockType.HEADING)}


def find(outline: Outline, lines: Sequence[Line], places: Sequence[Location | None]) -> list[tuple[Line, Location]]:
    """Return what was left out beside and between `lines`, in the order of the page."""
    found = [place for place in places if place is not None]
    if not found:
        return []
    first = min(place.start for place in found) - MAX_BESIDE
    last = max(place.end for place in found) + MAX_BESIDE
    known = "".join(squeeze(line.text) for line in lines)
    apart: dict[_Element, bool] = {}
    stretches = []
    for begin, end, block in _stretches(outline, first, last):
        start, stop = outline.starts[begin], outline.starts[end] if end < len(outline.starts) else len(outline.flat)
        if stop - start < MIN_CHARS or outline.flat[start:stop][:_KNOWN_BY] in known:
            continue
        if outline.link_share(start, stop) > MAX_LINKED:
            continue
        if block not in apart:
            apart[block] = any(item.tag in _APART for item in (block, *block.iterancestors()))
        text = " ".join("".join(outline.texts[begin:end]).split())
        if apart[block] or fingerprint.word_count(text) < MIN_WORDS:
            continue
        line = Line(text=text, type=_TYPES.get(block.tag, BlockType.PARAGRAPH))
        stretches.append((line, Location(start=start, end=stop, element=block, exact=True)))
    return stretches if len(stretches) <= MAX_STRETCHES else []


def merge(
    lines: Sequence[Line], places: Sequence[Location | None], missing: Sequence[tuple[Line, Location]]
) -> list[tuple[Line, Location | None, bool]]:
    """Return `lines` in their order, each missing one before the first that stands after it, and which were there."""
    waiting = list(missing)
    merged: list[tuple[Line, Location | None, bool]] = []
    for line, place in zip(lines, places, strict=True):
        while waiting and place is not None and waiting[0][1].start < place.start:
            merged.append((*waiting.pop(0), False))
        merged.append((line, place, True))
    merged += [(line, place, False) for line, place in waiting]
    return merged


def _stretches(outline: Outline, first: int, last: int) -> Iterator[tuple[int, int, _Element]]:
    """Yield from which to which piece of the outline each stretch goes, and its block element."""
    breaks = {span[0] for element, span in outline.spans.items() if element.tag == "br"}
    begin = bisect_left(outline.starts, first)
    while begin < len(outline.starts) and outline.starts[begin] < last:
        block = block_of(outline.owners[begin])
        end = begin + 1
        while (
            end < len(outline.starts) and outline.starts[end] not in breaks and block_of(outline.owners[end]) is block
        ):
            end += 1
        yield begin, end, block
        begin = end
