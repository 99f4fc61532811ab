"""Is this page simple enough to be read? Answered in linear time, by counts: of the markup before any parser sees it,
then of the tree before anything dear is done with it.

libxml2 takes time quadratic in the attributes of one tag (20,000: 0.4 s, 100,000: 12 s; trafilatura takes 6.5 s for
the former), trafilatura needs 26 times the size of a page in memory, and time quadratic in the bold and italic pieces
of one paragraph (8,000: 7 s). Each block costs about 1 ms of CPU to read and to judge, whatever it holds, each cell of
a table half of that. Of 1,864 pages of news sites none has more than 15,400 "<", 7,800 elements, 2,200 blocks, 3,800
cells or 420 pieces of emphasis: the limits lie at twice to ten times that.
"""

import re
from collections import Counter

from lxml.etree import _Element

MAX_CHARS = 6 * 1024 * 1024
MAX_TAGS = 50_000
MAX_ATTRIBUTES = 2_000  # of one tag
MAX_DEPTH = 240  # libxml2 drops what is nested deeper than 256
MAX_ELEMENTS = 20_000
MAX_BLOCKS = 5_000
MAX_CELLS = 8_000
MAX_EMPHASES = 4_000

_CELLS = frozenset({"td", "th", "tr"})
_EMPHASES = frozenset({
    "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "mark", "tt", "kbd", "samp", "var", "big", "small",
    "sub", "sup", "font", "q", "cite", "code",
})  # fmt: skip
_CHEAP = frozenset({  # less than a tenth of a block each
    "a", "span", "abbr", "time", "label", "wbr", "img", "picture", "source", "svg", "path", "g", "use", "symbol",
    "script", "style", "noscript", "template", "meta", "link", "iframe", "input", "button", "option",
})  # fmt: skip
_FEW_TAGS = MAX_EMPHASES  # below that no limit can be passed

# A whole script, or a whole tag; as in HTML, only what follows "=" can be quoted. Quantifiers are possessive and every
# match takes all it has read, so no character is read twice.
_TAG = re.compile(
    r"""<(?:script\b.*?(?:</script|\Z)|[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+)""", re.I | re.S
)
_ITEM = re.compile(r"""[^\s>=/]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"']++)?)?""")
_LONG_TAG = 2 * MAX_ATTRIBUTES


def too_complex(markup: str) -> str | None:
    """Return what is beyond a limit, for people to read; None when the markup may be parsed."""
    if len(markup) > MAX_CHARS:
        return f"{len(markup)} characters, at most {MAX_CHARS} are read"
    tags = markup.count("<")
    if tags > MAX_TAGS:
        return f"{tags} tags, at most {MAX_TAGS} are read"
    for tag in _TAG.finditer(markup):
        if tag.end() - tag.start() > _LONG_TAG and tag[0][:7].lower() != "<script":
            attributes = sum(1 for _ in _ITEM.finditer(markup, tag.start(), tag.end()))
            if attributes > MAX_ATTRIBUTES:
                return f"a tag with {attributes} attributes, at most {MAX_ATTRIBUTES} are read"
    return None


def too_large(tree: _Element, markup: str) -> str | None:
    """Return which kind of element there is too much of in `tree`, for people to read; None when it may be read.

    `markup` is what the tree was made of.
    """
    if markup.count("<") <= _FEW_TAGS:
        return None
    tags = Counter(str(element.tag) for element in tree.iter("*"))
    elements = sum(tags.values())
    cells, emphases = _of(tags, _CELLS), _of(tags, _EMPHASES)
    counts = (
        ("elements", elements, MAX_ELEMENTS),
        ("blocks", elements - cells - emphases - _of(tags, _CHEAP), MAX_BLOCKS),
        ("cells of tables", cells, MAX_CELLS),
        ("pieces of emphasis", emphases, MAX_EMPHASES),
    )
    beyond = (f"{count} {what}, at most {limit} are read" for what, count, limit in counts if count > limit)
    return next(beyond, None)


def _of(tags: Counter[str], kind: frozenset[str]) -> int:
    return sum(tags[tag] for tag in kind)
