"""What point in time does a written date mean?"""

from dataclasses import dataclass
from datetime import datetime

from cleanwire.records.document import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTime:
    """A time as it was written: the wall clock, and the offset if it was written too."""

    local: datetime  # naive
    offset_min: int | None  # minutes east of UTC, None when the text names no zone
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """A whole line that only tells when: `Published: 6 October 2020`, `Updated 3 hours ago`."""

    time: ParsedTime | None  # None for relative and unreadable times
    modified: bool  # the label says "updated" rather than "published"


def parse(raw: str, *, day_first: bool | None = None, language: str | None = None) -> ParsedTime | None:
    """Return the time that `raw` (nothing but a date) states, None when it is unclear."""
    raise NotImplementedError


def find(line: str, *, day_first: bool | None = None, language: str | None = None) -> DateLine | None:
    """Return what `line` tells when it is a date line as a whole, None when it is anything else."""
    raise NotImplementedError
