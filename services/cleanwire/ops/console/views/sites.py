"""How does each site fare?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cleanwire.ops.console.held.installation import Installation
from cleanwire.ops.console.held.sites import SiteRow
from cleanwire.ops.console.views import paging
from cleanwire.ops.console.views.paging import Part
from cleanwire.records.rejected import Rejection

SORTS = ("documents", "rejected", "site")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """A site with its part of what is held of outcomes."""

    site: str
    feeds: int
    documents: int
    rejected: int
    robots: int  # rejections because robots.txt disallows the page
    learned: SiteRow | None
    own_rules: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteList:
    words: str
    sort: str
    part: Part[SiteLine]
    total: int


def lines(held: Installation, own_rules: Mapping[str, object]) -> list[SiteLine]:
    """Return a line for each site that anything is known of."""
    documents = Counter(row.site for row in held.documents)
    rejected = Counter(row.site for row in held.rejections)
    robots = Counter(row.site for row in held.rejections if row.reason == Rejection.ROBOTS_DISALLOWED)
    feeds = Counter(held.feeds.of_sites)
    learned = {row.site: row for row in held.sites.rows()}
    every = {*documents, *rejected, *feeds, *learned, *own_rules} - {""}
    return [
        SiteLine(
            site=site,
            feeds=feeds[site],
            documents=documents[site],
            rejected=rejected[site],
            robots=robots[site],
            learned=learned.get(site),
            own_rules=site in own_rules,
        )
        for site in every
    ]


def view(found: list[SiteLine], *, words: str, sort: str, number: int) -> SiteList:
    """Return the part of the list that was asked for."""
    shown = [line for line in found if words.lower() in line.site]
    shown.sort(key=lambda line: line.site)
    if sort == "documents":
        shown.sort(key=lambda line: -line.documents)
    elif sort == "rejected":
        shown.sort(key=lambda line: -line.rejected)
    return SiteList(words=words, sort=sort, part=paging.part(shown, number), total=len(found))
