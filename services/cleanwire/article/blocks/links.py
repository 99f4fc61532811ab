"""Which links does the body carry?"""

from collections.abc import Collection

from cleanwire.article.markup.outline import Location, Outline, text_of
from cleanwire.records.document import Link
from cleanwire.urls import parse, tracking

MAX_LINKS = 100


def find(outline: Outline, kept: Collection[Location], base: str) -> tuple[tuple[Link, ...], bool]:
    """Return the links inside the kept lines, each address once, and whether there were more than `MAX_LINKS`."""
    spans = sorted((place.start, place.end) for place in kept)
    found: dict[str, Link] = {}
    at = 0
    for start, element in outline.anchors:
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at == len(spans):
            break
        if start < spans[at][0]:
            continue
        address = parse.href(element.get("href") or "", base) if element.get("href") else None
        if address:
            text = " ".join(text_of(element).split())
            found.setdefault(address, Link(href=tracking.clean(address), text=text[:300] or None))
    return tuple(found.values())[:MAX_LINKS], len(found) > MAX_LINKS
