"""The promises about polling, on a small sample of the benchmark's workload: few requests, fresh, nothing missed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

BENCH = Path(__file__).parents[2] / "bench" / "polling.py"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    command = [sys.executable, str(BENCH), "--feeds", "200", "--days", "20", "--jobs", "1", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=150)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_takes_far_fewer_requests_than_asking_every_quarter_of_an_hour(report: dict[str, Any]) -> None:
    policies = report["policies"]
    assert policies["Cleanwire"]["requests"] <= 0.4 * policies["every 15 min"]["requests"]


def test_the_median_entry_is_seen_no_later(report: dict[str, Any]) -> None:
    policies = report["policies"]
    assert policies["Cleanwire"]["entry_p50_s"] <= policies["every 15 min"]["entry_p50_s"]


def test_nothing_is_missed_that_a_five_minute_poller_surely_sees(report: dict[str, Any]) -> None:
    assert report["policies"]["Cleanwire"]["avoidable"] == 0
    assert report["policies"]["every 15 min"]["avoidable"] > 50  # so the workload tells them apart


def test_every_class_of_feed_is_polled_and_most_for_the_prolific(report: dict[str, Any]) -> None:
    classes = report["cleanwire_by_class"]
    assert classes["dead"]["requests"] / 24 < classes["magazine"]["requests"] / 32  # by their shares of 200 feeds
    assert classes["wire"]["entry_p50_s"] < classes["section"]["entry_p50_s"] < classes["blog"]["entry_p50_s"]
