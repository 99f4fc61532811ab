"""In which order does a feed write day and month? 05/06/2026 is read alike in all its entries."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleanwire.feed import dates
from cleanwire.feed.formats.parsed import FeedEntry, ParsedFeed
from cleanwire.text import folding
from cleanwire.text.dates import calendar, in_figures

_FIGURES = re.compile(r"(?<![\d./-])\d{1,2}\s?([-/.])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d{2})(?!\d)")
_PROPER = re.compile(r"\d{4}-\d\d-\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_AHEAD_S = 24 * 3600.0  # clocks and zones differ: nothing that was published lies further ahead
_MIN_LISTED = 3  # entries whose days differ while their month is one
_SHARED = frozenset({"ca"})  # countries that write both ways, or are called like a language of another


@dataclass(frozen=True, slots=True)
class _Open:
    """A date in figures, read both ways; None where there is no such day."""

    text: str
    day_first: str | None
    month_first: str | None

    def read(self, day_first: bool) -> str | None:
        """Return what it says in that order; where that is no day, what it says in the other."""
        return (self.day_first if day_first else self.month_first) or self.day_first or self.month_first


def settled(found: ParsedFeed, *, url: str, now: float | None) -> ParsedFeed:
    """Return `found`, which came from `url`, with its dates in figures read, all of them in one order.

    The order is what is left when days that do not exist, weekdays beside them and, with `now` (epoch seconds), days to
    come are ruled out; else that of the feed's language, of its other entries or of its country; else the American one.
    A feed whose entries contradict each other is read entry by entry.
    """
    texts = dict.fromkeys(text for entry in found.entries for text in (entry.published, entry.updated))
    dated = {text: one for text in texts if text is not None and (one := _both(text)) is not None}
    if not dated:
        return found
    usual = _order(list(dated.values()), found.language, url, now)
    read = {text: one.read(_own(one, found.language, now, usual)) for text, one in dated.items()}
    entries = tuple(_with(entry, read) for entry in found.entries)
    # what the others say decides how these are read
    digests = tuple(
        digest if entry is before else b""
        for digest, entry, before in zip(found.digests, entries, found.entries, strict=False)
    )
    return replace(found, entries=entries, digests=digests)


def is_in_figures(text: str) -> bool:
    """Tell whether `text` is a date whose order of day and month only its feed can tell."""
    return _both(text) is not None


def _both(text: str) -> _Open | None:
    """Return the two readings of `text`; None when it is no date in figures, or one that can be read already."""
    if _PROPER.match(text) is not None or (found := _FIGURES.search(text)) is None:
        return None
    one = _Open(text, dates.read(text, day_first=True), dates.read(text, day_first=False))
    if found[1] == "." and one.day_first is not None:  # with dots the day comes first everywhere
        return _Open(text, one.day_first, None)
    return one if one.day_first or one.month_first else None


def _with(entry: FeedEntry, read: dict[str, str | None]) -> FeedEntry:
    if entry.published not in read and entry.updated not in read:
        return entry
    return replace(
        entry,
        published=read.get(entry.published or "", entry.published),
        updated=read.get(entry.updated or "", entry.updated),
    )


def _order(dated: Sequence[_Open], language: str | None, url: str, now: float | None) -> bool:
    for told in (
        {_told(one, language) for one in dated},
        {_by_clock(one, now) for one in dated},
        {in_figures.writes_day_first(language)},
        {_by_change(dated)},
        {_of_country(url)},
    ):
        orders = told - {None}
        if len(orders) == 1:
            return orders == {True}
    return False


def _own(one: _Open, language: str | None, now: float | None, usual: bool) -> bool:
    """Return the order in which `one` is read: the feed's, unless the day itself rules that out."""
    own = _told(one, language)
    if own is None:
        own = _by_clock(one, now)
    return usual if own is None else own


def _told(one: _Open, language: str | None) -> bool | None:
    """Return the order that the day itself leaves: there is no 25th month, and no Monday that is a Friday."""
    if one.day_first is None or one.month_first is None:
        return one.day_first is not None
    named = _weekdays(one.text, language)
    fits = [dates.weekday(day) in named for day in (one.day_first, one.month_first)]
    return fits[0] if named and fits[0] != fits[1] else None


def _weekdays(text: str, language: str | None) -> frozenset[int]:
    """Return the weekdays that `text` may name, 1 for Monday: in the feed's language, if its words are such there."""
    named: set[int] = set()
    for word in _WORD.findall(text):
        meanings = calendar.load().weekdays.meanings(folding.fold(word))
        spoken = meanings.get((language or "").replace("_", "-").partition("-")[0].lower())
        named |= {spoken} if spoken else set(meanings.values()) - {0}
    return frozenset(named)


def _by_clock(one: _Open, now: float | None) -> bool | None:
    """Return the order in which the day has come already, None when it has in both or in none."""
    if now is None:
        return None
    come = [(at := dates.instant(day)) is not None and at <= now + _AHEAD_S for day in (one.day_first, one.month_first)]
    return come[0] if come[0] != come[1] else None


def _by_change(dated: Iterable[_Open]) -> bool | None:
    """Return the order in which the entries are of one month: days change from entry to entry, months seldom do."""
    pairs = [(one.day_first, one.month_first) for one in dated if one.day_first and one.month_first]
    if len(pairs) < _MIN_LISTED:
        return None
    whole = [len({day[:7] for day in days}) == 1 for days in zip(*pairs, strict=True)]
    return whole[0] if whole[0] != whole[1] else None


def _of_country(url: str) -> bool | None:
    """Return the order of the country in whose domain the feed lies; None where that tells nothing."""
    country = url.partition("://")[2].partition("/")[0].partition(":")[0].rpartition(".")[2].lower()
    if country in _SHARED:
        return None
    return next((order for order in _orders_of(country) if order is not None), None)


def _orders_of(country: str) -> Iterator[bool | None]:
    yield in_figures.writes_day_first(f"en-{country}")
    yield in_figures.writes_day_first(country)  # most are called like their language
