"""Which feeds does an OPML file list? OPML 1.0 and 2.0, http://opml.org/spec2.opml."""

import html
import re
from dataclasses import dataclass

from lxml import etree

from cleanwire.errors import InputError
from cleanwire.feed import charset, plain, xml_tree
from cleanwire.urls import parse as urls

MAX_BYTES = 32 * 1024 * 1024
MAX_FEEDS = 200_000

_ATTRIBUTE = re.compile(r"\b(xmlUrl|htmlUrl|title|text)\s*=\s*\"([^\"]*)\"", re.IGNORECASE)


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
    text = charset.decode(body, None)
    try:
        root = xml_tree.load(text)
    except xml_tree.HostileXml as error:
        raise InputError(f"{name}: {error}") from error
    found = _scanned(text) if root is None else _walked(root, name)
    if root is None and not found:
        problem = xml_tree.problem(text)
        raise InputError(f"{name}:{problem.line}: {problem.message}")
    feeds = {feed.url: feed for feed in reversed(found)}
    return [feeds[url] for url in dict.fromkeys(feed.url for feed in found)][:MAX_FEEDS]


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


def _walked(root: etree._Element, name: str) -> list[OpmlFeed]:
    """Read a well-formed file, folders included."""
    if etree.QName(root).localname.lower() != "opml":
        raise InputError(f"{name}:{root.sourceline}: the root element is <{etree.QName(root).localname}>, not <opml>")
    feeds: list[OpmlFeed] = []
    folders: list[str | None] = []
    for event, outline in etree.iterwalk(root, events=("start", "end"), tag="outline"):
        if event == "end":
            folders.pop()
            continue
        attributes = {str(key).lower(): str(value) for key, value in outline.items()}
        found = _feed(attributes, tuple(folder for folder in folders if folder))
        folders.append(None if found else _title(attributes))
        feeds += [found] if found else []
    return feeds


def _scanned(text: str) -> list[OpmlFeed]:
    """Read a file that no parser can, outline by outline: exports put bare quotes and markup into descriptions."""
    outlines = re.split(r"<outline\s", text)[1:] if re.search(r"<opml\b", text, re.IGNORECASE) else []
    feeds = []
    for outline in outlines:
        found = {name.lower(): html.unescape(value) for name, value in reversed(_ATTRIBUTE.findall(outline))}
        feeds.append(_feed(found, ()))
    return [feed for feed in feeds if feed is not None]


def _feed(attributes: dict[str, str], folders: tuple[str, ...]) -> OpmlFeed | None:
    url = urls.href(attributes.get("xmlurl", ""))
    if url is None:
        return None
    return OpmlFeed(
        url=url, title=_title(attributes), site_url=urls.href(attributes.get("htmlurl", "")), folders=folders
    )


def _title(attributes: dict[str, str]) -> str | None:
    return plain.from_text(attributes.get("title")) or plain.from_text(attributes.get("text"))


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    if path not in folders:
        folders[path] = etree.SubElement(_folder(folders, path[:-1]), "outline", text=path[-1])
    return folders[path]
