"""Decisions that others have published, when their cases lie beside the repository: ../shared/data/conformance."""

import gzip
import json
import re
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cleanwire.crawl import robots
from cleanwire.feed import dates
from cleanwire.feed.formats import feed_body
from cleanwire.feed.formats.parsed import ParsedFeed
from cleanwire.feed.lists import opml
from cleanwire.text import encoding
from cleanwire.urls import guard, tracking
from cleanwire.urls import parse as urls

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "conformance"
URL = "https://feeds.example/feed"

pytestmark = [pytest.mark.yardstick, pytest.mark.data]


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    if not (DATA / "index.json").is_file():
        warnings.warn(f"NO PUBLIC CASES at {DATA}: decisions are checked against our own tables only", stacklevel=1)
        pytest.skip(f"no public cases at {DATA}")
    found: list[dict[str, Any]] = json.loads((DATA / "index.json").read_text(encoding="utf-8"))["cases"]
    return found


def wrong(cases: list[dict[str, Any]], kind: str, holds: Any) -> tuple[list[str], int]:
    """Return the ids of the cases of `kind` that `holds` denies, and how many cases there are."""
    chosen = [case for case in cases if case["kind"] == kind]
    return [case["id"] for case in chosen if not holds(case.get("input") or {}, case["expected"])], len(chosen)


def test_every_robots_decision_agrees(cases: list[dict[str, Any]]) -> None:
    def holds(given: Any, expected: Any) -> bool:
        rules = robots.parse(given["robots"].encode("utf-8", "surrogateescape"))
        return rules.allowed(given["agent"], given["url"]) is bool(expected["allowed"])

    failed, total = wrong(cases, "robots/decision", holds)
    assert (failed, total > 50) == ([], True)


def test_every_hostile_address_is_refused_and_every_neighbour_allowed(cases: list[dict[str, Any]]) -> None:
    failed, total = wrong(
        cases, "url/ssrf", lambda given, expected: (guard.refusal(given["url"]) is not None) is expected["blocked"]
    )
    assert (failed, total > 100) == ([], True)


def test_every_web_address_is_parsed_as_the_standard_says(cases: list[dict[str, Any]]) -> None:
    def holds(given: Any, expected: Any) -> bool:
        found = urls.href(given["url"], given.get("base"))
        if expected.get("failure") or expected.get("href") is None:
            return found is None
        return not re.match(r"https?:", expected["href"]) or found == expected["href"]

    failed, total = wrong(cases, "url/parse", holds)
    assert (failed, total > 200) == ([], True)


def test_tracking_parameters_go_and_the_article_stays(cases: list[dict[str, Any]]) -> None:
    def holds(given: Any, expected: Any) -> bool:
        query = parse_qs(urlsplit(tracking.clean(given["url"])).query, keep_blank_values=True)
        return "id" in query and expected["param"] not in query

    failed, total = wrong(cases, "url/tracking", holds)
    assert len(failed) <= 0.02 * total, failed


def test_every_encoding_label_has_its_name(cases: list[dict[str, Any]]) -> None:
    def holds(given: Any, expected: Any) -> bool:
        return encoding.name_of(given["label"]) == expected["name"].lower()

    failed, total = wrong(cases, "encoding/label", holds)
    assert (failed, total > 100) == ([], True)


def test_feed_dates_are_the_same_instant(cases: list[dict[str, Any]]) -> None:
    failed, total = wrong(
        cases,
        "date/feed",
        lambda given, expected: dates.instant(dates.read(given["text"])) == dates.instant(expected.get("utc")),
    )
    assert len(failed) <= 0.05 * total, failed


def test_real_feeds_have_as_many_entries_as_others_count(cases: list[dict[str, Any]]) -> None:
    failed, total = [], 0
    for case in cases:
        count = case["expected"].get("raw_items")
        if case["kind"] != "feed/real" or count is None:
            continue
        body = (DATA / case["file"]).read_bytes()
        found = feed_body.parse(gzip.decompress(body) if case.get("stored") == "gzip" else body, url=URL)
        total += 1
        if (len(found.entries) if isinstance(found, ParsedFeed) else 0) != count:
            failed.append(case["id"])
    assert (failed, total > 50) == ([], True)


def test_every_opml_file_lists_all_its_feeds(cases: list[dict[str, Any]]) -> None:
    files = {case["id"]: case for case in cases if case["kind"] == "opml"}
    counts = {
        name: len({feed.url for feed in opml.read((DATA / case["file"]).read_bytes()).feeds})
        for name, case in files.items()
    }
    failed = [name for name, case in files.items() if counts[name] != case["expected"]["n_feeds"]]
    assert failed == []
