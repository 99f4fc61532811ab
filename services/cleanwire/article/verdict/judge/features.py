"""Which numbers describe a line, so that a model can judge it?"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cleanwire.article import fingerprint
from cleanwire.article.blocks import wording
from cleanwire.article.blocks.candidate import Candidate
from cleanwire.article.blocks.wording import Wording
from cleanwire.article.markup.outline import Location, Outline, squeeze
from cleanwire.article.metadata.cascade import PageContext
from cleanwire.article.verdict.judge import surroundings
from cleanwire.article.verdict.judge.surroundings import Signature, Surroundings
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

_LONG_WORDS = 15
_TYPES = tuple(BlockType)
_NEIGHBOURS = (-1, -2, 1, 2)
_NONE_ALIKE = [0.0] * 5

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
    "ruled_before",
    "ruled_after",
    "ruled_share_after",
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
    "ruled",
    "told_as",
    "names_author",
    "author_first",
    "names_site",
)
_AROUND = tuple(f"{name}{at}" for at in _NEIGHBOURS for name in ("words", "stop", "linked", "same", "ruled"))
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
    "left_out_alike",
)

NAMES = (*wording.NAMES, *surroundings.NAMES, *_POSITION, *_PAGE, *_AROUND, *_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One line with what its neighbours need to know of it."""

    line: Line
    wording: Wording
    location: Location | None
    linked: float
    signature: Signature
    own: bool  # somebody took it; neighbours and kinds are looked for among those lines
    ruled: bool


def read(
    candidates: Sequence[Candidate], ruled: Collection[int], outline: Outline, page: PageContext
) -> list[list[float]]:
    """Return one row per candidate, columns as in `NAMES`. `ruled` are those, by index, that a line rule condemns."""
    seen = [
        _Seen(
            line=candidate.line,
            wording=wording.read(candidate.text),
            location=(location := candidate.location),
            linked=outline.link_share(location.start, location.end) if location else 0.0,
            signature=surroundings.signature(location),
            own=candidate.is_taken,
            ruled=at in ruled,
        )
        for at, candidate in enumerate(candidates)
    ]
    taken = [item for item in seen if item.own]
    around = Surroundings(outline, [item.location for item in taken], [item.wording.words for item in taken])
    positions = _positions(seen, taken)
    pages = _page(seen, taken, page)
    kinds = _kinds(seen, taken)
    left = Counter(item.signature for item in seen if not item.own)
    rows = []
    before = 0  # lines that were taken before this one
    for item, position, on_page, kind in zip(seen, positions, pages, kinds, strict=True):
        near = [taken[step] if 0 <= step < len(taken) else None for step in _steps(before, item.own)]
        rows.append(
            [
                *item.wording.values,
                *around.read(item.location, *_gaps(item, near)),
                *position,
                *on_page,
                *_neighbours(item, near),
                *kind,
                math.log1p(left[item.signature]),
            ]
        )
        before += item.own
    return rows


def _steps(before: int, own: bool) -> tuple[int, ...]:
    """Return which of the taken lines stand at the steps of `_NEIGHBOURS` from one with `before` of them before it."""
    return tuple(before + step - (step > 0 and not own) for step in _NEIGHBOURS)


def _gaps(item: _Seen, near: Sequence[_Seen | None]) -> tuple[int, int]:
    location = item.location
    if location is None:
        return 0, 0
    previous = near[0].location if near[0] else None
    following = near[2].location if near[2] else None
    before = previous.end if previous is not None and previous.end <= location.start else location.start
    after = following.start if following is not None and following.start >= location.end else location.end
    return before, after


def _positions(seen: Sequence[_Seen], taken: Sequence[_Seen]) -> list[list[float]]:
    total = sum(item.wording.words for item in taken)
    long = [
        at
        for at, item in enumerate(taken)
        if item.wording.words >= _LONG_WORDS and item.wording.stop and item.linked < 0.5
    ]
    first, last = (long[0], long[-1]) if long else (0, len(taken) - 1)
    condemned = sum(item.ruled for item in taken)
    rows, at, so_far, ruled, count = [], 0, 0, 0, len(taken)
    for item in seen:
        words = item.wording.words if item.own else 0
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
                float(min(ruled, 5)),
                float(min(condemned - ruled, 5)),
                (condemned - ruled) / max(1, count - at),
            ]
        )
        at += item.own
        so_far += words
        ruled += item.ruled and item.own
    return rows


def _page(seen: Sequence[_Seen], taken: Sequence[_Seen], page: PageContext) -> list[list[float]]:
    titles = [set(fingerprint.tokens(text)) for text in page.titles]
    descriptions = [squeeze(text) for text in page.descriptions]
    body = squeeze(page.ld_body) if page.ld_body else None
    keys = [squeeze(item.line.text) for item in seen]
    twins = Counter(key for key, item in zip(keys, seen, strict=True) if item.own)
    short = sum(1 for item in taken if item.wording.words < _LONG_WORDS and not item.wording.stop) / max(1, len(taken))
    script = _script("".join(item.line.text for item in seen)[:2000])
    told_as = -1.0 if page.ld_type is None else float(page.is_news)
    authors, sites = _names(page.authors), _names(page.site_names)
    rows = []
    for item, key in zip(seen, keys, strict=True):
        tokens = set(item.wording.tokens)
        alike = max((len(tokens & title) / max(1, len(tokens | title)) for title in titles), default=0.0)
        covered = max((len(tokens & title) / max(1, len(tokens)) for title in titles), default=0.0)
        told = max(
            (float(key == text or (len(key) > 30 and (key in text or text[:60] == key[:60]))) for text in descriptions),
            default=-1.0,
        )
        spoken = f" {' '.join(item.wording.tokens[:_LONG_WORDS])} "
        in_body = -1.0 if body is None else float(key[:50] in body or (len(key) > 120 and key[60:110] in body))
        rows.append(
            [
                alike,
                covered,
                told,
                in_body,
                float(_TYPES.index(item.line.type)),
                float(twins[key] - item.own),
                short,
                float(item.own),
                script,
                float(item.ruled),
                told_as,
                float(any(name in spoken for name in authors)),
                float(spoken.startswith(authors)),
                float(any(name in spoken for name in sites)),
            ]
        )
    return rows


def _names(names: Sequence[str]) -> tuple[str, ...]:
    """Return `names` as they would stand among a line's words, one space around each."""
    return tuple(f" {' '.join(words)} " for name in names if (words := fingerprint.tokens(name)))


def _script(text: str) -> float:
    """Return 0 for Latin, 1 for Greek and Cyrillic, 2 for scripts without spaces, 3 for others: by most letters."""
    counts = [0, 0, 0, 0]
    for char in text[::7]:
        if char.isalpha():
            code = ord(char)
            counts[0 if code < 0x250 else 1 if code < 0x530 else 2 if 0x2E80 <= code < 0xA000 else 3] += 1
    return float(counts.index(max(counts)))


def _neighbours(item: _Seen, near: Sequence[_Seen | None]) -> list[float]:
    row: list[float] = []
    for other in near:
        if other is not None:
            row += [
                float(other.wording.words),
                float(other.wording.stop),
                other.linked,
                float(other.signature == item.signature),
                float(other.ruled),
            ]
        else:
            row += [-1.0, -1.0, -1.0, -1.0, -1.0]
    return row


def _kinds(seen: Sequence[_Seen], taken: Sequence[_Seen]) -> list[list[float]]:
    """Return, for every line, what the taken lines of its make and the run of them round it are like."""
    total = max(1, sum(item.wording.words for item in taken))
    groups: defaultdict[Signature, list[_Seen]] = defaultdict(list)
    for item in taken:
        groups[item.signature].append(item)
    like = {key: [*_means(items), sum(item.wording.words for item in items) / total] for key, items in groups.items()}
    runs: list[list[float]] = []
    while len(runs) < len(taken):
        start = end = len(runs)
        while end < len(taken) and taken[end].signature == taken[start].signature:
            end += 1
        runs += [_means(taken[start:end])] * (end - start)
    rows: list[list[float]] = []
    at = 0
    for item in seen:
        beside = [near for near in ((at,) if item.own else (at - 1, at)) if 0 <= near < len(taken)]
        run = next((runs[near] for near in beside if taken[near].signature == item.signature), _NONE_ALIKE[:-1])
        rows.append([*like.get(item.signature, _NONE_ALIKE), *run])
        at += item.own
    return rows


def _means(items: Sequence[_Seen]) -> list[float]:
    count = len(items)
    return [
        math.log1p(count),
        sum(item.wording.words for item in items) / count,
        sum(item.wording.stop for item in items) / count,
        sum(item.linked for item in items) / count,
    ]
