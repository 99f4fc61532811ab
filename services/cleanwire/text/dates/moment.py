"""What is a time as somebody wrote it?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cleanwire.records.document import Precision

YEARS = range(1600, 2200)  # what a news text may plausibly be dated
_MAX_OFFSET_MIN = 15 * 60  # no zone was ever further from UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTime:
    """A time as it was written: the wall clock, and the offset if it was written too."""

    local: datetime  # naive
    offset_min: int | None  # minutes east of UTC, None when the text names no zone
    precision: Precision

    def epoch(self, assumed_offset_min: int = 0) -> float:
        """Return seconds since 1970 UTC, with `assumed_offset_min` where the text names no zone."""
        offset = assumed_offset_min if self.offset_min is None else self.offset_min
        return (self.local.replace(tzinfo=UTC) - timedelta(minutes=offset)).timestamp()


def day(year: int, month: int, day_of_month: int) -> datetime | None:
    """Return midnight of that day, None when there is no such day or no news from then."""
    if year not in YEARS:
        return None
    try:
        return datetime(year, month, day_of_month)  # noqa: DTZ001 - a wall clock, its zone is kept beside it
    except ValueError:
        return None


def at(midnight: datetime, hour: int, minute: int, second: int = 0) -> datetime | None:
    """Return the wall clock at that time of day; 24:00 is the next day, a leap second counts as :59."""
    if (hour, minute, second) == (24, 0, 0):
        return midnight + timedelta(days=1)
    if hour > 23 or minute > 59 or second > 60:
        return None
    return midnight.replace(hour=hour, minute=minute, second=min(second, 59))


def offset(sign: str, hours: str, minutes: str | None) -> int | None:
    """Return minutes east of UTC, None when no zone can be that far away."""
    total = int(hours) * 60 + int(minutes or 0)
    if total > _MAX_OFFSET_MIN or int(minutes or 0) > 59:
        return None
    return -total if sign in "-−" else total


def full_year(two_digits: int) -> int:
    """Return the year that two digits mean in mail headers, RFC 5322 §4.3: 00-49 are 20xx."""
    return two_digits + (2000 if two_digits < 50 else 1900)
