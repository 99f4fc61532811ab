"""Does a feed's window of entries overlap with that of the poll before, so that none came and went between the two?

Where it does, both windows list some entries, which moved on: those that left since were older, those that came are
newer. An entry that is pinned is listed in both as well, whatever came and went, but it did not move on. So for each
entry that both list is asked how it stands to the others:

    moved = share of those that left which were older + share of those that came which are newer

That is 2 for an entry that moved on with its window. It is 1 for one that stays at the top or at the end, that keeps
its place between them, or that gets a new date at each poll. Entries count by date, and in a feed without usable dates
by place: newest first or, as that may be, oldest first, where what moved on has 0. In a feed whose order follows
nothing it is anything from 0 to 2, so that some entry soon seems to have moved on: no gap is claimed there.

Where half of the window before is listed still, the windows overlap, whatever its order.
"""

from itertools import zip_longest

from cleanwire.feed.entries import words
from cleanwire.feed.entries.new_and_changed import Selection, Shown
from cleanwire.records.feed import Listing

MAX_REMEMBERED = 400
"""Entries remembered of a window: the newest, and of one without dates the first and the last, as either may be new."""
MARGIN = 1 / 8
"""So far from 1 must be how an entry moved. Pinned entries are not: windows differ a little in length."""

_NO_ID = bytes(words.HASH_BYTES)


def listing(selection: Selection, *, now: float) -> Listing:
    """Return what is remembered of the window that a poll brought; dates after `now` count for nothing."""
    window, by_date = _ordered(selection.window, now)
    kept = window[:MAX_REMEMBERED] if by_date else _ends(window)
    ids = b"".join(shown.keys[words.HASH_BYTES :] or _NO_ID for shown in kept)
    return Listing(
        articles=b"".join(shown.keys[: words.HASH_BYTES] for shown in kept),
        ids=ids if any(ids) else b"",
        newest_at=window[0].at if by_date else None,
    )


def overlap(last: Listing, selection: Selection, *, now: float) -> bool:
    """Return whether the window of `selection` still shows what `last` did, pinned entries left out."""
    listed = {key for shown in selection.window for key in words.split(shown.keys)}
    before = list(zip_longest(words.split(last.articles), words.split(last.ids)))
    gone = sum(1 for article, by_id in before if article not in listed and by_id not in listed)
    if 2 * gone * words.HASH_BYTES <= len(last.articles):
        return True
    window, by_date = _ordered(selection.window, now)
    newer, came = _newer(window, selection)
    left = 0
    kept: list[tuple[int, int]] = []  # how many left that were newer, how many came that are newer
    for keys in before:
        if listed.isdisjoint(keys):
            left += 1
        elif (place := next((newer[key] for key in keys if key in newer), None)) is not None:
            kept.append((left, place))
    if not came:
        return bool(kept)
    moved = ((left - first) / left + after / came for first, after in kept)
    return any(m > 1 + MARGIN or (m < 1 - MARGIN and not by_date) for m in moved)


def _newer(window: tuple[Shown, ...], selection: Selection) -> tuple[dict[bytes, int], int]:
    """Return by key how many of the new entries come before each other one in `window`, and how many those are."""
    new = {keyed.key for keyed in selection.new}
    newer: dict[bytes, int] = {}
    came = 0
    for shown in window:
        keys = words.split(shown.keys)
        if keys[0] in new:
            came += 1
        else:
            newer.update(dict.fromkeys(keys, came))
    return newer, came


def _ordered(window: tuple[Shown, ...], now: float) -> tuple[tuple[Shown, ...], bool]:
    """Return the entries that have a date, newest first, and True; all as they are and False where dates are no help.

    That is where fewer than half have one, and where all have the same.
    """
    dated = [shown for shown in window if shown.at is not None and shown.at <= now]
    if not dated or 2 * len(dated) < len(window):
        return window, False
    first, last = _time(dated[0]), _time(dated[-1])
    if len(dated) > 1 and all(_time(shown) == first for shown in dated):
        return window, False
    if first < last:  # oldest first: so are those of one time
        dated.reverse()
    return tuple(sorted(dated, key=_time, reverse=True)), True


def _ends(window: tuple[Shown, ...]) -> tuple[Shown, ...]:
    half = MAX_REMEMBERED // 2
    return window if len(window) <= MAX_REMEMBERED else (*window[:half], *window[-half:])


def _time(shown: Shown) -> float:
    return shown.at or 0.0
