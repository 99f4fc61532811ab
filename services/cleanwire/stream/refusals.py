"""Which units does the broker refuse? Remembered for a partition in this process, over every reacquisition."""

from collections.abc import Sequence

from cleanwire.stream.messages import Unit

CAPACITY = 10_000  # keys; the oldest is forgotten first and would only be tried once more


class Refusals:
    """Finds the guilty unit of a refused transaction: suspects are committed one at a time."""

    def __init__(self) -> None:
        self._suspects: dict[str, None] = {}
        self._refused: dict[str, None] = {}

    def blame(self, keys: frozenset[str]) -> None:
        """Remember that a transaction was refused because of at least one of `keys`; a single one is guilty."""
        if len(keys) == 1:
            _remember(self._refused, keys)
        else:
            _remember(self._suspects, keys)

    def cleared(self, key: str) -> None:
        """Forget `key`: the unit, or what was written in its place, was taken."""
        self._suspects.pop(key, None)
        self._refused.pop(key, None)

    def refused(self, key: str) -> bool:
        """Tell whether the unit was refused alone."""
        return key in self._refused

    def grouped(self, units: Sequence[Unit]) -> list[list[Unit]]:
        """Return `units`, in order, as one list for each transaction: a suspect has one of its own.

        The order is kept because two units may write the same key of a table.
        """
        groups: list[list[Unit]] = []
        shared = False
        for unit in units:
            alone = unit.key in self._suspects or unit.key in self._refused
            if alone or not shared:
                groups.append([])
            groups[-1].append(unit)
            shared = not alone
        return groups


def _remember(memory: dict[str, None], keys: frozenset[str]) -> None:
    for key in keys:
        memory[key] = None
    while len(memory) > CAPACITY:
        del memory[next(iter(memory))]
