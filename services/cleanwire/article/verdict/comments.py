"""Which lines are readers' comments under the article?

What tells them is what comments have and articles have not: the markup of one (https://schema.org/Comment), a control
to reply by beside each, or a heading that counts comments over lines that begin with a name. All of it stands below
most of the text; a letter that a reporter quotes has none of it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import Outline, block_of, squeeze, text_of
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.records.document import BlockType
from cleanwire.text import prose
from cleanwire.text.boilerplate import voices

MIN_ABOVE = 0.4  # share of the words above the first comment: short articles may have many
MAX_REPLY_CHARS = 24
MAX_COMMENT_CHARS = 1_500  # white space left out
MIN_PLAIN_REPLIES = 2  # where they are no links
MAX_NAME_WORDS = 4
_HEADS = frozenset({"comments", "nav"})  # "2 comments" is a menu's word as well
_ASKED = frozenset({"a", "button"})


def find(outline: Outline, lines: Sequence[JudgedLine], ruled: Mapping[int, str]) -> frozenset[int]:
    """Return which of `lines` are comments; `ruled` says for what reason the line rules cut which."""
    above = _words_above(lines)
    least = MIN_ABOVE * sum(fingerprint.word_count(line.text) for line in lines)
    asked: dict[_Element, bool] = {}
    stated = {at for at, line in enumerate(lines) if _is_stated(line, asked)}
    first = next((line.location.start for line in lines if line.candidate.is_taken and line.location), 0)
    replied = _within(lines, _replied(outline, first))
    counted = set(_counted(lines, ruled))
    return frozenset(stated | {at for at in replied | counted if above[at] >= least})


def _words_above(lines: Sequence[JudgedLine]) -> dict[int, int]:
    """Return how many words stand above each line on the page, whatever order the extractor gives."""
    starts = [0 if line.location is None else line.location.start for line in lines]
    order = sorted(range(len(lines)), key=lambda at: starts[at])
    counts = accumulate((fingerprint.word_count(lines[at].text) for at in order), initial=0)
    return dict(zip(order, counts, strict=False))


def _is_stated(line: JudgedLine, asked: dict[_Element, bool]) -> bool:
    """Whether the markup says that `line` is a comment's; `asked` remembers what elements say."""
    if line.location is None:
        return False
    climbed: list[_Element] = []
    says = False
    for item in (line.location.element, *line.location.element.iterancestors()):
        if item in asked:
            says = asked[item]
            break
        climbed.append(item)
        if _says_so(item):
            says = True
            break
    asked.update(dict.fromkeys(climbed, says))
    return says


def _says_so(item: _Element) -> bool:
    if item.get("itemprop") is None and item.get("itemtype") is None:
        return False
    kinds = (item.get("itemtype") or "").rstrip("/")
    is_part = "comment" in (item.get("itemprop") or "").lower().split()
    return is_part or kinds.endswith(("schema.org/Comment", "schema.org/UserComments"))


def _replied(outline: Outline, first: int) -> tuple[int, int] | None:
    """Return from where to where in the squeezed text, below `first`, the comments stand that one can reply to."""
    owners: list[_Element] = []
    below = bisect_left(outline.starts, first)
    for owner, text in zip(outline.owners[below:], outline.texts[below:], strict=True):
        if len(text) <= 2 * MAX_REPLY_CHARS and voices.is_reply(text) and _is_alone(owner, text):
            owners.append(owner)
    linked = [owner for owner in owners if any(item.tag in _ASKED for item in _to_block(owner))]
    if not linked and len(owners) < MIN_PLAIN_REPLIES:
        return None
    home = _common(owners[0], owners[-1])
    begin = _with_text(outline, _child_of(home, owners[0]))
    end = _child_of(home, owners[-1])
    spans = outline.spans
    if begin not in spans or end not in spans:
        return None
    return spans[begin][0], max(spans[begin][1], spans[end][1])


def _is_alone(owner: _Element, text: str) -> bool:
    """Whether `text` is all that its element says."""
    return squeeze(text_of(owner)) == squeeze(text)


def _to_block(owner: _Element) -> Iterator[_Element]:
    block = block_of(owner)
    for item in (owner, *owner.iterancestors()):
        yield item
        if item is block:
            return


def _common(first: _Element, last: _Element) -> _Element:
    """Return the nearest element around both."""
    around = {last, *last.iterancestors()}
    return next(item for item in (first, *first.iterancestors()) if item in around)


def _child_of(home: _Element, inner: _Element) -> _Element:
    """Return the child of `home` that `inner` stands in, `home` where it is the same."""
    item = inner
    while item is not home and (parent := item.getparent()) is not None and parent is not home:
        item = parent
    return block_of(item)


def _with_text(outline: Outline, item: _Element) -> _Element:
    """Return the nearest element from `item` upwards that says more than a control does."""
    while item in outline.spans and (parent := item.getparent()) is not None:
        start, end = outline.spans[item]
        if end - start > 2 * MAX_REPLY_CHARS or not _may_be_one(outline, parent):
            return item
        item = parent
    return item


def _may_be_one(outline: Outline, item: _Element) -> bool:
    """Whether `item` is as short as a comment and has no headline."""
    span = outline.spans.get(item)
    return span is not None and span[1] - span[0] <= MAX_COMMENT_CHARS and next(item.iter("h1"), None) is None


def _within(lines: Sequence[JudgedLine], span: tuple[int, int] | None) -> set[int]:
    if span is None:
        return set()
    return {
        at
        for at, line in enumerate(lines)
        if line.location is not None and span[0] <= line.location.start and line.location.end <= span[1]
    }


def _counted(lines: Sequence[JudgedLine], ruled: Mapping[int, str]) -> Iterator[int]:
    """Yield what follows a heading of comments that the rules know, where names stand over texts."""
    for at, reason in ruled.items():
        line = lines[at]
        is_heading = line.line.type is BlockType.HEADING or any(char.isdigit() for char in line.text)
        if reason not in _HEADS or not is_heading or at + 2 >= len(lines) or not _is_name(lines[at + 1]):
            continue
        names = sum(_is_name(one) for one in lines[at + 1 :])
        if 3 * names >= len(lines) - at - 1:
            yield from range(at + 1, len(lines))
            return


def _is_name(line: JudgedLine) -> bool:
    if prose.word_count(line.text) > MAX_NAME_WORDS:
        return False
    return not prose.ends_sentence(line.text) or prose.is_name(line.text)
