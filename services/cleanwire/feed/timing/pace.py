"""How often does a feed bring something new, when does it pay to ask again, and how long does its window last?

Entries are taken for a Poisson process whose rate follows the hour and the weekday (UTC). Learned from every poll are
the mean rate, a curve of 24 + 7 counts that says how it is spread over the week, the rate of about the last day, and
the highest of these of late.

When it pays: entries that wait unseen cost their waiting, a request costs `PRICE_S` entry-seconds. At a steady rate r
waiting costs r·T/2 and requests cost `PRICE_S`/T a second, so the best T is √(2·PRICE_S/r): requests grow with the
square root of the rate (as Sia, Cho and Cho find, "Efficient Monitoring Algorithm for Fast News Alerts", 2007). Then
exactly `PRICE_S` entry-seconds have gathered, and that is the rule for a rate that changes with the hour too.

When it is safe: an entry is lost when the feed's window moves on before the next poll. News breaks without a sign, at
any hour, and great bursts are exponentially rarer than small ones: a wait T loses entries with a chance of about
exp(-L/(BURST·T)), where L is how long the window lasts at the feed's usual rate. Shorter waits cost requests, 1/T. The
sum of both costs is least where T = L/(BURST·ln(L/RISK_S)): what is slow to pass is cheap to guard, and guarded better.
What came just now raises the rate that may be under way (`lasts_s`).
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from math import exp2, frexp, ldexp, log, sqrt
from struct import Struct

PRICE_S = 1200.0
"""What a request is worth: as much as one entry that waits so many seconds unseen."""
MEMORY = 32.0
"""Entries by which the rate is judged: fewer are hasty, more miss a burst."""
MEMORY_S = 86_400.0
"""Or the entries of so long, if these are more: a burst of a few hours is not yet the rate."""
SURPRISE = 3.0
"""By how much more than the expected a feed must bring to count as awoken."""
CURVE_DAYS, CURVE_ENTRIES = 45, 128
"""Counts are halved when they hold so many days' entries, if that is more than so many: habits change."""
HOUR_PRIOR = 1.0
"""Entries added to each hour, or an even day's worth if that is more: a curve of few entries or one day stays flat."""
DAY_PRIOR = (0.17, 0.17, 0.17, 0.17, 0.17, 0.075, 0.075)
"""Shares of each weekday, from Monday, in the `DAY_ENTRIES` added to all, or a week's worth if that is more: until a
week was seen, it is taken for one like those of real feeds, which have 86 % of their dates on the first five days."""
DAY_ENTRIES = 20.0
GUESS_S = 225.0
"""This over the square of the first interval is the rate of a feed whose first window tells none: an entry an hour
where that interval is 15 minutes, and waits that grow as it does. A few days of silence undo it."""
LEAST_RATE = 0.5 / 86_400
"""However long a feed was silent, its window is guarded as if it brought so much: sleepers wake."""
BURST = 4.0
"""Mean height of breaking news, in multiples of the usual rate."""
RISK_S = 4.0
"""How dear a loss is, see above: windows that last 3 hours are guarded against 32 times the usual rate, 9 hours 36,
2 days 43, 10 days 49."""
CLUSTER = 3.0
"""Entries of a window that are kept free for chance, as entries come in clusters."""
SPARE_S = 45.0
"""Added to each wait: what is gone within the first minutes of one nobody would have seen who asks politely."""
SIGN = 2.2
"""What an entry that came just now adds to the logarithm: the quantile of a gamma distribution that leaves 1 in 100,000
beyond it grows by so much with each event, for up to ten of them."""
DAY_S = 86_400.0
"""Time in which the rate of the last day forgets."""
PEAK_HALF_LIFE_S, PEAK_HALF_LIFE = 20 * 86_400.0, 16.0
"""What halves the memory of the highest rate: so much time, or so many entries, which are evidence of their own."""
FIRST_PEAK, FIRST_PEAK_LEAST_S = 1.25, 21_600.0
"""A new feed's highest rate is taken for so many times that of the quickest half of its first window, or of so long a
time if that is more: dates may lie, and a window may be of a quiet week."""
BATCH_S, BATCH_COUNTS_S = 900.0, 86_400.0
"""A first window dated within so short a time is one batch: its entries count as spread over a day."""

HOUR_S = 3600.0
_WEEK_S = 7 * 24 * HOUR_S
_COUNTS = Struct("<31H")
_FLAT = (0,) * 31
_MOST = 0xFFFF


class Curve:
    """How the `rate` of a feed is spread over the week: factors with mean 1, from packed counts (b"" when none)."""

    __slots__ = ("_counts", "_day_prior", "_factors", "_hour_prior", "_norm", "_rate", "_total", "highest")

    def __init__(self, counts: bytes, rate: float) -> None:
        self._counts: tuple[int, ...] = _COUNTS.unpack(counts) if len(counts) == _COUNTS.size else _FLAT
        self._rate = rate
        self._hour_prior = max(HOUR_PRIOR, rate * HOUR_S)
        self._day_prior = max(DAY_ENTRIES, rate * _WEEK_S)
        day, week = self._counts[:24], self._counts[24:]
        self._total = sum(week)
        self._norm = 24 / (self._total + 24 * self._hour_prior) * 7 / (self._total + self._day_prior)
        self.highest = (max(day) + self._hour_prior) * (max(week) + self._day_prior * DAY_PRIOR[0]) * self._norm
        """No factor is higher than this."""
        self._factors: dict[int, float] = {}  # by hour of the week, as they are asked for

    def factor(self, hour: int) -> float:
        """Return the factor of an hour, counted from the epoch."""
        of_all = hour % 168
        found = self._factors.get(of_all)
        if found is None:
            found = self._factors[of_all] = self._factor(hour % 24, (hour // 24 + 3) % 7)
        return found

    def _factor(self, of_day: int, of_week: int) -> float:
        """Hours lend each other: half of a count is its neighbours'."""
        counts = self._counts
        near = (counts[(of_day - 1) % 24] + 2 * counts[of_day] + counts[(of_day + 1) % 24]) / 4
        return (near + self._hour_prior) * (counts[24 + of_week] + self._day_prior * DAY_PRIOR[of_week]) * self._norm

    def exposure_s(self, since: float, until: float) -> float:
        """Return the seconds from `since` to `until`, each weighted with its factor."""
        hour = int(since // HOUR_S)
        if until < (hour + 1) * HOUR_S:
            return (until - since) * self.factor(hour) if until > since else 0.0
        if until - since >= _WEEK_S:
            return until - since
        last = int(until // HOUR_S)
        found = ((hour + 1) * HOUR_S - since) * self.factor(hour)
        if hour + 1 < last:
            found += sum([self.factor(between) for between in range(hour + 1, last)]) * HOUR_S
        return found + (until - last * HOUR_S) * self.factor(last)

    def counted(self, times: Collection[float]) -> bytes:
        """Return the counts with `times` added."""
        counts = list(self._counts)
        for at in times:
            hour = int(at // HOUR_S)
            counts[hour % 24] += 1
            counts[24 + (hour // 24 + 3) % 7] += 1
        full = self._total + len(times) > max(CURVE_ENTRIES, CURVE_DAYS * DAY_S * self._rate) or max(counts) > _MOST
        return _COUNTS.pack(*[min(count >> 1, _MOST) for count in counts] if full else counts)


def curve_of(counts: bytes, rate: float) -> Curve:
    """Return the curve, known again if it was asked for lately: `rate` counts only by its power of two."""
    return _curve(counts, frexp(rate)[1] if rate > 1e-12 else -40)


@lru_cache(maxsize=1024)
def _curve(counts: bytes, power: int) -> Curve:
    return Curve(counts, ldexp(1.0, power))


def first_rates(times: tuple[float, ...], now: float) -> tuple[float, float] | None:
    """Return the mean and the highest rate that the dates of a feed's entries (newest first) tell, if they tell any."""
    if len(times) < 3:
        return None
    span_s = times[0] - times[-1]
    if span_s < BATCH_S:
        span_s = BATCH_COUNTS_S
    rate = len(times) / max(Curve(b"", 0.0).exposure_s(times[-1], now), span_s)
    half = len(times) // 2
    quickest_s = min(newest - oldest for newest, oldest in zip(times, times[half:], strict=False))
    return rate, FIRST_PEAK * half / max(quickest_s, FIRST_PEAK_LEAST_S)


def next_rate(rate: float, new: int, exposure_s: float) -> float:
    """Return the rate after a poll that brought `new` entries in `exposure_s`: the mean over the last `MEMORY` or more.

    What brings more than `SURPRISE` times the expected, and one, has woken up: so much less counts what was before.
    """
    before = rate * MEMORY_S
    if before < MEMORY:
        before = MEMORY
    if new:
        before /= max(1.0, new / (SURPRISE * (rate * exposure_s + 1)))
    return (before + new) / (before / rate + exposure_s)


def next_day_rate(day_rate: float, new: int, elapsed_s: float) -> float:
    """Return the rate of about the last day, after a poll that brought `new` entries in `elapsed_s`."""
    return (day_rate * DAY_S + new) / (DAY_S + elapsed_s)


def next_peak(peak: float, day_rate: float, new: int, elapsed_s: float) -> float:
    """Return the highest rate of a day of late, `elapsed_s` and `new` entries later.

    A poll at most doubles it, so that no accident makes a feed be asked every few minutes for weeks.
    """
    faded = peak * exp2(-elapsed_s / PEAK_HALF_LIFE_S - new / PEAK_HALF_LIFE)
    if not new or day_rate <= faded:
        return faded
    return min(day_rate, 2 * faded) if faded else day_rate


def wait_s(rate: float, curve: Curve, *, now: float, longest_s: float) -> float:
    """Return after how many seconds it pays to ask a feed of `rate` entries a second, at most `longest_s`."""
    if rate * curve.highest * longest_s * longest_s / 2 < PRICE_S:  # most waits, as windows pass sooner
        return longest_s
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


def lasts_s(window: int, rate: float, signs: Iterable[tuple[int, float]] = ()) -> float:
    """Return for how many seconds a window of so many entries is safe, if the feed's usual rate is `rate`.

    A sign says how many entries came within the last so many seconds, so what burst may be under way: its rate has an
    exponential distribution before (mean `BURST` times the usual) and a gamma distribution after that, of which a high
    quantile is taken. It tends to a little more than twice the pace of what came.
    """
    usual_s = (window - CLUSTER) / rate
    doubt = log(usual_s / RISK_S) if usual_s > 2 * RISK_S else log(2.0)
    safe_s = usual_s / (BURST * doubt)
    for came, since_s in signs:
        after_it_s = usual_s * (1 + BURST * rate * since_s) / (BURST * (doubt + SIGN * came))
        if after_it_s < safe_s:
            safe_s = after_it_s
    return safe_s + SPARE_S
