"""Which stretches of a document are its entries, so that those read before need not be read again?

A feed that has changed lists mostly what it listed at the last poll, byte for byte. An element means the same wherever
it stands among the same ancestors, so it is enough to know it again by a digest. `cut` finds the entries without an
XML parser and puts an empty element in the place of each known one. What is left is parsed as ever, and tells whether
the entries were found right:

* A piece goes from `<item>` to the next `</item>` (or `entry`), with no other such start between. Outside of comments,
  CDATA sections and processing instructions, all of which must end in the stretch of text in which they begin, well-
  formed XML has no `<` but that of a tag. So each piece begins and ends between tags, and is one element, if the whole
  is well-formed; and the whole is well-formed if it is with the empty elements in their place.
* The reader (rss_and_atom.py) takes the pieces only where it finds as many entries as pieces, all in one parent.

Everything else, prefixes before `item`, entries in one another, a doctype, is no case for this and is read whole.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

import xxhash

MAX_TEXT = 4 * 1024 * 1024
"""Characters of a document that is cut: what libxml2 bounds by the size of the whole stays far away."""
MAX_PIECES = 1000
MAX_START_TAG = 1000
MAX_SPECIALS = 4000
"""Comments, CDATA sections and instructions that are looked at."""

_DOCTYPE = re.compile(r"<![Dd]")
_OPENING = re.compile(r"<[!?]")
_SPECIAL = (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"))
_START_TAG = re.compile(r"<(?:item|entry)(?:\s+(?!xml)[\w.:-]{1,64}\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*>")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document with an empty element in place of known entries, and the digests of all its entries, in order.

    `elements` tells of each entry element in `text` for how many known ones it stands; 0 for one that is to be read.
    """

    text: str
    name: str
    digests: tuple[bytes, ...]
    elements: tuple[int, ...]

    @property
    def left_out(self) -> int:
        """How many entries were left out."""
        return sum(self.elements)


def cut(text: str, known: Container[bytes]) -> Pieces | None:
    """Return `text` without the entries whose digests are `known`; None where its entries cannot be told."""
    name = "item" if "<item" in text else "entry"
    opening, closing = f"<{name}", f"</{name}>"
    chunks = text.split(opening, MAX_PIECES + 1)
    if not 1 < len(chunks) <= MAX_PIECES + 1 or len(text) > MAX_TEXT:
        return None
    kept = [chunks[0]]
    digests: list[bytes] = []
    elements: list[int] = []
    specials = _specials(chunks[0], 0)
    may_join = False  # nothing but white space stands between this entry and one that was left out
    for chunk in chunks[1:]:
        end = chunk.rfind(closing)
        if end < 0:
            if chunk[:1] in " >\t\r\n/":
                return None
            kept.append(opening + chunk)  # an element with a longer name, as <items>
            specials = _specials(chunk, specials)
            may_join = False
            continue
        end += len(closing)
        digest = xxhash.xxh3_64_digest(chunk[:end].encode("utf-8", "surrogatepass"))
        digests.append(digest)
        if digest not in known:
            specials = _specials(chunk[end:], _specials(chunk[:end], specials))
            if specials > MAX_SPECIALS or not _is_one(opening + chunk[:end], closing):
                return None
            kept.append(opening + chunk)
            elements.append(0)
            may_join = False
            continue
        if may_join:
            elements[-1] += 1
            kept.pop()
        else:
            kept.append(f"{opening}/>")
            elements.append(1)
        between = chunk[end:]
        kept.append(between)
        may_join = not between or between.isspace()
        specials = specials if may_join else _specials(between, specials)
    if not digests or specials > MAX_SPECIALS:
        return None
    return Pieces("".join(kept), name, tuple(digests), tuple(elements))


def _is_one(piece: str, closing: str) -> bool:
    """Tell whether `piece`, which ends in `closing`, has that once, and a start tag without a context."""
    return piece.find(closing) == len(piece) - len(closing) and _START_TAG.match(piece, 0, MAX_START_TAG) is not None


def _specials(text: str, count: int) -> int:
    """Return `count` and how many comments, sections and instructions `text` has; too many if one does not end in it.

    Also if it has what may be a doctype: that is looked for by its place in the whole (loading.py).
    """
    start = 0
    while count <= MAX_SPECIALS and (found := _OPENING.search(text, start)) is not None:
        at = found.start()
        first, last = next((pair for pair in _SPECIAL if text.startswith(pair[0], at)), ("", ""))
        closed = text.find(last, at + len(first)) if last else -1
        if closed < 0 or _DOCTYPE.search(text, at, closed) is not None:
            return MAX_SPECIALS + 1
        start = closed + len(last)
        count += 1
    return count
