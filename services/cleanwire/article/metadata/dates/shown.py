"""Which of the dates that a page shows is the article's? For pages whose markup does not say it.

A page shows many: today's, those of other stories, of comments. The article's stands beside the headline, is labelled,
and is not one of a list.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.markup import outline
from cleanwire.article.metadata.dates import times
from cleanwire.article.metadata.dates.times import ReadTime, Stated, TimeContext
from cleanwire.article.metadata.statements import elements
from cleanwire.article.metadata.statements.elements import TimeTag
from cleanwire.text import prose
from cleanwire.text.dates import datelines

SURE = 1.0  # a date of this score is labelled or stands at the headline
LIKELY = 0.0  # one of a lower score stands beside the article, in a list, or behind a label of something else
_HEADINGS = ("h1", "h2", "h3", "h4")
_SILENT = frozenset({"meta", "link", "script", "style", "noscript", "template", "textarea", "option", "title"})
_MIN_CHARS, _MAX_CHARS = 8, 160
_MAX_RAW = 400  # with white space; of longer texts the beginning is looked at
_MAX_LINES = 60  # with a year in them, looked at on one page
_NEAR = 40  # elements behind the headline
_BEFORE = 15  # elements in front of it
_MIN_BELOW = 3  # paragraphs in front of what stands below the text
_LISTED = 3  # dates made alike, on different days
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTH = r"[^\W\d_]{3,10}\.?"
_CLOCK = r"(?:[\s,|–-]{0,4}(?:um |at |à |kl )?\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\b\.?)?(?: ?uhr\b)?)?"
_INSIDE = re.compile(
    rf"(?:(?:19|20)\d\d\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日|(?:19|20)\d\d([-/.])\d{{1,2}}\1\d{{1,2}}(?!\d)"
    rf"|(?<![\d.])\d{{1,2}}([./-])\d{{1,2}}\2(?:19|20)\d\d(?!\d)"
    rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.)? (?:de )?{_MONTH},? (?:de )?(?:19|20)\d\d(?!\d)"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d(?!\d)){_CLOCK}",
    re.I,
)
_OPENING = re.compile(r"[^\d()]{0,30}\(([^()]{8,30})\)")  # Springfield (3 May 2021) …
_LABEL_CHARS = 30
_OTHERS = re.compile(r"profile|joined|member|birth|event|release|expir|deadline|available|copyright", re.I)
"""Dates of other things than the article: so is one behind a label that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    order: int  # of the element on the page
    read: ReadTime
    worth: float  # whatever the place
    look: str  # dates of one list look alike
    linked: bool = False  # its line begins with a link
    in_masthead: bool = False  # it stands in the head of the site's pages
    elsewhere: bool = False  # it is of another story, or of the site: where it stands says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDate:
    """A date that a page shows, and how likely it is the article's."""

    stated: Stated
    day: str  # ISO 8601
    score: float
    of_another: bool  # it belongs to another story, as far as markup tells


def ranked(tree: _Element, tags: Sequence[TimeTag], headline: str | None, context: TimeContext) -> list[ShownDate]:
    """Return the dates on the page, the one first that is most likely the article's.

    `tags` are its `<time>` elements and what is marked like them.
    """
    paragraphs: list[int] = []
    found = [*_of_tags(tags, context), *_of_lines(tree, context, paragraphs)]
    if not found:
        return []
    place = _headline(tree, headline) if headline else None
    looks = Counter(look for look, _ in {(one.look, one.read.time.local.date()) for one in found})
    today = datetime.fromtimestamp(context.fetched_at, UTC).date()
    found = [replace(one, elsewhere=True, worth=-1.0) if _is_clock(one, place, today) else one for one in found]
    scored = [(_score(one, place, looks[one.look], paragraphs), one) for one in found]
    scored.sort(key=lambda pair: (-pair[0], pair[1].order))
    return [
        ShownDate(
            stated=Stated(source=one.read.source, raw=one.read.raw),
            day=one.read.time.local.date().isoformat(),
            score=score,
            of_another=one.elsewhere or (one.linked and score < LIKELY),
        )
        for score, one in scored
    ]


def _score(one: _Shown, headline: int | None, alike: int, paragraphs: Sequence[int]) -> float:
    score = one.worth
    if one.elsewhere:
        return one.worth
    below = sum(1 for order in paragraphs if (headline or 0) <= order < one.order) >= _MIN_BELOW
    if below:  # what ends a text: its date, or one of those that follow
        score -= 1.5 if one.linked else 0
    elif headline is not None and headline <= one.order <= headline + _NEAR:
        score += 2 - (one.order - headline) / _NEAR
    elif headline is not None and headline - _BEFORE <= one.order < headline:
        score += 1.2 - (headline - one.order) / _BEFORE / 2
    return score - (1.5 if alike >= _LISTED else 0)


def _is_clock(one: _Shown, headline: int | None, today: date) -> bool:
    """Tell whether `one` is the day on which the page was asked for, shown in the head of the site's pages."""
    is_ahead = one.in_masthead or (headline is not None and one.order < headline - _BEFORE)
    return is_ahead and one.read.time.local.date() == today


def _in_masthead(element: _Element) -> bool:
    """Tell whether `element` stands in a `<header>` that is not the article's."""
    return any(
        parent.tag == "header" and next(parent.iterancestors("article", "main"), None) is None
        for parent in element.iterancestors("header")
    )


def _of_tags(tags: Sequence[TimeTag], context: TimeContext) -> Iterator[_Shown]:
    for tag in tags:
        read = times.read(Stated(source="time", raw=tag.raw), context)
        if read is not None and not tag.modified:
            worth = -0.5 if tag.apart or tag.of_another else 2.5 if tag.published else 1.0
            yield _Shown(order=tag.order, read=read, worth=worth, look=tag.look, elsewhere=tag.of_another)


def _of_lines(tree: _Element, context: TimeContext, paragraphs: list[int]) -> Iterator[_Shown]:
    """Yield the dates of the page's lines, noting in `paragraphs` where its longer lines are."""
    asked = 0
    before = ""
    for order, element in enumerate(tree.iter("*")):
        if element.tag in _SILENT:
            continue
        for text, is_tail in ((element.text, False), (element.tail, True)):
            if not text or text.isspace():
                continue
            line = " ".join(text.split()) if len(text) < _MAX_RAW else text[:_MAX_RAW]
            holder = element.getparent() if is_tail else element
            if holder is None:
                continue
            if prose.is_long(line):
                paragraphs.append(order)
            if len(line) >= _MIN_CHARS and _YEAR.search(line[: _MAX_CHARS + 1]) is not None:
                asked += 1
                if asked > _MAX_LINES:
                    return
                shown = _line(line, before, order, holder, context)
                if shown is not None:
                    yield shown
            before = line


def _line(line: str, before: str, order: int, element: _Element, context: TimeContext) -> _Shown | None:
    if len(line) > _MAX_CHARS:
        opening = _OPENING.match(line)
        read = opening and times.of_line(Stated(source="text", raw=opening[1]), context)
        return _Shown(order=order, read=read, worth=0.8, look="opening") if read else None
    label = f"{before} {line}" if len(before) <= _LABEL_CHARS else line
    own = times.in_format(line, context)
    told = datelines.find(line, language=context.language) if own is None else datelines.DateLine(published=own)
    if told is not None:
        worth, labelled = 0.5, datelines.is_labelled(label)
        whole = ReadTime(source="text", raw=line, time=told.published) if told.published is not None else None
        read = whole if whole is not None and times.is_plausible(whole, context) else None
    elif (inside := _INSIDE.search(line)) is not None:
        worth, labelled = 0.2, datelines.is_labelled(label)
        read = times.read(Stated(source="text", raw=inside[0].strip()), context)
        labelled = labelled or datelines.is_labelled(line[: inside.start()][-_LABEL_CHARS:].lstrip() + inside[0])
    else:
        return None
    if read is None or datelines.is_labelled(label, modified=True):
        return None
    is_other = not labelled and (before.endswith((":", "：")) or _OTHERS.search(element.get("class") or "") is not None)
    is_teaser = elements.is_of_another(element) or (told is None and (_is_linked(element) or _is_told(line, read.raw)))
    apart = elements.is_apart(element) and not labelled
    worth += (1.5 if labelled else 0) - (1.5 if apart or is_other or is_teaser else 0)
    return _Shown(
        order=order,
        read=read,
        worth=worth,
        look=f"{element.tag}.{element.get('class', '')}",
        linked=_opens_with_link(outline.block_of(element)),
        in_masthead=_in_masthead(element),
        elsewhere=is_teaser or (apart and told is None),
    )


def _is_told(line: str, date: str) -> bool:
    """Tell whether `date` stands within a sentence: it is of what the sentence tells."""
    return prose.ends_sentence(line) and line.find(date) > _LABEL_CHARS


def _opens_with_link(block: _Element) -> bool:
    return not (block.text or "").strip() and len(block) > 0 and block[0].tag == "a"


def _is_linked(element: _Element) -> bool:
    """Tell whether `element` is, or is in, a link that leads away: a date inside such a line is of what it leads to."""
    links = (item for item in (element, *list(element.iterancestors())[:3]) if item.tag == "a")
    return any(
        not (link.get("href") or "#").startswith(("#", "javascript:")) and len(outline.text_of(link)) <= _MAX_CHARS
        for link in links
    )


def _headline(tree: _Element, headline: str) -> int | None:
    """Return the place of the heading that is the headline, or of the first other element that holds nothing else."""
    wanted = fingerprint.tokens(headline)
    size = len(headline)
    elsewhere = None
    for order, element in enumerate(tree.iter("*")):
        if element.tag in _HEADINGS:
            if fingerprint.tokens("".join(map(str, element.itertext()))) == wanted:
                return order
        elif elsewhere is None and element.tag not in _SILENT and element.text:
            text = element.text.strip()
            if abs(len(text) - size) <= 2 and fingerprint.tokens(text) == wanted:
                elsewhere = order
    return elsewhere
