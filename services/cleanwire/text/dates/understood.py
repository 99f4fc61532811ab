"""What has been understood of a date in words so far?"""

from dataclasses import dataclass, field
from datetime import datetime

CLOCK_MARK = "\u2063"  # stands where the time of day was: an invisible separator, removed from all input


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


def christian(year: int) -> int:
    """Return the Gregorian year of a Buddhist one (Thailand), any other unchanged."""
    return year - 543 if 2443 <= year <= 2643 else year
