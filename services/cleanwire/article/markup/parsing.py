"""How does markup become a tree?"""

from lxml.etree import ElementDefaultClassLookup, HTMLParser, _Element
from lxml.html import HtmlElement, document_fromstring


def parse(markup: str) -> _Element | None:
    """Return the tree of `markup`, None when there is none in it."""
    data = markup.encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    # One class for all elements: lxml.html's own lookup asks a Python function for every element touched.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return document_fromstring(data, parser=parser, ensure_head_body=False)
