"""What does a date say in figures? East Asian dates, dates with dots, slashes and dashes, and the time of day.

They are cut out of the text before its words are read: they can be nothing else.
"""

import re
from datetime import datetime

from cleanwire.text.dates import calendar, jalali, moment
from cleanwire.text.dates.understood import CLOCK_MARK, Reading, christian

_CJK_DATE = re.compile(
    r"(?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<nth>\d{1,3}|元)|(?P<year>\d{4}|\d{2}))\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号號일]?"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九○", "001234567890")
_HAN_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_CJK_TIME = re.compile(r"(\d{1,2})\s?[時时点點시]\s?(?:(\d{1,2})\s?[分분]?\s?(?:(\d{1,2})\s?[秒초])?)?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=\d{2}:\d{2}(?!\d))")
_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d{4})(?:\s?([-/.])\s?)(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)\.?")
_YEAR_LAST = re.compile(r"(?<![\d./-])(\d{1,2})(?:\s?([-/.])\s?)(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/])(?!\.\d)")
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4])(?:\s?:\s?|\s?h\s?)(?P<minute>[0-5]\d)(?:\s?[:m]\s?(?P<second>[0-5]\d|60)(?:[.,]\d{1,9})?s?)?(?![\d:])"
)
_DOT_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?P<second>)(?![\d:]|\.\d)")
_BARE_HOUR = re.compile(
    r"(?<![\d:.])(?P<hour>0?\d|1[0-2])(?P<minute>)(?P<second>)(?=\s?[ap]\.?\s?m\b)|(?<![\d:.])(?P<h>[01]?\d|2[0-3])\s?h\b(?!\s?\d)"
)
_MILITARY = re.compile(
    r"(?<![\d:.+-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>)(?=\s?(?:gmt|utc|hrs|hours|uhr|ist|est|edt|et)\b)"
)
_OFFSET = re.compile(r"\s*(?:(am|pm)\s*)?\(?(?:gmt|utc|ut)?\s?([+−-])\s?(\d{1,2}):?(\d{2})?(?![\d:])\)?")
_HALF_DAY = re.compile(r"(?<![a-z])([ap])\s?\.?\s?m\b\.?")
_DAY_FIRST_ENGLISH = frozenset(
    {"GB", "UK", "IE", "AU", "NZ", "IN", "ZA", "NG", "KE", "PK", "SG", "MY", "HK", "MT", "GH", "LK", "ZW", "JM", "TT"}
)


def take(text: str, reading: Reading) -> str:
    """Return `text` without what is written in figures, which `reading` then knows."""
    text = _take_cjk(text, reading)
    text = _take_figures(text, reading)
    return _take_clock(text, reading)


def order(reading: Reading) -> None:
    """Decide between 6 October and 10 June: by value, by language, by weekday, else not at all."""
    first, second, year = reading.figures or (0, 0, 0)
    readings = {True: moment.day(year, second, first), False: moment.day(year, first, second)}
    possible = {order: date for order, date in readings.items() if date}
    order = reading.day_first if reading.day_first is not None else _usual_order(reading)
    if len(set(possible.values())) == 1:
        reading.date = next(iter(possible.values()))
    elif order is not None:
        reading.date = possible.get(order)
    elif reading.weekdays:
        fitting = [date for date in possible.values() if date.isoweekday() in reading.weekdays]
        reading.date = fitting[0] if len(fitting) == 1 else None
    if not possible:
        reading.failed = True


def _usual_order(reading: Reading) -> bool | None:
    if reading.language:
        return writes_day_first(reading.language)
    if reading.tongues and reading.tongues <= calendar.load().day_first:
        return True
    return None


def writes_day_first(language: str | None) -> bool | None:
    """Tell how `language` writes dates in figures; None where it differs by country and none is named."""
    primary, _, region = (language or "").replace("_", "-").partition("-")
    region = region.rpartition("-")[2].upper()
    if primary.lower() == "en":
        return True if region in _DAY_FIRST_ENGLISH else False if region in {"US", "PH"} else None
    return True if primary.lower() in calendar.load().day_first else None


def _cut(text: str, match: re.Match[str], mark: str = " ") -> str:
    return f"{text[: match.start()]} {mark} {text[match.end() :]}"


def _take_cjk(text: str, reading: Reading) -> str:
    if match := _HAN_DATE.search(text):
        reading.date = moment.day(int(match[1].translate(_HAN_DIGITS)), _han_number(match[2]), _han_number(match[3]))
        reading.failed = reading.date is None
        text = _cut(text, match)
    elif match := _CJK_DATE.search(text):
        nth = 1 if match["nth"] == "元" else int(match["nth"] or 0)
        year = _ERAS[match["era"]] + nth if match["era"] else int(match["year"])
        reading.date = moment.day(
            moment.full_year(year) if year < 100 else year, int(match["month"]), int(match["day"])
        )
        reading.failed = reading.date is None
        text = _cut(text, match)
    if reading.date and (match := _CJK_TIME.search(text)):
        reading.clock = (int(match[1]), int(match[2] or 0), int(match[3]) if match[3] else None)
        text = _cut(text, match, CLOCK_MARK)
    return text


def _han_number(han: str) -> int:
    tens, ten, ones = han.rpartition("十")
    if not ten:
        return int(ones.translate(_HAN_DIGITS))
    return int((tens or "一").translate(_HAN_DIGITS)) * 10 + int((ones or "零").translate(_HAN_DIGITS))


def _take_figures(text: str, reading: Reading) -> str:
    if reading.date or reading.failed:
        return text
    if match := _COMPACT.search(text):
        reading.date = moment.day(int(match[1]), int(match[2]), int(match[3]))
    elif match := _YEAR_FIRST.search(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        reading.date = _solar_hijri(year, month, day) or moment.day(christian(year), month, day)
    elif match := _YEAR_LAST.search(text):
        return _take_year_last(text, match, reading)
    else:
        return text
    reading.failed = reading.date is None
    return _cut(text, match)


def _take_year_last(text: str, match: re.Match[str], reading: Reading) -> str:
    first, second = int(match[1]), int(match[3])
    year = int(match[4]) if len(match[4]) == 4 else moment.full_year(int(match[4]))
    if match[2] == ".":  # 6.10.2020: written with dots the day comes first wherever dots are used
        reading.day_first = True
    elif len(match[4]) == 2 and reading.day_first is None and not writes_day_first(reading.language):
        reading.failed = first != second  # 20/10/06 may start with the year as well
    reading.figures = (first, second, christian(year))
    return _cut(text, match)


def _solar_hijri(year: int, month: int, day: int) -> datetime | None:
    """Return the day when the year can only be one of Iran's; 13xx and 14xx are no years of news elsewhere."""
    return jalali.gregorian(year, month, day) if 1250 <= year <= 1499 else None


def _take_clock(text: str, reading: Reading) -> str:
    if reading.clock is None:
        patterns = (_CLOCK, _DOT_CLOCK, _BARE_HOUR, _MILITARY)
        match = next((found for pattern in patterns if (found := pattern.search(text))), None)
        if match is None:
            return text
        hour = match["hour"] or match.groupdict().get("h")
        reading.clock = (int(hour or 0), int(match["minute"] or 0), int(match["second"]) if match["second"] else None)
        tail = text[match.end() :]
        head = text[: match.start()]
        if half := _HALF_DAY.match(tail.lstrip()):
            reading.half = half[1] + "m"
            tail = tail.lstrip()[half.end() :]
        tail = _take_offset(tail, reading)
        text = f"{head} {CLOCK_MARK} {tail}"
    return text


def _take_offset(tail: str, reading: Reading) -> str:
    """Take an offset in figures right behind the time; a zone's name in brackets after it adds nothing."""
    match = _OFFSET.match(tail)
    if match is None:
        return tail
    reading.offset_min = moment.offset(match[2], match[3], match[4])
    reading.failed = reading.offset_min is None
    return re.sub(r"\([^()]{1,60}\)", " ", tail[match.end() :])
