"""How does markup become a tree?"""

from lxml.etree import ElementDefaultClassLookup, HTMLParser, _Element
from lxml.html import HtmlElement, document_fromstring

_END_PARAGRAPHS = frozenset({"section", "article", "aside", "nav", "main", "header", "footer"})
"""Of the elements that end an open paragraph (HTML, 13.2.6.4.7) those that libxml2, of an older HTML, puts into it."""


def parse(markup: str) -> _Element | None:
    """Return the tree of `markup`, None when there is none in it."""
    data = markup.encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    # One class for all elements: lxml.html's own lookup asks a Python function for every element touched.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    tree: _Element = document_fromstring(data, parser=parser, ensure_head_body=False)
    _end_paragraphs(tree)
    return tree


def _end_paragraphs(tree: _Element) -> None:
    """Put sections that stand last in a paragraph nobody closed behind it, where browsers have them.

    Words behind such a section stay where they are: extractors lose what is in no paragraph.
    """
    for element in tree.xpath("//p[section|article|aside|nav|main|header|footer]"):  # type: ignore[union-attr]
        paragraph: _Element = element  # type: ignore[assignment]
        parent, last = paragraph.getparent(), len(paragraph)
        while last and paragraph[last - 1].tag in _END_PARAGRAPHS and not (paragraph[last - 1].tail or "").strip():
            last -= 1
        if parent is None or last == len(paragraph):
            continue
        behind, paragraph.tail = paragraph.tail, None
        at = parent.index(paragraph) + 1
        moved = list(paragraph)[last:]
        for place, section in enumerate(moved, at):
            parent.insert(place, section)
        moved[-1].tail = behind
