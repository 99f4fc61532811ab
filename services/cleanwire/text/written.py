"""What time does a date in words state, in any of some sixty languages?

The parts are cut out one after the other, those that can be nothing else first: East Asian dates, dates in
figures, the time of day; then every word left must be known (a month, a weekday, a zone, `Uhr`, `года`).
One unknown word or number too many and it is no date: nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cleanwire.records.document import Precision
from cleanwire.text import calendar, jalali, moment, zones

MAX_CHARS = 160  # longer is no date; keeps every step small

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
_TOKEN = re.compile(r"\d+|[^\s\d,;:/()\[\]{}<>|–—\-•·∙@\"“”'’‘´+~،؛。、，*_\\]+")
_ANY_TIME = datetime.fromisoformat("2000-01-01")  # to ask whether a zone is known at all
_CLOCK_MARK = "\u2063"  # stands where the time of day was: an invisible separator, removed from all input


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was understood so far. `complete` when year, month and day are known."""

    language: str | None
    day_first: bool | None
    figures: tuple[int, int, int] | None = None  # day-month or month-day, and year: order still open
    date: datetime | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    jalali: bool = False
    clock: tuple[int, int, int | None] | None = None
    half: str | None = None  # "am" or "pm"
    offset_min: int | None = None
    zone: str | None = None
    weekdays: frozenset[int] = frozenset()
    tongues: frozenset[str] = frozenset()  # languages its words belong to; empty when no word told
    numbers: list[str] = field(default_factory=list)
    failed: bool = False

    @property
    def partial(self) -> bool:
        """Something of a date was understood and nothing was left over."""
        named_day = self.month is not None and (self.day is not None or self.year is not None)
        known = self.date is not None or self.figures is not None or named_day or self.clock is not None
        return not self.failed and known


def read(raw: str, *, day_first: bool | None = None, language: str | None = None) -> Reading | None:
    """Return what `raw` says about a time, None when anything in it is not part of a date."""
    if len(raw) > MAX_CHARS:
        return None
    text = " " + calendar.fold(raw).replace(_CLOCK_MARK, "") + " "
    reading = Reading(language=language, day_first=day_first)
    text = _take_cjk(text, reading)
    text = _take_figures(text, reading)
    text = _take_clock(text, reading)
    _read_words(text, reading)
    if not reading.failed:
        _settle(reading)
    return None if reading.failed or not reading.partial else reading


def time_of(reading: Reading) -> moment.ParsedTime | None:
    """Return the time that a reading amounts to, None when its year, month or day stayed open."""
    if reading.date is None:
        return None
    if reading.clock is None:
        return moment.ParsedTime(local=reading.date, offset_min=None, precision=Precision.DAY)
    hour, minute, second = reading.clock
    if reading.half == "pm" and hour < 12:
        hour += 12
    elif reading.half == "am" and hour == 12:
        hour = 0
    local = moment.at(reading.date, hour, minute, second or 0)
    if local is None:
        return None
    offset = reading.offset_min
    if offset is None and reading.zone is not None:
        offset = zones.offset_min(reading.zone, local=local, language=_tongue(reading))
    precision = Precision.MINUTE if second is None else Precision.SECOND
    return moment.ParsedTime(local=local, offset_min=offset, precision=precision)


def _tongue(reading: Reading) -> str | None:
    return reading.language or (next(iter(reading.tongues)) if len(reading.tongues) == 1 else None)


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
        text = _cut(text, match, _CLOCK_MARK)
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
        reading.date = _solar_hijri(year, month, day) or moment.day(_christian(year), month, day)
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
    elif len(match[4]) == 2 and reading.day_first is None and not _writes_day_first(reading.language):
        reading.failed = first != second  # 20/10/06 may start with the year as well
    reading.figures = (first, second, _christian(year))
    return _cut(text, match)


def _christian(year: int) -> int:
    """Return the Gregorian year of a Buddhist one (Thailand), any other unchanged."""
    return year - 543 if 2443 <= year <= 2643 else year


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
        text = f"{head} {_CLOCK_MARK} {tail}"
    return text


def _take_offset(tail: str, reading: Reading) -> str:
    """Take an offset in figures right behind the time; a zone's name in brackets after it adds nothing."""
    match = _OFFSET.match(tail)
    if match is None:
        return tail
    reading.offset_min = moment.offset(match[2], match[3], match[4])
    reading.failed = reading.offset_min is None
    return re.sub(r"\([^()]{1,60}\)", " ", tail[match.end() :])


def _read_words(text: str, reading: Reading) -> None:
    """Account for every token left; `failed` when one means nothing in a date."""
    tokens = [token for found in _TOKEN.findall(text) if (token := found.lstrip("."))]
    roles: list[tuple[Mapping[str, int], Mapping[str, int]]] = []
    position = 0
    while position < len(tokens) and not reading.failed:
        token = tokens[position]
        if token.isascii() and token.isdigit():
            reading.numbers.append(token)
            position += 1
            continue
        position += _take_phrase(tokens, position, reading, roles)
    _name_month(roles, reading)


def _phrases(tokens: list[str], position: int) -> Iterator[tuple[str, int]]:
    for length in (4, 3, 2, 1):
        words = tokens[position : position + length]
        if len(words) == length and not any(word.isdigit() for word in words[1:]):
            yield " ".join(words).rstrip("."), length


def _take_phrase(
    tokens: list[str], position: int, reading: Reading, roles: list[tuple[Mapping[str, int], Mapping[str, int]]]
) -> int:
    """Understand the longest phrase that starts at `position`; return its length in tokens."""
    names = calendar.load()
    after_clock = position > 0 and tokens[position - 1] == _CLOCK_MARK
    for phrase, length in _phrases(tokens, position):
        if phrase == _CLOCK_MARK:
            return 1
        if phrase == "tháng" or phrase == "thang":  # Vietnamese: "month 10"
            return _take_numbered_month(tokens, position, reading)
        if after_clock and (_take_half(phrase, reading) or _take_zone(phrase, reading)):
            return length
        months, weekdays = names.months.meanings(phrase), names.weekdays.meanings(phrase)
        if months or weekdays:
            roles.append((months, weekdays))
            return length
        if _take_half(phrase, reading) or _take_hour_word(phrase, reading) or _take_zone(phrase, reading):
            return length
        if phrase in names.filler:
            return length
    reading.failed = True
    return 1


def _take_numbered_month(tokens: list[str], position: int, reading: Reading) -> int:
    if position + 1 < len(tokens) and tokens[position + 1].isdigit() and 1 <= int(tokens[position + 1]) <= 12:
        reading.month = int(tokens[position + 1])
        return 2
    reading.failed = True
    return 1


def _take_half(phrase: str, reading: Reading) -> bool:
    names = calendar.load()
    if phrase in names.am or phrase in names.pm:
        if phrase != "م" or reading.clock:  # also "A.D." in Arabic
            reading.half = reading.half or ("am" if phrase in names.am else "pm")
        return True
    return False


def _take_hour_word(phrase: str, reading: Reading) -> bool:
    names = calendar.load()
    if phrase not in names.noon and phrase not in names.midnight:
        return False
    reading.clock = reading.clock or ((12, 0, None) if phrase in names.noon else (0, 0, None))
    return True


def _take_zone(phrase: str, reading: Reading) -> bool:
    known = zones.offset_min(phrase, local=_ANY_TIME, language=reading.language) is not None
    if known:
        reading.zone = reading.zone or phrase
    return known


def _name_month(roles: list[tuple[Mapping[str, int], Mapping[str, int]]], reading: Reading) -> None:
    """Decide which of the names is the month: `mar` is March beside a weekday, Tuesday beside a month."""
    if reading.failed:
        return
    months = [months for months, _ in roles if months]
    if len(months) > 1:
        months = [months for months, weekdays in roles if months and not weekdays]
    if len(months) > 1 and len({frozenset(m.items()) for m in months}) > 1:
        reading.failed = True
        return
    chosen = months[0] if months else None
    days = [weekdays for m, weekdays in roles if weekdays and m is not chosen]
    tongues = [set(d) for d in days] + ([set(chosen)] if chosen else [])
    reading.tongues = frozenset(set.intersection(*tongues)) if tongues else frozenset()
    reading.weekdays = frozenset(n for d in days for n in _of(d, reading).values() if n)
    if chosen and reading.month is None:
        _choose_month(_of(chosen, reading), reading)


def _of(names: Mapping[str, int], reading: Reading) -> Mapping[str, int]:
    """Return the meanings in the text's language when it is known to use them, else all that the words share."""
    language = (reading.language or "").split("-")[0]
    if names.get(language):
        return {language: names[language]}
    shared = {tongue: n for tongue, n in names.items() if tongue in reading.tongues}
    return shared or names


def _choose_month(meanings: Mapping[str, int], reading: Reading) -> None:
    numbers = set(meanings.values()) - {0}
    if len(numbers) == 1:
        reading.month = numbers.pop()
        reading.jalali = set(meanings) == {calendar.JALALI}
    else:
        reading.failed = True


def _settle(reading: Reading) -> None:
    """Turn numbers and names into a date."""
    if reading.figures is not None:
        reading.failed = bool(reading.numbers) or reading.month is not None
        _order_figures(reading)
    elif reading.month is not None:
        _assign_numbers(reading)
        if reading.failed or reading.day is None or reading.year is None:
            return
        build = jalali.gregorian if reading.jalali else moment.day
        reading.date = build(reading.year, reading.month, reading.day)
        reading.failed = reading.date is None
    elif reading.numbers:
        reading.failed = True


def _assign_numbers(reading: Reading) -> None:
    """Tell the day from the year: the year has four digits, or comes second (RFC 5322 §4.3)."""
    if reading.date is not None or len(reading.numbers) > 2:
        reading.failed = True
        return
    for digits in reading.numbers:
        number = int(digits)
        if len(digits) == 4 and reading.year is None:
            reading.year = number if reading.jalali else _christian(number)
        elif len(digits) <= 2 and reading.day is None and 1 <= number <= 31:
            reading.day = number
        elif len(digits) == 2 and reading.year is None and reading.day is not None:
            reading.year = moment.full_year(number)
        else:
            reading.failed = True


def _order_figures(reading: Reading) -> None:
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
        return _writes_day_first(reading.language)
    if reading.tongues and reading.tongues <= calendar.load().day_first:
        return True
    return None


_DAY_FIRST_ENGLISH = frozenset({"GB", "IE", "AU", "NZ", "IN", "ZA", "NG", "KE", "PK", "SG", "MY", "HK", "MT", "GH"})


def _writes_day_first(language: str | None) -> bool | None:
    """Tell how `language` writes dates in figures; None where it differs by country and none is named."""
    primary, _, region = (language or "").replace("_", "-").partition("-")
    region = region.rpartition("-")[2].upper()
    if primary.lower() == "en":
        return True if region in _DAY_FIRST_ENGLISH else False if region in {"US", "PH"} else None
    return True if primary.lower() in calendar.load().day_first else None
