"""Which pages does a sitemap list? https://www.sitemaps.org/protocol.html with the news extension.

A sitemap is a feed, too: of what its news extension names, and of pages whose `lastmod` is recent.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lxml import etree

from cleanwire.feed import dates, limits
from cleanwire.feed.formats.fields import link_length, plain_text
from cleanwire.feed.formats.parsed import FeedEntry, Format, NotAFeed, NotAFeedReason, ParsedFeed, SitemapLink
from cleanwire.feed.formats.raw import feed_charset, gzipped
from cleanwire.feed.formats.xml import element_names, loading
from cleanwire.feed.formats.xml.element_names import Children
from cleanwire.urls import parse as urls

MAX_PAGES = 50_000
"""As many as the protocol allows in one file."""
RECENT_S = 2 * 86_400
"""A page is an entry while its `lastmod` is no older: as long as a news sitemap lists an article
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
MAX_LISTED = 1000
"""Entries of one sitemap, the newest; as many as a news sitemap may hold. A whole archive that is suddenly dated today
brings no more."""
_AHEAD_S = 86_400  # a day without a zone may be tomorrow; beyond that the date is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPage:
    """One page. Times are RFC 3339 where understood, else as written."""

    url: str
    modified: str | None = None
    title: str | None = None  # of the news extension, as are the next three
    published: str | None = None
    language: str | None = None
    publication: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap: `pages` of a list, `links` of an index. Both empty for what is neither."""

    pages: tuple[SitemapPage, ...] = ()
    links: tuple[SitemapLink, ...] = ()

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses that an index lists."""
        return tuple(link.url for link in self.links)


def read(body: bytes, *, url: str | None = None, content_type: str | None = None) -> Sitemap:
    """Return what the XML or text sitemap in `body` lists, addresses resolved against `url`. Never raises."""
    text = feed_charset.decode(gzipped.unpacked(body)[: limits.MAX_BYTES], content_type)
    try:
        root = loading.load(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else None
    except loading.HostileXml:
        return Sitemap()
    if root is None:
        lines = [urls.href(line.strip()) for line in text.splitlines()[:MAX_PAGES] if line.strip()]
        return Sitemap(pages=tuple(SitemapPage(url=line) for line in lines if line))
    return _listed(root, url)


def feed(root: etree._Element, *, url: str) -> ParsedFeed | NotAFeed | None:
    """Return the sitemap or the index whose root element is `root` as a feed; None when it is neither.

    A sitemap of pages says when they were modified, not whether they are new: `recent` picks among its entries.
    """
    match element_names.name_of(str(root.tag), root.prefix).rpartition(":")[2]:
        case "sitemapindex":
            return ParsedFeed(format=Format.SITEMAP_INDEX, sitemaps=_listed(root, url).links)
        case "urlset":
            return _as_feed(_listed(root, url).pages)
    return None


def recent(parsed: ParsedFeed, *, now: float) -> ParsedFeed:
    """Return a sitemap's feed with the entries that may be news at `now`, newest first, at most `MAX_LISTED`."""
    dated = [(_time(entry, now), entry) for entry in parsed.entries]
    kept = [(at, entry) for at, entry in dated if is_news(entry) or now - RECENT_S <= at <= now + _AHEAD_S]
    kept.sort(key=lambda pair: -pair[0])  # stable: of equal dates those listed first
    return replace(
        parsed,
        entries=tuple(entry for _, entry in kept[:MAX_LISTED]),
        truncated=max(0, len(kept) - MAX_LISTED),
    )


def latest(parsed: ParsedFeed, count: int, *, now: float) -> ParsedFeed:
    """Return a feed with its `count` latest entries; those without a date count as old."""
    if len(parsed.entries) <= count:
        return parsed
    ordered = sorted(parsed.entries, key=lambda entry: -_time(entry, now))
    truncated = parsed.truncated + len(ordered) - count
    return replace(parsed, entries=tuple(ordered[:count]), truncated=truncated, digests=())


def is_news(entry: FeedEntry) -> bool:
    """Return whether a sitemap's entry came with the news extension."""
    return entry.title is not None or entry.published is not None


def _listed(root: etree._Element, url: str | None) -> Sitemap:
    top = Children(root)
    pages = [_page(Children(element), url) for element in list(top.all("url"))[:MAX_PAGES]]
    links = [_link(Children(element), url) for element in list(top.all("sitemap"))[:MAX_PAGES]]
    return Sitemap(
        pages=tuple(page for page in pages if page is not None),
        links=tuple(link for link in links if link is not None),
    )


def _as_feed(pages: tuple[SitemapPage, ...]) -> ParsedFeed | NotAFeed:
    told = [page for page in pages if page.title or page.published or page.modified]
    if pages and not told:
        return NotAFeed(reason=NotAFeedReason.OTHER, detail="a sitemap that dates no page: nothing tells what is new")
    return ParsedFeed(
        format=Format.SITEMAP,
        title=_usual(page.publication for page in told),
        language=_usual(page.language for page in told),
        entries=tuple(
            FeedEntry(link=page.url, title=page.title, published=page.published, updated=page.modified) for page in told
        ),
    )


def _usual(values: Iterable[str | None]) -> str | None:
    return next((value for value, _ in Counter(value for value in values if value).most_common(1)), None)


def _time(entry: FeedEntry, now: float) -> float:
    """When an entry appeared; news without a date counts as new."""
    at = dates.instant(entry.published) if entry.published else dates.instant(entry.updated)
    if at is None:
        return now if is_news(entry) else 0.0
    return at


def _page(parts: Children, base: str | None) -> SitemapPage | None:
    address = _address(parts, base) or link_length.overlong([parts.text("loc")])
    if address is None:
        return None
    page = SitemapPage(url=address, modified=dates.rfc3339(parts.text("lastmod")))
    about = parts.first("news:news")
    if about is None:
        return page
    news = Children(about)
    publication = Children(news.first("news:publication"))
    return replace(
        page,
        title=plain_text.from_html(news.text("news:title")),
        published=dates.rfc3339(news.text("news:publication_date")),
        language=plain_text.from_text(publication.text("news:language")),
        publication=plain_text.from_html(publication.text("news:name")),
    )


def _link(parts: Children, base: str | None) -> SitemapLink | None:
    address = _address(parts, base)
    return None if address is None else SitemapLink(url=address, modified=dates.rfc3339(parts.text("lastmod")))


def _address(parts: Children, base: str | None) -> str | None:
    location = parts.first("loc")
    return None if location is None else urls.href(element_names.text_of(location) or "", base)
