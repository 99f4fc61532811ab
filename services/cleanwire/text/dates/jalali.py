"""Which Gregorian day is a day of the Solar Hijri calendar of Iran and Afghanistan?"""

from datetime import datetime, timedelta

from cleanwire.text.dates import moment

_FIRST_HALF = 6  # months of 31 days; then five of 30, the last of 29 or 30
# Leap years repeat in cycles of 33: these remainders are leap for 1178-1633, by the observed March equinox.
_LEAP_REMAINDERS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})


def gregorian(year: int, month: int, day: int) -> datetime | None:
    """Return midnight of the Gregorian day, None when the calendar has no such day or it is not news."""
    if not (1200 <= year <= 1600 and 1 <= month <= 12 and 1 <= day <= _length(year, month)):
        return None
    before = 31 * min(month - 1, _FIRST_HALF) + 30 * max(month - 1 - _FIRST_HALF, 0) + day - 1
    return _new_year(year) + timedelta(days=before)


def _length(year: int, month: int) -> int:
    if month <= _FIRST_HALF:
        return 31
    return 30 if month < 12 or year % 33 in _LEAP_REMAINDERS else 29


def _new_year(year: int) -> datetime:
    """Return 1 Farvardin, counted from 20 March 2020, which began the year 1399."""
    anchor = moment.day(2020, 3, 20)
    assert anchor is not None  # a day that exists
    years = range(1399, year) if year >= 1399 else range(year, 1399)
    days = sum(366 if y % 33 in _LEAP_REMAINDERS else 365 for y in years)
    return anchor + timedelta(days=days if year >= 1399 else -days)
