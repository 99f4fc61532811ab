"""What does the markup round a line look like? Features from the elements that hold it."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element

from cleanwire.article.markup.outline import Location, Outline

# What class names, ids and roles say. One bit a group; the words are those of the web's templates, in any language.
_GROUPS = {
    "newsletter": (
        r"newsletter|signup|sign-up|subscri|paywall|regwall|premium|piano|\babo\b|abo-|mailing|email-|form\b|"
        r"\bcta\b|callout"
    ),
    "related": (
        r"relat|recirc|recommend|read-?more|more-|-more|teaser|trending|popular|promo|outbrain|taboola|card|"
        r"linkbox|inline-?link|see-?also|further|mais|leia|also|list|embed|widget|aside|sidebar|insert|box"
    ),
    "ad": r"\bads?\b|\bad-|advert|sponsor|commerc|banner|werbung|affiliate|shop|product",
    "share": r"share|social|follow|tool|action|button|\bbtn|player|audio",
    "author": r"auth|\bbio\b|byline|contributor|writer|profile|reporter|redakt",
    "caption": (
        r"caption|credit|figure|image|photo|gallery|media|video|bild|foto|pict|slide|legend|copyright|source|"
        r"quelle"
    ),
    "tag": r"\btags?\b|topic|keyword|categor|breadcrumb|kicker|label|section-name|menu|\bnav",
    "comment": r"comment|discuss|kommentar|disqus|reply|feedback|rating|vote|poll",
    "foot": r"foot|copy|disclaim|correction|note|bottom|\bend-|after|legal|hint|info",
    "lead": (
        r"lead|intro|standfirst|summar|\bdek\b|subtit|sub-?head|excerpt|abstract|sapo|chapo|description|"
        r"entradilla|bajada|key-?point|highlight|bullet|tldr|vorspann"
    ),
    "date": r"date|time|meta|publish|updat|stamp",
    "body": r"body|content|article|text|paragraph|story|entry|post|prose|richtext",
    "hidden": r"hidden|sr-only|visually|screen-reader|modal|popup|overlay|tooltip|print",
    "quote": r"quote|zitat|pull|cite",
    "fact": (
        r"\bfact|fakta|fakten|info-?box|information|kasten|aside|side-?box|recuadro|despiece|encadr|hinweis|checklist"
    ),
    "live": r"\blive|liveblog|\bupdate|entry|ticker|timeline",
}
_GROUP_PATTERNS = [(name, re.compile(pattern)) for name, pattern in _GROUPS.items()]
_CAMEL = re.compile(r"([a-z])([A-Z])")
_ATTRIBUTES = ("class", "id", "data-component", "data-testid", "itemprop", "role", "data-qa", "aria-label")
_TAGS = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "figcaption",
    "div",
    "td",
    "blockquote",
    "section",
    "article",
    "dd",
    "dt",
    "pre",
)
_TAG_NUMBERS = {tag: float(at) for at, tag in enumerate(_TAGS)}
_ANCESTORS = (
    "article", "aside", "figure", "nav", "footer", "header", "form", "table", "ul", "ol", "blockquote",
    "main", "section", "details", "dl",
)  # fmt: skip
_LEVELS = 3
_HEADINGS = ("h1", "h2", "h3", "h4")
_MANY = 400  # children that are not compared any more
_WIDE = 4  # how far up the widest level looks
_LONG_WORDS = 12
_DECAY = 0.85
_FAR = 1_000  # characters

Signature = tuple[str, str | None, str | None]  # of lines of one make

NAMES = (
    "tag", "parent_tag", "found", "exact", "linked", "bold", "italic", "depth", "up_to_main", "in_main", "parent_chars",
    "parent_linked", "grandparent_chars", "grandparent_linked", "siblings", "same_siblings", "gap_before", "gap_after",
    "share_of_parent", "repeats", "main_is_parent", "on_page", "articles", "same_article", "headlines_passed",
    "parent_pictures", "grandparent_pictures", "parent_headings", "parent_same_siblings", "grandparent_same_siblings",
    "picture_before", "picture_after",
    *(f"in_{name}" for name in _ANCESTORS),
    *(f"{name}_{level}" for level in range(_LEVELS) for name in _GROUPS),
)  # fmt: skip


class _About(NamedTuple):
    """What an element that holds lines is like."""

    chars: float
    linked: float  # which share of them
    pictures: float  # to 5
    headings: float  # to 5
    alike: float  # children of its parent that are made like it


class Surroundings:
    """The features of lines of one page; what is shared between lines is computed once."""

    def __init__(self, outline: Outline, places: Sequence[Location | None], words: Sequence[int]) -> None:
        self._outline = outline
        self._groups: dict[_Element, int] = {}
        self._main = _main_container(places, words)
        self._above = set(self._main.iterancestors()) if self._main is not None else set()
        self._article = _article_of(self._main)
        self._known: dict[_Element, _About] = {}
        self._headlines = sorted(begin for item, (begin, _) in outline.spans.items() if item.tag == "h1")
        self._begin = min((place.start for place in places if place is not None), default=0)

    def read(self, place: Location | None, before: int, after: int) -> list[float]:
        """Return the features of the line at `place`; `before` and `after`: where its neighbours end and begin."""
        if place is None:
            return [-1.0] * len(NAMES)
        element = place.element
        chain = [element, *element.iterancestors()]
        parent = chain[1] if len(chain) > 1 else element
        grandparent = chain[2] if len(chain) > 2 else parent
        linked, bold, italic = self._outline.shares(place.start, place.end)
        around, beyond = self._about(parent), self._about(grandparent)
        common = next((at for at, item in enumerate(chain) if item is self._main or item in self._above), 0)
        key = self._outline.flat[place.start : place.end]
        articles = [item for item in chain if item.tag == "article"]
        values = [
            _tag(element),
            _tag(parent),
            1.0,
            float(place.exact),
            linked,
            bold,
            italic,
            float(len(chain)),
            float(common),
            float(chain[common] is self._main),
            around.chars,
            around.linked,
            beyond.chars,
            beyond.linked,
            float(len(parent)),
            _like(element),
            float(place.start - before),
            float(after - place.end),
            (place.end - place.start) / max(1.0, around.chars),
            float(min(9, self._outline.flat.count(key))) if len(key) < 200 else 1.0,
            float(parent is self._main),
            place.start / max(1, len(self._outline.flat)),
            float(len(articles)),
            float(articles[0] is self._article) if articles else -1.0,
            float(bisect_left(self._headlines, place.start + 1) - bisect_left(self._headlines, self._begin + 1)),
            around.pictures,
            beyond.pictures,
            around.headings,
            around.alike,
            beyond.alike,
            *self._to_pictures(place),
        ]
        tags = {item.tag for item in chain[1:]}
        values += [float(tag in tags or element.tag == tag) for tag in _ANCESTORS]
        for bits in self._levels(chain):
            values += _row(bits)
        return values

    def _to_pictures(self, place: Location) -> tuple[float, float]:
        """Return how many characters are between the line and the pictures before and after it, to `_FAR`."""
        pictures = self._outline.pictures
        at = bisect_right(pictures, place.start)
        before = place.start - pictures[at - 1] if at else _FAR
        after = pictures[at] - place.end if at < len(pictures) else _FAR
        return float(min(_FAR, before)), float(min(_FAR, max(-1, after)))

    def _levels(self, chain: list[_Element]) -> tuple[int, int, int]:
        """Return what class names say of the element, of its parent, and of those above up to the main container."""
        wide = 0
        for item in chain[2 : 2 + _WIDE]:
            if item is self._main or item in self._above:
                break
            wide |= self._bits(item)
        return self._bits(chain[0]), self._bits(chain[1]) if len(chain) > 1 else 0, wide

    def _bits(self, element: _Element) -> int:
        bits = self._groups.get(element)
        if bits is None:
            bits = self._groups[element] = _bits_of(_names(element))
        return bits

    def _about(self, element: _Element) -> _About:
        """Return what `element` is like; it is the parent of several lines."""
        found = self._known.get(element)
        if found is None:
            start, end = self._outline.spans.get(element, (0, 0))
            tags = Counter(item.tag for item in islice(element.iterdescendants("img", "video", *_HEADINGS), 10))
            pictures = tags["img"] + tags["video"]
            found = self._known[element] = _About(
                chars=float(end - start),
                linked=self._outline.link_share(start, end),
                pictures=float(min(5, pictures)),
                headings=float(min(5, sum(tags.values()) - pictures)),
                alike=_like(element),
            )
        return found


def _names(element: _Element) -> str:
    words = " ".join(value for name in _ATTRIBUTES if (value := element.get(name)))[:300]
    # elements of the site's own making say what they are
    return f"{words} {element.tag}" if "-" in element.tag else words


@lru_cache(maxsize=4_096)  # elements of a page, and pages of a site, share theirs
def _bits_of(names: str) -> int:
    """Return what `names` say, one bit for each of `_GROUPS`."""
    text = _CAMEL.sub(r"\1-\2", names).lower()
    return sum(1 << at for at, (_, pattern) in enumerate(_GROUP_PATTERNS) if pattern.search(text)) if text else 0


@lru_cache(maxsize=1_024)
def _row(bits: int) -> tuple[float, ...]:
    """Return `bits` as features, one for each of `_GROUPS`."""
    return tuple(float(bits >> at & 1) for at in range(len(_GROUP_PATTERNS)))


def signature(place: Location | None) -> Signature:
    """Return what lines of one make share: tag, class and the parent's class."""
    if place is None:
        return ("", None, None)
    parent = place.element.getparent()
    return (place.element.tag, place.element.get("class"), parent.get("class") if parent is not None else None)


def _main_container(places: Sequence[Location | None], words: Sequence[int]) -> _Element | None:
    """Return the element nearest to most of the long lines."""
    weights: Counter[_Element] = Counter()
    for place, count in zip(places, words, strict=True):
        if place is not None and count >= _LONG_WORDS:
            weight = float(count)
            for level, element in enumerate(place.element.iterancestors()):
                if level == 4:
                    break
                weights[element] += weight  # type: ignore[assignment]
                weight *= _DECAY
    return max(weights, key=weights.__getitem__) if weights else None


def _article_of(element: _Element | None) -> _Element | None:
    if element is None or element.tag == "article":
        return element
    return next(element.iterancestors("article"), None)


def _like(element: _Element) -> float:
    """Return how many children of the parent are made like `element`, itself included."""
    parent = element.getparent()
    if parent is None:
        return 1.0
    if len(parent) >= _MANY:
        return float(_MANY)
    kind = element.get("class")
    return float(sum(1 for item in parent.iterchildren(element.tag) if item.get("class") == kind))


def _tag(element: _Element) -> float:
    return _TAG_NUMBERS.get(element.tag, float(len(_TAGS)))
