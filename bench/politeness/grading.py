"""What is a grade?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.politeness.traffic import Asked

SHOWN = 5  # requests that a grade is shown with


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    NOT_SEEN = "not seen"  # the reader gave no occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One rule: whether it was kept, in figures, and the requests that show it."""

    name: str
    outcome: Outcome
    figures: str
    shown_by: tuple[Asked, ...] = ()


def grade(name: str, *, occasion: bool, against: Sequence[Asked], figures: str, allowed: int = 0) -> Grade:
    """Return a fail when more than `allowed` requests are `against` the rule, a pass if there was an occasion."""
    if len(against) > allowed:
        return Grade(name=name, outcome=Outcome.FAIL, figures=figures, shown_by=tuple(against[:SHOWN]))
    return Grade(name=name, outcome=Outcome.PASS if occasion else Outcome.NOT_SEEN, figures=figures)


def verdict(name: str, *, occasion: bool, kept: bool, figures: str, shown_by: Sequence[Asked] = ()) -> Grade:
    """Return the grade of a rule that is kept or not as a whole."""
    outcome = Outcome.NOT_SEEN if not occasion else Outcome.PASS if kept else Outcome.FAIL
    return Grade(name=name, outcome=outcome, figures=figures, shown_by=() if kept else tuple(shown_by[:SHOWN]))
