"""What does a month of polling cost, and how fresh is the news? Cleanwire's own schedule beside simpler ones.

usage: polling.py [--feeds 10000] [--days 30] [--seed 1] [--jobs N] [--json]
       polling.py --real ../shared/data/conformance

Time is simulated: every poll of Cleanwire is a call of `feed.timing.schedule.reschedule` with what a server would
answer.
The other policies are computed from the publishing times. The workload is in `polling_workload.py`, figures and what
they mean in `docs/polling-schedule.md`. `--real` compares the workload's dates with those of real feeds instead.
"""

import argparse
import json
import os
import random
import sys
import time
from bisect import bisect_right
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import polling_real
from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.schedule import Bounds, PollReply
from polling_workload import CLASSES, DAY_S, START, Floats, Publisher, publisher

BOUNDS = Bounds()
FIRST_WITHIN_S = 900.0
"""Feeds are subscribed within so many seconds from the start. What appears meanwhile counts for no policy."""
LAST_DAY_S = DAY_S
"""What appears so shortly before the end is polled, but not judged: it may be seen later."""
AUDIT_S = 86_400.0
HEAD_BYTES, ENTRY_BYTES = 500, 400
"""Size of a reply's head, and what an entry adds to a compressed feed."""
SURE_S = 300.0
"""A poller that comes every 5 minutes surely sees an entry that stays in the window so long."""
LONGEST_S = 100_000
OURS, RIVAL = "Cleanwire", "every 5 min"
FIXED = {RIVAL: 300.0, "every 15 min": 900.0, "every 60 min": 3600.0}


@dataclass(slots=True)
class Tally:
    """What a policy did. `delays` counts entries by whole seconds from publication to the poll that saw them."""

    requests: int = 0
    bytes: int = 0
    delays: NDArray[np.int64] = field(default_factory=lambda: np.zeros(LONGEST_S, np.int64))
    by_feed: list[float] = field(default_factory=list)  # a feed's median delay, for feeds with entries
    missed: int = 0
    avoidable: int = 0  # missed, though a 5-minute poller would surely have seen it
    by_luck: int = 0  # entries that the 5-minute poller of this run saw and this one did not, less the reverse

    def add(self, other: "Tally") -> None:
        self.requests += other.requests
        self.bytes += other.bytes
        self.delays += other.delays
        self.by_feed += other.by_feed
        self.missed += other.missed
        self.avoidable += other.avoidable
        self.by_luck += other.by_luck

    def report(self) -> dict[str, float]:
        shares = np.cumsum(self.delays) / max(1, self.delays.sum())
        quantiles = {
            f"entry_p{q}_s": float(np.searchsorted(shares, q / 100)) if shares[-1] else 0.0 for q in (50, 90, 99)
        }
        medians = self.by_feed or [0.0]
        feeds = {f"feed_p{q}_s": float(np.quantile(medians, q / 100)) for q in (50, 90, 99)}
        counts = {"missed": self.missed, "avoidable": self.avoidable, "by_luck": self.by_luck}
        return {"requests": self.requests, "gigabytes": round(self.bytes / 1e9, 1), **quantiles, **feeds, **counts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--real", type=Path, metavar="DIR")
    options = parser.parse_args()
    if options.real:
        return polling_real.compare(options.real, options.seed)
    began = time.perf_counter()
    by_kind = simulate(options.feeds, options.days, options.seed, options.jobs)
    total: dict[str, Tally] = {}
    for tallies in by_kind.values():
        for policy, tally in tallies.items():
            total.setdefault(policy, Tally()).add(tally)
    report = {
        "feeds": options.feeds,
        "days": options.days,
        "seed": options.seed,
        "seconds": round(time.perf_counter() - began, 1),
        "reschedule_us": round(cost_us(), 1),
        "policies": {policy: tally.report() for policy, tally in total.items()},
        "cleanwire_by_class": {kind: tallies[OURS].report() for kind, tallies in by_kind.items()},
        "marks": marks(total),
    }
    print(json.dumps(report) if options.json else text(report))
    return 0 if all(report["marks"].values()) else 1


def simulate(feeds: int, days: int, seed: int, jobs: int) -> dict[str, dict[str, Tally]]:
    """Return, by class of feed, what each policy did."""
    parts = [range(first, feeds, jobs * 2) for first in range(jobs * 2)]
    found: dict[str, dict[str, Tally]] = {kind.name: {} for kind in CLASSES}
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(partial(run, days=days, seed=seed), parts):
            for kind, tallies in part.items():
                for policy, tally in tallies.items():
                    found[kind].setdefault(policy, Tally()).add(tally)
    return {kind: tallies for kind, tallies in found.items() if tallies}


def marks(total: dict[str, Tally]) -> dict[str, bool]:
    """Return whether Cleanwire keeps what it promises."""
    ours, quarter = total[OURS], total["every 15 min"]
    return {
        "60 % fewer requests than every 15 min": ours.requests <= 0.4 * quarter.requests,
        "median freshness at least as good": ours.report()["entry_p50_s"] <= quarter.report()["entry_p50_s"],
        "nothing missed that a 5-minute poller would have seen": ours.avoidable == 0,
    }


def cost_us(rounds: int = 10, polls: int = 2000) -> float:
    """Return the microseconds of CPU that the schedule takes a poll, one in four with news: the quickest round."""
    times = tuple(START - 3600.0 * n for n in range(20))
    idle = PollReply(status=304, not_modified=True)
    news = PollReply(status=200, entries=20, new_entries=1, entry_times=times, etag="1", body_hash="1")
    state = schedule.first_poll("f", "https://news.example/feed", now=START, jitter=0.0)
    state = schedule.reschedule(state, news, BOUNDS, now=START, jitter=0.5)
    took: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        for number in range(polls):
            state = schedule.reschedule(state, idle if number % 4 else news, BOUNDS, now=state.next_poll_at, jitter=0.5)
        took.append((time.process_time() - began) / polls * 1e6)
    return min(took)


def text(report: dict[str, Any]) -> str:
    """Return the report as tables."""
    lines = [f"{report['feeds']} feeds, {report['days']} days, seed {report['seed']}: {report['seconds']} s"]
    lines += [f"the schedule takes {report['reschedule_us']} µs of CPU a poll", "", HEADER]
    policies = report["policies"]
    lines += [_line(policy, policies[policy], policies["every 15 min"]["requests"]) for policy in policies]
    lines += ["", "Cleanwire by class of feed"]
    lines += [_line(kind, found, policies[OURS]["requests"]) for kind, found in report["cleanwire_by_class"].items()]
    lines += ["", *(f"{'kept  ' if kept else 'BROKEN'} {mark}" for mark, kept in report["marks"].items())]
    return "\n".join(lines)


HEADER = (
    f"{'':20} {'requests':>10} {'share':>6} {'GB':>6} {'entries: p50':>13} {'p90':>6} {'p99':>6} min"
    f" {'feeds: p50':>11} {'p90':>6} {'missed':>7} avoidably"
)


def _line(name: str, found: dict[str, float], of: float) -> str:
    entry, feeds = ([found[f"{of}_p{q}_s"] / 60 for q in (50, 90, 99)] for of in ("entry", "feed"))
    return (
        f"{name:20} {found['requests']:10,} {found['requests'] / of:6.1%} {found['gigabytes']:6.1f} {entry[0]:13.1f}"
        f" {entry[1]:6.1f} {entry[2]:6.0f}     {feeds[0]:11.1f} {feeds[1]:6.0f} {found['missed']:7,}"
        f" {found['avoidable']}"
    )


def run(numbers: range, *, days: int, seed: int) -> dict[str, dict[str, Tally]]:
    """Return, by class of feed, what each policy did with these feeds."""
    found: dict[str, dict[str, Tally]] = {}
    for number in numbers:
        feed = publisher(number, days=days, seed=seed)
        random_of_feed = random.Random(seed * 1_000_003 + number)
        end = START + days * DAY_S
        tallies = found.setdefault(feed.kind, {})
        polls = own_polls(feed, random_of_feed.random, end)
        grids = {name: fixed_polls(every_s, random_of_feed.random(), end) for name, every_s in FIXED.items()}
        grids["by entry frequency"] = frequency_polls(feed, random_of_feed.random(), end)
        judge(feed, {OURS: polls, **grids}, end, tallies)
    return found


def own_polls(feed: Publisher, draw: Callable[[], float], end: float) -> Floats:
    """Return when Cleanwire asks: its own schedule, fed with what a server answers at that time."""
    window, ascending, newest_first = feed.window, feed.times.tolist(), tuple(feed.times[::-1].tolist())
    count = len(ascending)
    idle = PollReply(status=304, not_modified=True, max_age_s=feed.max_age_s)
    if not feed.conditional:
        idle = PollReply(status=200, body_hash="0", max_age_s=feed.max_age_s)
    state = schedule.first_poll("f", "https://news.example/feed", now=START, jitter=draw(), spread_s=FIRST_WITHIN_S)
    polls: list[float] = []
    shown = 0
    now = state.next_poll_at
    while now < end:
        polls.append(now)
        there = bisect_right(ascending, now, shown)
        reply = idle
        if there > shown:
            reply = PollReply(
                status=200,
                body_hash="0",
                etag="0",
                entries=min(there, window),
                new_entries=min(there - shown, window),
                entry_times=newest_first[count - there : count - max(0, there - window)],
                max_age_s=feed.max_age_s,
                ttl_s=feed.ttl_s,
                update_period_s=feed.update_period_s,
                skip_hours=feed.skip_hours,
            )
            shown = there
        state = schedule.reschedule(state, reply, BOUNDS, now=now, jitter=draw())
        now = state.next_poll_at
    return np.array(polls)


def fixed_polls(every_s: float, phase: float, end: float) -> Floats:
    return np.arange(START + phase * every_s, end, every_s)


def frequency_polls(feed: Publisher, phase: float, end: float) -> Floats:
    """Return when a reader asks that goes by the entries of the last seven days, between 5 minutes and a day.

    Miniflux's "entry frequency" counts anew at each poll; here it counts at each midnight.
    """
    days = np.arange(START, end, DAY_S)
    a_week = np.searchsorted(feed.times, days) - np.searchsorted(feed.times, days - 7 * DAY_S)
    intervals = np.clip(7 * DAY_S / np.maximum(a_week, 1), 300.0, DAY_S)
    return np.concatenate(
        [np.arange(day + phase * every, day + DAY_S, every) for day, every in zip(days, intervals, strict=True)]
    )


def judge(feed: Publisher, polls: dict[str, Floats], end: float, tallies: dict[str, Tally]) -> None:
    """Add to `tallies` what these polls saw: an entry is missed if its window moved on before the next poll."""
    times = feed.times[feed.times < end]
    leaves = np.append(times[feed.window :], np.full(min(feed.window, len(times)), np.inf))
    judged = (times >= START + FIRST_WITHIN_S) & (times < end - LAST_DAY_S)
    following = {name: np.searchsorted(asked, times) for name, asked in polls.items()}
    seen_at = {name: np.append(asked, np.inf)[following[name]] for name, asked in polls.items()}
    lost = {name: judged & (seen_at[name] >= leaves) for name in polls}
    size = HEAD_BYTES + feed.window * ENTRY_BYTES
    for name, asked in polls.items():
        tally = tallies.setdefault(name, Tally())
        delays = (seen_at[name] - times)[judged & ~lost[name]]
        news = 1 + int(np.count_nonzero(np.diff(following[name]))) if len(times) else 0
        full = news + (end - START) / AUDIT_S if feed.conditional else len(asked)
        tally.requests += len(asked)
        tally.bytes += int(len(asked) * HEAD_BYTES + full * size)
        if len(delays):
            np.add.at(tally.delays, np.minimum(delays, LONGEST_S - 1).astype(np.int64), 1)
            tally.by_feed.append(float(np.median(delays)))
        tally.missed += int(np.sum(lost[name]))
        tally.avoidable += int(np.sum(lost[name] & (leaves - times >= SURE_S)))
        tally.by_luck += int(np.sum(lost[name] & ~lost[RIVAL])) - int(np.sum(lost[RIVAL] & ~lost[name]))


if __name__ == "__main__":
    sys.exit(main())
