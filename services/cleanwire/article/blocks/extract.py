"""What is the main text of a page, block by block?"""

import re

from lxml.etree import _Element
from trafilatura.xml import xmltotxt

from cleanwire.article.blocks import layout_tables, main_text
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

NAME = "trafilatura"

_BAR = re.compile(r"(?<!\\)\|")  # between cells; a bar in a cell has a backslash before it
_TYPES = {
    "head": BlockType.HEADING,
    "list": BlockType.LIST_ITEM,
    "quote": BlockType.QUOTE,
    "table": BlockType.TABLE,
    "code": BlockType.CODE,
}
_BLOCKS = frozenset({*_TYPES, "div", "p"})


def blocks(tree: _Element) -> tuple[Line, ...]:
    """Return the blocks of the main text in reading order; none when the extractor finds no text.

    Raises whatever trafilatura and lxml raise on hostile markup: the caller is the boundary.
    """
    found = main_text.find(layout_tables.as_containers(tree))
    if found is None:
        return ()
    text = xmltotxt(found, False)
    typed = [line for element in found for line in _lines(element)]
    whole = [text for text in map(str.strip, text.splitlines()) if text]
    if [line.text for line in typed] != whole:  # text beside the blocks: the extractor's own order wins
        types = {line.text: line.type for line in typed}
        typed = [Line(text=text, type=types.get(text, BlockType.PARAGRAPH)) for text in whole]
    return tuple(line for line in map(_plain, typed) if line.text)


def _lines(element: _Element) -> list[Line]:
    if element.tag == "div" and _only_holds(element):
        return [line for child in element for line in _lines(child)]
    kind = _TYPES.get(element.tag, BlockType.PARAGRAPH)
    texts = (text.strip() for text in xmltotxt(element, False).splitlines())
    return [Line(text=text, type=kind) for text in texts if text]


def _only_holds(element: _Element) -> bool:
    """Whether all text of `element` stands in blocks inside it."""
    if (element.text or "").strip() or not len(element):
        return False
    return all(child.tag in _BLOCKS and not (child.tail or "").strip() for child in element)


def _plain(line: Line) -> Line:
    """Return `line` without the marks that trafilatura puts before list items and round table cells."""
    text = line.text
    if line.type is BlockType.LIST_ITEM:
        text = text.removeprefix("- ").strip()
    elif line.type is BlockType.TABLE:
        cells = [cell.strip().replace(r"\|", "|") for cell in _BAR.split(text.strip("| "))]
        text = " | ".join(cell for cell in cells if cell and cell.strip("-"))
    return Line(text=text, type=line.type)
