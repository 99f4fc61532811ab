"""Which names are time zones?"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def find(name: str) -> ZoneInfo | None:
    """Return the time zone with this IANA name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the zone database
        return None


def problem(name: object) -> str | None:
    """Return why `name` is no IANA time zone, for people; None when it is one."""
    if isinstance(name, str) and find(name) is not None:
        return None
    return f"{name!r} is no IANA time zone, such as 'Europe/Vienna'"
