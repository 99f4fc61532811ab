"""A store in memory."""

import threading
from collections.abc import Callable

from cleanwire.client import Batch, Moved


class Shelf:
    """A store in memory. `before` is done once, in front of the first batch, as if by another reader."""

    def __init__(self, before: Callable[["Shelf", Batch], None] | None = None) -> None:
        self.places: dict[int, int | None] = {}
        self.stored: list[str] = []
        self.batches: list[Batch] = []
        self._before = before
        self._one_at_a_time = threading.Lock()  # several readers may store into it

    def place(self, partition: int) -> int | None:
        return self.places.get(partition)

    def put(self, batch: Batch) -> None:
        with self._one_at_a_time:
            if self._before is not None:
                before, self._before = self._before, None
                before(self, batch)
            if self.places.get(batch.partition) != batch.place:
                raise Moved
            self.places[batch.partition] = batch.next
            self.stored += [one.id for one in batch.documents]
            self.batches.append(batch)
