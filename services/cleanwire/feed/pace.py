"""How often does a feed bring something new, by hour of day and weekday, and when does it pay to ask again?

Entries are taken for a Poisson process whose rate follows the hour and the weekday (UTC). Two things are learned, each
from every poll: the mean rate, and a curve of 24 + 7 counts that says how the rate is spread over the week.

When it pays: entries that wait unseen cost their waiting, a request costs `PRICE_S` entry-seconds. At a steady rate r
waiting costs r·T/2 and requests cost `PRICE_S`/T a second, so the best T is √(2·PRICE_S/r): requests grow with the
square root of the rate (as Sia, Cho and Cho find, "Efficient Monitoring Algorithm for Fast News Alerts", 2007). Then
exactly `PRICE_S` entry-seconds have gathered, and that is the rule for a rate that changes with the hour too.

When it is safe: an entry is lost when the feed's window moves on before the next poll. So the highest rate of late is
kept as well, and no wait is longer than the window lasts if breaking news multiplies that rate.
"""

from collections.abc import Iterable
from math import exp2, sqrt
from struct import Struct

PRICE_S = 1200.0
"""What a request is worth: as much as one entry that waits so many seconds unseen."""
MEMORY = 32.0
"""Entries by which the rate is judged: fewer are hasty, more miss a burst."""
SURPRISE = 3.0
CURVE_DAYS, CURVE_ENTRIES = 45, 128
"""Counts are halved when they hold so many days' entries, if that is more than so many: habits change."""
HOUR_PRIOR = 1.0
"""Entries added to each hour, or an even day's worth if that is more: a curve of few entries or one day stays flat."""
DAY_PRIOR = (0.17, 0.17, 0.17, 0.17, 0.17, 0.075, 0.075)
"""Shares of each weekday, from Monday, in the `DAY_ENTRIES` added to all, or a week's worth if that is more: until a
week was seen, it is taken for one like those of real feeds, which have 86 % of their dates on the first five days."""
DAY_ENTRIES = 20.0
BURST = 12.0
"""By how much breaking news may multiply the highest rate of late, from one poll to the next."""
QUIET, BUSY = 0.25, 2.5
"""Share of that in hours in which the feed usually brings nothing, as fewer people are at work; and the factor of an
hour from which on it may be all of that."""
MARGIN = 8.0
"""Times the square root of the entries expected in such a burst that must still fit into the window: over five
standard deviations, as entries come in clusters."""
PEAK_HALF_LIFE_S = 20 * 86_400.0
"""How fast the memory of the highest rate fades."""
FIRST_PEAK = 2.0
"""A new feed may at its best bring so many times what its first window tells: that may have been a quiet week."""
BATCH_S, BATCH_COUNTS_S = 900.0, 86_400.0
"""A first window dated within so short a time is one batch: its entries count as spread over a day."""

HOUR_S = 3600.0
_WEEK_S = 7 * 24 * HOUR_S
_COUNTS = Struct("<31H")
_FLAT = (0,) * 31
_MOST = 0xFFFF


class Curve:
    """How the `rate` of a feed is spread over the week: factors with mean 1, from packed counts (b"" when none)."""

    __slots__ = ("_counts", "_day_prior", "_hour_prior", "_norm", "_rate")

    def __init__(self, counts: bytes, rate: float) -> None:
        self._counts: tuple[int, ...] = _COUNTS.unpack(counts) if len(counts) == _COUNTS.size else _FLAT
        self._rate = rate
        self._hour_prior = max(HOUR_PRIOR, rate * HOUR_S)
        self._day_prior = max(DAY_ENTRIES, rate * _WEEK_S)
        total = sum(self._counts[24:])
        self._norm: float = 24 / (total + 24 * self._hour_prior) * 7 / (total + self._day_prior)

    def factor(self, hour: int) -> float:
        """Return the factor of an hour, counted from the epoch. Hours lend each other: half of a count is theirs."""
        counts, of_day, of_week = self._counts, hour % 24, (hour // 24 + 3) % 7
        near = (counts[(of_day - 1) % 24] + 2 * counts[of_day] + counts[(of_day + 1) % 24]) / 4
        return (near + self._hour_prior) * (counts[24 + of_week] + self._day_prior * DAY_PRIOR[of_week]) * self._norm

    def exposure_s(self, since: float, until: float) -> float:
        """Return the seconds from `since` to `until`, each weighted with its factor."""
        if until - since >= _WEEK_S or until <= since:
            return max(0.0, until - since)
        hour, last = int(since // HOUR_S), int(until // HOUR_S)
        if hour == last:
            return (until - since) * self.factor(hour)
        inner = sum(self.factor(between) for between in range(hour + 1, last)) * HOUR_S
        first = ((hour + 1) * HOUR_S - since) * self.factor(hour)
        return first + inner + (until - last * HOUR_S) * self.factor(last)

    def counted(self, times: Iterable[float]) -> bytes:
        """Return the counts with `times` added."""
        counts = list(self._counts)
        for at in times:
            hour = int(at // HOUR_S)
            counts[hour % 24] += 1
            counts[24 + (hour // 24 + 3) % 7] += 1
        full = sum(counts[24:]) > max(CURVE_ENTRIES, CURVE_DAYS * 86_400 * self._rate) or max(counts) > _MOST
        return _COUNTS.pack(*[min(count >> 1, _MOST) for count in counts] if full else counts)


def first_rates(times: tuple[float, ...], now: float) -> tuple[float, float] | None:
    """Return the mean and the highest rate that the dates of a feed's entries (newest first) tell, if they tell any."""
    if len(times) < 3:
        return None
    span_s = times[0] - times[-1]
    if span_s < BATCH_S:
        span_s = BATCH_COUNTS_S
    rate = len(times) / max(Curve(b"", 0.0).exposure_s(times[-1], now), span_s)
    return rate, FIRST_PEAK * len(times) / span_s


def next_rate(rate: float, new: int, exposure_s: float) -> float:
    """Return the rate after a poll that brought `new` entries in `exposure_s`: the mean over the last `MEMORY` ones.

    What brings more than `SURPRISE` times the expected, and one, has woken up: so much less counts what was before.
    """
    before = MEMORY / max(1.0, new / (SURPRISE * (rate * exposure_s + 1)))
    return (before + new) / (before / rate + exposure_s)


def next_peak(peak: float, rate: float, elapsed_s: float) -> float:
    """Return the highest rate of late, after `elapsed_s` and a poll that showed `rate`: it at most doubles the peak."""
    faded = peak * exp2(-max(0.0, elapsed_s) / PEAK_HALF_LIFE_S)
    return max(faded, min(rate, 2 * faded)) if faded else rate


def rate_for(interval_s: float, curve: Curve, now: float) -> float:
    """Return the mean rate of a feed that it suits to be asked every `interval_s` in this hour."""
    return 2 * PRICE_S / (interval_s * interval_s) / curve.factor(int(now // HOUR_S))


def wait_s(rate: float, curve: Curve, *, now: float, longest_s: float) -> float:
    """Return after how many seconds it pays to ask a feed of `rate` entries a second, at most `longest_s`."""
    waited_s, expected, at, hour = 0.0, 0.0, now, int(now // HOUR_S)
    while at - now < longest_s:
        here = rate * curve.factor(hour)
        hour += 1
        piece_s = hour * HOUR_S - at
        missing_s = PRICE_S - waited_s
        added_s = (expected + here * piece_s / 2) * piece_s
        if added_s >= missing_s:  # expected·t + here·t²/2 = missing, solved for t
            pays_s = (sqrt(expected * expected + 2 * here * missing_s) - expected) / here
            return min(at - now + pays_s, longest_s)
        waited_s += added_s
        expected += here * piece_s
        at += piece_s
    return longest_s


def lasts_s(window: int, peak: float, curve: Curve, *, now: float, longest_s: float) -> float:
    """Return how many seconds a window of so many entries lasts in a sudden burst, at most `longest_s`.

    Of the n entries expected then, chance makes at most n + `MARGIN`·√n = `window`, solved for n.
    """
    fits = ((sqrt(MARGIN * MARGIN + 4 * window) - MARGIN) / 2) ** 2
    if peak * BURST * longest_s <= fits:
        return longest_s
    at, hour = now, int(now // HOUR_S)
    while at - now < longest_s:
        here = peak * BURST * min(1.0, QUIET + (1 - QUIET) * curve.factor(hour) / BUSY)
        hour += 1
        piece_s = hour * HOUR_S - at
        if here * piece_s >= fits:
            return min(at - now + fits / here, longest_s)
        fits -= here * piece_s
        at += piece_s
    return longest_s
