"""Which pages does a sitemap list? https://www.sitemaps.org/protocol.html with the news extension."""

import zlib
from dataclasses import dataclass

from cleanwire.feed import charset, dates, limits, plain, xml_names, xml_tree
from cleanwire.feed.xml_names import Children
from cleanwire.urls import parse as urls

MAX_PAGES = 50_000
"""As many as the protocol allows in one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPage:
    """One page. Times are RFC 3339 where understood, else as written."""

    url: str
    modified: str | None = None
    title: str | None = None  # of the news extension, as are the next two
    published: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap: `pages` of a list, `sitemaps` of an index. Both empty for what is neither."""

    pages: tuple[SitemapPage, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read(body: bytes, *, url: str | None = None, content_type: str | None = None) -> Sitemap:
    """Return what the XML or text sitemap in `body` lists, addresses resolved against `url`. Never raises."""
    text = charset.decode(_unpacked(body)[: limits.MAX_BYTES], content_type)
    try:
        root = xml_tree.load(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else None
    except xml_tree.HostileXml:
        return Sitemap()
    if root is None:
        lines = [urls.href(line.strip()) for line in text.splitlines()[:MAX_PAGES] if line.strip()]
        return Sitemap(pages=tuple(SitemapPage(url=line) for line in lines if line))
    top = Children(root)
    pages = [_page(Children(element), url) for element in list(top.all("url"))[:MAX_PAGES]]
    indexed = (_address(Children(element), url) for element in list(top.all("sitemap"))[:MAX_PAGES])
    return Sitemap(
        pages=tuple(page for page in pages if page is not None),
        sitemaps=tuple(address for address in indexed if address is not None),
    )


def _unpacked(body: bytes) -> bytes:
    """Return a gzip file's content as far as it is intact and within the limit; the protocol allows such sitemaps."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, limits.MAX_BYTES)
    except zlib.error:
        return b""


def _page(parts: Children, base: str | None) -> SitemapPage | None:
    address = _address(parts, base)
    if address is None:
        return None
    news = Children(parts.first("news:news"))
    return SitemapPage(
        url=address,
        modified=dates.rfc3339(parts.text("lastmod")),
        title=plain.from_html(news.text("news:title")),
        published=dates.rfc3339(news.text("news:publication_date")),
        language=plain.from_text(Children(news.first("news:publication")).text("news:language")),
    )


def _address(parts: Children, base: str | None) -> str | None:
    location = parts.first("loc")
    return None if location is None else urls.href(xml_names.text_of(location) or "", base)
