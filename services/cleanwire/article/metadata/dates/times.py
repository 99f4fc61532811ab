"""When was it published, and how sure are we of the zone?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from cleanwire.article.article import Instant
from cleanwire.records import zone
from cleanwire.records.document import Precision, StatedTime, ZoneSource
from cleanwire.text.dates import calendar, datelines
from cleanwire.text.dates.moment import ParsedTime
from cleanwire.text.site_rules import tables

LATEST_S = 15 * 60  # clocks differ: a time may lie this far after our own fetch
EARLIEST_YEAR = 1990
_LINE_SOURCES = frozenset({"text", "time"})  # what readers see: a label may stand before the date
_WIDEST_MIN = 14 * 60  # no zone is farther from UTC
_URL_WORDS = re.compile(
    r"(?<![^/_-])(?:(?P<y>(?:19|20)\d\d)(?P<s>[/-])(?P<m>[^\W\d_]{3,12})(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?=/|\.|$)"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])(?P<s2>[/-])(?P<m2>[^\W\d_]{3,12})(?P=s2)(?P<y2>(?:19|20)\d\d)(?![^/._-])"
    r"|(?P<m3>[^\W\d_]{3,12})(?P<s3>[/-])(?P<d3>0?[1-9]|[12]\d|3[01])(?P=s3)(?P<y3>(?:19|20)\d\d)(?![^/._-]))"
)
_URL_DAY_FIRST = re.compile(r"(?<!\d)(1[3-9]|2\d|3[01])([-_.])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([/\-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A time as found, and where."""

    source: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTime:
    """A stated time that could be read and lies in the past."""

    source: str
    raw: str
    time: ParsedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeContext:
    fetched_at: float
    language: str | None = None
    time_zone: str | None = None  # IANA, the operator's word for the site
    date_format: str | None = None  # the operator's, as strptime takes it


def choose(stated: Iterable[Stated], context: TimeContext) -> tuple[Instant | None, tuple[str, ...]]:
    """Return the first readable time of `stated` (best source first), and the other sources' readings.

    Later sources make it more precise when they agree with it: a clock time where the first gives a day only, an
    offset where the first gives none, the publisher's own zone where the first is in UTC.
    """
    readings = [reading for item in stated if (reading := read(item, context)) is not None]
    if not readings:
        return None, ()
    best = readings[0]
    for other in readings[1:]:
        best = _sharpened(best, other)
    others = tuple(dict.fromkeys(f"{item.source}: {item.raw}" for item in readings if item is not best))[:4]
    return instant(best, context), others


def read(item: Stated, context: TimeContext) -> ReadTime | None:
    """Return `item` as a time, None when it is unreadable or implausible."""
    time = _parse(item.raw, context)
    if time is None:
        return of_line(item, context) if item.source in _LINE_SOURCES else None
    reading = ReadTime(source=item.source, raw=item.raw, time=time)
    return reading if is_plausible(reading, context) else None


def of_line(item: Stated, context: TimeContext) -> ReadTime | None:
    """Return the time that a whole line of text states, label and all; None when it states none."""
    own = in_format(item.raw, context)
    found = datelines.find(item.raw, language=context.language) if own is None else None
    time = own or (found.published if found else None)
    if time is None:
        return None
    reading = ReadTime(source=item.source, raw=item.raw, time=time)
    return reading if is_plausible(reading, context) else None


def in_format(line: str, context: TimeContext) -> ParsedTime | None:
    """Return the time that `line` states in the operator's own format, behind a label or alone; None without one."""
    if context.date_format is None or len(line) > datelines.MAX_LINE_CHARS:
        return None
    return tables.read_time(line, context.date_format) or tables.read_time(
        datelines.unlabelled(line), context.date_format
    )


def is_plausible(reading: ReadTime, context: TimeContext) -> bool:
    """Tell whether `reading` lies neither in the future, as seen from the fetch, nor before the web."""
    if reading.time.local.year < EARLIEST_YEAR:
        return False
    latest = datetime.fromtimestamp(context.fetched_at, UTC) + timedelta(seconds=LATEST_S)
    made = instant(reading, context)
    slack = timedelta(minutes=_WIDEST_MIN) if made.stated.zone is ZoneSource.ASSUMED else timedelta(0)
    return made.at <= latest + slack


def instant(reading: ReadTime, context: TimeContext) -> Instant:
    """Return `reading` in UTC; without a zone the site's is taken, and without that UTC is assumed."""
    time = reading.time
    zone, at = ZoneSource.ASSUMED, time.local.replace(tzinfo=UTC)
    if time.offset_min is not None:
        zone = ZoneSource.FEED if reading.source == "feed" else ZoneSource.EXPLICIT
        at = at - timedelta(minutes=time.offset_min)
    elif (site_zone := _zone(context.time_zone)) is not None and time.precision is not Precision.DAY:
        zone, at = ZoneSource.SITE, time.local.replace(tzinfo=site_zone).astimezone(UTC)
    stated = StatedTime(
        raw=reading.raw, local=time.local.isoformat(), precision=time.precision, zone=zone, source=reading.source
    )
    return Instant(at=at, stated=stated)


def in_url(url: str) -> str | None:
    """Return the day that the path of `url` names, the month in figures or a word, as ISO 8601; None without one."""
    path = "/" + url.split("://")[-1].partition("/")[2]
    if (match := _URL_DATE.search(path)) is not None:
        return f"{match[1]}-{match[3]}-{match[4]}"
    for match in _URL_WORDS.finditer(unquote(path)):
        year, word, day = (match[f"{part}"] or match[f"{part}2"] or match[f"{part}3"] for part in "ymd")
        if (month := calendar.month(word)) is not None:
            return f"{year}-{month:02}-{int(day):02}"
    if (match := _URL_DAY_FIRST.search(path)) is not None:
        return f"{match[4]}-{int(match[3]):02}-{match[1]}"
    return None


def _sharpened(best: ReadTime, other: ReadTime) -> ReadTime:
    """Return `best`, or what it becomes when `other` says the same and more."""
    mine, theirs = best.time, other.time
    if mine.precision is Precision.DAY:
        return other if theirs.precision is not Precision.DAY and mine.local.date() == theirs.local.date() else best
    if theirs.precision is Precision.DAY:
        return best
    apart_min = (theirs.local - mine.local).total_seconds() / 60
    if mine.offset_min is None:
        return other if theirs.offset_min is not None and abs(apart_min) < 1 else best
    if mine.offset_min != 0:
        return best
    if theirs.offset_min:  # the same instant on the publisher's clock
        return other if abs(apart_min - theirs.offset_min) < 1 else best
    offset_min = round(apart_min / 15) * 15
    if theirs.offset_min is None and 0 < abs(offset_min) <= _WIDEST_MIN and abs(apart_min - offset_min) < 1:
        local = mine.local + timedelta(minutes=offset_min)  # a wall clock that is whole quarters of an hour off UTC
        return replace(best, time=ParsedTime(local=local, offset_min=offset_min, precision=mine.precision))
    return best


def _parse(raw: str, context: TimeContext) -> ParsedTime | None:
    if len(raw) > 200:
        return None
    own = tables.read_time(raw, context.date_format) if context.date_format else None
    return own or datelines.parse(raw, language=context.language)


def _zone(name: str | None) -> ZoneInfo | None:
    return zone.find(name) if name else None
