"""How much doubt may a line bear, by what the page says it is?

Chosen on pages of sites that the judge had not learned from: with less known of a page, more doubt is needed to cut and
less trust to bring back.
"""

from dataclasses import dataclass

from cleanwire.article.metadata.cascade import PageContext

_SHORT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Doubts, from 0 to 1, of the judge and of what is known of the place."""

    cut_above: float
    cut_short_above: float = _SHORT  # of lines of few words: little is lost with them
    back_below: float  # of what nobody took


NEWS = Limits(cut_above=0.45, back_below=0.2)
TOLD = Limits(cut_above=0.7, back_below=0.3)  # JSON-LD says what the page is, and it is no news
LENIENT = Limits(cut_above=0.9, cut_short_above=0.7, back_below=0.5)  # the page counts more words than stay
UNTOLD = Limits(cut_above=0.7, back_below=0.4)


def limits(page: PageContext) -> Limits:
    """Return what the lines of `page` may bear."""
    if page.is_news:
        return NEWS
    return UNTOLD if page.ld_type is None else TOLD
