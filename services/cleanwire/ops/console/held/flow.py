"""How much came and went in each minute of the last hours?"""

from collections import Counter
from collections.abc import Iterable

from cleanwire.ops.console import bounds

_AHEAD = 2  # minutes that a clock of another machine may be before ours

ENTRIES, CHANGED, DOCUMENTS, REVISIONS, CANCELED = "entries", "changed", "documents", "revisions", "canceled"
REJECTED = "rejected:"
_NOTHING: Counter[str] = Counter()


class Flow:
    """Counts by kind and minute, by the times that the records carry."""

    def __init__(self) -> None:
        self._minutes: dict[int, Counter[str]] = {}

    def count(self, kind: str, at: float, now: float) -> None:
        """One record of `kind` was written at `at`, and `now` it is read; both in epoch seconds."""
        minute, present = int(at // 60), int(now // 60)
        if not present - bounds.MINUTES < minute <= present + _AHEAD:
            return
        if minute not in self._minutes:
            self._minutes = {one: kinds for one, kinds in self._minutes.items() if one > present - bounds.MINUTES}
            self._minutes[minute] = Counter()
        self._minutes[minute][kind] += 1

    def series(self, kinds: Iterable[str], *, now: float, minutes: int) -> list[int]:
        """Return how many there were in each of the last `minutes` minutes, the present one last."""
        wanted, end = tuple(kinds), int(now // 60)
        counts = (self._minutes.get(minute, _NOTHING) for minute in range(end - minutes + 1, end + 1))
        return [sum(each[kind] for kind in wanted) for each in counts]

    def totals(self, *, now: float, minutes: int) -> Counter[str]:
        """Return how many of each kind there were in the last `minutes` minutes."""
        end = int(now // 60)
        found: Counter[str] = Counter()
        for minute, counts in self._minutes.items():
            if end - minutes < minute <= end + _AHEAD:
                found += counts
        return found
