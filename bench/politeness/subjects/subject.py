"""What is a subject?"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from bench.politeness.grading import Grade
from bench.politeness.site import Site
from bench.politeness.traffic import Asked, Kind, Traffic, median_gap


class Subject(Protocol):
    """A few publishers and what is graded at them."""

    sites: Sequence[Site]

    def grades(self, traffic: Traffic) -> Iterable[Grade]:
        """Return the grades that `traffic` gives occasion to, the others as not seen."""


def own_pace(traffic: Traffic) -> float | None:
    """Return how often the reader asks a feed that has news at every look: what it does when nobody asks for less."""
    return median_gap(steady(traffic))


def steady(traffic: Traffic) -> list[Asked]:
    """Return the polls of the wire's own feed."""
    return traffic.of("wire", "/feed", kind=Kind.FEED)


def polls(traffic: Traffic, site: Site) -> dict[str, list[Asked]]:
    """Return the polls of each feed of `site`."""
    return {path: traffic.of(site.name, path) for path in site.feeds}
