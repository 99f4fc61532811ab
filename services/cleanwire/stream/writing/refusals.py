"""Which units does the broker refuse? Remembered for a partition in this process, over every reacquisition."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cleanwire.stream.messages import Step

V = TypeVar("V")

CAPACITY = 10_000  # keys; the oldest is forgotten first and would only be tried once more
REMEMBERED_S = 3600.0
"""So long a unit that was refused `SEVERAL` times is written smaller from the start: what a stranger sends at each poll
must not cost each time what finding it costs. After that the whole is tried again."""
SEVERAL = 2


@dataclass(frozen=True, slots=True)
class _Known:
    """A unit that was refused: how much smaller it must be, how often it was refused as it is, when last."""

    level: int = 0
    times: int = 0
    at: float = 0.0


class Refusals:
    """Knows how much smaller a unit must be, and finds the guilty one of a refused transaction.

    Args:
        clock: seconds that do not jump back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._suspects: dict[str, None] = {}
        self._known: dict[str, _Known] = {}

    def suspect(self, keys: Iterable[str]) -> None:
        """Remember that a transaction was refused because of at least one of `keys`: they are tried alone.

        Only needed where the partition could not go on after it: what is found out otherwise would be forgotten.
        """
        for key in keys:
            _remember(self._suspects, key, None)

    def refused(self, key: str, level: int) -> None:
        """Remember that the unit was refused at `level`: how often it was made smaller before."""
        self._suspects.pop(key, None)
        known = self._known.get(key) or _Known()
        times = known.times + (1 if level == 0 else 0)
        _remember(self._known, key, _Known(level=level + 1, times=times, at=self._clock()))

    def taken(self, key: str, level: int) -> None:
        """Remember that the unit was taken at `level`; what is taken as it is is under suspicion no longer."""
        self._suspects.pop(key, None)
        if level == 0:
            self._known.pop(key, None)

    def level(self, key: str) -> int:
        """Return how often the unit is to be made smaller before it is tried.

        The first time may be chance: a limit that was raised since, or a page that is shorter now. The whole is tried
        once more.
        """
        known = self._known.get(key)
        if known is None or self._clock() - known.at > REMEMBERED_S:
            self._known.pop(key, None)
            return 0
        return known.level if known.times >= SEVERAL else 0

    def grouped(self, steps: Sequence[Step]) -> list[list[Step]]:
        """Return `steps`, in order, as one list for each transaction: a suspect has one of its own."""
        return parted(steps, self._suspects)


def parted(steps: Sequence[Step], suspects: Iterable[str]) -> list[list[Step]]:
    """Return `steps`, in order, with each step whose unit is one of `suspects` in a list of its own.

    The order is kept because two units may write the same key of a table.
    """
    keys = frozenset(suspects)
    groups: list[list[Step]] = []
    shared = False
    for step in steps:
        alone = step.unit is not None and step.unit.key in keys
        if alone or not shared:
            groups.append([])
        groups[-1].append(step)
        shared = not alone
    return groups


def _remember(memory: dict[str, V], key: str, value: V) -> None:
    memory.pop(key, None)
    memory[key] = value
    while len(memory) > CAPACITY:
        del memory[next(iter(memory))]
