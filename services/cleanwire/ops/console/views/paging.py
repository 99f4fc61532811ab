"""Which rows of a list are shown on one of its pages?"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from cleanwire.ops.console import bounds

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[Row]):
    """One page of a list. `number`: from 1."""

    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """Return the number of its first row, from 1."""
        return (self.number - 1) * bounds.ROWS + 1


def part(rows: Iterable[Row], number: int) -> Part[Row]:
    """Return page `number` of `rows`; the last one where there are not so many."""
    found = list(rows)
    pages = max(1, -(-len(found) // bounds.ROWS))
    number = min(max(1, number), pages)
    shown = islice(found, (number - 1) * bounds.ROWS, number * bounds.ROWS)
    return Part(rows=tuple(shown), number=number, pages=pages, total=len(found))
