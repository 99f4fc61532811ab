"""Which feeds does an OPML file list? OPML 1.0 and 2.0, http://opml.org/spec2.opml."""

from dataclasses import dataclass

from lxml import etree

from cleanwire.errors import InputError
from cleanwire.feed import charset
from cleanwire.urls import parse as urls

MAX_BYTES = 32 * 1024 * 1024
MAX_FEEDS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One subscription. `folders` are the titles of the outlines round it, from the outside in."""

    url: str
    title: str | None = None
    site_url: str | None = None
    folders: tuple[str, ...] = ()


def read(body: bytes, name: str = "OPML") -> list[OpmlFeed]:
    """Return the feeds that `body` lists, in order, each address once. Outlines that are no http(s) feed are skipped.

    Entity declarations are not expanded and nothing outside `body` is read.

    Raises:
        InputError: `body` is too large or no OPML; the message begins with `name` and tells the line.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES} bytes")
    root = _root(body, name)
    if etree.QName(root).localname.lower() != "opml":
        raise InputError(f"{name}:{root.sourceline}: the root element is <{etree.QName(root).localname}>, not <opml>")
    feeds: dict[str, OpmlFeed] = {}
    folders: list[str | None] = []
    for event, outline in etree.iterwalk(root, events=("start", "end"), tag="outline"):
        if event == "end":
            folders.pop()
            continue
        found = _feed(outline, tuple(folder for folder in folders if folder))
        if found is not None and len(feeds) < MAX_FEEDS:
            feeds.setdefault(found.url, found)
        folders.append(None if found else _attribute(outline, "title") or _attribute(outline, "text"))
    return list(feeds.values())


def write(feeds: list[OpmlFeed], *, title: str = "Subscriptions") -> bytes:
    """Return `feeds` as an OPML 2.0 file; feeds of one folder stand together."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    folders: dict[tuple[str, ...], etree._Element] = {(): etree.SubElement(root, "body")}
    for feed in feeds:
        outline = etree.SubElement(_folder(folders, feed.folders), "outline", type="rss", text=feed.title or feed.url)
        if feed.title:
            outline.set("title", feed.title)
        outline.set("xmlUrl", feed.url)
        if feed.site_url:
            outline.set("htmlUrl", feed.site_url)
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _root(body: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, huge_tree=False)
    try:
        return etree.fromstring(charset.decode(body, None).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}:{error.lineno or 1}: {error.msg}") from error


def _feed(outline: etree._Element, folders: tuple[str, ...]) -> OpmlFeed | None:
    url = urls.href(_attribute(outline, "xmlUrl") or "")
    if url is None:
        return None
    return OpmlFeed(
        url=url,
        title=_attribute(outline, "title") or _attribute(outline, "text"),
        site_url=urls.href(_attribute(outline, "htmlUrl") or ""),
        folders=folders,
    )


def _attribute(outline: etree._Element, name: str) -> str | None:
    """Return an attribute whose name is written in any case, as programs do; None when it is empty."""
    values = (str(value) for key, value in outline.items() if str(key).lower() == name.lower())
    return " ".join(next(values, "").split()) or None


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    if path not in folders:
        folders[path] = etree.SubElement(_folder(folders, path[:-1]), "outline", text=path[-1])
    return folders[path]
