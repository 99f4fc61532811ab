"""How long do a reply's headers ask us to wait? RFC 9110, RFC 9111. All results are seconds from `now`."""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

MAX_VALIDATOR = 512
"""Characters of an etag. Usual ones have 10 to 70."""

MAX_DATE = 64
"""Characters of a date. The longest form of RFC 9110 §5.6.7 has 33."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)\b", re.IGNORECASE)


def max_age_s(headers: Mapping[str, str]) -> float | None:
    """Return how much longer the reply is fresh by `cache-control: max-age` less `age`, RFC 9111 §5.2.2.1 and §5.1.

    `headers` has lower-case names. 0 for `no-cache` and `no-store`, None when nothing is said.
    """
    control = headers.get("cache-control", "")
    if _NO_CACHE.search(control):
        return 0.0
    found = _MAX_AGE.search(control)
    if found is None:
        return None
    age = headers.get("age", "").strip()
    return max(0.0, float(found.group(1)) - (float(age) if age.isdecimal() and len(age) < 12 else 0.0))


def expires_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Return the seconds until `expires`, counted from the server's own `date` where it gives one, RFC 9111 §5.3.

    Never negative; an unreadable date (`0`, `-1`) means already expired.
    """
    if "expires" not in headers:
        return None
    expires = _http_date(headers["expires"])
    if expires is None:
        return 0.0
    served = _http_date(headers.get("date", ""))
    return max(0.0, expires - (now if served is None else served))


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Return the seconds that `retry-after` asks for, as a number or as a date, RFC 9110 §10.2.3; never negative."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 12:
        return float(value)
    moment = _http_date(value)
    return None if moment is None else max(0.0, moment - now)


def date(headers: Mapping[str, str]) -> float | None:
    """Return when the server made the reply by its own clock, RFC 9110 §6.6.1: epoch seconds; None when it says not."""
    value = headers.get("date", "")
    return _http_date(value) if len(value) <= MAX_DATE else None


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """Return the validator `name` (`etag` or `last-modified`), RFC 9110 §8.8; None when it is none, or no short ASCII.

    What is not remembered is only not asked for: the next poll is one without conditions.
    """
    value = headers.get(name, "").strip()
    return value if 0 < len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None


def _http_date(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
