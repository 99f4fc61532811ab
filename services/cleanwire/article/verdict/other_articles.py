"""Which lines belong to another article on the same page?

Sites that go on with the next story below the first put each into an `<article>` with an `<h1>` of its own (HTML
Living Standard 4.3.2: a self-contained composition). The first that holds a whole story is the page's own; a live
blog's posts have no `<h1>`, so they stay.
"""

from collections import Counter
from collections.abc import Sequence

from lxml.etree import _Element

from cleanwire.article import fingerprint
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.markup.outline import Location

MIN_OWN_WORDS = 80  # an article with fewer may be a teaser above the page's own


def find(candidates: Sequence[Candidate]) -> frozenset[int]:
    """Return which of `candidates`, by index, stand in an article behind the page's own; none if there is but one."""
    homes = [_home(candidate.location) for candidate in candidates]
    words: Counter[_Element] = Counter()
    for candidate, home in zip(candidates, homes, strict=True):
        if home is not None:
            words[home] += fingerprint.word_count(candidate.text)
    if not words:
        return frozenset()
    if _is_above(candidates, homes):
        return frozenset(at for at, home in enumerate(homes) if home is not None)
    if len(words) < 2:
        return frozenset()
    own = next((home for home in words if words[home] >= MIN_OWN_WORDS), None)
    if own is None:
        return frozenset()
    return frozenset(at for at, home in enumerate(homes) if home is not None and home is not own)


def _is_above(candidates: Sequence[Candidate], homes: Sequence[_Element | None]) -> bool:
    """Whether the page's own story and its headline stand outside of any article, above the first that has its own."""
    first = next(at for at, home in enumerate(homes) if home is not None)
    home = homes[first]
    headline = None if home is None else next(home.getroottree().getroot().iter("h1"), None)
    if headline is None or any(item in homes for item in headline.iterancestors("article")):
        return False
    return sum(fingerprint.word_count(one.text) for one in candidates[:first] if one.is_taken) >= MIN_OWN_WORDS


def _home(location: Location | None) -> _Element | None:
    """Return the outermost article around `location` if it has a main headline of its own."""
    if location is None:
        return None
    around = [item for item in (location.element, *location.element.iterancestors()) if item.tag == "article"]
    return around[-1] if around and around[-1].find(".//h1") is not None else None
