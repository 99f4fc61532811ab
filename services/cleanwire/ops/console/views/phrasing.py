"""How are times, spans, counts and texts of strangers written for people?"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from cleanwire import characters
from cleanwire.ops.console import bounds
from cleanwire.urls import parse, secrets

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))
_NO_SPAN = "–"


def instant(at: float | None) -> str | None:
    """Return an epoch time as RFC 3339 in UTC; None for none, and for what no calendar of ours can write."""
    if at is None:
        return None
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


def span(seconds: float | None) -> str:
    """Return a length of time in its two largest units: `1 d 2 h`, `4 min`, `12 s`, `0.3 s`."""
    if seconds is None:
        return _NO_SPAN
    if abs(seconds) < 10:
        return f"{seconds:.1f} s"
    for at, (unit, name) in enumerate(_UNITS):
        if abs(seconds) >= unit:
            whole, rest = divmod(round(abs(seconds)), unit)
            smaller, small_name = _UNITS[at + 1] if at + 1 < len(_UNITS) else (1, "s")
            more = f" {rest // smaller} {small_name}" if rest // smaller and whole < 10 else ""
            return f"{whole:,} {name}{more}"
    return f"{seconds:.0f} s"


def ago(at: float | None, now: float) -> str:
    """Return how long before or after `now` a time is."""
    if at is None:
        return _NO_SPAN
    if abs(now - at) < 1:
        return "now"
    return f"{span(now - at)} ago" if at <= now else f"in {span(at - now)}"


def count(number: float | None) -> str:
    """Return a number with its thousands apart; a small fraction keeps one digit."""
    if number is None:
        return _NO_SPAN
    return f"{number:,.1f}" if isinstance(number, float) and abs(number) < 10 else f"{number:,.0f}"


def numbers(found: tuple[int, ...]) -> str:
    """Return ascending numbers with runs drawn together: `0–3, 6`."""
    runs: list[list[int]] = []
    for number in found:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in runs)


def text(written: str | None, most: int = bounds.SHOWN_BLOCK) -> str:
    """Return what a stranger wrote without controls and direction marks, and not more than `most` characters of it."""
    if written is None:
        return ""
    clean = characters.printable(written[: 4 * most], lines=True)
    return clean if len(clean) <= most and len(written) <= 4 * most else clean[: most - 1] + "…"


def link(url: str | None) -> str | None:
    """Return the address that may be followed from the page: http and https only, and none that holds a secret."""
    href = parse.href(url) if url else None
    return None if href is None or secrets.has_secret(href) or secrets.HIDDEN in href else href


def query(**fields: object) -> str:
    """Return a query string of the fields that say something."""
    told = urlencode({name: value for name, value in fields.items() if value not in (None, "", 0)})
    return f"?{told}" if told else "?"
