"""Turns become rows, a table and a plot; what was not measured stands there with the reason."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from bench.costs import __main__ as costs
from bench.costs import pages, rows, trees
from bench.costs.rows import Case, Measured, Turn
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed

CASE = Case("clean", "trafilatura", "pages", 2.0)
TURNS = (
    Turn(ours_s=1.0, ours_done=10, theirs_s=3.0, theirs_done=10),
    Turn(ours_s=2.0, ours_done=10, theirs_s=2.0, theirs_done=10),
    Turn(ours_s=1.0, ours_done=20, theirs_s=2.0, theirs_done=10),
)


def report(*found: Measured) -> dict[str, object]:
    return {"machine": "2 cores, load 1.0", "rows": rows.rows(found, [CASE])}


def test_a_row_holds_the_median_of_the_turns_and_their_range() -> None:
    row = rows.row(CASE, Measured(case="clean", rival="trafilatura", turns=TURNS, peak_mb=200.0))
    assert (row["case"], row["rival"], row["unit"]) == ("clean", "trafilatura", "CPU-seconds per 1,000 pages")
    assert (row["ratio"], row["ratios"], row["turns"]) == (3.0, [1.0, 4.0], 3)
    assert (row["ours"], row["theirs"]) == (100.0, 200.0)


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        pytest.param(None, "0 turns of 3 were measured", id="never-begun"),
        pytest.param(
            Measured(case="clean", rival="trafilatura", turns=TURNS[:2]), "2 turns of 3 were measured", id="few"
        ),
        pytest.param(
            Measured(case="clean", rival="trafilatura", reason="not installed"), "not installed", id="missing"
        ),
    ],
)
def test_a_rival_that_cannot_be_had_has_no_ratio_but_a_reason(measured: Measured | None, reason: str) -> None:
    row = rows.row(CASE, measured)
    assert (row["ratio"], row["reason"]) == (None, reason)
    assert f"not measured: {reason}" in rows.markdown({"machine": "", "rows": [row]})


def test_each_case_has_a_row_though_nothing_was_measured() -> None:
    assert [(row["case"], row["rival"]) for row in rows.rows([])] == [(case.name, case.rival) for case in rows.CASES]


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=3, max_size=9))
def test_the_ratio_lies_within_its_range_whatever_was_measured(times: list[tuple[float, float]]) -> None:
    turns = [Turn(ours_s=ours, ours_done=7, theirs_s=theirs, theirs_done=11) for ours, theirs in times]
    row = rows.row(CASE, Measured(case="clean", rival="trafilatura", turns=turns))
    assert row["ratios"][0] <= row["ratio"] <= row["ratios"][1]


def test_the_plot_is_a_picture_with_a_bar_of_what_was_measured() -> None:
    picture = ET.fromstring(rows.plot(report(Measured(case="clean", rival="trafilatura", turns=TURNS))))
    assert len(picture.findall("{*}rect")) == 1
    assert len(ET.fromstring(rows.plot(report())).findall("{*}rect")) == 0


def test_what_a_process_tells_line_by_line_becomes_cases() -> None:
    told = costs.told(
        '{"case": "clean", "rival": "a", "ours_s": 1, "ours_done": 2, "theirs_s": 3, "theirs_done": 4}\n'
        '{"case": "clean", "rival": "b", "reason": "gone"}\n{"case": "clean", "rival": "a", "peak_mb": 5.0}\n'
    )
    first, second = told
    assert (first.turns, first.peak_mb) == ([Turn(ours_s=1, ours_done=2, theirs_s=3, theirs_done=4)], 5.0)
    assert (second.rival, second.turns, second.reason) == ("b", [], "gone")


@pytest.mark.slow
def test_a_case_that_fails_tells_why() -> None:
    (failed,) = costs.in_process("tls", 3, 1, "https://127.0.0.1:1/f/0.xml")
    assert (failed.case, failed.rival) == ("poll-304-tls", "httpx")
    assert "ConnectError" in str(failed.reason)


def test_the_children_of_a_process_count() -> None:
    before = trees.cpu_s(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    assert trees.cpu_s(os.getpid()) > before
    assert trees.peak_mb(os.getpid()) > 1


def test_a_feed_of_the_stand_in_changes_at_its_top_only() -> None:
    old, new = (
        feed_body.parse(pages.feed(3, version, "http://a.example", now=1.8e9), url="http://a.example/")
        for version in (0, 2)
    )
    assert isinstance(old, ParsedFeed)
    assert isinstance(new, ParsedFeed)
    assert [entry.link for entry in new.entries[2:]] == [entry.link for entry in old.entries[:-2]]
