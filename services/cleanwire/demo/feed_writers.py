"""How does a site list its stories? One writer for each feed format."""

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from cleanwire.demo.edition import Piece
from cleanwire.demo.stories import FeedFormat, Site

CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RDF: "application/rdf+xml",
    FeedFormat.JSON: "application/feed+json",
}


def write(site: Site, pieces: Sequence[Piece], *, home: str, links: Sequence[str], at: float) -> bytes:
    """Return the feed of `pieces`, whose addresses are `links`, as it reads `at` that moment."""
    items = list(zip(pieces, links, strict=True))
    match site.feed:
        case FeedFormat.JSON:
            return json.dumps(_json(site, items, home, at), ensure_ascii=False).encode()
        case FeedFormat.ATOM:
            text = _atom(site, items, home, at)
        case FeedFormat.RDF:
            text = _rdf(site, items, home, at)
        case FeedFormat.RSS:
            text = _rss(site, items, home, at)
    return f'<?xml version="1.0" encoding="{site.charset}"?>\n{text}'.encode(site.charset, "xmlcharrefreplace")


_Items = list[tuple[Piece, str]]


def _rss(site: Site, items: _Items, home: str, at: float) -> str:
    entries = "".join(
        f"<item><title>{escape(p.story.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{site.host}/{p.story.slug}</guid>'
        f"<pubDate>{format_datetime(p.local)}</pubDate>{_author('dc:creator', p)}{_section('category', p)}"
        f"<description>{escape(_summary(p, at))}</description></item>\n"
        for p, link in items
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(site.name)}</title><link>{home}</link><language>{site.language}</language>"
        f"<description>{escape(site.name)}</description>\n{entries}</channel></rss>"
    )


def _atom(site: Site, items: _Items, home: str, at: float) -> str:
    entries = "".join(
        f"<entry><title>{escape(p.story.title)}</title><link rel='alternate' href={quoteattr(link)}/>"
        f"<id>tag:{site.host},2026:{p.story.slug}</id><published>{_iso(p.local)}</published>"
        f"<updated>{_iso(p.modified(at))}</updated>{_atom_author(p)}"
        f"<summary>{escape(_summary(p, at))}</summary></entry>\n"
        for p, link in items
    )
    newest = max((p.modified(at) for p, _ in items), default=None)
    updated = f"<updated>{_iso(newest)}</updated>" if newest else ""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}"><title>{escape(site.name)}</title>'
        f"<id>tag:{site.host},2026:feed</id><link href={quoteattr(home)}/>{updated}\n{entries}</feed>"
    )


def _rdf(site: Site, items: _Items, home: str, at: float) -> str:
    places = "".join(f"<rdf:li rdf:resource={quoteattr(link)}/>" for _, link in items)
    entries = "".join(
        f"<item rdf:about={quoteattr(link)}><title>{escape(p.story.title)}</title><link>{escape(link)}</link>"
        f"<dc:date>{_iso(p.local)}</dc:date>{_author('dc:creator', p)}"
        f"<description>{escape(_summary(p, at))}</description></item>\n"
        for p, link in items
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel rdf:about={quoteattr(home)}><title>{escape(site.name)}</title><link>{home}</link>"
        f"<description>{escape(site.name)}</description><dc:language>{site.language}</dc:language>"
        f"<items><rdf:Seq>{places}</rdf:Seq></items></channel>\n{entries}</rdf:RDF>"
    )


def _json(site: Site, items: _Items, home: str, at: float) -> dict[str, object]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": home,
        "language": site.language,
        "items": [
            {
                "id": f"{site.host}/{p.story.slug}",
                "url": link,
                "title": p.story.title,
                "summary": _summary(p, at),
                "content_text": _summary(p, at),
                "date_published": _iso(p.local),
                "date_modified": _iso(p.modified(at)),
                **({"authors": [{"name": p.story.author}]} if p.story.author else {}),
            }
            for p, link in items
        ],
    }


def _summary(piece: Piece, at: float) -> str:
    """Return the standfirst; an update shows in it, so that a reader of the feed sees the change."""
    first = piece.story.summary or piece.story.body.strip().split("\n\n")[0].replace("\n", " ")
    return f"{first} {piece.story.update}" if piece.updated(at) and piece.story.update else first


def _author(tag: str, piece: Piece) -> str:
    return f"<{tag}>{escape(piece.story.author)}</{tag}>" if piece.story.author else ""


def _atom_author(piece: Piece) -> str:
    return f"<author><name>{escape(piece.story.author or piece.site.name)}</name></author>"


def _section(tag: str, piece: Piece) -> str:
    return f"<{tag}>{escape(piece.story.section)}</{tag}>" if piece.story.section else ""


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
