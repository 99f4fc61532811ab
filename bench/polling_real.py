"""Do the dates of the workload look like those of real feeds? Prints both; only figures ever leave the real feeds."""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from cleanwire.feed.entries import new_and_changed
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from polling_workload import START, Floats, publisher

LEAST = 5
"""Feeds with fewer dates tell nothing."""
SPEEDS = (("4 and more a day", 4.0, 1e9), ("0.5 to 4 a day", 0.5, 4.0), ("fewer", 0.0, 0.5))
WITHIN = (("15 minutes", 900.0), ("an hour", 3600.0))
SHOWN_S = 3600.0
"""A feed whose entries all lie within an hour is a batch or has no real dates: left out on both sides."""


def compare(folder: Path, seed: int) -> int:
    """Print the dates of the real feeds in `folder` beside one window of each of 3,000 feeds of the workload."""
    if not (folder / "index.json").is_file():
        print(f"NO REAL FEEDS at {folder}", file=sys.stderr)
        return 2
    rng = np.random.default_rng(seed)
    simulated = []
    for number in range(3000):
        feed = publisher(number, days=30, seed=seed)
        shown = int(np.searchsorted(feed.times, START + rng.uniform(0, 30 * 86_400)))
        simulated.append(feed.times[max(0, shown - feed.window) : shown])
    for name, windows in (("real", real(folder)), ("workload", simulated)):
        _describe(name, [window for window in windows if len(window) >= LEAST and np.ptp(window) >= SHOWN_S])
    return 0


def real(folder: Path) -> list[Floats]:
    """Return the dates of each real feed, ascending, each window once."""
    found: dict[tuple[float, ...], None] = {}
    for case in json.loads((folder / "index.json").read_text(encoding="utf-8"))["cases"]:
        if case["kind"] != "feed/real" or "file" not in case:
            continue
        body = (folder / case["file"]).read_bytes()
        parsed = feed_body.parse(
            gzip.decompress(body) if case.get("stored") == "gzip" else body, url="https://x.example/"
        )
        if isinstance(parsed, ParsedFeed):
            found[new_and_changed.entry_times(parsed, now=START)[::-1]] = None
    return [np.array(times) for times in found]


def _describe(name: str, windows: list[Floats]) -> None:
    dates = sum(map(len, windows))
    print(f"{name}: {len(windows)} feeds, {dates} dates, window {_quantiles([len(w) for w in windows], 0)}")
    for speed, least, below in SPEEDS:
        chosen = [w for w in windows if least <= _rate(w) * 86_400 < below]
        if not chosen:
            continue
        gaps = [np.diff(window) * _rate(window) for window in chosen]
        share = len(chosen) / len(windows)
        print(f"  {speed} ({len(chosen)}, {share:.0%}): gap / mean gap {_quantiles(np.concatenate(gaps), 2)}")
        print(f"    longest gap / mean gap {_quantiles([of_feed.max() for of_feed in gaps], 1)}")
        print(f"    spread of a feed's gaps (CV) {_quantiles([of_feed.std() for of_feed in gaps], 2)}")
        print(f"    quickest half / half of the span {_quantiles([_quickest_half(w) for w in chosen], 2)}")
        for name, length_s in WITHIN:
            most = [_most_within(window, length_s) / len(window) for window in chosen]
            print(f"    most in {name}, of the window {_quantiles(most, 2)}")
    hours = _shares(windows, lambda times: times // 3600 % 24, 24)
    days = _shares(windows, lambda times: (times // 86_400 + 3) % 7, 7)
    print("  hours UTC, %:", " ".join(f"{share * 100:.1f}" for share in hours))
    print("  weekdays, %:", " ".join(f"{share * 100:.1f}" for share in days))


def _rate(window: Floats) -> float:
    return float((len(window) - 1) / np.ptp(window))


def _quickest_half(window: Floats) -> float:
    half = len(window) // 2
    return float(np.min(window[half:] - window[:-half]) / half * _rate(window))


def _most_within(window: Floats, length_s: float) -> int:
    return int(np.max(np.searchsorted(window, window + length_s, side="right") - np.arange(len(window))))


def _quantiles(values: Iterable[float], digits: int) -> str:
    found = np.quantile(np.array(values), (0.1, 0.25, 0.5, 0.75, 0.9))
    return "p10–p90 " + " ".join(f"{value:.{digits}f}" for value in found)


def _shares(windows: list[Floats], bucket, buckets: int) -> Floats:
    """Return the mean over feeds of the share of dates in each bucket."""
    shares = [np.bincount(bucket(window).astype(int), minlength=buckets) / len(window) for window in windows]
    return np.mean(shares, axis=0)
