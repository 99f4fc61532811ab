"""Which address of an entry is one, but too long?"""

from collections.abc import Iterable

from cleanwire.urls import parse as urls


def overlong(written: Iterable[str | None]) -> str | None:
    """Return the first of these addresses that is too long, cut where that shows; None when none is."""
    shown = urls.MAX_LENGTH + 1
    return next((address[:shown] for address in written if address and len(address) >= shown), None)
