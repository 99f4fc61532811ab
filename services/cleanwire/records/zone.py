"""Which names are time zones?"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def problem(name: object) -> str | None:
    """Return why `name` is no IANA time zone, for people; None when it is one."""
    try:
        if isinstance(name, str) and ZoneInfo(name):
            return None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the zone database
        pass
    return f"{name!r} is no IANA time zone, such as 'Europe/Vienna'"
