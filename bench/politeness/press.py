"""What news is there? Of a wire service, whose articles most feeds list, and of an archive, where there is little."""

import time

from bench.politeness import writing
from bench.politeness.site import Reply, Site, feed_reply, tagged
from bench.politeness.terms import Terms
from bench.politeness.traffic import Asked
from bench.politeness.writing import Item

_OUT_BEFORE = 2  # articles that are out when the field opens
_LISTED = 2  # so few, and so fast, that who asks less often than once in a floor misses some
_ENOUGH = 1000
_ARCHIVED = 60


class Press:
    """A wire service with an article every second, so that every feed that lists them must be polled often.

    Most feeds list the same few articles: the polls are what is graded, and the pages cost the machine little.
    """

    def __init__(self, terms: Terms) -> None:
        self.wire = Site("wire")
        self.wire.feed("/feed", lambda asked: tagged(asked, self.feed(asked)))
        self.wire.articles("/news", range(_ENOUGH))
        self.archive = Site("archive")
        self.archive.feed("/feed", lambda asked: tagged(asked, self.slow_feed(asked)))
        for number in range(_ARCHIVED + 40 * 100):
            self.archive.page(f"/news/{number}", Reply(status=410))  # fetched once, and cheap to refuse
        self.sites = (self.wire, self.archive)
        self._every_s = 0.5 * terms.floor
        self._opened = 0.0

    def published(self, number: int, at: float) -> float:
        """Return when article `number` came out, in epoch seconds, as told at `at`."""
        self._opened = self._opened or time.time() - at  # once: a feed that says other times is another feed
        return self._opened + (number - _OUT_BEFORE) * self._every_s

    def items(self, at: float) -> list[Item]:
        """Return the latest articles at `at` seconds after the field opened, newest first."""
        out = min(_OUT_BEFORE + 1 + int(at / self._every_s), _ENOUGH)
        return [
            Item(
                link=self.wire.url(f"/news/{number}"),
                title=writing.title(number),
                published=self.published(number, at),
            )
            for number in reversed(range(max(0, out - _LISTED), out))
        ]

    def feed(self, asked: Asked, *, channel: str = "", **headers: str) -> Reply:
        """Return a feed of the latest articles."""
        items = self.items(asked.at)
        return feed_reply(writing.rss(f"Feed {asked.path}", self.wire.home, items, channel=channel), **headers)

    def crowded_feed(self, asked: Asked) -> Reply:
        """Return a feed of forty entries, all of them others at the next poll; their pages are the archive's."""
        items = [
            Item(
                link=self.archive.url(f"/news/{_ARCHIVED + 40 * asked.nth + number}"),
                title=writing.title(40 * asked.nth + number),
                published=self.published(0, asked.at) + asked.at - number / 40,
            )
            for number in range(40)
        ]
        return feed_reply(writing.rss(f"Feed {asked.path}", self.archive.home, items))

    def slow_feed(self, asked: Asked, *, channel: str = "", step_s: float = 0.0, **headers: str) -> Reply:
        """Return a feed of the archive: long, nothing new, its dates `step_s` apart: none that must be asked often."""
        items = [
            Item(
                link=self.archive.url(f"/news/{number}"),
                title=writing.title(_ENOUGH + number),
                published=self.published(0, asked.at) - (step_s or 12 * self._every_s) * number,
            )
            for number in range(_ARCHIVED)
        ]
        return feed_reply(writing.rss(f"Feed {asked.path}", self.archive.home, items, channel=channel), **headers)

    def listing(self, asked: Asked, site: Site, folder: str, numbers: range) -> Reply:
        """Return a feed of a site's own articles, the first the newest; all were out before the field opened."""
        items = [
            Item(
                link=site.url(f"{folder}/{number}"),
                title=writing.title(number),
                published=self.published(0, asked.at) - 60 * place,
            )
            for place, number in enumerate(numbers)
        ]
        return tagged(asked, feed_reply(writing.rss(f"Feed of {site.name}", site.home, items)))
