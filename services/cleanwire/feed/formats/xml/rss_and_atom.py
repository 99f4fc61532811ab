"""What does a well-formed RSS, RDF or Atom document say?"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, repeat

import xxhash
from lxml import etree

from cleanwire.feed import dates, limits
from cleanwire.feed.formats.fields import bounds, link_length, plain_text, rhythm
from cleanwire.feed.formats.parsed import SKIPPED, Cut, FeedEntry, Format, ParsedFeed
from cleanwire.feed.formats.xml import element_names
from cleanwire.feed.formats.xml.bases import Bases
from cleanwire.feed.formats.xml.element_names import Children
from cleanwire.feed.formats.xml.pieces import Pieces
from cleanwire.urls import parse as urls

_MAIL = re.compile(r"(?<![^\s@<>()\[\]])[^\s@<>()\[\]]+@[^\s@<>()\[\]]+")
_NAMES = (  # children of authors, without - and _
    "name", "displayname", "fullname", "realname", "nickname", "nom", "nombre", "nome", "naam", "navn", "namn", "имя",
    "ad",
)  # fmt: skip
_GIVEN = (
    "firstname", "givenname", "given", "first", "forename", "vorname", "prénom", "prenom", "nombre", "imie", "imię",
    "voornaam", "fornavn", "förnamn", "fornamn", "имя",
)  # fmt: skip
_FAMILY = (
    "lastname", "familyname", "family", "last", "surname", "nachname", "familienname", "nom", "apellido", "apellidos",
    "cognome", "sobrenome", "apelido", "nazwisko", "achternaam", "efternavn", "etternavn", "efternamn", "soyad",
    "фамилия",
)  # fmt: skip
_MARKUP = frozenset({"a", "b", "i", "em", "strong", "span", "p", "br", "font", "div"})
_XMLNS = re.compile(r"\sxmlns(?::[\w.-]+)?=(?:\"[^\"]*\"|'[^']*')")
_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:")


def read(root: etree._Element, *, url: str, pieces: Pieces | None = None) -> ParsedFeed | None:
    """Return the feed whose root element is `root`, links resolved against `url`; None when it is no feed.

    With `pieces`, of which `root` was made, the feed has their digests, and `SKIPPED` in the place of what was left
    out; but no digests where the pieces are not its entries.
    """
    match _local_name(root):
        case "feed":
            return _atom(root, Bases(root, url), pieces)
        case "entry":  # an entry document, RFC 4287 §2
            return ParsedFeed(format=Format.ATOM, entries=(_atom_entry(root, Bases(root, url), ()),))
        case "rss":
            return _rss(root, Format.RSS, Bases(root, url), pieces)
        case "rdf":
            return _rss(root, Format.RDF, Bases(root, url), pieces)
    return None


def inside(page: etree._Element) -> etree._Element | None:
    """Return the feed that stands inside a web page, as some systems wrap it; None when there is none."""
    return next((found for found in page.iter("{*}rss", "{*}feed", "{*}RDF") if len(found)), None)


def _local_name(element: etree._Element) -> str:
    return element_names.name_of(str(element.tag), element.prefix).rpartition(":")[2]


def _entries(
    elements: list[etree._Element], pieces: Pieces | None, read_entry: Callable[[etree._Element], FeedEntry]
) -> tuple[FeedEntry, ...]:
    """Return what the `elements` say, and `SKIPPED` for each entry that was left out of the `pieces`."""
    if pieces is None:
        return tuple(map(read_entry, elements))
    found: list[FeedEntry] = []
    for element, left_out in zip(elements, pieces.elements, strict=True):
        found += repeat(SKIPPED, left_out) if left_out else (read_entry(element),)
    return tuple(found)


def _context(
    elements: list[etree._Element], pieces: Pieces | None, kind: Format, bases: Bases, authors: tuple[str, ...] = ()
) -> bytes:
    """Return a digest of what decides beside themselves how `elements` are read; b"" where they are not the `pieces`.

    These are the namespaces in force, the base of addresses and, by which libxml2 may refuse them, their depth.
    """
    if pieces is None or len(elements) != len(pieces.elements):
        return b""
    parent = elements[0].getparent()
    if parent is None or not all(
        element.getparent() is parent and element.prefix is None and str(element.tag).rpartition("}")[2] == pieces.name
        for element in elements
    ):
        return b""
    namespaces = sorted((prefix or "", name) for prefix, name in parent.nsmap.items())
    depth = sum(1 for _ in parent.iterancestors())
    told = (kind, parent.tag, parent.prefix, namespaces, bases.of(parent), depth, authors)
    return xxhash.xxh3_64_digest(repr(told).encode("utf-8", "surrogatepass"))


# ---------------------------------------------------------------------------------------------------------- RSS, RDF


def _rss(root: etree._Element, kind: Format, bases: Bases, pieces: Pieces | None) -> ParsedFeed:
    top = Children(root)
    channel = top.first("channel")
    head = Children(channel)
    items = _items(root) or [*head.all("item", "atom:entry"), *top.all("item", "atom:entry")]
    relations = _relations(head, bases)
    context = _context(items, pieces, kind, bases)
    return ParsedFeed(
        format=kind,
        title=plain_text.from_html(head.text("title", "dc:title")),
        link=_rss_link(head, None, bases, bases.of(root)) or relations.alternate,
        language=_language(head.text("language", "dc:language"), channel, root),
        entries=_entries(items[: limits.MAX_ENTRIES], pieces if context else None, partial(_rss_entry, bases=bases)),
        ttl_s=rhythm.ttl_s(head.text("ttl")),
        update_period_s=rhythm.update_period_s(head.text("sy:updateperiod"), head.text("sy:updatefrequency")),
        skip_hours=rhythm.skip_hours(Children(head.first("skiphours")).texts("hour")),
        skip_days=rhythm.skip_days(Children(head.first("skipdays")).texts("day")),
        hubs=relations.hubs,
        self_url=relations.own,
        truncated=max(0, len(items) - limits.MAX_ENTRIES),
        digests=pieces.digests if pieces is not None and context else (),
        context=context,
    )


def _items(root: etree._Element) -> list[etree._Element]:
    """Return the items wherever they stand: beside the channel, in it, and by mistake in one another."""
    return [item for item in root.iter("{*}item") if element_names.name_of(str(item.tag), item.prefix) == "item"]


def _rss_entry(item: etree._Element, bases: Bases) -> FeedEntry:
    parts = Children(item)
    about = item.get(element_names.RDF_ABOUT)
    guid = parts.first("guid", "atom:id")
    base = bases.of(item)
    description, encoded = (
        _markup(parts, "description"),
        _markup(parts, "content:encoded", "xhtml:body", "atom:content"),
    )
    return FeedEntry(
        id=_line(None if guid is None else element_names.text_of(guid))
        or _line(parts.text("dc:identifier"))
        or _line(about),
        link=_rss_link(parts, guid, bases, base)
        or (urls.href(about, base) if about else None)
        or _overlong(parts, guid),
        title=plain_text.from_html(parts.text("title", "dc:title", "atom:title")),
        summary=description or _markup(parts, "atom:summary", "itunes:summary", "dc:description"),
        content_html=encoded,
        authors=_rss_authors(parts),
        published=dates.rfc3339(
            parts.text("pubdate", "dc:date", "dcterms:issued", "atom:published", "dcterms:created")
        ),
        updated=dates.rfc3339(parts.text("atom:updated", "dcterms:modified", "lastbuilddate", "lastmodified")),
        categories=_categories(parts.texts("category", "dc:subject") + _terms(parts, "atom:category")),
    )


def _rss_link(parts: Children, guid: etree._Element | None, bases: Bases, base: str) -> str | None:
    for link in islice(parts.all("link"), limits.MAX_LINKS):
        address = element_names.text_of(link) or link.get("href") or link.get(element_names.RDF_RESOURCE)
        if address and (href := urls.href(address, base)):
            return href
    if alternate := _relations(parts, bases).alternate:
        return alternate
    if guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false":
        return urls.href(element_names.text_of(guid) or "")
    return None


def _overlong(parts: Children, guid: etree._Element | None = None) -> str | None:
    """Return what shows that there is a link, only too long."""
    elements = [*islice(parts.all("link", "atom:link"), limits.MAX_LINKS), *([] if guid is None else [guid])]
    return link_length.overlong(element_names.text_of(each) or each.get("href") for each in elements)


def _rss_authors(parts: Children) -> tuple[str, ...]:
    wrapped = [author for authors in parts.all("authors") for author in islice(authors, limits.AUTHORS.count)]
    stated = (parts.all("dc:creator"), parts.all("author"), wrapped, parts.all("itunes:author", "dc:author"))
    named = (list(chain.from_iterable(map(_each_named, islice(authors, limits.AUTHORS.count)))) for authors in stated)
    return _names(next(filter(any, named), []) + _atom_names(parts))


def _named(author: etree._Element) -> str | None:
    """Return the name that an author element holds: in a child that is called so, or as its text.

    Of children that are called otherwise (a role, an address of mail, whatever a system makes up) the first one counts,
    and of mere markup all of it.
    """
    while len(author) == 1 and len(author[0]) > 0:  # a person of its own inside, as of FOAF
        author = author[0]
    if len(author) == 0:
        return _person(element_names.text_of(author) or "")
    texts: dict[str, str] = {}
    for child in islice(author, limits.MAX_CHILDREN):
        if isinstance(child.tag, str) and (text := element_names.text_of(child)):
            texts.setdefault(_local_name(child).replace("_", "").replace("-", ""), text)
    halves = [next((texts[name] for name in names if name in texts), None) for names in (_GIVEN, _FAMILY)]
    if not all(halves) and (whole := next((texts[name] for name in _NAMES if name in texts), None)):
        return _person(whole)
    if any(halves):
        return plain_text.from_text(" ".join(filter(None, halves)))
    if texts.keys() <= _MARKUP:
        return _person(" ".join(_first_line(author)))
    return next((name for text in texts.values() if (name := _person(text)) and "://" not in name), None)


def _each_named(author: etree._Element) -> list[str | None]:
    """Return the names of an author: one, or all of those that stand in a `name` each, which RFC 4287 §3.2 forbids."""
    named = [child for child in islice(author, limits.MAX_CHILDREN) if _local_name(child) == "name"]
    if len(named) < 2:
        return [_named(author)]
    return [_person(element_names.text_of(child) or "") for child in named[: limits.AUTHORS.count]]


def _first_line(author: etree._Element) -> Iterator[str]:
    """Yield the texts up to the first line break behind one: below a name stands what its owner is."""
    yield author.text or ""
    is_told = bool((author.text or "").strip())
    for child in islice(author, limits.MAX_CHILDREN):
        if is_told and _local_name(child) in ("br", "p", "div"):
            return
        told = "".join(map(str, child.itertext()))
        yield f"{told} {child.tail or ''}"
        is_told = is_told or bool(told.strip())


def _person(text: str) -> str | None:
    """Return the name in `mail@host (Name)` and `Name <mail@host>`; a bare mail address is no name."""
    cut = plain_text.from_html(text[:1000]) or ""
    name = _MAIL.sub("", cut) if "@" in cut else cut
    return plain_text.from_text(name.replace("<>", "").replace("mailto:", "").strip(" ()<>,;:-\t\n")) if name else None


# --------------------------------------------------------------------------------------------------------------- Atom


def _atom(root: etree._Element, bases: Bases, pieces: Pieces | None) -> ParsedFeed:
    head = Children(root)
    entries = list(head.all("atom:entry", "entry", "atom:item", "item"))
    relations = _relations(head, bases)
    named = _atom_authors(head)
    authors = bounds.inherited(named)
    context = _context(entries, pieces, Format.ATOM, bases, authors)
    return ParsedFeed(
        format=Format.ATOM,
        title=_atom_title(head),
        link=relations.alternate,
        language=_language(head.text("dc:language"), root),
        entries=_entries(
            entries[: limits.MAX_ENTRIES],
            pieces if context else None,
            partial(_atom_entry, bases=bases, feed_authors=authors),
        ),
        update_period_s=rhythm.update_period_s(head.text("sy:updateperiod"), head.text("sy:updatefrequency")),
        hubs=relations.hubs,
        self_url=relations.own,
        truncated=max(0, len(entries) - limits.MAX_ENTRIES),
        cut=(Cut.AUTHORS,) if len(authors) < len(named) else (),
        digests=pieces.digests if pieces is not None and context else (),
        context=context,
    )


def _atom_entry(entry: etree._Element, bases: Bases, feed_authors: tuple[str, ...]) -> FeedEntry:
    parts = Children(entry)
    content = parts.first("atom:content", "content")
    base = bases.of(entry)
    source = Children(parts.first("atom:source", "source"))
    return FeedEntry(
        id=_line(parts.text("atom:id", "id")),
        link=_relations(parts, bases).alternate
        or _content_address(content, base)
        or _rss_link(parts, None, bases, base)
        or _overlong(parts),
        title=_atom_title(parts),
        summary=_construct(parts.first("atom:summary", "summary")),
        content_html=_construct(content, escape=True) or _markup(parts, "content:encoded"),
        authors=_atom_authors(parts) or _atom_authors(source) or feed_authors,
        published=dates.rfc3339(
            parts.text("atom:published", "published", "atom:issued", "issued", "atom:created", "created", "dc:date")
        ),
        updated=dates.rfc3339(parts.text("atom:updated", "updated", "atom:modified", "modified", "dcterms:modified")),
        categories=_categories(_terms(parts, "atom:category", "category") + parts.texts("dc:subject")),
    )


def _atom_title(parts: Children) -> str | None:
    title = parts.first("atom:title", "title")
    if title is None or (text := element_names.text_of(title)) is None:
        return None
    if _type(title) in ("html", "text/html") or title.get("mode") == "escaped":
        return plain_text.from_html(text)
    return plain_text.from_text(html.unescape(text))  # many escape twice what they call text


def _construct(element: etree._Element | None, *, escape: bool = False) -> str | None:
    """Return a text construct, RFC 4287 §3.1, as HTML; plain text as it is unless `escape`."""
    if element is None:
        return None
    kind = _type(element)
    if len(element) and (kind in ("xhtml", "text/html", "application/xhtml+xml") or element.get("mode") == "xml"):
        return _inner(element)
    text = (element_names.text_of(element) or "")[: limits.MAX_CONTENT] or None
    unmarked = kind in ("text", "text/plain") and element.get("mode") != "escaped"
    return html.escape(text, quote=False) if text and escape and unmarked else text


def _type(element: etree._Element) -> str:
    return (element.get("type") or "text").strip().lower()


def _content_address(content: etree._Element | None, base: str) -> str | None:
    address = None if content is None else content.get("src")
    return urls.href(address, base) if address else None


def _atom_authors(parts: Children) -> tuple[str, ...]:
    return _names(_atom_names(parts) + [_person(text) for text in parts.texts("dc:creator")])


def _atom_names(parts: Children) -> list[str | None]:
    names = []
    for author in islice(parts.all("atom:author", "author"), limits.AUTHORS.count):
        if len(author):
            names.extend(_each_named(author))
        elif (text := element_names.text_of(author)) and author.prefix != "":
            names.append(_person(text))
    return names


# ------------------------------------------------------------------------------------------------------------- common


@dataclass(frozen=True, slots=True)
class _Relations:
    """What a feed's or entry's link elements point to."""

    alternate: str | None
    own: str | None
    hubs: tuple[str, ...]


def _relations(parts: Children, bases: Bases) -> _Relations:
    """Read `atom:link` elements; of several alternates the first that is HTML, or says nothing, is taken."""
    alternates: list[tuple[bool, str]] = []
    hubs: list[str] = []
    own = None
    for link in islice(parts.all("atom:link", "link"), limits.MAX_LINKS):
        href = urls.href(link.get("href") or "", bases.of(link)) if link.get("href") else None
        if href is None:
            continue
        relation = (link.get("rel") or "alternate").strip().lower().rpartition("/")[2]
        if relation == "alternate":
            alternates.append(((link.get("type") or "text/html").strip().lower() not in _PAGE_TYPES, href))
        elif relation == "self":
            own = own or href
        elif relation == "hub":
            hubs.append(href)
    best = min(alternates, key=lambda found: found[0], default=None)
    return _Relations(best[1] if best else None, own, tuple(dict.fromkeys(hubs))[: limits.HUBS.count])


_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "html"})


def _markup(parts: Children, *names: str) -> str | None:
    """Return the HTML of the first of these children that has any, be it escaped or as elements."""
    for element in parts.all(*names):
        text = _inner(element) if len(element) else element_names.text_of(element)
        if text:
            return text[: limits.MAX_CONTENT]
    return None


def _inner(element: etree._Element) -> str | None:
    """Return what is inside `element` as HTML, without namespaces and without the wrapping `div` of Atom."""
    if len(element) == 1 and not (element.text or "").strip() and str(element[0].tag).endswith("}div"):
        element = element[0]
    parts = [html.escape(element.text or "", quote=False)]
    size = 0
    for child in element:
        parts.append(str(etree.tostring(child, encoding="unicode")))
        size += len(parts[-1])
        if size > limits.MAX_CONTENT:
            break
    text = _PREFIX.sub(r"\1", _XMLNS.sub("", "".join(parts))).strip()
    return text[: limits.MAX_CONTENT] or None


def _language(written: str | None, *elements: etree._Element | None) -> str | None:
    if written:
        return plain_text.from_text(written[:50])
    found = (element.get(element_names.XML_LANG) for element in elements if element is not None)
    return next((language.strip() for language in found if language and language.strip()), None)


def _terms(parts: Children, *names: str) -> list[str]:
    found = (element.get("label") or element.get("term") for element in parts.all(*names))
    return [term for term in found if term]


def _categories(terms: list[str]) -> tuple[str, ...]:
    found = (plain_text.from_html(term) for term in terms[: limits.CATEGORIES.count])
    return tuple(dict.fromkeys(term for term in found if term))


def _names(names: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[: limits.AUTHORS.count]


def _line(text: str | None) -> str | None:
    return plain_text.from_text(text)
