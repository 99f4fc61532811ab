"""What of the article's text did its feed bring (RSS `content:encoded`, Atom `content`)?

The publisher's own word: what stands in it is the article, wherever the page keeps it. Only whole texts count; a
teaser says nothing of the page.
"""

from cleanwire.article import fingerprint
from cleanwire.article.blocks import left_out
from cleanwire.article.markup import parsing, precheck
from cleanwire.article.markup.outline import Outline

MIN_WORDS = 80  # of a text that is no teaser


def paragraphs(markup: str | None) -> tuple[str, ...]:
    """Return the texts of the blocks in `markup` that are not mostly links; none when it is a teaser or too complex."""
    if not markup or precheck.too_complex(markup) is not None:
        return ()
    tree = parsing.parse(markup)
    if tree is None or precheck.too_large(tree, markup) is not None:
        return ()
    outline = Outline.of(tree)
    texts = tuple(
        stretch.text
        for stretch in left_out.stretches(outline, 0, len(outline.flat))
        if outline.link_share(stretch.start, stretch.end) <= left_out.MAX_LINKED
    )
    return texts if sum(map(fingerprint.word_count, texts)) >= MIN_WORDS else ()
