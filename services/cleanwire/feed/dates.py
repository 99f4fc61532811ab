"""When is it, in a feed's words? RFC 822, RFC 3339 and the ways both are written wrongly."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from cleanwire.text import folding
from cleanwire.text.dates import calendar, zones

_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?", re.ASCII)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?)?"
    r"(?:(?:\s*T\s*|\s+)(?P<hour>\d{1,2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d++))?)?)?)?"
    r"\s*+(?P<zone>.*)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?P<year>\d{4})-(?P<days>\d{3})(?P<rest>T.*)?$")
_SHORT = re.compile(r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})|-(?P<year2>\d{2})-?(?P<month2>\d{2})")
_CLOCK_REST = r"(?:[.,](?P<fraction>\d+))?(?![:\d])\s*(?P<half>[ap]\.?m\b\.?)?(?P<zone>.*)"
_CLOCKS = tuple(
    re.compile(
        rf"(?<![\d:.])(?P<hour>\d{{1,2}}){mark}(?P<minute>\d{{1,2}})(?:{mark}(?P<second>\d{{1,2}}))?{_CLOCK_REST}", re.I
    )
    for mark in (":", r"\.")
)
_DOTTED_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_EAST_ASIAN_DAY = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_EAST_ASIAN_HALF = re.compile(r"(오전|오후|午前|午後|上午|下午)\s*(\d{1,2}:\d{2}(?::\d{2})?)")
_KOREAN = re.compile(r"\d\s*년|오전|오후")
_OFFSET = re.compile(r"(?:GMT|UTC?)?\s*(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?", re.IGNORECASE)
_USUAL = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:([+-])(\d{2})(\d{2})|(GMT|UTC|Z))"
)
_PROPER = re.compile(
    r"([12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(Z|[+-](?:0\d|1[0-3]):[0-5]\d)",
    re.ASCII,
)
_COMMENT = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[^\s,/.-]+")


def rfc3339(raw: str | None) -> str | None:
    """Return `raw` as RFC 3339 to the second, with the offset it states or without one when it states none.

    What is not understood is returned as written (in one line), nothing as None. A date alone stays a date. So does
    05/06/2026 stay as written: only the whole feed tells which of its figures is the month
    (feed/formats/fields/figures.py).
    """
    text = " ".join((raw or "").split())[:200]
    if not text:
        return None
    return read(text) or text


def read(text: str, *, day_first: bool | None = None) -> str | None:
    """Return `text` as RFC 3339 like `rfc3339`, None when it is not understood.

    `day_first` is the order in which dates in figures name day and month; without it they are not understood.
    """
    if (proper := _PROPER.fullmatch(text)) is not None:  # as sitemaps write it tens of thousands of times
        return proper[1] + _short_offset(proper[2])
    if (usual := _USUAL.fullmatch(text)) is not None and (written := _usual(usual)) is not None:
        return written
    text = _in_order(_COMMENT.sub(" ", text[:200])).strip()
    try:
        return _epoch(text) or _short(text) or _iso(text) or _ordinal(text) or _worded(text, day_first)
    except (ValueError, OverflowError):  # the 31st of February, hour 27
        return None


def instant(value: str | None) -> float | None:
    """Return what `rfc3339` gave as epoch seconds, UTC assumed where no zone is stated; None when it is no date."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def weekday(value: str) -> int:
    """Return the weekday, 1 for Monday, of what `read` gave."""
    return datetime.fromisoformat(value).isoweekday()


def _epoch(text: str) -> str | None:
    """Seconds or milliseconds since 1970, of the years 2001 to 2033: 1772532000."""
    found = _EPOCH.fullmatch(text)
    return found and datetime.fromtimestamp(int(found[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    if found is None or _ORDINAL.match(text):
        return None
    part = found.groupdict()
    if part["zone"] and part["hour"] is None:
        return None
    day = f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}"
    if part["hour"] is None:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).strftime("%Y-%m-%d")
    local = _local(int(part["year"]), int(part["month"] or 1), int(part["day"] or 1), part)
    zone = _zone(part["zone"], local)
    return None if part["zone"] and zone is None else _written(local, zone)


def _usual(found: re.Match[str]) -> str | None:
    """RFC 822 as nine of ten feeds write it, at a fraction of the cost."""
    month = calendar.month(found[2])
    if month is None or int(found[1]) > 28 or int(found[4]) > 23 or int(found[5]) > 59 or int(found[6]) > 59:
        return None  # perhaps no such day or time: the careful way decides
    offset = f"{found[7]}{found[8]}:{found[9]}" if found[7] else "Z"
    if found[7] and (int(found[8]) > 14 or int(found[9]) > 59):
        return None
    return f"{found[3]}-{month:02}-{int(found[1]):02}T{found[4]}:{found[5]}:{found[6]}{_short_offset(offset)}"


def _short_offset(offset: str) -> str:
    return "Z" if offset in ("+00:00", "-00:00") else offset


def _ordinal(text: str) -> str | None:
    """ISO 8601 day of the year: 2003-335."""
    found = _ORDINAL.match(text)
    if found is None:
        return None
    day = datetime(int(found["year"]), 1, 1, tzinfo=UTC) + timedelta(days=int(found["days"]) - 1)
    return _iso(day.strftime("%Y-%m-%d") + (found["rest"] or ""))


def _short(text: str) -> str | None:
    """ISO 8601:1988 with two digits for the year: 031231, -03-12."""
    found = _SHORT.fullmatch(text)
    if found is None:
        return None
    year, month = found["year"] or found["year2"], found["month"] or found["month2"]
    return _iso(f"{_full_year(year)}-{month}-{found['day'] or '01'}")


def _in_order(text: str) -> str:
    """Write dotted and East Asian dates as ISO 8601 does. Korean ones state no zone: the country has just one."""
    korean = _KOREAN.search(text) is not None
    text = _DOTTED_DAY.sub(lambda found: f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}", text)
    text = _EAST_ASIAN_DAY.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", text)
    halves = {"오전": "am", "午前": "am", "上午": "am", "오후": "pm", "午後": "pm", "下午": "pm"}
    zone = " KST" if korean and ":" in text else ""
    return _EAST_ASIAN_HALF.sub(lambda found: f"{found[2]} {halves[found[1]]}", text) + zone


def _worded(text: str, day_first: bool | None) -> str | None:
    """RFC 822 and its relatives: words and numbers for the day, then a clock, then a zone, in whatever order."""
    clock = next(filter(None, (pattern.search(text) for pattern in _CLOCKS)), None)
    if clock is None:
        day = None if ":" in text else _day(_WORD.findall(text), day_first)  # else a clock that cannot be
        return None if day is None else datetime(*day, tzinfo=UTC).strftime("%Y-%m-%d")
    zone_text, trailing_year = _trailing_year(clock["zone"].strip(" ,"))
    words = _WORD.findall(text[: clock.start()]) + trailing_year
    if _zone(zone_text, _ANY_DAY) is None:
        if zone_text[:1] in ("+", "-", ":") or zone_text[:1].isdigit():
            return None  # an offset that cannot be
        words += _WORD.findall(zone_text)
    day = _day(words, day_first)
    if day is None:
        return None
    local = _local(*day, clock.groupdict() | {"hour": str(_half_day(int(clock["hour"]), clock["half"]))})
    return _written(local, _zone(zone_text, local))


def _trailing_year(text: str) -> tuple[str, list[str]]:
    """`asctime` puts the year last: `EST 2004`."""
    found = re.fullmatch(r"(.*?)(?:(?<!\s)\s+)?\b((?:19|20)\d{2})", text)
    if found is None or found.group(1).endswith(("+", "-")):
        return text, []
    return found.group(1), [found.group(2)]


def _day(words: list[str], day_first: bool | None) -> tuple[int, int, int] | None:
    numbers = [
        word
        for word in (word.rstrip("stndrhSTNDRH") if word[:1].isdigit() else word for word in words)
        if word.isdigit()
    ]
    month = _month(words, numbers)
    if month is None:
        return _numeric_day(numbers, day_first)
    if len(numbers) < 2:
        return None
    first, second = numbers[:2]
    if len(first) == 4:
        return int(first), month, int(second)
    return _full_year(second), month, int(first)


def _month(words: list[str], numbers: list[str]) -> int | None:
    """Return the month among `words`, None when it stands among the three `numbers`.

    "mar" begins March, mardi and martes: beside another month, or beside three numbers, it is a weekday.
    """
    named = [word for word in words if not word[:1].isdigit() and calendar.month(word)]
    sure = [word for word in named if not calendar.is_weekday(word)]
    if not sure and len(numbers) == 3:
        return None
    return next((calendar.month(word) for word in sure or named), None)


def _numeric_day(numbers: list[str], day_first: bool | None) -> tuple[int, int, int] | None:
    """Three numbers: the year first, or last behind day and month in the order of the feed."""
    if len(numbers) != 3:
        return None
    first, second, third = numbers
    if len(first) == 4:
        return int(first), int(second), int(third)
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return _full_year(third), int(month), int(day)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year + 1900 if year < 200 else year  # 103 is 2003 in some languages' libraries
    return year + (1900 if year >= 70 else 2000)


def _half_day(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - to ask whether a text is a zone at all


def _zone(text: str | None, local: datetime) -> timezone | None:
    """Return the zone that `text` names at the wall clock `local`; None when it names none."""
    name = (text or "").strip(" .,")
    if not name:
        return None
    minutes = _named_zone(name, local)
    if minutes is None and (found := _OFFSET.fullmatch(name)) is not None:
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        if minutes > 15 * 60:
            return None
        minutes = minutes if found["sign"] == "+" else -minutes
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def _named_zone(name: str, local: datetime) -> int | None:
    """Return minutes east of UTC of a zone's name, or of the first word when more follows it."""
    folded = folding.fold(name)
    tries = (folded, folded.split()[0].rstrip(".,")) if name[:1].isalpha() else ()
    return next(
        (minutes for one in tries if (minutes := zones.offset_min(one, local=local, in_mail=True)) is not None), None
    )


def _local(year: int, month: int, day: int, clock: Mapping[str, str | None]) -> datetime:
    """Return the wall clock; 24:00 is the next day, a leap second the next minute.

    Raises:
        ValueError: there is no such day or time.
    """
    hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second"))
    if (hour, minute, second) == (24, 0, 0):
        return datetime(year, month, day) + timedelta(days=1)  # noqa: DTZ001 - a wall clock
    leap = timedelta(seconds=1) if second == 60 else timedelta(0)
    return datetime(year, month, day, hour, minute, second - leap.seconds) + leap  # noqa: DTZ001


def _written(local: datetime, zone: timezone | None) -> str:
    text = local.replace(tzinfo=zone).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
