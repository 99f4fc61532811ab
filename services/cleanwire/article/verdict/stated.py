"""Does the page itself state that more was there than stays? Its JSON-LD has `articleBody`, or at least `wordCount`.

Publishers fill both from their own store, without boxes and lists of other stories, but also with captions, notes and
links in them. So neither says what a line is as long as about as much stays as was stated. Where much is missing, the
sentences of `articleBody` come back, except where surer evidence than a doubt took them: a rule, another article of
the page, other pages that have the line too. A bare count only asks for more doubt before something goes.
"""

from collections.abc import Collection, Sequence

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import squeeze
from cleanwire.article.metadata.cascade import PageContext
from cleanwire.article.verdict import vouched
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.text import folding, prose

MIN_WORDS = 60  # stated: of fewer a share says little
BODY_SHARE = 0.9  # of the words in `articleBody`, which must stay for it to be quiet
COUNT_SHARE = 0.6  # of `wordCount`, which everybody counts in another way
SURE_BELOW = 0.05  # doubt of text that is no comment, though a comment has it


def is_short_of_body(kept: Sequence[str], page: PageContext) -> bool:
    """Tell whether `kept` is much less than the page's `articleBody`."""
    return page.ld_body is not None and _is_short(kept, BODY_SHARE, fingerprint.word_count(page.ld_body))


def is_short_of_words(kept: Sequence[str], found: Sequence[str], page: PageContext) -> bool:
    """Tell whether `kept` is much less than the page's `wordCount`, and `found`, all that may be text, is not.

    What the whole page has not is no count of words: some sites count characters.
    """
    count = page.ld_words or 0
    if count > _words(found) or any(map(folding.is_unspaced, kept[:1])):  # there some count characters
        return False
    return _is_short(kept, COUNT_SHARE, count)


def backed(lines: Sequence[JudgedLine], ruled: Collection[int], page: PageContext) -> frozenset[int]:
    """Return which of `lines` are sentences of the page's `articleBody` that nothing but doubts speaks against."""
    found = vouched.find([line.line for line in lines], [page.ld_body or ""])
    return frozenset(
        at
        for at in found
        if at not in ruled
        and not lines[at].elsewhere
        and not lines[at].recurrences
        and prose.is_paragraph(lines[at].text)
    )


def comments(lines: Sequence[JudgedLine], page: PageContext) -> frozenset[int]:
    """Return which of `lines` are readers' comments that the page lists as such: all of one, or a part that is no sure
    text, which comments may quote.
    """
    if not page.ld_comments:
        return frozenset()
    whole = frozenset(map(squeeze, page.ld_comments))
    found = vouched.find([line.line for line in lines], page.ld_comments)
    return frozenset(at for at in found if not lines[at].is_sure(below=SURE_BELOW) or squeeze(lines[at].text) in whole)


def _is_short(kept: Sequence[str], share: float, stated: int) -> bool:
    return stated >= MIN_WORDS and _words(kept) < share * stated


def _words(texts: Sequence[str]) -> int:
    return sum(map(fingerprint.word_count, texts))
