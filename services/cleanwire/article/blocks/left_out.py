"""Which stretches of text near the article did the extractor leave out?

They are shown to the judge beside the extracted lines; those it takes for the article's come back. A stretch is text
in one block element, from one line break or block to the next.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate, TakenBy
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


def find(outline: Outline, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return what was left out beside and between `candidates`, in the order of the page."""
    locations = [candidate.location for candidate in candidates if candidate.location is not None]
    if not locations:
        return []
    first = min(location.start for location in locations) - MAX_BESIDE
    last = max(location.end for location in locations) + MAX_BESIDE
    known = "".join(squeeze(candidate.text) for candidate in candidates)
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
        location = Location(start=start, end=stop, element=block, exact=True)
        stretches.append(Candidate(line=line, location=location, taken_by=TakenBy.NOBODY))
    return stretches if len(stretches) <= MAX_STRETCHES else []


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
