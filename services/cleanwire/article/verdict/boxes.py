"""Which lines stand in a box that is no part of the article: a poll, a form, a call to register, a house rule?

Sites set such boxes among the paragraphs and below them, in words that no list knows. What tells them is how they are
made. A box is the outermost element round a line that holds none of the sure text. It goes when the doubts of its
lines and what else speaks against it come to more than a limit: controls of a form, a link that stands alone on its
line as a button does, words that turn to the reader, lines of it that surer reasons cut. No single sign is enough.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks import left_out
from cleanwire.article.markup.outline import Outline, block_of, text_of
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.text import prose
from cleanwire.text.boilerplate import polls, voices
from cleanwire.text.boilerplate.lines import LineContext
from cleanwire.text.boilerplate.rule_files import Place

LIMIT = 0.6
MAX_WORDS = 80  # of a box
MAX_SHARE = 0.25  # of the words that were taken, in all boxes together
SURE_BELOW = 0.05
MIN_SURE = 3  # paragraphs: with fewer nobody can tell the text from a box
CALL_WORDS = 6  # of a link that is a button

QUESTIONS = 0.6  # choices to mark
CONTROLS = 0.5  # fields to fill in
BUTTON = 0.35
CALL = 0.35
KNOWN_CALL = 0.25  # the link's own words are a rule's
AWAY = 0.2  # it leads to another site
CUT = 0.25
PLEA = 0.2
_CHOICES = frozenset({"radio", "checkbox"})
_FIELDS = frozenset({"email", "text", "tel", "number", ""})
_KEPT = frozenset({"html", "body", "main"})
_DATA = frozenset({"table", "pre", "blockquote"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    element: _Element
    lines: tuple[int, ...]


def find(
    outline: Outline, lines: Sequence[JudgedLine], ruled: Collection[int], context: LineContext, url: str
) -> frozenset[int]:
    """Return which of `lines`, of the page at `url`, stand in such boxes; `ruled` are those that the line rules cut."""
    taken = sum(fingerprint.word_count(line.text) for line in lines if line.candidate.is_taken)
    found: list[tuple[float, _Box]] = []
    boxes = list(_boxes(lines))
    polled = polls.which([[lines[at].text for at in box.lines] for box in boxes], [line.text for line in lines])
    for number, box in enumerate(boxes):
        weight = _weight(outline, lines, box, ruled, context, url, is_poll=number in polled)
        if weight >= LIMIT:
            found.append((weight, box))
    going: set[int] = set()
    words = 0
    for _, box in sorted(found, key=lambda pair: -pair[0]):
        words += sum(fingerprint.word_count(lines[at].text) for at in box.lines if lines[at].candidate.is_taken)
        if words <= MAX_SHARE * taken:
            going.update(at for at in box.lines if not lines[at].is_vouched)
    return frozenset(going)


def _boxes(lines: Sequence[JudgedLine]) -> Iterator[_Box]:
    """Yield the small elements that stand among or beside the sure text, with their lines."""
    sure = [line for line in lines if line.location is not None and line.is_sure(below=SURE_BELOW)]
    if len(sure) < MIN_SURE:
        return
    held: set[_Element] = set()
    for line in sure:
        assert line.location is not None
        held.update((line.location.element, *line.location.element.iterancestors()))
    parts: dict[_Element, list[int]] = {}
    for at, line in enumerate(lines):
        box = _box_of(line, held)
        if box is not None:
            parts.setdefault(box, []).append(at)
    first = min(line.location.start for line in sure if line.location is not None)
    for element, inside in parts.items():
        begin = lines[inside[0]].location
        if begin is None or begin.start < first:  # the headline, the standfirst and what stands beside them
            continue
        if sum(fingerprint.word_count(lines[at].text) for at in inside) <= MAX_WORDS:
            yield _Box(element=element, lines=tuple(inside))


def _box_of(line: JudgedLine, held: Collection[_Element]) -> _Element | None:
    """Return the outermost element round `line` that is not in `held`, as all are that hold sure text; None where it
    has no box.
    """
    if line.location is None:
        return None
    box = None
    for item in (line.location.element, *line.location.element.iterancestors()):
        if item.tag in _KEPT or item in held:
            break
        if item.tag in _DATA:
            return None
        box = item
    return box


def _weight(
    outline: Outline,
    lines: Sequence[JudgedLine],
    box: _Box,
    ruled: Collection[int],
    context: LineContext,
    url: str,
    *,
    is_poll: bool,
) -> float:
    words = [max(1, fingerprint.word_count(lines[at].text)) for at in box.lines]
    doubt = sum(lines[at].doubt * count for at, count in zip(box.lines, words, strict=True)) / sum(words)
    language = context.language or ""
    signs = (
        QUESTIONS * is_poll
        + _controls(box.element)
        + _calls(outline, box.element, context, url)
        + CUT * any(at in ruled for at in box.lines)
    )
    if signs or len(box.lines) > 1:
        signs += PLEA * voices.is_plea(text_of(box.element), language.split("-")[0])
    return doubt + signs if signs else 0.0


def _controls(element: _Element) -> float:
    """Return how much the controls in `element` say: what is asked there waits for an answer."""
    kinds = {(item.get("type") or "").lower() for item in element.iter("input")}
    if kinds & _CHOICES:
        return QUESTIONS
    if kinds & _FIELDS or next(element.iter("textarea", "select"), None) is not None:
        return CONTROLS
    return BUTTON if next(element.iter("button"), None) is not None else 0.0


def _calls(outline: Outline, element: _Element, context: LineContext, url: str) -> float:
    """Return how much the links say that stand alone on a line of `element`, last in it, as buttons do."""
    span = outline.spans.get(element)
    if span is None:
        return 0.0
    stretches = [one for one in left_out.stretches(outline, *span) if span[0] <= one.start and one.end <= span[1]]
    if len(stretches) < 2 or not _is_call(outline, stretches[-1]):
        return 0.0
    if all(_is_call(outline, one) for one in stretches):
        return 0.0  # a list of links, of which others think
    rule = context.rules.match(stretches[-1].text, language=context.language, place=Place.TAIL)
    return (
        CALL + (KNOWN_CALL if rule is not None else 0.0) + (AWAY if _leads_away(outline, stretches[-1], url) else 0.0)
    )


def _leads_away(outline: Outline, stretch: left_out.Stretch, url: str) -> bool:
    link = _link(outline, stretch)
    host = "" if link is None else urlsplit(link.get("href") or "").netloc
    return host not in ("", urlsplit(url).netloc)


def _is_call(outline: Outline, stretch: left_out.Stretch) -> bool:
    return (
        outline.link_share(stretch.start, stretch.end) == 1.0
        and 0 < prose.word_count(stretch.text) <= CALL_WORDS
        and _ends_link(outline, stretch)
    )


def _ends_link(outline: Outline, stretch: left_out.Stretch) -> bool:
    """Whether one link makes up the whole stretch."""
    link = _link(outline, stretch)
    return link is not None and block_of(link) is stretch.block


def _link(outline: Outline, stretch: left_out.Stretch) -> _Element | None:
    owner = outline.owner(stretch.start)
    around: Iterable[_Element] = (owner, *owner.iterancestors())
    return next((item for item in around if item.tag == "a"), None)
