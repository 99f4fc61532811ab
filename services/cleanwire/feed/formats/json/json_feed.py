"""What does a JSON Feed say? Versions 1.0 and 1.1, https://www.jsonfeed.org/version/1.1/."""

import html
from typing import Any

import msgspec

from cleanwire.feed import dates, limits
from cleanwire.feed.formats.fields import bounds, link_length, plain_text
from cleanwire.feed.formats.json import broken_json
from cleanwire.feed.formats.parsed import Cut, FeedEntry, Format, NotAFeed, NotAFeedReason, ParsedFeed
from cleanwire.urls import parse as urls

_HUB_TYPES = frozenset({"websub", "pubsubhubbub"})  # not rssCloud, which is another protocol


def read(text: str, *, url: str) -> ParsedFeed | NotAFeed:
    """Return the feed in `text`. Fields of a wrong type count as missing; links are resolved against `url`.

    Of a feed that is cut off or otherwise broken, the items before that place.
    """
    try:
        root = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        root = broken_json.read(text)
        if not root.get("items"):
            return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail=f"JSON: {error}"[:200])
    return _feed(root, url)


def read_well_formed(text: str, *, url: str) -> ParsedFeed | NotAFeed | None:
    """Return the same of a feed that is well-formed JSON, None for others."""
    try:
        return _feed(msgspec.json.decode(text), url)
    except (msgspec.DecodeError, RecursionError):
        return None


def _feed(root: Any, url: str) -> ParsedFeed | NotAFeed:
    if not isinstance(root, dict) or not isinstance(root.get("items"), list):
        return NotAFeed(reason=NotAFeedReason.OTHER, detail="JSON without a list of items")
    items = [item for item in root["items"] if isinstance(item, dict)]
    base = _link(root, "feed_url", url) or url
    named = _authors(root)
    authors = bounds.inherited(named)
    return ParsedFeed(
        format=Format.JSON,
        title=plain_text.from_text(_text(root, "title")),
        link=_link(root, "home_page_url", base),
        language=plain_text.from_text(_text(root, "language")),
        entries=tuple(_entry(item, base, authors) for item in items[: limits.MAX_ENTRIES]),
        hubs=_hubs(root, base),
        self_url=_link(root, "feed_url", url),
        truncated=max(0, len(items) - limits.MAX_ENTRIES),
        cut=(Cut.AUTHORS,) if len(authors) < len(named) else (),
    )


def _entry(item: dict[str, Any], base: str, feed_authors: tuple[str, ...]) -> FeedEntry:
    content = _text(item, "content_html", limits.MAX_CONTENT)
    if content is None and (written := _text(item, "content_text", limits.MAX_CONTENT)):
        content = html.escape(written, quote=False)
    tags = item.get("tags")
    return FeedEntry(
        id=_text(item, "id"),
        link=_link(item, "url", base)
        or _link(item, "external_url", base)
        or _id_link(item)
        or link_length.overlong(_text(item, name) for name in ("url", "external_url")),
        title=plain_text.from_text(_text(item, "title")),
        summary=_text(item, "summary", limits.MAX_CONTENT),
        content_html=content,
        authors=_authors(item) or feed_authors,
        published=dates.rfc3339(_text(item, "date_published")),
        updated=dates.rfc3339(_text(item, "date_modified")),
        categories=_strings(tags)[: limits.CATEGORIES.count],
    )


def _text(item: dict[str, Any], name: str, limit: int = limits.MAX_FIELD) -> str | None:
    value = item.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):  # ids are numbers in many feeds
        value = str(value)
    return value[:limit].strip() or None if isinstance(value, str) else None


def _link(item: dict[str, Any], name: str, base: str) -> str | None:
    value = _text(item, name)
    return None if value is None else urls.href(value, base)


def _id_link(item: dict[str, Any]) -> str | None:
    """The specification wants ids to be the entry's address."""
    return urls.href(_text(item, "id") or "")


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    listed = item.get("authors")
    people = [*(listed if isinstance(listed, list) else ()), item.get("author")]  # `author` is version 1.0
    texts = (_text(person, "name") if isinstance(person, dict) else person for person in people)
    names = [
        plain_text.from_text(text) for text in texts if isinstance(text, str)
    ]  # bare names against the specification
    return tuple(dict.fromkeys(name for name in names if name))[: limits.AUTHORS.count]


def _hubs(root: dict[str, Any], base: str) -> tuple[str, ...]:
    hubs = root.get("hubs")
    listed = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    found = [_link(hub, "url", base) for hub in listed if (_text(hub, "type") or "websub").lower() in _HUB_TYPES]
    return tuple(hub for hub in found if hub)[: limits.HUBS.count]


def _strings(values: object) -> tuple[str, ...]:
    found = (
        (plain_text.from_text(value) for value in values if isinstance(value, str)) if isinstance(values, list) else ()
    )
    return tuple(dict.fromkeys(value for value in found if value))
