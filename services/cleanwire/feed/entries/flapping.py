"""How often is a change of an entry passed on? The first at once, each further one after a longer wait.

A publisher's page that counts visitors in its teaser changes at every poll, a live blog nearly so. Both stay in step
with the feed, but over a day the first gives eight looks at the article instead of three hundred.
"""

import struct
from collections.abc import Collection

FIRST_WAIT_S = 900
"""Wait between the first and the second change of an entry; doubled with each further one."""
LONGEST_WAIT_S = 86_400
FORGET_AFTER_S = 86_400
"""How long the changes of an entry that is listed no more are remembered."""
CAP = 2000
"""Entries whose changes are remembered; those changed longest ago go first."""

_RECORD = struct.Struct(">8sBI")  # key of the article, changes passed on, when the last was


class Flaps:
    """The changes of a feed's entries that were passed on. Times are epoch seconds."""

    def __init__(self, packed: bytes) -> None:
        whole = len(packed) - len(packed) % _RECORD.size
        self._changes = {key: (count, at) for key, count, at in _RECORD.iter_unpack(packed[:whole])}

    def pass_on(self, key: bytes, now: float) -> bool:
        """Return whether a change of `key` is passed on at `now`; if so it counts."""
        count, at = self._changes.get(key, (0, 0))
        wait_s = min(FIRST_WAIT_S * 2 ** (count - 1), LONGEST_WAIT_S) if count else 0
        if at <= now < at + wait_s:  # a clock that jumped back holds nothing up
            return False
        self._changes[key] = (min(count + 1, 255), int(now))
        return True

    def packed(self, listed: Collection[bytes], now: float) -> bytes:
        """Return what to remember when the feed lists `listed`."""
        kept = [
            (key, count, at) for key, (count, at) in self._changes.items() if key in listed or now - at < FORGET_AFTER_S
        ]
        kept.sort(key=lambda record: record[2])
        return b"".join(_RECORD.pack(*record) for record in kept[-CAP:])
