"""What do the feeds and pages of the field look like?"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from html import escape

_NAMES = ("harbour", "orchard", "railway", "library", "market", "school", "river", "theatre", "bakery", "bridge")
_DEEDS = ("opened", "repaired", "moved", "painted", "counted", "measured", "planted", "returned", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of a feed. `published`: epoch seconds."""

    link: str
    title: str
    published: float
    guid: str | None = None


def rss(title: str, home: str, items: Sequence[Item], *, channel: str = "") -> bytes:
    """Return an RSS 2.0 feed; `channel` is put among the channel's own elements."""
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f'<guid isPermaLink="false">{escape(item.guid or item.link)}</guid>'
        f"<pubDate>{formatdate(item.published, usegmt=True)}</pubDate>"
        f"<description>{escape(item.title)} in short.</description></item>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>{escape(title)}</title><link>{escape(home)}</link><description>{escape(title)}</description>"
        f"{channel}{entries}</channel></rss>"
    ).encode()


def title(number: int) -> str:
    """Return a headline that no other number has."""
    name, deed = _NAMES[number % len(_NAMES)], _DEEDS[number // len(_NAMES) % len(_DEEDS)]
    return f"The {name} is {deed} again, report {number}"


def page(number: int) -> bytes:
    """Return an article's page of some hundred words."""
    paragraphs = "".join(
        f"<p>In part {part} of report {number} the council of the town tells how the "
        f"{_NAMES[(number + part) % len(_NAMES)]} was {_DEEDS[(number * 5 + part) % len(_DEEDS)]} before noon, "
        f"how {number + part * 3} people came to see it, and why the {_NAMES[(number + part * 7) % len(_NAMES)]} "
        "will have to wait until the money of the coming year is there.</p>"
        for part in range(1, 6)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title(number))}</title></head>'
        f"<body><main><article><h1>{escape(title(number))}</h1>{paragraphs}</article></main></body></html>"
    ).encode()
