"""When is it, in a feed's words? RFC 822, RFC 3339 and the ways both are written wrongly."""

import re
from datetime import UTC, datetime, timedelta, timezone

_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 60, "IST": 330, "WEST": 60, "CET": 60, "MET": 60, "MEZ": 60,
    "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "SAST": 120, "JST": 540,
    "KST": 540, "HKT": 480, "SGT": 480, "AWST": 480, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "ET": -300, "CST": -360,
    "CDT": -300, "CT": -360, "MST": -420, "MDT": -360, "MT": -420, "PST": -480, "PDT": -420, "PT": -480, "AKST": -540,
    "AKDT": -480, "HST": -600, "BRT": -180, "ART": -180, "CLT": -240, "AT": -240,
    "A": -60, "M": -720, "N": 60, "Y": 720,
}  # fmt: skip
"""Minutes east of Greenwich. RFC 822 §5.1 and what newsrooms write."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen januari janeiro jän jänner янв января ιαν",
            "feb february februar février févr fév febrero febbraio februari fevereiro fev фев февраля φεβ",
            "mar march märz mär mrz mars marzo maart mrt março мар марта μαρ μάρ",
            "apr april avril avr abril abr aprile апр апреля απρ",
            "may mai mayo maggio mag mei maio май мая μαϊ μάι μαι",
            "jun june juni juin junio giugno giu junho июн июня ιουν ιούν",
            "jul july juli juillet juil julio luglio lug julho июл июля ιουλ ιούλ",
            "aug august août aoû agosto ago augustus авг августа αυγ αύγ",
            "sep sept september septembre septiembre settembre set setembro сен сентября σεπ",
            "oct october oktober okt octobre octubre ottobre ott outubro out окт октября οκτ",
            "nov november novembre noviembre novembro ноя ноября νοε νοέ",
            "dec december dezember dez décembre déc diciembre dic dicembre dezembro дек декабря δεκ",
        ),
        start=1,
    )
    for name in names.split()
}

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?)?"
    r"(?:(?:\s*T\s*|\s+)(?P<hour>\d{1,2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?)?"
    r"\s*(?P<zone>.*)",
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

    What is not understood is returned as written (in one line), nothing as None. A date alone stays a date.
    """
    text = " ".join((raw or "").split())[:200]
    if not text:
        return None
    return read(text) or text


def read(text: str) -> str | None:
    """Return `text` as RFC 3339 like `rfc3339`, None when it is not understood."""
    if (proper := _PROPER.fullmatch(text)) is not None:  # as sitemaps write it tens of thousands of times
        return proper[1] + _short_offset(proper[2])
    if (usual := _USUAL.fullmatch(text)) is not None and (written := _usual(usual)) is not None:
        return written
    text = _in_order(_COMMENT.sub(" ", text[:200])).strip()
    try:
        return _short(text) or _iso(text) or _ordinal(text) or _worded(text)
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


def _iso(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    if found is None or _ORDINAL.match(text):
        return None
    part = found.groupdict()
    zone = _zone(part["zone"])
    if part["zone"] and (zone is None or part["hour"] is None):
        return None
    day = f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}"
    if part["hour"] is None:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).strftime("%Y-%m-%d")
    clock = (part["hour"], part["minute"], part["second"], part["fraction"])
    return _written(int(part["year"]), int(part["month"] or 1), int(part["day"] or 1), clock, zone)


def _usual(found: re.Match[str]) -> str | None:
    """RFC 822 as nine of ten feeds write it, at a fraction of the cost."""
    month = _MONTHS.get(found[2].lower())
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


def _worded(text: str) -> str | None:
    """RFC 822 and its relatives: words and numbers for the day, then a clock, then a zone, in whatever order."""
    clock = next(filter(None, (pattern.search(text) for pattern in _CLOCKS)), None)
    before, after = (text, "") if clock is None else (text[: clock.start()], clock["zone"])
    words = [word.lower() for word in _WORD.findall(before)]
    zone = None
    if clock is not None:
        zone_text, trailing_year = _trailing_year(after.strip(" ,"))
        zone = _zone(zone_text)
        words += trailing_year
        if zone is None and (zone_text[:1] in ("+", "-", ":") or zone_text[:1].isdigit()):
            return None  # an offset that cannot be
        if zone_text and zone is None:
            words += [word.lower() for word in _WORD.findall(zone_text)]
    day = _day(words)
    if day is None:
        return None
    if clock is None:
        if ":" in text:
            return None  # a clock that cannot be
        return datetime(*day, tzinfo=UTC).strftime("%Y-%m-%d")
    hour = _half_day(int(clock["hour"]), clock["half"])
    return _written(*day, (str(hour), clock["minute"], clock["second"], clock["fraction"]), zone)


def _trailing_year(text: str) -> tuple[str, list[str]]:
    """`asctime` puts the year last: `EST 2004`."""
    found = re.fullmatch(r"(.*?)\s*\b((?:19|20)\d{2})", text)
    if found is None or found.group(1).endswith(("+", "-")):
        return text, []
    return found.group(1), [found.group(2)]


def _day(words: list[str]) -> tuple[int, int, int] | None:
    month = next((_MONTHS[word] for word in words if word in _MONTHS), None)
    numbers = [
        word for word in (word.rstrip("stndrh") if word[:1].isdigit() else word for word in words) if word.isdigit()
    ]
    if month is None:
        return _numeric_day(numbers)
    if len(numbers) < 2:
        return None
    first, second = numbers[:2]
    if len(first) == 4:
        return int(first), month, int(second)
    return _full_year(second), month, int(first)


def _numeric_day(numbers: list[str]) -> tuple[int, int, int] | None:
    """Three numbers: year first, else month/day/year as feeds that write slashes do, unless that cannot be."""
    if len(numbers) != 3:
        return None
    first, second, third = numbers
    if len(first) == 4:
        return int(first), int(second), int(third)
    if int(first) > 12:
        return _full_year(third), int(second), int(first)
    return _full_year(third), int(first), int(second)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year + 1900 if year < 200 else year  # 103 is 2003 in some languages' libraries
    return year + (1900 if year >= 70 else 2000)


def _half_day(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone(text: str | None) -> timezone | None:
    name = (text or "").strip(" .,")
    if not name:
        return None
    if name.upper() in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name.upper()]))
    found = _OFFSET.fullmatch(name)
    if found is None and name[:1] in ("+", "-"):
        return None
    if found is None:
        first = name.split()[0].upper()
        return timezone(timedelta(minutes=_ZONES[first])) if first in _ZONES else None
    minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    if minutes > 15 * 60:
        return None
    return timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))


def _written(
    year: int,
    month: int,
    day: int,
    clock: tuple[str | None, str | None, str | None, str | None],
    zone: timezone | None,
) -> str:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    midnight_after = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    leap = timedelta(seconds=1) if second == 60 else timedelta(0)
    second -= leap.seconds
    moment = datetime(year, month, day, hour % 24 if midnight_after else hour, minute, second, tzinfo=zone)
    text = (moment + midnight_after + leap).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
