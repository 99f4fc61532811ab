"""Does a feed's window of entries overlap with that of the poll before, so that none came and went between the two?

It does when an entry of the window before is still listed: whatever came after it is, too. Pinned entries say nothing:
an old one that stands among newer ones stays whatever comes and goes. So they are told by their place:

* In a feed with dates the oldest quarter of a window is no witness. What the window before showed last is in the rest.
* In a feed without dates, new entries push old ones down. The first quarter of the window before is a witness only
  further down than that.
"""

from cleanwire.feed import words
from cleanwire.feed.identity import Selection, Shown
from cleanwire.records.feed import Listing

MAX_WITNESSES = 400
"""Entries remembered of a window: the newest, and of one without dates the first and the last, as either may be new."""


def listing(selection: Selection, *, now: float) -> Listing:
    """Return what is remembered of the window that a poll brought; dates after `now` count for nothing."""
    window = selection.window
    dated = sorted((shown for shown in window if shown.at is not None and shown.at <= now), key=_time, reverse=True)
    by_date = 2 * len(dated) >= len(window)
    top = () if by_date else window[: len(window) // 4]
    rest = tuple(dated[: len(dated) - len(dated) // 4]) if by_date else _ends(window[len(window) // 4 :])
    steps = max(0, (len(dated) - 1) * 3 // 4)
    return Listing(
        entries=len(window),
        witnesses=_keys(rest[:MAX_WITNESSES]),
        top=_keys(top[:MAX_WITNESSES]),
        newest_at=_time(dated[0]) if dated else None,
        steps=steps,
        span_s=_time(dated[0]) - _time(dated[steps]) if steps else 0.0,
    )


def overlap(last: Listing, selection: Selection) -> bool:
    """Return whether the window of `selection` still shows what `last` did, pinned entries left out."""
    window = selection.window
    return _any(window, last.witnesses) or _any(window[len(window) // 4 :], last.top)


def _any(window: tuple[Shown, ...], keys: bytes) -> bool:
    known = set(words.split(keys))
    return any(not known.isdisjoint(words.split(shown.keys)) for shown in window)


def _ends(window: tuple[Shown, ...]) -> tuple[Shown, ...]:
    half = MAX_WITNESSES // 2
    return window if len(window) <= MAX_WITNESSES else (*window[:half], *window[-half:])


def _keys(window: tuple[Shown, ...]) -> bytes:
    return b"".join(shown.keys for shown in window)


def _time(shown: Shown) -> float:
    return shown.at or 0.0
