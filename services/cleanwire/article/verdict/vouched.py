"""Which lines does the publisher himself vouch for?

A live blog's own list of its posts (https://schema.org/liveBlogUpdate): posts are containers of their own, with
headlines and times, and look like a list of other articles. And the text that the feed brings (RSS `content:encoded`,
Atom `content`): what stands in it is the article, however the page keeps it.
"""

from collections.abc import Sequence

from cleanwire.article.markup.outline import squeeze
from cleanwire.text.boilerplate.lines import Line

MIN_CHARS = 25  # white space left out: fewer may stand in a text by chance
KNOWN_BY = 50  # characters from the start: what follows may be linked or cut off otherwise


def find(lines: Sequence[Line], told: Sequence[str]) -> frozenset[int]:
    """Return which of `lines` stand in `told`, the texts that are vouched for."""
    texts = [squeeze(text) for text in told]
    whole = frozenset(texts)
    joined = "\n".join(texts)
    keys = [squeeze(line.text) for line in lines] if texts else []
    return frozenset(
        at for at, key in enumerate(keys) if key in whole or (len(key) >= MIN_CHARS and key[:KNOWN_BY] in joined)
    )
