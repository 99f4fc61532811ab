"""When would ten thousand feeds publish? A fixed, documented workload: the same seed gives the same month.

Every feed is of a class (`CLASSES`) and draws its mean rate, window, time zone, habits and wishes from it. Its entries
are a Poisson process in units of a rate curve: hour of day (local), weekday, breaking news, and for some long pauses.
Entries come in clusters whose sizes have a geometric tail. `docs/polling-schedule.md` holds the figures and how they
compare with real dates. The workload is frozen: a schedule that misses its marks is changed, never the month it is
measured by.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]

START = 1_793_577_600.0  # Monday, 2 November 2026, 00:00 UTC
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A class of feeds. Rates are entries a day, log-normal around `rate`; all shares are 0 to 1."""

    name: str
    share: float
    rate: float
    sigma: float
    windows: tuple[int, ...]
    night: float  # rate at the quietest hour, as a share of the busiest
    weekend: float  # rate on Saturday and Sunday, as a share of a working day's
    cluster: float = 1.7  # mean size of the clusters that entries come in
    news: float = 0.0  # breaking news of its own in a month
    world: bool = False  # reports the world's breaking news too
    pauses: bool = False  # some of its feeds fall silent for a long time and come back
    batches: float = 0.0  # > 0: everything appears in so many batches a day, at fixed hours
    wakes: bool = False  # begins the month silent and wakes at some time


FAST = (10, 20, 20, 20, 20, 24, 24, 30, 40, 50, 50)
MIDDLING = (10, 15, 20, 20, 25, 48)
SLOW = (5, 7, *(10,) * 12, 12, 14, 15, 15, *(20,) * 5, 25, 25, 29, 30, 32, 47, 131)
"""Windows are drawn from those of the real feeds with 4 and more entries a day, 0.5 to 4, and fewer."""

CLASSES = (
    Kind(name="wire", share=0.02, rate=300, sigma=0.4, windows=FAST, night=0.25, weekend=0.5, news=6, world=True),
    Kind(
        name="newspaper",
        share=0.07,
        rate=80,
        sigma=0.5,
        windows=FAST,
        night=0.05,
        weekend=0.45,
        news=4,
        world=True,
    ),
    Kind(
        name="section",
        share=0.15,
        rate=12,
        sigma=0.7,
        windows=FAST,
        night=0.03,
        weekend=0.3,
        news=1.5,
        world=True,
        pauses=True,
    ),
    Kind(
        name="magazine",
        share=0.16,
        rate=2.5,
        sigma=0.7,
        windows=MIDDLING,
        night=0.03,
        weekend=0.15,
        news=0.3,
        world=True,
        pauses=True,
    ),
    Kind(
        name="blog",
        share=0.40,
        rate=0.15,
        sigma=1.0,
        windows=SLOW,
        night=0.08,
        weekend=0.35,
        cluster=1.3,
        pauses=True,
    ),
    Kind(name="batch", share=0.04, rate=25, sigma=0.6, windows=FAST, night=0.05, weekend=0.2, batches=3),
    Kind(name="sleeper", share=0.04, rate=4, sigma=1.0, windows=MIDDLING, night=0.05, weekend=0.3, wakes=True),
    Kind(name="dead", share=0.12, rate=0.0, sigma=0.0, windows=SLOW, night=1.0, weekend=1.0),
)
ZONES = ((-8, 0.15), (-5, 0.35), (-3, 0.04), (0, 0.14), (1, 0.18), (3, 0.04), (5.5, 0.05), (8, 0.03), (9, 0.02))
"""Hours east of Greenwich and the share of feeds there."""
PEAK_HOUR, PEAK_WIDTH_H = 13.5, 5.0
"""The busiest local hour and the width of the bell around it."""
GAP_IN_CLUSTER_S = 600.0
"""Mean gap between the entries of a cluster, at most a tenth of the feed's mean gap."""
WORLD_NEWS = 3.0
"""Events a month that every newsroom reports."""
BURST_MEAN = 4.0
"""Breaking news adds an exponential draw of this mean times the newsroom's mean rate, at any hour, without a bound."""
BURST_HOURS = 2.5
"""How long a burst decays (mean)."""
PAUSING, ACTIVE = 0.3, 1 / 4
"""Share of feeds with long pauses, where their class has any, and the share of time in which such a feed is active."""
SEASON_ENTRIES, SEASON_LEAST_S = 15.0, 5 * DAY_S
"""A time of activity brings so many entries, or lasts so long if that is more (means)."""
BATCH_LASTS_S = (60.0, 3600.0)
"""A batch takes between so and so long, the same for each of a feed's (log-uniform)."""
TTLS = ((3600.0, 0.07), (1800.0, 0.02), (900.0, 0.02))
MAX_AGES = ((60.0, 0.1), (300.0, 0.15), (900.0, 0.05), (3600.0, 0.02))
HOURLY, SKIPS, NO_CONDITIONS = 0.05, 0.01, 0.25
"""Shares of feeds with sy:updatePeriod hourly, with skipHours that are kept, and of servers without conditional GET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One feed of the workload. `times` are ascending epoch seconds; the first `before` lie before the start."""

    kind: str
    times: Floats
    before: int
    window: int
    ttl_s: float | None
    max_age_s: float | None
    update_period_s: float | None
    skip_hours: tuple[int, ...]
    conditional: bool


def publisher(number: int, *, days: int, seed: int) -> Publisher:
    """Return feed `number`: the same whatever other feeds are made."""
    rng = np.random.default_rng((seed, number))
    kind = CLASSES[int(np.searchsorted(np.cumsum([kind.share for kind in CLASSES]), rng.random()))]
    window = int(rng.choice(kind.windows))
    rate = kind.rate * float(np.exp(kind.sigma * rng.standard_normal()))
    zone = float(_pick(rng, ZONES) or 0.0)
    if kind.name == "dead":
        silent_s = rng.exponential(300 * DAY_S) + 30 * DAY_S
        times = START - silent_s - np.cumsum(rng.exponential(5 * DAY_S, window))[::-1]
    else:
        world = np.random.default_rng((seed, 1 << 40))
        times = _times(rng, kind, rate, window, zone, days, world)
    quiet = tuple(sorted(int(hour - zone) % 24 for hour in (0, 1, 2, 3, 4)))
    skips = rng.random() < SKIPS
    if skips:
        times = times[~np.isin((times // 3600 % 24).astype(int), quiet)]
    before = int(np.searchsorted(times, START))
    return Publisher(
        kind=kind.name,
        times=times[max(0, before - window) :],
        before=min(before, window),
        window=window,
        ttl_s=_pick(rng, TTLS),
        max_age_s=_pick(rng, MAX_AGES),
        update_period_s=3600.0 if rng.random() < HOURLY else None,
        skip_hours=quiet if skips else (),
        conditional=rng.random() >= NO_CONDITIONS,
    )


def _times(rng: Generator, kind: Kind, rate: float, window: int, zone: float, days: int, world: Generator) -> Floats:
    """Return when entries appear, from long enough before the start that the window is full."""
    pauses = kind.pauses and rng.random() < PAUSING
    fills_days = 1.5 * window / rate + 3
    past_days = 7 * int(np.ceil(min(fills_days / ACTIVE + 60 if pauses else fills_days, 400) / 7))
    hours = np.arange(-24 * past_days, 24 * days)
    week = _week(kind, zone)
    if kind.batches:
        return _batches(rng, kind, rate, window, week, past_days, days)
    relative = week[hours % 168]
    if kind.news:
        relative = relative + _bursts(rng, kind, world, hours)
    if pauses:
        relative = relative * _seasons(rng, rate, hours)
    if kind.wakes:
        relative[(hours < 0) | (hours < rng.uniform(0, 24 * days))] = 0.0
        past = START - rng.uniform(30, 200) * DAY_S - np.cumsum(rng.exponential(DAY_S / rate, window))[::-1]
    else:
        past = np.empty(0)
    total = np.concatenate(([0.0], np.cumsum(relative))) * rate / 24
    heads = np.interp(
        rng.uniform(0, total[-1], rng.poisson(total[-1] / kind.cluster)), total, np.append(hours, 24 * days)
    )
    sizes = rng.geometric(1 / kind.cluster, len(heads))
    inner = rng.exponential(min(GAP_IN_CLUSTER_S, DAY_S / rate / 10), int(sizes.sum()))
    inner[np.cumsum(sizes) - sizes] = 0.0  # a cluster begins at its head
    run = np.cumsum(inner)
    offsets = run - np.repeat(run[np.cumsum(sizes) - sizes], sizes)
    times = np.sort(START + np.repeat(heads * 3600, sizes) + offsets)
    return np.concatenate((past, times[times < START + days * DAY_S]))


def _week(kind: Kind, zone: float) -> Floats:
    """Return the rate of each hour of the week (from Monday 00:00 UTC), relative to the mean."""
    local = np.arange(168) + 0.5 + zone
    away = np.abs(local % 24 - PEAK_HOUR)
    away = np.minimum(away, 24 - away)
    curve = kind.night + (1 - kind.night) * np.exp(-0.5 * (away / PEAK_WIDTH_H) ** 2)
    curve = np.where(local // 24 % 7 >= 5, kind.weekend, 1.0) * curve
    return curve / curve.mean()


def _bursts(rng: Generator, kind: Kind, world: Generator, hours: NDArray[np.int64]) -> Floats:
    """Return what breaking news adds to the relative rate of each of the hours, of which those from 0 on are played."""
    length = int(hours[-1]) + 1
    of_world = world.uniform(0, length, world.poisson(WORLD_NEWS * length / 720) if kind.world else 0)
    own = rng.uniform(0, length, rng.poisson(kind.news * length / 720))
    begins = np.floor(np.concatenate((of_world, own)))
    heights = rng.exponential(BURST_MEAN, len(begins))
    decays = rng.exponential(BURST_HOURS, len(begins)) + 0.5
    total = np.zeros(len(hours))
    for begin, height, decay in zip(begins, heights, decays, strict=True):
        first = int(begin) - int(hours[0])
        since = np.arange(min(48, len(hours) - first))
        total[first : first + len(since)] += height * np.exp(-since / decay)
    return total


def _seasons(rng: Generator, rate: float, hours: NDArray[np.int64]) -> Floats:
    """Return the factor of each hour, with mean 1, for a feed that is now active, now silent."""
    active_s = max(SEASON_LEAST_S, SEASON_ENTRIES * ACTIVE * DAY_S / rate)
    means_h = np.array([active_s, active_s / ACTIVE - active_s]) / 3600
    lengths = rng.exponential(np.resize(means_h, 2 + 4 * int(np.ceil(len(hours) / means_h.sum()))))
    ends = np.cumsum(lengths) + hours[0] - rng.uniform(0, means_h.sum())
    return np.where(np.searchsorted(ends, hours) % 2 == 0, 1 / ACTIVE, 0.0)


def _batches(rng: Generator, kind: Kind, rate: float, window: int, week: Floats, past_days: int, days: int) -> Floats:
    """Return times of entries that appear together, some times a day, around the same hours."""
    a_day = 1 + rng.poisson(kind.batches - 1)
    of_day = rng.choice(24, a_day, replace=False, p=week[:24] / week[:24].sum())
    slots = (np.arange(-past_days, days)[:, None] * 24 + of_day).ravel()
    slots = slots[rng.random(len(slots)) < np.where(slots // 24 % 7 >= 5, kind.weekend, 1.0)]
    sizes = np.minimum(1 + rng.poisson(rate / a_day, len(slots)), window)
    begins = slots * 3600 + rng.uniform(0, 600, len(slots))
    lasts_s = np.exp(rng.uniform(*np.log(BATCH_LASTS_S)))
    times = np.sort(START + np.repeat(begins, sizes) + rng.uniform(0, lasts_s, int(sizes.sum())))
    return times[times < START + days * DAY_S]


def _pick(rng: Generator, table: tuple[tuple[float, float], ...]) -> float | None:
    at, drawn = 0.0, rng.random()
    for value, share in table:
        at += share
        if drawn < at:
            return value
    return None
