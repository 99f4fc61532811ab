"""What is known of a line that may be the article's, before anybody judges it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml.etree import _Element

from cleanwire.article.markup.outline import Location
from cleanwire.text.boilerplate.lines import Line


class TakenBy(StrEnum):
    """Who took a line for the article's."""

    EXTRACTOR = "extractor"
    MADE_ALIKE = "structure/made-alike"
    SUBHEAD = "structure/subhead"
    TABLE = "structure/table"
    NOBODY = "nobody"  # it stands near the article, and the judge says whether it comes back


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole:
    """A table, list or enumeration; its lines share one of these."""

    is_table: bool
    linked: float  # which share of its characters
    home: _Element | None = None  # the table or list; None of an enumeration


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A line of the page, and where it stands; None where the page does not have it as it is."""

    line: Line
    location: Location | None
    taken_by: TakenBy = TakenBy.EXTRACTOR
    whole: Whole | None = None  # what the line is part of

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def is_taken(self) -> bool:
        return self.taken_by is not TakenBy.NOBODY


def merge(taken: Sequence[Candidate], missing: Iterable[Candidate]) -> list[Candidate]:
    """Return `taken` in their order, each of `missing` before the first that stands after it on the page.

    `missing` are in the order of the page, and each has a location.
    """
    waiting = [(candidate.location.start, candidate) for candidate in missing if candidate.location is not None]
    merged: list[Candidate] = []
    at = 0
    for candidate in taken:
        location = candidate.location
        while at < len(waiting) and location is not None and waiting[at][0] < location.start:
            merged.append(waiting[at][1])
            at += 1
        merged.append(candidate)
    return merged + [candidate for _, candidate in waiting[at:]]
