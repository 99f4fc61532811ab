"""Which lines does a live blog's own list of its posts vouch for?

Posts are containers of their own, with headlines and times, and look like a list of other articles. JSON-LD names them
(https://schema.org/liveBlogUpdate): what it says stands in a post is the article, however it is made.
"""

from collections.abc import Sequence

from cleanwire.article.markup.outline import squeeze
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 25  # white space left out: fewer may stand in a post by chance
KNOWN_BY = 50  # characters from the start: what follows may be linked or cut off otherwise


def vouched(lines: Sequence[Line], posts: Sequence[str]) -> frozenset[int]:
    """Return which of `lines` stand in `posts`, the headlines and texts of a live blog's posts."""
    texts = [squeeze(post) for post in posts]
    whole = frozenset(texts)
    joined = "\n".join(texts)
    keys = [squeeze(line.text) for line in lines] if texts else []
    return frozenset(
        at for at, key in enumerate(keys) if key in whole or (len(key) >= MIN_CHARS and key[:KNOWN_BY] in joined)
    )
