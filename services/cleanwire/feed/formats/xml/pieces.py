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
from collections.abc import Container, Iterator
from dataclasses import dataclass

import xxhash

MAX_TEXT = 4 * 1024 * 1024
"""Characters of a document that is cut: what libxml2 bounds by the size of the whole stays far away."""
MAX_PIECES = 1000
MAX_STARTS = 2000
"""Of elements whose names begin like an entry's."""
MAX_START_TAG = 1000
MAX_SPECIALS = 4000
"""Comments, CDATA sections and instructions that are looked at."""

_OPENING = re.compile(r"<[!?]")
_SPECIAL = (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"))
_START_TAG = re.compile(r"<(?:item|entry)(?:\s+(?!xml)[\w.:-]{1,64}\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*>")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document with an empty element in place of each known entry, and the digests of all its entries, in order."""

    text: str
    name: str
    digests: tuple[bytes, ...]
    left_out: tuple[bool, ...] = ()  # which of them; () for none


def cut(text: str, known: Container[bytes]) -> Pieces | None:
    """Return `text` without the entries whose digests are `known`; None where its entries cannot be told."""
    if len(text) > MAX_TEXT or "<!D" in text or "<!d" in text:  # a doctype is looked for by place (loading.py)
        return None
    name = "item" if "<item" in text else "entry"
    if text.count(f"<{name}") > MAX_STARTS:
        return None
    kept: list[str] = []
    digests: list[bytes] = []
    left_out: list[bool] = []
    at = specials = 0
    for start, end in _spans(text, name):
        if end < 0:
            return None
        piece = text[start:end]
        digest = xxhash.xxh3_64_digest(piece.encode("utf-8", "surrogatepass"))
        digests.append(digest)
        left_out.append(digest in known)
        specials = _specials(text, at, start, specials)
        if left_out[-1]:
            kept += (text[at:start], f"<{name}/>")
        elif _START_TAG.match(piece, 0, MAX_START_TAG) is None:
            return None
        else:
            kept.append(text[at:end])
            specials = _specials(text, start, end, specials)
        if specials > MAX_SPECIALS or len(digests) > MAX_PIECES:
            return None
        at = end
    if not digests or _specials(text, at, len(text), specials) > MAX_SPECIALS:
        return None
    kept.append(text[at:])
    return Pieces("".join(kept), name, tuple(digests), tuple(left_out) if any(left_out) else ())


def _spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Give where each element `name` begins and ends; an end of -1 where that is not the next such tag."""
    opening, closing = f"<{name}", f"</{name}>"
    start = _next(text, opening, 0)
    while start >= 0:
        following = _next(text, opening, start + len(opening))
        end = text.find(closing, start, len(text) if following < 0 else following)
        yield start, -1 if end < 0 else end + len(closing)
        start = following


def _next(text: str, opening: str, at: int) -> int:
    """Return where the next start tag of that name is, from `at` on; `<items>` is another."""
    while (at := text.find(opening, at)) >= 0:
        end = at + len(opening)
        if text[end : end + 1] in " >\t\r\n/":
            return at
        at = end
    return -1


def _specials(text: str, start: int, end: int, count: int) -> int:
    """Return `count` and how many comments, sections and instructions there are; too many if one does not end here."""
    if text.find("<!", start, end) < 0 and text.find("<?", start, end) < 0:
        return count
    while count <= MAX_SPECIALS and (found := _OPENING.search(text, start, end)) is not None:
        at = found.start()
        first, last = next((pair for pair in _SPECIAL if text.startswith(pair[0], at)), ("", ""))
        closed = text.find(last, at + len(first), end) if last else -1
        if closed < 0:
            return MAX_SPECIALS + 1
        start = closed + len(last)
        count += 1
    return count
