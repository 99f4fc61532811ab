"""Is this markup simple enough for a parser? Answered in linear time, before any parser sees it.

libxml2 takes time quadratic in the attributes of one tag (20,000: 0.4 s, 100,000: 12 s; trafilatura takes 6.5 s for
the former), trafilatura needs 26 times the size of a page in memory. Limits are far above what news sites send.
"""

import re

MAX_CHARS = 6 * 1024 * 1024
MAX_TAGS = 120_000
MAX_ATTRIBUTES = 2_000  # of one tag
MAX_DEPTH = 240  # libxml2 drops what is nested deeper than 256

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
