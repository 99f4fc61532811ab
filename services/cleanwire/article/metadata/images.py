"""Which pictures belong to the article?"""

from collections.abc import Iterator

from lxml.etree import _Element

from cleanwire import characters
from cleanwire.article.markup.outline import text_of
from cleanwire.article.metadata.statements.elements import Elements
from cleanwire.article.metadata.statements.json_ld import LdArticle
from cleanwire.records.document import Image
from cleanwire.urls import parse

MAX_IMAGES = 20


def find(tree: _Element, ld: LdArticle | None, elements: Elements, base: str) -> tuple[Image, ...]:
    """Return the images that JSON-LD, Open Graph and captioned figures name, each once, at most `MAX_IMAGES`."""
    found: dict[str, Image] = {}
    for image in _stated(ld, elements):
        address = parse.href(image.url, base)
        if address and address not in found:
            found[address] = Image(url=address, width=image.width, height=image.height)
    for image in _figures(tree):
        address = parse.href(image.url, base)
        if address and (address not in found or found[address].caption is None):
            known = found.get(address, Image(url=address))
            found[address] = Image(url=address, caption=image.caption, width=known.width, height=known.height)
    return tuple(found.values())[:MAX_IMAGES]


def _stated(ld: LdArticle | None, elements: Elements) -> Iterator[Image]:
    if ld is not None:
        for url, width, height in ld.images:
            yield Image(url=url, width=width, height=height)
    for url in elements.meta.get("og:image", []):
        yield Image(url=url)


def _figures(tree: _Element) -> Iterator[Image]:
    for figure in tree.iter("figure"):
        caption = figure.find(".//figcaption")
        picture = figure.find(".//img")
        if caption is not None and picture is not None and not _apart(figure):
            address = picture.get("src") or picture.get("data-src") or ""
            text = characters.name(text_of(caption))
            if address and not address.startswith("data:") and text:
                yield Image(url=address, caption=text[:1_000])


def _apart(element: _Element) -> bool:
    return any(parent.tag in ("aside", "nav", "footer") for parent in element.iterancestors())
