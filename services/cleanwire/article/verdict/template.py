"""What do a site's other pages tell about the lines of this one?

Of each of the site's last pages two things are kept. The hashes of its lines, digits masked: a line that other pages
have too is the site's, not the article's. And the places its lines stood at (the elements round them), with what the
judge thought of the lines there: a list of headlines differs on every page, but stands at the same place on all.

Copies of one story (an agency's, or a page read twice) share the long lines that the judge trusts; such twins do not
count as other pages.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import xxhash

from cleanwire.article import fingerprint
from cleanwire.article.markup.outline import Location

MAX_PAGES = 16
"""Pages remembered: the second page already helps, after a dozen little more is gained. About 300 bytes each."""
MAX_LINES = 150  # of one page
LEARN_EVERY = 8  # once full, only every so manieth page replaces the oldest: state is written less often
LONG_WORDS = 20
TRUSTED_BELOW = 0.2  # the doubt of a line that tells twins
TWIN_SHARE = 0.3
DOUBTED_PLACE = -1.2
"""Mean log odds of the lines at a place above which lines there are the site's: a doubt of about a quarter."""
DOUBTED_LONE = 0.0  # the same where a page has one line only: standfirsts and captions are doubted everywhere
LONE_LINES = 1.5  # fewer lines a page than this are lone
SURE_BELOW = 0.12  # a line the judge doubts less than this is not doubted for its place
RAISE = 3.5  # log odds that a doubted place adds, once enough pages had it: half of them after the first
_KNOWN_SHARE = 0.5  # of a page's places; a page that knows fewer was made by a template not seen before
_LEVELS = 3  # elements that tell a place: the line's own and those round it
_HASH_BYTES = 6
_PLACE = _HASH_BYTES + 2  # hash, number of lines, mean of their log odds
_MAX_ODDS = 6.0
_STEPS = 255
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A line of a page. `place`: its elements, from `place()`; `doubt`: the judge's probability that it is foreign."""

    text: str
    place: str | None
    doubt: float


class SeenPage(msgspec.Struct, frozen=True, array_like=True):
    """Line hashes of one page, side by side, `_HASH_BYTES` each; those that tell twins apart; places, `_PLACE` each."""

    lines: bytes
    story: bytes
    places: bytes = b""


class SiteTemplate(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a site, oldest page first."""

    pages: tuple[SeenPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What a site's other pages tell; one value per line."""

    recurrences: list[int]  # on how many of them it stands
    doubts: list[float]  # the judge's, higher where their lines at the same place were doubted


def decode(data: bytes | None) -> SiteTemplate:
    """Return the template in `data`; an empty one when there is none or it cannot be read (it is only a memory)."""
    try:
        return msgspec.msgpack.decode(data, type=SiteTemplate) if data else SiteTemplate()
    except msgspec.MsgspecError:
        return SiteTemplate()


def version(template: SiteTemplate) -> str | None:
    """Return a name for exactly this template, None for the empty one."""
    return xxhash.xxh3_64_hexdigest(msgspec.msgpack.encode(template)) if template.pages else None


def place(found: Location | None) -> str | None:
    """Return where a line stands: tag, class and id of the elements round it, digits masked."""
    if found is None:
        return None
    chain = [found.element, *found.element.iterancestors()][:_LEVELS]
    told = ((str(element.tag), element.get("class") or "", element.get("id") or "") for element in chain)
    return _DIGITS.sub("0", "<".join(f"{tag}.{' '.join(classes.split())}#{name}" for tag, classes, name in told))


def recall(template: SiteTemplate, lines: Sequence[SeenLine]) -> Recalled:
    """Return what the site's other pages tell about `lines`; twins of the page tell nothing."""
    story = set(_story(lines))
    others = [page for page in template.pages if not _twins(story, _split(page.story))]
    texts = [_split(page.lines) for page in others]
    places = _places(others)
    return Recalled(
        recurrences=[sum(key in other for other in texts) for key in (_key(line.text) for line in lines)],
        doubts=[_doubt(line, places) for line in lines],
    )


def see(lines: Sequence[SeenLine]) -> SeenPage:
    """Return what is kept of a page that has `lines`."""
    keys = list(dict.fromkeys(_key(line.text) for line in lines))[:MAX_LINES]
    at_places: defaultdict[bytes, list[float]] = defaultdict(list)
    for line in lines[:MAX_LINES]:
        if line.place is not None:
            at_places[_hash(line.place)].append(_odds(line.doubt))
    packed = (
        key + bytes((min(255, len(odds)), round((sum(odds) / len(odds) + _MAX_ODDS) / (2 * _MAX_ODDS) * _STEPS)))
        for key, odds in at_places.items()
    )
    return SeenPage(lines=b"".join(keys), story=b"".join(_story(lines)), places=b"".join(packed))


def learn(template: SiteTemplate, page: SeenPage) -> bytes | None:
    """Return what the template becomes with `page`, encoded; None when it stays as it is."""
    if not page.lines or page in template.pages:
        return None
    if len(template.pages) >= MAX_PAGES and not _is_new_make(template, page) and _skipped(page):
        return None
    if any(_twins(_split(page.story), _split(other.story)) for other in template.pages):
        return None
    return msgspec.msgpack.encode(SiteTemplate((*template.pages, page)[-MAX_PAGES:]))


def _skipped(page: SeenPage) -> bool:
    return xxhash.xxh3_64_intdigest(page.lines) % LEARN_EVERY != 0


def _is_new_make(template: SiteTemplate, page: SeenPage) -> bool:
    """Whether the page's places are mostly unknown: after a redesign nothing waits its turn to be learned."""
    known = {key for other in template.pages for key, _, _ in _placed(other)}
    here = {key for key, _, _ in _placed(page)}
    return len(here & known) < _KNOWN_SHARE * len(here)


def _story(lines: Sequence[SeenLine]) -> list[bytes]:
    """Return the hashes of the lines that only copies of the story have: long and trusted, else the longest one."""
    trusted = [line.text for line in lines if line.doubt < TRUSTED_BELOW] or [line.text for line in lines]
    long = [text for text in trusted if fingerprint.word_count(text) >= LONG_WORDS]
    chosen = long or sorted(trusted, key=len)[-1:]
    return list(dict.fromkeys(map(_key, chosen)))[:MAX_LINES]


def _twins(mine: set[bytes], theirs: set[bytes]) -> bool:
    return bool(mine and theirs) and len(mine & theirs) / min(len(mine), len(theirs)) >= TWIN_SHARE


def _places(pages: Sequence[SeenPage]) -> dict[bytes, tuple[int, int, float]]:
    """Return by place on how many pages it is, how many lines stand there, and the mean of their log odds."""
    counts: Counter[bytes] = Counter()
    lines: Counter[bytes] = Counter()
    odds: defaultdict[bytes, float] = defaultdict(float)
    for page in pages:
        for key, count, mean in _placed(page):
            counts[key] += 1
            lines[key] += count
            odds[key] += count * mean
    return {key: (counts[key], lines[key], odds[key] / lines[key]) for key in counts}


def _placed(page: SeenPage) -> list[tuple[bytes, int, float]]:
    return [
        (
            page.places[at : at + _HASH_BYTES],
            page.places[at + _HASH_BYTES],
            page.places[at + _HASH_BYTES + 1] / _STEPS * 2 * _MAX_ODDS - _MAX_ODDS,
        )
        for at in range(0, len(page.places) - _PLACE + 1, _PLACE)
    ]


def _doubt(line: SeenLine, places: dict[bytes, tuple[int, int, float]]) -> float:
    known = places.get(_hash(line.place)) if line.place is not None else None
    if known is None or line.doubt < SURE_BELOW:
        return line.doubt
    pages, lines, mean = known
    if mean <= (DOUBTED_LONE if lines < LONE_LINES * pages else DOUBTED_PLACE):
        return line.doubt
    return 1 / (1 + math.exp(-_odds(line.doubt) - RAISE * pages / (pages + 1)))


def _odds(doubt: float) -> float:
    """Return the log odds of a probability, within `_MAX_ODDS` of 0."""
    if doubt <= 0 or doubt >= 1:
        return _MAX_ODDS if doubt >= 1 else -_MAX_ODDS
    return max(-_MAX_ODDS, min(_MAX_ODDS, math.log(doubt / (1 - doubt))))


def _split(hashes: bytes) -> set[bytes]:
    return {hashes[at : at + _HASH_BYTES] for at in range(0, len(hashes), _HASH_BYTES)}


@lru_cache(maxsize=1024)  # asked for several times a page
def _key(text: str) -> bytes:
    return _hash(_DIGITS.sub("0", " ".join(fingerprint.tokens(text))))


@lru_cache(maxsize=1024)
def _hash(text: str) -> bytes:
    return xxhash.xxh3_64_digest(text.encode("utf-8", "surrogatepass"))[:_HASH_BYTES]
