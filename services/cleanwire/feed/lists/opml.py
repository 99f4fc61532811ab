"""Which feeds does an OPML file list? OPML 1.0 and 2.0, http://opml.org/spec2.opml."""

import html
import re
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from cleanwire import characters
from cleanwire.errors import InputError
from cleanwire.feed.formats.fields import plain_text
from cleanwire.feed.formats.raw import feed_charset
from cleanwire.feed.formats.xml import loading
from cleanwire.urls import parse as urls

MAX_BYTES = 32 * 1024 * 1024
MAX_FEEDS = 200_000

_ATTRIBUTE = re.compile(r"\b(xmlUrl|htmlUrl|title|text|category)\s*=\s*\"([^\"]*)\"", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One subscription. `folders` are the titles of the outlines round it, from the outside in."""

    url: str
    title: str | None = None
    site_url: str | None = None
    folders: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opml:
    """What a file lists, in order, repetitions included. `problems` tell of feeds without an http(s) address."""

    feeds: tuple[OpmlFeed, ...]
    problems: tuple[str, ...] = ()


def read(body: bytes, name: str = "OPML") -> Opml:
    """Return the feeds that `body` lists. Outlines that name no feed are skipped.

    Entity declarations are not expanded and nothing outside `body` is read.

    Raises:
        InputError: `body` is too large or no OPML; the message begins with `name` and tells the line.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES} bytes")
    text = feed_charset.decode(body, None)
    try:
        root = loading.load(text)
    except loading.HostileXml as error:
        raise InputError(f"{name}: {error}") from error
    found = (
        _scanned(text, name)
        if root is None
        else _walked(root, name, _line_of_root(body) - cast("int", root.sourceline))
    )
    if root is None and not found.feeds:
        problem = loading.problem(text)
        raise InputError(f"{name}:{problem.line}: {problem.message}")
    return found


def write(feeds: list[OpmlFeed], *, title: str = "Subscriptions") -> bytes:
    """Return `feeds` as an OPML 2.0 file; feeds of one folder stand together."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    folders: dict[tuple[str, ...], etree._Element] = {(): etree.SubElement(root, "body")}
    for feed in feeds:
        name = characters.name_or_none(feed.title)  # XML holds no controls
        outline = etree.SubElement(_folder(folders, feed.folders), "outline", type="rss", text=name or feed.url)
        if name:
            outline.set("title", name)
        outline.set("xmlUrl", feed.url)
        if feed.site_url:
            outline.set("htmlUrl", feed.site_url)
        if feed.categories:
            outline.set("category", ",".join(f"/{characters.name(category)}" for category in feed.categories))
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _walked(root: etree._Element, name: str, lines_above: int) -> Opml:
    """Read a well-formed file, folders included."""
    if etree.QName(root).localname.lower() != "opml":
        line = _line(root, lines_above)
        raise InputError(f"{name}:{line}: the root element is <{etree.QName(root).localname}>, not <opml>")
    feeds: list[OpmlFeed] = []
    problems: list[str] = []
    folders: list[str | None] = []
    for event, outline in etree.iterwalk(root, events=("start", "end"), tag="outline"):
        if event == "end":
            folders.pop()
            continue
        attributes = {str(key).lower(): str(value) for key, value in outline.items()}
        line = _line(outline, lines_above)
        found = _feed(attributes, tuple(folder for folder in folders if folder), line)
        folders.append(None if found else _title(attributes))
        if found is not None:
            feeds.append(found)
        elif "xmlurl" in attributes:
            problems.append(_not_an_address(f"{name}:{line}", attributes))
    return Opml(feeds=tuple(feeds[:MAX_FEEDS]), problems=tuple(problems))


def _scanned(text: str, name: str) -> Opml:
    """Read a file that no parser can, outline by outline: exports put bare quotes and markup into descriptions."""
    outlines = re.split(r"<outline\s", text)[1:] if re.search(r"<opml\b", text, re.IGNORECASE) else []
    feeds: list[OpmlFeed] = []
    problems: list[str] = []
    for outline in outlines:
        attributes = {key.lower(): html.unescape(value) for key, value in reversed(_ATTRIBUTE.findall(outline))}
        found = _feed(attributes, (), None)
        if found is not None:
            feeds.append(found)
        elif "xmlurl" in attributes:
            problems.append(_not_an_address(name, attributes))
    return Opml(feeds=tuple(feeds[:MAX_FEEDS]), problems=tuple(problems))


def _line_of_root(body: bytes) -> int:
    """Return the line in which the root element begins, from 1: the parser does not see what stands above it."""
    return body.count(b"\n", 0, max(0, body.lower().find(b"<opml"))) + 1


def _line(element: etree._Element, lines_above: int) -> int:
    return cast("int", element.sourceline) + lines_above


def _feed(attributes: dict[str, str], folders: tuple[str, ...], line: int | None) -> OpmlFeed | None:
    url = urls.href(attributes.get("xmlurl", ""))
    if url is None:
        return None
    categories = (category.strip().strip("/") for category in attributes.get("category", "").split(","))
    return OpmlFeed(
        url=url,
        title=_title(attributes),
        site_url=urls.href(attributes.get("htmlurl", "")),
        folders=folders,
        categories=tuple(category for category in categories if category),
        line=line,
    )


def _not_an_address(place: str, attributes: dict[str, str]) -> str:
    return f"{place}: not an http(s) address: {attributes['xmlurl'][:200]!r}"


def _title(attributes: dict[str, str]) -> str | None:
    return plain_text.from_text(attributes.get("title")) or plain_text.from_text(attributes.get("text"))


def _folder(folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]) -> etree._Element:
    if path not in folders:
        folders[path] = etree.SubElement(_folder(folders, path[:-1]), "outline", text=characters.name(path[-1]))
    return folders[path]
