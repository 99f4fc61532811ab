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

    Words behind such a section stay where they are, and so does one without paragraphs, a box of facts: extractors lose
    what is in no paragraph.
    """
    for element in tree.xpath("//p[section|article|aside|nav|main|header|footer]"):  # type: ignore[union-attr]
        paragraph: _Element = element  # type: ignore[assignment]
        moved: list[_Element] = []  # the last one first; each step is the same work however many there are
        for child in paragraph.iterchildren(reversed=True):
            if child.tag not in _END_PARAGRAPHS or (child.tail or "").strip() or not _has_paragraphs(child):
                break
            moved.append(child)
        if not moved or paragraph.getparent() is None:
            continue
        moved[0].tail, paragraph.tail = paragraph.tail, None
        for section in moved:
            paragraph.addnext(section)


def _has_paragraphs(section: _Element) -> bool:
    return next(section.iter("p", "article"), None) is not None
