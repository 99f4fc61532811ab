"""Which partitions fail again and again, though each time somebody takes them up anew?"""

import time
from collections import defaultdict, deque
from collections.abc import Callable

MANY = 3
WITHIN_S = 300.0
"""A partition that fails `MANY` times within so long loops."""
WORKED_S = 120.0
"""It does so until it has not failed for so long."""


class Steadiness:
    """Remembers when each partition failed.

    Args:
        clock: seconds that do not jump back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed_at: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=MANY))

    def failed(self, partition: int) -> None:
        """Take note of a failure."""
        self._failed_at[partition].append(self._clock())

    def forget(self, partition: int) -> None:
        """The partition is not ours any more."""
        self._failed_at.pop(partition, None)

    def looping(self) -> frozenset[int]:
        """Return the partitions that loop now."""
        now = self._clock()
        return frozenset(
            partition
            for partition, times in self._failed_at.items()
            if len(times) == MANY and times[-1] - times[0] <= WITHIN_S and now - times[-1] < WORKED_S
        )
