"""What point in time does a written date mean?

`parse` reads a text that is nothing but a date; `find` tells whether a line of an article is a date line.
Neither guesses: 06/10/2020 in a text of unknown origin is no date.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from cleanwire.text import folding
from cleanwire.text.dates import calendar, stamps, written
from cleanwire.text.dates.moment import ParsedTime

MAX_LINE_CHARS = 200  # a date line is short; longer lines are not looked at
_MAX_SEGMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """A whole line that only tells when: `Published: 6 October 2020`, `Updated 3 hours ago`."""

    published: ParsedTime | None = None  # None for relative and incomplete times
    modified: ParsedTime | None = None  # its label says "updated"


def parse(
    raw: str, *, day_first: bool | None = None, language: str | None = None, incomplete: bool = False
) -> ParsedTime | None:
    """Return the time that `raw`, nothing but a date, states; None when it is unclear.

    `language` (BCP 47) settles words of several meanings, zone abbreviations and the order of 06/10/2020;
    `day_first` overrides it. `incomplete` also takes years, months and two-digit ISO forms, as feeds write them.
    """
    text = raw.strip()
    if not text or len(text) > written.MAX_CHARS:
        return None
    found = stamps.parse(text) or (stamps.parse_incomplete(text) if incomplete else None)
    if found is None:
        reading = written.read(text, day_first=day_first, language=language)
        found = written.time_of(reading) if reading else None
    return found


def find(line: str, *, day_first: bool | None = None, language: str | None = None) -> DateLine | None:
    """Return what `line` tells when it is a date line as a whole, None when it is anything else."""
    if len(line) > MAX_LINE_CHARS or not _may_tell_time(line):
        return None
    folded = folding.fold(line).strip()
    whole = _segment(folded, day_first, language)
    if whole is not None:
        return whole
    for parts in (_SEPARATORS.split(folded), _before_labels(folded)):
        segments = [part for part in parts if part.strip(_TRIM)]
        if 1 < len(segments) <= _MAX_SEGMENTS:
            found = [_segment(segment, day_first, language) for segment in segments]
            told = [one for one in found if one is not None]
            if len(told) == len(segments):
                return _merge(told)
    return None


def is_labelled(line: str, *, modified: bool = False) -> bool:
    """Tell whether `line` begins with "Published on", or with "Updated" when `modified` is asked for."""
    folded = folding.fold(line[:MAX_LINE_CHARS]).strip(_TRIM)
    patterns = _patterns()
    label = (patterns.modified if modified else patterns.published).match(folded)
    return label is not None and label.end() >= _MIN_LABEL_CHARS


def unlabelled(line: str) -> str:
    """Return `line`, folded, without "Published on" in front of it."""
    folded = folding.fold(line[:MAX_LINE_CHARS]).strip(_TRIM)
    label = _patterns().published.match(folded)
    return folded[label.end() :].strip(_TRIM) if label else folded


_MIN_LABEL_CHARS = 5  # "on", "am" and "vom" stand before dates of every kind
_TRIM = " \t:.,;|-–—•·∙()[]/*~>»«\u00a0"
# White space counts from where it begins, or behind a tab, which is a separator before brackets are looked for.
_SEPARATORS = re.compile(
    r"(?:(?<![^\S\t])\s+)?[|•·∙;/]\s+|(?<![^\S\t])\s+[-–—]\s+|\t+|\s{3,}|(?:(?<![^\S\t])\s+)?\(\s*|(?:(?<![^\S\t])\s+)?\)\s*"
)


def _may_tell_time(line: str) -> bool:
    if any(c.isdecimal() for c in line):
        return True
    folded = folding.fold(line).strip(_TRIM)
    figures = any(c.isdecimal() for c in folded)  # ② and ² have become some
    return bool((_patterns().relative if figures else _patterns().relative_in_words).fullmatch(folded))


class _Patterns:
    """Each is made when it is first asked for: many texts have no line with a figure."""

    @cached_property
    def relative(self) -> re.Pattern[str]:
        return _relative(calendar.load().relative)

    @cached_property
    def relative_in_words(self) -> re.Pattern[str]:
        """Those that may do without a figure: a few, for the many lines that hold none."""
        return _relative(pattern for pattern in calendar.load().relative if "#" not in pattern)

    @cached_property
    def published(self) -> re.Pattern[str]:
        return _label(calendar.load().published)

    @cached_property
    def modified(self) -> re.Pattern[str]:
        return _label(calendar.load().modified)


@cache
def _patterns() -> _Patterns:
    return _Patterns()


def _relative(written: Iterable[str]) -> re.Pattern[str]:
    clock = r"\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: uhr)?"
    return re.compile("|".join(pattern.replace("#", r"\d{1,3}").replace("~", clock) for pattern in written))


def _label(labels: Iterable[str]) -> re.Pattern[str]:
    """Match a label at the beginning; in scripts with spaces a word must end behind it."""
    words = "|".join(re.escape(label) for label in labels)
    return re.compile(rf"(?:{words})(?![^\W\d_])\s*[:：.\-–—]?\s*|(?:{words})\s*[:：]\s*")


def _segment(text: str, day_first: bool | None, language: str | None) -> DateLine | None:
    """Return what one part of a line tells: a label, a date or both."""
    rest = text.strip(_TRIM)
    patterns = _patterns()
    modified = bool(label := patterns.modified.match(rest))
    label = label or patterns.published.match(rest)
    for candidate in (rest[label.end() :], rest) if label else (rest,):
        labelled = candidate is not rest
        told = _told(candidate.strip(_TRIM), labelled, modified, day_first, language)
        if told is not None:
            return told
    return None


def _told(text: str, labelled: bool, modified: bool, day_first: bool | None, language: str | None) -> DateLine | None:
    if not text:
        return None
    if _patterns().relative.fullmatch(text):
        return DateLine()
    time = parse(text.upper() if _ISO_LIKE.match(text) else text, day_first=day_first, language=language)
    if time is None:
        reading = written.read(text, day_first=day_first, language=language)
        dated = reading and (labelled or reading.figures or reading.month or reading.weekdays)
        return DateLine() if dated else None  # 20:30 alone may be a programme's
    return DateLine(modified=time) if modified else DateLine(published=time)


_ISO_LIKE = re.compile(r"\d{4}-?\d\d-?\d\d")


def _before_labels(text: str) -> list[str]:
    """Split `text` before each "updated" label that stands inside it."""
    for label in calendar.load().modified:
        place = text.find(label, 1)
        if place > 0 and not text[place - 1].isalnum():
            return [text[:place], text[place:]]
    return [text]


def _merge(parts: Iterable[DateLine]) -> DateLine:
    merged = DateLine()
    for part in parts:
        merged = DateLine(published=merged.published or part.published, modified=merged.modified or part.modified)
    return merged
