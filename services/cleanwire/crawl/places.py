"""How many of the places that all share may one source hold, and those that are slow together?"""

from collections import OrderedDict

SOURCE_SHARE = 4
"""One source holds at most one of so many parts of the places, but one place at least."""
SLOW_SHARE = 2
"""Those that were slow the last time hold at most one of so many parts together: the rest is for who answers."""
SLOW_S = 5.0
"""Whose last thing took longer is slow. Nine of ten pages take less than two seconds."""
MAX_SLOW = 10_000
"""Slow sources that are remembered; those that were slow longest ago are forgotten first."""
_SLOW = "\0slow"  # no source has this name


class Places:
    """The places of one process for one kind of work, over all partitions.

    Args:
        total: how many there are; None: without bound.
    """

    def __init__(self, total: int | None) -> None:
        self._most = None if total is None else max(1, total // SOURCE_SHARE)
        self._most_slow = None if total is None else max(1, total // SLOW_SHARE)
        self._held: dict[str, int] = {}
        self._slow: OrderedDict[str, None] = OrderedDict()

    def full_for(self, source: str) -> str | None:
        """Return what has no place for `source`, as `is_full` takes it; None when it may have one."""
        return next((kind for kind in self._kinds(source) if self.is_full(kind)), None)

    def is_full(self, kind: str) -> bool:
        """Return whether all places of `kind` are held."""
        most = self._most_slow if kind == _SLOW else self._most
        return most is not None and self._held.get(kind, 0) >= most

    def taken(self, source: str) -> None:
        """Note that `source` holds a place more."""
        for kind in self._kinds(source):
            self._change(kind, 1)

    def given_back(self, source: str, *, held_s: float | None) -> None:
        """Note that `source` has given back a place that it held for so long; None: nothing is learned from it."""
        for kind in self._kinds(source):
            self._change(kind, -1)
        if held_s is not None:
            self._learn(source, is_slow=held_s > SLOW_S)

    def _learn(self, source: str, *, is_slow: bool) -> None:
        """Whoever is slow holds its other places as a slow one from now on, and the other way round."""
        if is_slow == (source in self._slow):
            return
        held = self._held.get(source, 0)
        if is_slow:
            self._slow[source] = None
            self._change(_SLOW, held)
            if len(self._slow) > MAX_SLOW:
                self._learn(next(iter(self._slow)), is_slow=False)
        else:
            del self._slow[source]
            self._change(_SLOW, -held)

    def _change(self, kind: str, by: int) -> None:
        left = self._held.get(kind, 0) + by
        if left > 0:
            self._held[kind] = left
        else:
            self._held.pop(kind, None)

    def _kinds(self, source: str) -> tuple[str, ...]:
        return (source, _SLOW) if source in self._slow else (source,)
