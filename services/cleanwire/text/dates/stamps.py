"""What time does a machine's time stamp state?

ISO 8601 with its profiles RFC 3339 and W3C-DTF, as JSON-LD, `<meta>`, `<time>` and feeds write them, with
the slips seen there: a blank for the T, one-digit months, `UTC` behind, a named zone in brackets.
"""

import re
from datetime import datetime, timedelta

from cleanwire.records.document import Precision
from cleanwire.text.dates import moment

_STAMP = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<m>\d{2})(?P<d>\d{2})|-?W(?P<week>\d{2})-?(?P<wd>[1-7])"
    r"|-(?P<ordinal>\d{3}))"
    r"(?:(?:[T_]|[ ,]{1,3}(?:at )?)(?P<hour>\d{1,2})(?:(?P<colon>:)?(?P<minute>\d{2})(?:(?(colon):)(?P<second>\d{2})"
    r"(?:[.,:]\d{1,9})?)?)?"
    r"\s?(?P<zone>Z|(?:UTC|GMT)?\s?(?P<sign>[+\-−])(?P<oh>\d{2})(?::?(?P<om>\d{2}))?Z?|UTC|GMT)?(?:\[[\w/+-]{1,40}\])?)?",
    re.IGNORECASE | re.ASCII,
)
_DAY_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
_INCOMPLETE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?|-(?P<yy>\d{2})-?(?P<mm>\d{2})|(?P<y2>\d{2})(?P<m2>\d{2})(?P<d2>\d{2})",
    re.ASCII,
)


def parse(raw: str) -> moment.ParsedTime | None:
    """Return the time `raw` states; None when it is no complete date of ISO 8601."""
    text = raw.strip()
    if bare := _DAY_ZONE.fullmatch(text):  # xsd:date with a zone: still only a day
        text = bare[1]
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    midnight = _midnight(match)
    return None if midnight is None else _with_time(midnight, match)


def parse_incomplete(raw: str) -> moment.ParsedTime | None:
    """Return the first day of what `raw` names: a year, a month, or ISO 8601:1988's two-digit century forms.

    Feeds write these; nowhere else is a bare number a date.
    """
    match = _INCOMPLETE.fullmatch(raw.strip())
    if match is None:
        return None
    if match["year"]:
        found = moment.day(int(match["year"]), int(match["month"] or 1), 1)
    elif match["yy"]:
        found = moment.day(moment.full_year(int(match["yy"])), int(match["mm"]), 1)
    else:
        found = moment.day(moment.full_year(int(match["y2"])), int(match["m2"]), int(match["d2"]))
    return None if found is None else moment.ParsedTime(local=found, offset_min=None, precision=Precision.DAY)


def _midnight(match: re.Match[str]) -> datetime | None:
    year = int(match["year"])
    if match["week"]:
        try:
            return datetime.fromisocalendar(year, int(match["week"]), int(match["wd"]))
        except ValueError:
            return None
    if match["ordinal"]:
        found = moment.day(year, 1, 1)
        later = found and found + timedelta(days=int(match["ordinal"]) - 1)
        return later if later and later.year == year else None
    return moment.day(year, int(match["month"] or match["m"]), int(match["day"] or match["d"]))


def _with_time(midnight: datetime, match: re.Match[str]) -> moment.ParsedTime | None:
    if match["hour"] is None:
        return moment.ParsedTime(local=midnight, offset_min=None, precision=Precision.DAY)
    local = moment.at(midnight, int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0))
    offset = 0 if match["zone"] else None
    if match["sign"]:
        offset = moment.offset(match["sign"], match["oh"], match["om"])
        if offset is None:
            return None
    if local is None:
        return None
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    return moment.ParsedTime(local=local, offset_min=offset, precision=precision)
