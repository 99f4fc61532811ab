"""What does trafilatura take for the main text of a page?

Its stages in its own order (`trafilatura.core.trafilatura_sequence` of the pinned version), without comments and in
balanced mode: the same elements as those of `bare_extraction`. What every stage would copy and none reads is taken out
once, and a stage is not asked where its answer could change nothing (decision 79).
"""

import re
from contextlib import suppress
from copy import copy
from functools import cache, cached_property
from typing import Any

from justext.core import ParagraphMaker, classify_paragraphs, revise_paragraph_classification
from justext.paragraph import Paragraph
from lxml.etree import Element, SubElement, XPath, _Element, strip_elements
from trafilatura import core, external
from trafilatura.baseline import _BLOCK_ELEMS, _spaced_text, baseline, basic_cleaning
from trafilatura.htmlprocessing import prune_unwanted_nodes
from trafilatura.main_extractor import extract_content
from trafilatura.settings import _COOKIE_CONSENT_RE, Extractor
from trafilatura.utils import trim
from trafilatura.xml import delete_element
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

_JSON_LD = "application/ld+json"  # read where the page has hardly any other text
_APPENDED = ("mvp-post-add", "infinite", "elementor-share-buttons")  # one stands in each match of RAW_TREE_PRUNE_XPATH
_COMMENTS = re.compile(r"^(?:[Cc]omment|comol|disqus_thread|dsq-comments)|(?:article|post)-comments", re.M)
"""A name with this is in each match of REMOVE_COMMENTS_AND_LISTS_XPATH."""
_CONSENT = re.compile(_COOKIE_CONSENT_RE, re.I)
_FURNITURE = XPath(  # the rest of BASIC_CLEAN_XPATH
    ".//aside|.//div[contains(@class|@id, 'footer')]|.//fencedframe|.//footer|.//script|.//style|.//svg|.//template"
)
_SHORT, _MAX_LINKED = 50, 0.25  # characters, share of them: as trafilatura calls justext
_BOXES = ("div", "section", "aside", "list", "details", "ol", "ul")  # the elements that the two look at
_FRAME_CHARS = 5  # that readability writes into one with a film


def find(tree: _Element) -> _Element | None:
    """Return an element that holds the blocks of the main text of `tree`; None when there is no text."""
    options = _options()
    try:
        body, text = _sequence(_lean(tree), options)
    except (TypeError, ValueError):  # so does trafilatura
        return None
    return body if len(text) >= options.min_output_size else None


@cache
def _options() -> Extractor:
    return Extractor(output_format="python", comments=False)


def _lean(tree: _Element) -> Any:
    """Return a copy of `tree` without what no stage reads: it will be copied again three times or more."""
    lean: Any = copy(tree)
    for script in list(lean.iter("script")):
        if script.get("type") != _JSON_LD:
            script.drop_tree()
    strip_elements(lean, "style", "link", with_tail=False)
    return lean


def _sequence(tree: Any, options: Extractor) -> tuple[_Element, str]:
    names = "\n".join(name for item in tree.iter(*_BOXES) for name in (item.get("id"), item.get("class")) if name)
    if any(sign in names for sign in _APPENDED):  # such an XPath calls Python for every box of the page: 1 ms
        prune_unwanted_nodes(tree, RAW_TREE_PRUNE_XPATH)
    if _COMMENTS.search(names) is not None and not core._forum_thread_page(tree):
        prune_unwanted_nodes(tree, REMOVE_COMMENTS_AND_LISTS_XPATH)
    body, text = _compared(tree, options)
    if len(text) < options.min_extracted_size:
        plain, plain_text, size = baseline(tree)
        if size > len(text):
            body, text = plain, plain_text
    if 0 < len(text) < core.ESCALATION_MAX_LENGTH and _is_little(len(text), tree):
        return _escalated(tree, body, text, options)
    return body, text


def _compared(tree: Any, options: Extractor) -> tuple[_Element, str]:
    """Return what the main extractor finds, or readability or justext where theirs is preferred."""
    cleaned, backup = core._prepare_tree(tree, options, None)
    body, text = extract_content(cleaned, options)
    if _is_beyond_comparison(tree, body, len(text), options):
        return body, text
    return external.compare_extraction(backup, copy(tree), body, text, options)


def _is_beyond_comparison(tree: Any, body: Any, size: int, options: Extractor) -> bool:
    """Whether `compare_extraction` would return `body` whatever readability finds (half of all pages).

    That is preferred where it is more than twice as long, which it cannot be where the whole page is not, or where
    `body` is no running text; justext is asked where `body` is short or holds what should not be in it.
    """
    if size < options.min_extracted_size or body.xpath(external.SANITIZED_XPATH):
        return False
    if not body.xpath(".//p//text()") or len(body.findall(".//table")) > len(body.findall(".//p")):
        return False
    frames = sum(1 for _ in tree.iter("iframe"))
    return len(trim(tree.text_content())) + _FRAME_CHARS * frames <= 2 * size


def _is_little(size: int, tree: Any) -> bool:
    """Whether a text of `size` characters is so little of the page's that more should be looked for.

    The page's text is cleaned for that, at some cost; where all of it is not too long, the cleaned is not.
    """
    whole = _body(tree)
    parted = 2 * sum(1 for _ in whole.iter(*_BLOCK_ELEMS))  # spaces that may come in at a block's ends
    if size >= core.ESCALATION_PAGE_SHARE * (len(trim(whole.text_content())) + parted):
        return False
    return size < core.ESCALATION_PAGE_SHARE * len(_spaced_text(_cleaned(_body(copy(tree)))))


def _body(tree: Any) -> Any:
    body = tree.find(".//body")
    return tree if body is None else body


def _cleaned(tree: Any) -> Any:
    """Return `tree` after trafilatura's `basic_cleaning`, which asks Python twice for every element of a page (12 ms)
    whether it is a banner about cookies: only where some name on the page speaks of them."""
    names = "\n".join({name for item in tree.iter("*") for name in (item.get("id"), item.get("class")) if name})
    if _CONSENT.search(names) is not None:
        return basic_cleaning(tree)
    furniture: Any = _FURNITURE(tree)
    for element in furniture:
        delete_element(element)
    return tree


def _escalated(tree: Any, body: _Element, text: str, options: Extractor) -> tuple[_Element, str]:
    """Return what is found less strictly, where that is clearly more."""
    lenient = copy(options)
    lenient.focus = "recall"
    more_text, other_text = "", ""
    with suppress(Exception):  # so does trafilatura
        more, more_text = core._recall_retry(tree, lenient, None)
    enough = max(len(more_text), int(core.ESCALATION_JUSTEXT_RATIO * len(text)))
    with suppress(Exception):
        other, other_text = _justext(copy(tree), enough)
    if len(other_text) > enough:
        return other, other_text
    if len(more_text) >= options.min_extracted_size and len(more_text) > core.ESCALATION_ACCEPT_RATIO * len(text):
        return more, more_text
    return body, text


def _justext(tree: Any, enough: int) -> tuple[_Element, str]:
    """Return what `trafilatura.external.justext_rescue` does where that is more than `enough` characters."""
    maker = _Paragraphs()
    maker.read(_cleaned(tree))
    body = Element("body")
    if sum(len(one) + 1 for one in maker.paragraphs if one.may_be_text) <= enough:
        return body, ""
    words = external.JT_STOPLIST or external.jt_stoplist_init()
    classify_paragraphs(maker.paragraphs, words, _SHORT, 150, 0.1, 0.2, _MAX_LINKED, True)
    revise_paragraph_classification(maker.paragraphs, 150)
    for paragraph in maker.paragraphs:
        if not paragraph.is_boilerplate:
            SubElement(body, "p").text = paragraph.text
    return body, trim(" ".join(map(str, body.itertext())))


class _Path(list[str]):
    """The tags above a paragraph; justext's own counts siblings too, for an XPath that nobody reads."""

    xpath = ""

    @property
    def dom(self) -> str:
        return ".".join(self)


class _OneParagraph(Paragraph):  # type: ignore[misc]  # justext has no types
    @cached_property
    def text(self) -> str:
        """The text, made once: it is first asked for when the paragraph is whole, then eight times."""
        return str(super().text)

    @property
    def may_be_text(self) -> bool:
        """Whether `classify_paragraphs` may call it anything but bad."""
        return self.links_density() <= _MAX_LINKED and (len(self) >= _SHORT or not self.chars_count_in_links)


class _Paragraphs(ParagraphMaker):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.path = _Path()
        self.paragraph = _OneParagraph(self.path)

    def read(self, root: _Element) -> None:
        """Make the paragraphs of the tree under `root`. `lxml.sax` would collect all attributes on the way."""
        self._walk(root)
        self.endDocument()

    def _walk(self, element: _Element) -> None:
        if isinstance(element.tag, str):
            name = (None, element.tag)
            self.startElementNS(name, None, None)
            if element.text:
                self.characters(element.text)
            for child in element:
                self._walk(child)
            self.endElementNS(name, None)
        if element.tail:
            self.characters(element.tail)

    def _start_new_pragraph(self) -> None:
        if self.paragraph and self.paragraph.contains_text():
            self.paragraphs.append(self.paragraph)
        self.paragraph = _OneParagraph(self.path)
