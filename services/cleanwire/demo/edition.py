"""When does which story come out, and what does its page say at a given moment?

A third of the stories is out when the demo starts, one more appears every `every_s` seconds, going round the sites.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import zip_longest

from cleanwire.demo.stories import Site, Story

AT_START = 1 / 3
UPDATE_AFTER_S = 7.0
_OLDER_BY = timedelta(minutes=11)  # between two stories that were out before we came


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One story with its place in time. Times: seconds since the demo started."""

    site: Site
    story: Story
    visible_at: float
    published: datetime  # UTC

    @property
    def updated_at(self) -> float | None:
        return self.visible_at + UPDATE_AFTER_S if self.story.update else None

    def updated(self, at: float) -> bool:
        """Tell whether the newsroom has added to it by then."""
        return self.updated_at is not None and at >= self.updated_at

    def body(self, at: float) -> str:
        """Return its text at that moment."""
        return f"{self.story.body}\n\n{self.story.update}" if self.updated(at) else self.story.body

    def modified(self, at: float) -> datetime:
        """Return when it was last changed, UTC."""
        return self.published + timedelta(seconds=UPDATE_AFTER_S) if self.updated(at) else self.published

    @property
    def local(self) -> datetime:
        """Return the publisher's wall clock."""
        return self.published.astimezone(timezone(timedelta(hours=self.site.utc_offset_h)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    pieces: tuple[Piece, ...]

    @property
    def complete_at(self) -> float:
        """When the last story is out and the last update made."""
        return max(piece.updated_at or piece.visible_at for piece in self.pieces)

    def out(self, site: Site, at: float) -> list[Piece]:
        """Return what a site's feed lists at that moment, newest first."""
        listed = [piece for piece in self.pieces if piece.site.host == site.host and piece.visible_at <= at]
        return sorted(listed, key=lambda piece: piece.published, reverse=True)

    def find(self, host: str, slug: str) -> Piece | None:
        """Return the piece with that address."""
        return next((p for p in self.pieces if p.site.host == host and p.story.slug == slug), None)


def plan(sites: tuple[Site, ...], *, started: datetime, every_s: float) -> Edition:
    """Lay the stories out in time. `started`: UTC; whole seconds, as publishers write them."""
    started = started.astimezone(UTC).replace(microsecond=0)
    rounds = zip_longest(*([(site, story) for story in site.stories] for site in sites))
    order = [pair for group in rounds for pair in group if pair is not None]
    ready = int(len(order) * AT_START)
    pieces = []
    for place, (site, story) in enumerate(order):
        late = max(place - ready + 1, 0) * every_s
        published = started - _OLDER_BY * (ready - place) if place < ready else started + timedelta(seconds=int(late))
        pieces.append(Piece(site=site, story=story, visible_at=late, published=published))
    return Edition(pieces=tuple(pieces))
