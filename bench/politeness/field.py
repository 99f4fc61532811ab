"""Which publishers are there, and what do they make of what they saw?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from bench.politeness.grading import Grade
from bench.politeness.press import Press
from bench.politeness.site import Site
from bench.politeness.subjects.articles import Articles
from bench.politeness.subjects.conditions import Conditions
from bench.politeness.subjects.hostile import Hostile
from bench.politeness.subjects.manners import Manners
from bench.politeness.subjects.moves import Moves
from bench.politeness.subjects.one_site import OneSite
from bench.politeness.subjects.pace import Pace
from bench.politeness.subjects.restarts import Restarts
from bench.politeness.subjects.robots import Robots
from bench.politeness.subjects.subject import Subject
from bench.politeness.subjects.tired import Tired
from bench.politeness.terms import INSIDE, NETWORK, Terms
from bench.politeness.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Field:
    """The publishers of a run, each with its address, and the subjects they belong to."""

    addressed: Sequence[tuple[Site, str]]
    subjects: Sequence[Subject]

    def feeds(self) -> list[str]:
        """Return the URLs that a reader is to follow, once the sites are served."""
        return [site.url(path) for site, _ in self.addressed for path in site.feeds]

    def grades(self, traffic: Traffic) -> Iterator[Grade]:
        for subject in self.subjects:
            yield from subject.grades(traffic)


def plan(terms: Terms, *, without_hostile: bool = False) -> Field:
    """Return the field: each publisher a site of its own, at an address of its own."""
    press = Press(terms)
    hostile = Hostile(terms, press)
    subjects: list[Subject] = [
        Pace(terms, press),
        OneSite(terms, press),
        Conditions(terms, press),
        Manners(terms, press),
        Tired(terms, press),
        Moves(terms, press),
        Robots(terms, press),
        Articles(terms, press),
        Restarts(terms, press),
        *([] if without_hostile else [hostile]),
    ]
    sites = [*press.sites, *(site for subject in subjects for site in subject.sites)]
    hosts = ip_network(NETWORK).hosts()
    return Field([*((site, str(next(hosts))) for site in sites), (hostile.inside, INSIDE)], subjects)
