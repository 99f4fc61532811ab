"""What does a broken feed say? feedparser, kept away from files, networks and input that makes it slow."""

import io
import re
from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import feedparser

from cleanwire import characters
from cleanwire.feed import dates, limits
from cleanwire.feed.formats.fields import figures, link_length, plain_text, rhythm
from cleanwire.feed.formats.parsed import FeedEntry, Format, NotAFeed, NotAFeedReason, ParsedFeed
from cleanwire.urls import parse as urls

# feedparser's expression for mail addresses takes quadratic time: 64 KB of author cost 19.6 s.
_LONG_NAME = re.compile(
    r"(<(?:[\w.-]+:)?(?:author|creator|contributor|managingeditor|webmaster|publisher|owner|name|email)\b[^>]{0,1000}>"
    r"(?:\s*<!\[CDATA\[)?[^<]{500})[^<]+",
    re.IGNORECASE,
)
_MARK = re.compile(r"<!\[CDATA\[|<(?:[\w.-]+:)?(?P<item>item|entry)(?=[\s/>])|[<&]", re.IGNORECASE)
_MORE = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)


def read(text: str, *, url: str) -> ParsedFeed | NotAFeed:
    """Return whatever entries can be found in `text`, links resolved against `url`. Never raises."""
    shortened, truncated = _shortened(characters.in_markup(text[: limits.MAX_TOLERANT_BYTES]))
    try:
        found = feedparser.parse(
            io.BytesIO(shortened.encode("utf-8", "replace")),  # bytes or str would be taken for a path or a URL
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except Exception as error:  # noqa: BLE001  documented boundary: third-party parser on hostile input
        return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail=f"{type(error).__name__}: {error}"[:200])
    kind = _format(str(found.get("version") or ""))
    if kind is None and not found.entries:
        return NotAFeed(reason=NotAFeedReason.UNREADABLE, detail=str(found.get("bozo_exception", "no feed"))[:200])
    return _feed(found, kind or Format.RSS, url, truncated)


def _shortened(text: str) -> tuple[str, int]:
    """Cut `text` to what is read in bounded time; also returns how many entries were left out."""
    text = _LONG_NAME.sub(r"\1", text)
    at = marks = items = 0
    while (found := _MARK.search(text, at)) is not None:
        marks += 1
        items += found["item"] is not None
        if items > limits.MAX_TOLERANT_ENTRIES or marks > limits.MAX_TOLERANT_MARKS:
            return text[: found.start()], 1 + len(_MORE.findall(text, found.end()))
        at = found.end()
        if found.group().startswith("<!"):  # what is inside costs nothing
            end = text.find("]]>", at)
            at = len(text) if end < 0 else end
    return text, 0


def _format(version: str) -> Format | None:
    if version.startswith("atom"):
        return Format.ATOM
    if version in ("rss090", "rss10"):
        return Format.RDF
    return Format.RSS if version.startswith(("rss", "cdf")) else None


def _feed(found: Any, kind: Format, url: str, truncated: int) -> ParsedFeed:
    head = found.feed
    links = head.get("links") or []
    return ParsedFeed(
        format=kind,
        title=plain_text.from_html(_text(head, "title")),
        link=_href(head.get("link"), url),
        language=plain_text.from_text(_text(head, "language")),
        entries=tuple(_entry(entry, url) for entry in found.entries[: limits.MAX_TOLERANT_ENTRIES]),
        ttl_s=rhythm.ttl_s(_text(head, "ttl")),
        update_period_s=rhythm.update_period_s(_text(head, "sy_updateperiod"), _text(head, "sy_updatefrequency")),
        hubs=tuple(_relations(links, "hub", url))[: limits.HUBS.count],
        self_url=next(_relations(links, "self", url), None),
        truncated=truncated,
    )


def _entry(entry: Any, url: str) -> FeedEntry:
    content = entry.get("content") or ()
    bodies = [str(part.get("value") or "") for part in content if isinstance(part, dict)]
    return FeedEntry(
        id=plain_text.from_text(_text(entry, "id")),
        link=_href(entry.get("link"), url) or link_length.overlong([_text(entry, "link")]),
        title=plain_text.from_html(_text(entry, "title")),
        summary=_text(entry, "summary", limits.MAX_CONTENT),
        content_html=max(bodies, key=len)[: limits.MAX_CONTENT].strip() or None if bodies else None,
        authors=_authors(entry),
        published=_date(entry, "published") or _date(entry, "created"),
        updated=_date(entry, "updated"),
        categories=_categories(entry),
    )


def _text(item: Any, name: str, limit: int = limits.MAX_FIELD) -> str | None:
    value = dict.get(item, name)  # its own `get` answers `updated` with `published`
    return value[:limit].strip() or None if isinstance(value, str) else None


def _href(value: object, url: str) -> str | None:
    return urls.href(value.strip(), url) if isinstance(value, str) and value.strip() else None


def _relations(links: Iterable[Any], relation: str, url: str) -> Iterator[str]:
    found = (_href(link.get("href"), url) for link in links if link.get("rel") == relation)
    return (href for href in found if href is not None)


def _date(entry: Any, name: str) -> str | None:
    raw = _text(entry, name)
    understood = dates.read(raw) if raw else None
    is_guess = raw is not None and figures.is_in_figures(raw)  # feedparser takes the first for the month
    parsed = entry.get(f"{name}_parsed") if raw and understood is None and not is_guess else None
    if isinstance(parsed, tuple):  # feedparser reads some Korean, Greek and Hungarian dates
        return datetime.fromtimestamp(timegm(parsed), UTC).isoformat().replace("+00:00", "Z")
    return understood or dates.rfc3339(raw)


def _authors(entry: Any) -> tuple[str, ...]:
    people = entry.get("authors") or ()
    names = [plain_text.from_html(_text(person, "name") or _text(person, "email")) for person in people if person]
    return tuple(dict.fromkeys(name for name in names if name))[: limits.AUTHORS.count]


def _categories(entry: Any) -> tuple[str, ...]:
    terms = (plain_text.from_html(_text(tag, "term") or _text(tag, "label")) for tag in entry.get("tags") or ())
    return tuple(dict.fromkeys(term for term in terms if term))[: limits.CATEGORIES.count]
