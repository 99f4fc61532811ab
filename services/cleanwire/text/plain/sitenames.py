"""Which line beside the body is the headline, and which the site's name?

Names repeat, are short, and often hold a word like "Times"; a headline shares words with the body.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec

from cleanwire.text import folding, prose, toml_files
from cleanwire.text.dates import datelines

_FILE = "sitenames.toml"
_MAX_NAME_WORDS = 6
_MIN_TITLE_SCORE = 0.7
_CLOSE = 0.8  # a headline this much weaker than the line below it is still the headline
_MIN_SITE_SCORE = 0.95
_RELATED = 0.3  # share of a line's words found in the body that ties it to the article
_DOMAIN = re.compile(r"(?:www\.)?(?:[\w-]{1,40}\.){1,3}[a-z]{2,10}", re.IGNORECASE)
_TITLE_SEPARATORS = re.compile(r"(?<!\s)\s+[|–—\-•·:]{1,2}\s+|(?:(?<!\s)\s+)?[|｜]\s*|[_＿](?=\S)")
_PLACE_AND_DATE = re.compile(r"([^\d,]{2,40}),\s+(.{6,60})")
_SMALL_LETTERS = 3
_COMPOUND_LETTERS = 4  # letters a compound's ending needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    title: str | None
    site: str | None
    title_lines: tuple[int, ...]
    site_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    words: frozenset[str]
    compounds: tuple[str, ...]
    endings: tuple[str, ...]
    offers: frozenset[str]


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str]
    endings: list[str]
    offers: list[str]


@cache
def load() -> _Words:
    body = resources.files("cleanwire.text.plain").joinpath(_FILE).read_bytes()
    table = toml_files.typed(body, _FILE, _Table)
    words = frozenset(folding.fold(word) for word in table.words)
    return _Words(
        words=words,
        compounds=tuple(word for word in words if len(word) >= _COMPOUND_LETTERS),
        endings=tuple(table.endings),
        offers=frozenset(folding.fold(word) for word in table.offers),
    )


def sells(line: str) -> bool:
    """Tell whether `line` has a word of advertisements in it."""
    return bool(set(prose.key(line).split()) & load().offers)


def looks_like_site(text: str) -> bool:
    """Tell whether `text` alone sounds like the name of a news site."""
    name = text.strip(" .:-–—|[]()*")
    if _DOMAIN.fullmatch(name):
        return True
    words = prose.key(name).split()
    if not words or prose.word_count(name) > _MAX_NAME_WORDS or prose.ends_sentence(text):
        return False
    media = load()
    if folding.is_unspaced(name) or "\uac00" <= name[-1] <= "\ud7af":
        return name.endswith(media.endings) and len(name) <= 14
    capitals = [word for word in name.split() if not word[0].islower()]
    named = any(word in media.words for word in words) or words[-1].endswith(media.compounds)
    return named and len(capitals) >= len(name.split()) - 2 and not any(word.isdigit() for word in words)


def _is_named(line: str) -> bool:
    """Tell whether `line` is written as names are: capitals, but for small words between them ("Heimat und Hafen")."""
    words = line.split()
    return not words[0][0].islower() and all(not word[0].islower() or len(word) <= _SMALL_LETTERS for word in words)


def repeated(lines: Sequence[str], edges: Sequence[int]) -> tuple[str, ...]:
    """Return the short lines that stand more than once around the body and do not look like a headline."""
    counts = Counter(prose.key(lines[i]) for i in edges)
    found = {prose.key(lines[i]): lines[i].strip() for i in edges}
    return tuple(
        name
        for key, name in found.items()
        if key
        and counts[key] > 1
        and prose.word_count(name) <= _MAX_NAME_WORDS
        and not prose.ends_sentence(name)
        and not datelines.find(name)
    )


def dated_place(part: str, language: str | None) -> datelines.DateLine | None:
    """Return the date of `Berlin, 6. Oktober 2020`: a place and a date, nothing else."""
    match = _PLACE_AND_DATE.fullmatch(part.strip(" ()[]-–—"))
    if match is None or not prose.is_name(match[1], max_words=3):
        return None
    return datelines.find(match[2], language=language)


def choose(
    candidates: Sequence[tuple[int, str]],
    *,
    head_end: int,
    vocabulary: frozenset[str],
    known: Sequence[str],
    beside: frozenset[int],
    title: str | None,
) -> Choice:
    """Tell headline and site among `candidates` (index, line), the lines left around the body.

    `vocabulary` are the body's meaning words, `known` names of the site, `beside` the places of dates and bylines,
    `title` a headline known from a header.
    """
    return _Chooser(candidates, head_end, vocabulary, known, beside).choose(title)


class _Chooser:
    def __init__(
        self,
        candidates: Sequence[tuple[int, str]],
        head_end: int,
        vocabulary: frozenset[str],
        known: Sequence[str],
        beside: frozenset[int],
    ) -> None:
        self._beside = beside
        self._candidates = [(index, line.strip()) for index, line in candidates]
        self._head_end = head_end
        self._vocabulary = vocabulary
        self._known = {prose.key(name) for name in known}
        self._counts = Counter(prose.key(line) for _, line in candidates)

    def choose(self, title: str | None) -> Choice:
        title, site = self._split(title) if title else (None, None)
        if title is None:
            title, site = self._best_title()
        site = site or self._best_site(title)
        if title is None:
            title, site = self._fallback(site)
        if title and site is None:
            title, site = self._split(title, unknown=True)
        return Choice(
            title=title,
            site=site,
            title_lines=tuple(i for i, line in self._candidates if title and self._repeats(line, title, site)),
            site_lines=tuple(i for i, line in self._candidates if site and prose.key(line) == prose.key(site)),
        )

    def _repeats(self, line: str, title: str, site: str | None) -> bool:
        if prose.key(line) == prose.key(title):
            return True
        parts = [part for part in _TITLE_SEPARATORS.split(line) if part]
        keys = {prose.key(part) for part in parts}
        return len(parts) > 1 and prose.key(title) in keys | {prose.key(self._split(line)[0])} and bool(site)

    def _best_title(self) -> tuple[str | None, str | None]:
        scored = [(self._title_score(i, self._split(line)[0]), i, line) for i, line in self._candidates]
        best = max(scored, default=None, key=lambda one: (one[0], -one[1]))
        if best is None or best[0] < _MIN_TITLE_SCORE:
            return None, None
        above = [one for one in scored if one[1] < best[1] and one[0] >= best[0] - _CLOSE and self._is_related(one[2])]
        return self._split(min(above, default=best, key=lambda one: one[1])[2])  # below it may stand a standfirst

    def _has_longer(self, line: str) -> bool:
        """Tell whether another line above the body is more like a headline in length."""
        return any(
            i < self._head_end
            and other != line
            and prose.word_count(other) > 3
            and not (sells(other) or looks_like_site(other))
            for i, other in self._candidates
        )

    def _is_related(self, line: str) -> bool:
        return prose.word_count(line) > 2 and prose.overlap(line, self._vocabulary) >= _RELATED

    def _fallback(self, site: str | None) -> tuple[str | None, str | None]:
        """Take what is left above the body for the headline: short, playful ones share no word with it."""
        above = [line for i, line in self._candidates if i < self._head_end and not sells(line)]
        rest = [line for line in above if site is None or prose.key(line) != prose.key(site)]
        if rest:
            return max(rest, key=prose.word_count), site
        if site is not None and site in above and not looks_like_site(site) and self._counts[prose.key(site)] == 1:
            return site, None  # one line alone is a headline rather than a name
        return None, site

    def _title_score(self, index: int, line: str) -> float:
        words = prose.word_count(line)
        key = prose.key(line)
        shared = prose.overlap(line, self._vocabulary)
        score = 3 * shared + min(words, 8) / 8 + (0.5 if index < self._head_end else -0.5)
        score += 0.3 if self._stands_beside(index) else 0
        if shared < 2 * _RELATED and sells(line):
            score -= 1
        if index == self._candidates[0][0] and len(self._candidates) > 2:
            score -= 0.25  # advertisements stand on top
        if key in self._known:
            score -= 3
        if looks_like_site(line):
            score -= 1.5
        if self._counts[key] > 1 and words <= 4:
            score -= 1
        if words <= 3:
            score -= 1.5 if self._has_longer(line) else 0.5
        if line.endswith((".", "。", "।")) and not line.endswith(("..", "…")):
            score -= 0.7
        if line.endswith((":", "：")) or "@" in line or "://" in line:
            score -= 1
        return score

    def _best_site(self, title: str | None) -> str | None:
        scored = [
            (self._site_score(i, line), -i, line)
            for i, line in self._candidates
            if not title or (not self._repeats(line, title, None) and prose.key(line) != prose.key(title))
        ]
        best = max(scored, default=None)
        return best[2] if best and best[0] >= _MIN_SITE_SCORE else None

    def _site_score(self, index: int, line: str) -> float:
        words = prose.word_count(line)
        key = prose.key(line)
        if words > _MAX_NAME_WORDS or not key or line.endswith((".", "!", "?", ":", "。", "！", "？")):
            return 3.0 if key in self._known else 0.0
        score = 3.0 if key in self._known else 0.0
        score += 1.5 if looks_like_site(line) else 0
        score += 1.5 if self._counts[key] > 1 else 0
        score += 0.4 if words <= 4 else 0
        score += 0.3 if _is_named(line) else 0
        score += 0.3 if index < self._head_end else 0
        score += 0.3 if self._stands_beside(index) else 0
        score -= 1 if sells(line) else 0
        return score - (0.5 * prose.overlap(line, self._vocabulary) if words > 3 else 0)

    def _stands_beside(self, index: int) -> bool:
        return index - 1 in self._beside or index + 1 in self._beside

    def _split(self, line: str, *, unknown: bool = False) -> tuple[str, str | None]:
        """Part `Headline - Site` or `Site: Headline` where the name is known or sounds like one.

        With `unknown` a last part that only could be a name is taken for one.
        """
        parts = list(_TITLE_SEPARATORS.finditer(line))
        if not parts:
            return line, None
        for match, name_last in ((parts[-1], True), (parts[0], False)):
            before, after = line[: match.start()].strip(), line[match.end() :].strip()
            name, rest = (after, before) if name_last else (before, after)
            if self._is_site(name) and prose.word_count(rest) > 2:
                return rest, name
        last = parts[-1]
        name, rest = line[last.end() :].strip(), line[: last.start()].strip()
        if unknown and prose.word_count(rest) > 3 and self._could_be_site(name, last.group()):
            return rest, name
        return line, None

    def _could_be_site(self, name: str, separator: str) -> bool:
        if not prose.is_name(name, max_words=3):
            return False
        return "|" in separator or name.startswith("The ") or prose.overlap(name, self._vocabulary) < _RELATED

    def _is_site(self, name: str) -> bool:
        key = prose.key(name)
        alone = any(prose.key(line) == key for _, line in self._candidates)
        return bool(key) and (key in self._known or looks_like_site(name) or alone)
