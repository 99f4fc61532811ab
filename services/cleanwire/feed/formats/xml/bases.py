"""What are the relative links of an element relative to? XML Base, https://www.w3.org/TR/xmlbase/."""

from lxml import etree

from cleanwire.urls import parse as urls

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_names_any = etree.XPath("boolean(//@xml:base)")


class Bases:
    """The bases of a document that came from `url`.

    Each xml:base is resolved once, and one longer than `urls.MAX_LENGTH` counts for nothing. (libxml2 joins those of
    all ancestors anew for each element: 250 nested ones of 30 K characters held the interpreter for half a minute.)
    """

    def __init__(self, root: etree._Element, url: str) -> None:
        self._url = url
        self._any = bool(_names_any(root))
        self._known: dict[etree._Element, str] = {}

    def of(self, element: etree._Element) -> str:
        """Return the base of `element`."""
        if not self._any:
            return self._url
        line: list[etree._Element] = []
        above: etree._Element | None = element
        while above is not None and above not in self._known:
            line.append(above)
            above = above.getparent()
        base = self._url if above is None else self._known[above]
        for each in reversed(line):
            own = each.get(_BASE)
            base = (urls.href(own, base) if own else None) or base
            self._known[each] = base
        return base
