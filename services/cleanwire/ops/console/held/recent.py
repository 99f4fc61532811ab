"""Which records came last? As many as a count and a number of bytes allow; the oldest make room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
_OVERHEAD_BYTES = 1_300  # a row, its texts' headers and its places in the tables, as measured with tracemalloc


@dataclass(frozen=True, slots=True)
class Kept(Generic[Row]):
    """A row for lists, and the record itself as the topic holds it."""

    row: Row
    value: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.value) + _OVERHEAD_BYTES


class Recent(Generic[Row]):
    """The last records of a topic, one for each key."""

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self.left_out = 0
        """How many made room for others."""
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: dict[str, Kept[Row]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, the newest first."""
        return (kept.row for kept in reversed(list(self._kept.values())))

    def get(self, key: str) -> Kept[Row] | None:
        return self._kept.get(key)

    def add(self, key: str, row: Row, value: bytes) -> None:
        """Keep a record in the place of what was kept under its key."""
        self._drop(key)
        kept = Kept(row, value)
        self._kept[key] = kept
        self._bytes += kept.size_bytes
        while self._kept and (len(self._kept) > self._most or self._bytes > self._most_bytes):
            self._drop(next(iter(self._kept)))
            self.left_out += 1

    def _drop(self, key: str) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._bytes -= old.size_bytes
