"""How often does a feed say that it changes? ttl, sy:updatePeriod, skipHours and skipDays."""

from collections.abc import Iterable

_PERIODS_S = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ttl_s(minutes: str | None) -> float | None:
    """Return RSS 2.0's `ttl`, given in minutes, in seconds; None when it is no positive number."""
    value = _number(minutes)
    return value * 60 if value else None


def update_period_s(period: str | None, frequency: str | None) -> float | None:
    """Return the seconds between updates by the syndication module: a period and how often in it.

    A frequency without a period means daily, the module's default.
    """
    if period is None and frequency is None:
        return None
    length_s = _PERIODS_S.get((period or "daily").strip().lower())
    return None if length_s is None else length_s / (_number(frequency) or 1.0)


def skip_hours(hours: Iterable[str]) -> tuple[int, ...]:
    """Return the hours (0 to 23, UTC) in which nothing appears; 24 means 0, as in RSS 0.91."""
    found = {int(hour) % 24 for hour in hours if hour.strip().isdecimal() and len(hour.strip()) < 3 and int(hour) <= 24}
    return tuple(sorted(found)) if len(found) < 24 else ()


def skip_days(days: Iterable[str]) -> tuple[int, ...]:
    """Return the weekdays (0 Monday to 6, UTC) on which nothing appears."""
    found = {_DAYS.index(day.strip().lower()) for day in days if day.strip().lower() in _DAYS}
    return tuple(sorted(found)) if len(found) < 7 else ()


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < 1e6 else None
