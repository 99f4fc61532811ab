"""Where may a site's feeds be? Links of a page, and addresses where feeds usually are."""

import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree
from lxml import html as lxml_html

from cleanwire.feed.formats.fields import plain_text
from cleanwire.urls import parse as urls
from cleanwire.urls import site as sites

MAX_CANDIDATES = 50
MAX_PAGE_BYTES = 2 * 1024 * 1024

TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x.atom+xml",
        "application/x-atom+xml",
    }
)
_MAYBE_TYPES = frozenset({"application/json", "application/xml", "text/xml"})  # also APIs, oEmbed, manifests
_LIKE_A_FEED = re.compile(r"(?<![a-z])(?:rss|atom|feeds?|rdf)(?![a-z])", re.IGNORECASE)
_NOT_ONE = re.compile(r"\.(?:png|jpe?g|gif|svg|css|js|pdf|mp3|mp4|zip)$|feedback", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario", re.IGNORECASE)
_WELL_KNOWN = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds", "feed.rss")


class How(StrEnum):
    """How a feed was found."""

    ITSELF = "itself"  # the address asked for is one
    LIST = "list"  # it stands in the list of feeds at the address
    LINK = "link"  # a <link> of the page announces it, https://www.rssboard.org/rss-autodiscovery
    ANCHOR = "anchor"  # a link in the page looks like one
    WELL_KNOWN = "well-known"  # it is where feeds usually are
    SITEMAP = "sitemap"  # robots.txt names a news sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCandidate:
    """An address that may be a feed's."""

    url: str
    how: How
    title: str | None = None


def in_page(body: bytes, url: str) -> list[FeedCandidate]:
    """Return what the HTML page in `body` links as feeds: announced ones first, comments' feeds last, each once."""
    try:
        page = lxml_html.document_fromstring(body[:MAX_PAGE_BYTES])
    except (etree.LxmlError, ValueError):
        return []
    bases = (urls.href(element.get("href", ""), url) for element in page.iter("base"))
    base = next(filter(None, bases), url)
    found = [*_announced(page, base), *_anchors(page, base)]
    found.sort(key=lambda candidate: (_is_comments(candidate), candidate.how is How.ANCHOR))
    each = {candidate.url: candidate for candidate in reversed(found)}
    return list(reversed(each.values()))[:MAX_CANDIDATES]


def well_known(url: str) -> list[FeedCandidate]:
    """Return the addresses at which the site of `url` may have feeds: below the path asked for, then at the top."""
    parts = urls.split(url)
    if parts is None:
        return []
    folder = str(parts.pathname).rpartition("/")[0] + "/"
    bases = dict.fromkeys((urls.href(folder, url) or url, urls.href("/", url) or url))
    found = (urls.href(name, base) for base in bases for name in _WELL_KNOWN)
    return [FeedCandidate(url=address, how=How.WELL_KNOWN) for address in dict.fromkeys(found) if address]


def _announced(page: lxml_html.HtmlElement, base: str) -> list[FeedCandidate]:
    found = []
    for link in page.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        relations = (link.get("rel") or "").lower().split()
        maybe = kind in _MAYBE_TYPES and _LIKE_A_FEED.search(link.get("href", "") + " " + link.get("title", ""))
        if "feed" in relations or ("alternate" in relations and (kind in TYPES or maybe)):
            found.append(_candidate(link.get("href"), base, How.LINK, link.get("title")))
    return [candidate for candidate in found if candidate is not None]


def _anchors(page: lxml_html.HtmlElement, base: str) -> list[FeedCandidate]:
    """Return the links that look like feeds and stay at the site, or point to a host whose name says feeds."""
    found = []
    own = sites.site(base)
    for anchor in page.iter("a"):
        candidate = _candidate(anchor.get("href"), base, How.ANCHOR, anchor.text_content())
        if candidate is None or _NOT_ONE.search(candidate.url):
            continue
        name, _, path = candidate.url.partition("://")[2].partition("/")
        at_home = sites.site(candidate.url) == own and _LIKE_A_FEED.search(path)
        if at_home or _LIKE_A_FEED.search(name):
            found.append(candidate)
    return found


def _candidate(href: str | None, base: str, how: How, title: str | None) -> FeedCandidate | None:
    url = urls.href(href.strip().removeprefix("feed:"), base) if href else None  # feed: was a scheme once
    return None if url is None else FeedCandidate(url=url.partition("#")[0], how=how, title=plain_text.from_text(title))


def _is_comments(candidate: FeedCandidate) -> bool:
    return _COMMENTS.search(f"{candidate.url} {candidate.title or ''}") is not None
