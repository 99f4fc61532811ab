"""Which numbers describe a line, so that a model can judge it?"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.article.judge import surroundings, wording
from cleanwire.article.judge.surroundings import Surroundings
from cleanwire.article.judge.wording import Wording
from cleanwire.article.outline import Outline, Place, squeeze
from cleanwire.records.document import BlockType
from cleanwire.text.lines import Line

_LONG_WORDS = 15
_TYPES = tuple(BlockType)
_NEIGHBOURS = (-1, -2, 1, 2)

_POSITION = (
    "position",
    "from_start",
    "from_end",
    "words_before",
    "words_after",
    "lines",
    "total_words",
    "before_body",
    "after_body",
)
_PAGE = (
    "title_alike",
    "title_covered",
    "is_description",
    "in_ld_body",
    "block_type",
    "twins",
    "short_heads",
    "extracted",
    "script",
)
_AROUND = tuple(f"{name}{at}" for at in _NEIGHBOURS for name in ("words", "stop", "linked", "same"))
_KIND = (
    "like_lines",
    "like_words",
    "like_stops",
    "like_linked",
    "like_share",
    "run_lines",
    "run_words",
    "run_stops",
    "run_linked",
)

NAMES = (*wording.NAMES, *surroundings.NAMES, *_POSITION, *_PAGE, *_AROUND, *_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What the page says elsewhere, to compare lines with."""

    titles: Sequence[str]
    descriptions: Sequence[str]
    ld_body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One line with what its neighbours need to know of it."""

    wording: Wording
    place: Place | None
    linked: float
    signature: tuple[str, str | None, str | None]


def read(
    lines: Sequence[Line],
    places: Sequence[Place | None],
    extracted: Sequence[bool],
    outline: Outline,
    page: PageContext,
) -> list[list[float]]:
    """Return one row per line, columns as in `NAMES`."""
    seen = [
        _Seen(
            wording=wording.read(line.text),
            place=place,
            linked=outline.link_share(place.start, place.end) if place else 0.0,
            signature=surroundings.signature(place),
        )
        for line, place in zip(lines, places, strict=True)
    ]
    around = Surroundings(outline, places, [item.wording.words for item in seen])
    positions = _positions(seen)
    pages = _page(lines, seen, extracted, page)
    kinds = _kinds(seen)
    rows = []
    for at, item in enumerate(seen):
        before, after = _gaps(seen, at)
        rows.append(
            [
                *item.wording.values,
                *around.read(item.place, before, after),
                *positions[at],
                *pages[at],
                *_neighbours(seen, at),
                *kinds[at],
            ]
        )
    return rows


def _gaps(seen: Sequence[_Seen], at: int) -> tuple[int, int]:
    place = seen[at].place
    if place is None:
        return 0, 0
    previous = seen[at - 1].place if at else None
    following = seen[at + 1].place if at + 1 < len(seen) else None
    before = previous.end if previous is not None and previous.end <= place.start else place.start
    after = following.start if following is not None and following.start >= place.end else place.end
    return before, after


def _positions(seen: Sequence[_Seen]) -> list[list[float]]:
    total = sum(item.wording.words for item in seen)
    long = [
        at
        for at, item in enumerate(seen)
        if item.wording.words >= _LONG_WORDS and item.wording.stop and item.linked < 0.5
    ]
    first, last = (long[0], long[-1]) if long else (0, len(seen) - 1)
    rows, so_far, count = [], 0, len(seen)
    for at, item in enumerate(seen):
        words = item.wording.words
        rows.append(
            [
                at / max(1, count - 1),
                float(min(at, 30)),
                float(min(count - 1 - at, 30)),
                so_far / max(1, total),
                (total - so_far - words) / max(1, total),
                float(count),
                float(total),
                float(max(0, first - at)),
                float(max(0, at - last)),
            ]
        )
        so_far += words
    return rows


def _page(
    lines: Sequence[Line], seen: Sequence[_Seen], extracted: Sequence[bool], page: PageContext
) -> list[list[float]]:
    titles = [set(wording.read(text).tokens) for text in page.titles]
    descriptions = [squeeze(text) for text in page.descriptions]
    body = squeeze(page.ld_body) if page.ld_body else None
    twins: defaultdict[str, int] = defaultdict(int)
    keys = [squeeze(line.text) for line in lines]
    for key in keys:
        twins[key] += 1
    short = sum(1 for item in seen if item.wording.words < _LONG_WORDS and not item.wording.stop) / max(1, len(seen))
    script = _script("".join(line.text for line in lines)[:2000])
    rows = []
    for line, item, key, own in zip(lines, seen, keys, extracted, strict=True):
        tokens = set(item.wording.tokens)
        alike = max((len(tokens & title) / max(1, len(tokens | title)) for title in titles), default=0.0)
        covered = max((len(tokens & title) / max(1, len(tokens)) for title in titles), default=0.0)
        told = max(
            (float(key == text or (len(key) > 30 and (key in text or text[:60] == key[:60]))) for text in descriptions),
            default=-1.0,
        )
        in_body = -1.0 if body is None else float(key[:50] in body or (len(key) > 120 and key[60:110] in body))
        rows.append(
            [
                alike,
                covered,
                told,
                in_body,
                float(_TYPES.index(line.type)),
                float(twins[key] - 1),
                short,
                float(own),
                script,
            ]
        )
    return rows


def _script(text: str) -> float:
    """Return 0 for Latin, 1 for Greek and Cyrillic, 2 for scripts without spaces, 3 for others: by most letters."""
    counts = [0, 0, 0, 0]
    for char in text[::7]:
        if char.isalpha():
            code = ord(char)
            counts[0 if code < 0x250 else 1 if code < 0x530 else 2 if 0x2E80 <= code < 0xA000 else 3] += 1
    return float(counts.index(max(counts)))


def _neighbours(seen: Sequence[_Seen], at: int) -> list[float]:
    row: list[float] = []
    for step in _NEIGHBOURS:
        other = at + step
        if 0 <= other < len(seen):
            item = seen[other]
            row += [
                float(item.wording.words),
                float(item.wording.stop),
                item.linked,
                float(item.signature == seen[at].signature),
            ]
        else:
            row += [-1.0, -1.0, -1.0, -1.0]
    return row


def _kinds(seen: Sequence[_Seen]) -> list[list[float]]:
    """Return, for every line, what the lines of its make and the run of them round it are like."""
    total = max(1, sum(item.wording.words for item in seen))
    groups: defaultdict[tuple[str, str | None, str | None], list[_Seen]] = defaultdict(list)
    for item in seen:
        groups[item.signature].append(item)
    like = {key: [*_means(items), sum(item.wording.words for item in items) / total] for key, items in groups.items()}
    rows: list[list[float]] = []
    start = 0
    while start < len(seen):
        end = start
        while end < len(seen) and seen[end].signature == seen[start].signature:
            end += 1
        run = _means(seen[start:end])
        rows += [[*like[seen[start].signature], *run] for _ in range(start, end)]
        start = end
    return rows


def _means(items: Sequence[_Seen]) -> list[float]:
    count = len(items)
    return [
        math.log1p(count),
        sum(item.wording.words for item in items) / count,
        sum(item.wording.stop for item in items) / count,
        sum(item.linked for item in items) / count,
    ]
