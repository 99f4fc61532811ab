"""Which element is it, whatever prefix and namespace a feed gives it?"""

from functools import lru_cache
from itertools import islice

from lxml import etree

from cleanwire.feed import limits

# Namespaces without scheme, final `/` and `#`, in lower case: feeds write them with and without.
_PREFIXES = {
    "www.w3.org/2005/atom": "atom:",
    "purl.org/atom/ns": "atom:",
    "purl.org/rss/1.0": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "backend.userland.com/rss091": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "www.rssboard.org/rss-specification": "",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf:",
    "purl.org/dc/elements/1.0": "dc:",
    "purl.org/dc/elements/1.1": "dc:",
    "purl.org/dc/terms": "dcterms:",
    "purl.org/rss/1.0/modules/content": "content:",
    "purl.org/rss/1.0/modules/syndication": "sy:",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "search.yahoo.com/mrss": "media:",
    "www.w3.org/1999/xhtml": "xhtml:",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "www.google.com/schemas/sitemap-news/0.9": "news:",
    "www.sitemaps.org/schemas/sitemap/0.9": "",
    "www.google.com/schemas/sitemap/0.84": "",
}

RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
RDF_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Children:
    """The child elements of one element by name: lower case, with the usual prefix of their namespace."""

    __slots__ = ("_found",)

    def __init__(self, element: etree._Element | None) -> None:
        found: dict[str, list[etree._Element]] = {}
        for child in islice(element if element is not None else (), limits.MAX_CHILDREN):
            if isinstance(tag := child.tag, str):
                # outside of namespaces the prefix tells nothing, and asking costs more than the rest
                name = name_of(tag, child.prefix if tag[:1] == "{" else None)
                if name in found:
                    found[name].append(child)
                else:
                    found[name] = [child]
        self._found = found

    def all(self, *names: str) -> list[etree._Element]:
        """Return the children of these names, in the order of `names`."""
        return [element for name in names for element in self._found.get(name, ())]

    def first(self, *names: str) -> etree._Element | None:
        """Return the first child of the first name that there is."""
        for name in names:
            if name in self._found:
                return self._found[name][0]
        return None

    def text(self, *names: str) -> str | None:
        """Return the text of the first child of these names that has any, without outer white space."""
        for name in names:
            for element in self._found.get(name, ()):
                if found := text_of(element):
                    return found
        return None

    def texts(self, *names: str) -> list[str]:
        """Return the texts of all children of these names that have any."""
        return [
            found for name in names for element in self._found.get(name, ()) if (found := text_of(element)) is not None
        ]


@lru_cache(maxsize=4096)
def name_of(tag: str, prefix: str | None) -> str:
    """Return the name of an element, `dc:creator` or `title`, by namespace; by `prefix` where that is unknown."""
    namespace, closed, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    local = local.lower()
    if not closed:
        return local
    known = _PREFIXES.get(namespace.lower().partition("://")[2].rstrip("/#"))
    if known is not None:
        return known + local
    return f"{prefix.lower()}:{local}" if prefix else local


def text_of(element: etree._Element) -> str | None:
    """Return all text inside `element` without outer white space, None when there is none."""
    text = element.text or "" if len(element) == 0 else "".join(map(str, element.itertext()))
    return text.strip() or None
