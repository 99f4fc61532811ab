"""How much libraries may log: a broker that is away makes aiokafka write 30,000 lines in 10 minutes (measured)."""

import logging
from dataclasses import dataclass

WINDOW_S = 60.0
MOST_KEYS = 256  # beyond this, new messages of a family share one budget


@dataclass(slots=True)
class _Budget:
    opened_at: float
    written: int = 0
    held_back: int = 0


class RateLimit(logging.Filter):
    """Lets `burst` records of one message and `family_burst` of one logger family through in each WINDOW_S seconds.

    The first record after a pause says in `suppressed` how many like it were held back. Time is the record's own.
    """

    def __init__(self, families: frozenset[str], *, burst: int = 3, family_burst: int = 60) -> None:
        super().__init__()
        self._families = families
        self._burst = burst
        self._family_burst = family_burst
        self._budgets: dict[tuple[str, str], _Budget] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether `record` is written."""
        family = record.name.partition(".")[0]
        if family not in self._families:
            return True
        key = (record.name, str(record.msg)[:200])
        if key not in self._budgets and len(self._budgets) >= MOST_KEYS:
            key = (family, "")
        return self._take(key, record, self._burst) and self._take((family, "*"), record, self._family_burst)

    def _take(self, key: tuple[str, str], record: logging.LogRecord, burst: int) -> bool:
        budget = self._budgets.get(key)
        # abs: a clock that jumps back must not silence a logger for an hour
        if budget is None or abs(record.created - budget.opened_at) >= WINDOW_S:
            if budget is not None and budget.held_back:
                record.suppressed = getattr(record, "suppressed", 0) + budget.held_back
            budget = self._budgets[key] = _Budget(record.created)
        if budget.written >= burst:
            budget.held_back += 1
            return False
        budget.written += 1
        return True
