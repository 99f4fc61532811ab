"""An operator's rules: what a file may say, which words name its mistakes, and which blocks a pattern covers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.errors import InputError
from cleanwire.records.document import Precision
from cleanwire.text.site_rules import tables
from cleanwire.text.site_rules.tables import SiteRules

WHOLE = b"""
["example.org"]
keep = ["Correction: *"]
drop = ["Read the *full* story", "Our partners"]
title = "h1.headline"
date = "p.stamp"
date_format = "%d/%m/%Y %H:%M"
time_zone = "Europe/Vienna"

["news.example"]
drop = []
"""


def test_a_file_has_a_table_for_each_site() -> None:
    rules = tables.read(WHOLE, "rules.toml")
    assert list(rules) == ["example.org", "news.example"]
    assert rules["example.org"].time_zone == "Europe/Vienna"
    assert rules["news.example"] == SiteRules(site="news.example")


def test_a_cut_names_site_and_place_in_the_list() -> None:
    site = tables.read(WHOLE, "rules.toml")["example.org"]
    assert site.drops("OUR  partners") == "user/example.org/2"
    assert site.drops("Read the whole and full story") == "user/example.org/1"
    assert site.drops("Our partners in the valley") is None
    assert site.keeps("Correction: the pier is longer")


@pytest.mark.parametrize(
    ("pattern", "text", "covers"),
    [
        pytest.param("Our partners", "our\u00a0 PARTNERS", True, id="case-and-blanks-never-matter"),
        pytest.param("Our partners", "Our partners!", False, id="the-whole-block"),
        pytest.param("Our partners*", "Our partners!", True, id="star-at-the-end"),
        pytest.param("*partners", "Our partners", True, id="star-at-the-start"),
        pytest.param("*part*", "Our partners", True, id="inside"),
        pytest.param("a*a", "a", False, id="ends-do-not-overlap"),
        pytest.param("a*b*a", "abba", True, id="star-for-nothing"),
        pytest.param("a*b*c", "acb", False, id="in-order"),
        pytest.param("more.", "more!", False, id="a-dot-is-a-dot"),
        pytest.param("STRASSE*", "straße frei", True, id="folded"),
        pytest.param("关注*公众号", "关注 我们的公众号", True, id="chinese"),
    ],
)
def test_a_pattern_covers_a_block(pattern: str, text: str, covers: bool) -> None:
    site = tables.read(f'["a.example"]\ndrop = ["{pattern}"]'.encode(), "r")["a.example"]
    assert (site.drops(text) is not None) == covers


@given(pattern=st.text("ab* ", min_size=1, max_size=12), text=st.text("ab ", max_size=12))
def test_patterns_mean_what_the_same_regular_expression_means(pattern: str, text: str) -> None:
    folded, said = " ".join(pattern.split()), " ".join(text.split())
    expression = ".*".join(map(re.escape, folded.split("*")))
    site = SiteRules(site="a.example", drop=(folded,))
    assert (site.drops(text) is not None) == bool(re.fullmatch(expression, said))


def test_a_pattern_made_to_take_long_does_not() -> None:
    site = SiteRules(site="a.example", drop=("a*" * 200 + "b",))
    assert site.drops("a" * 1_000_000) is None


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param('["a.example"]\ndrop = [', "r.toml:2: not valid TOML", id="syntax-at-the-end"),
        pytest.param('\n["a.example"]\nkeep = 1 2\n\n', "r.toml:3: not valid TOML", id="syntax"),
        pytest.param('["a.example"]\ntitle = "h1"\ndorp = ["x"]', "r.toml:3: dorp: no such key", id="unknown-key"),
        pytest.param('["a.example"]\n\ndrop = "x"', "r.toml:3: drop: expected a list of texts", id="no-list"),
        pytest.param('["a.example"]\ndrop = [\n"x", 3]', "r.toml:2: drop: expected a list of texts", id="number"),
        pytest.param('["a.example"]\nkeep = ["*"]', "r.toml:2: keep: '*' would match anything", id="anything"),
        pytest.param(f'["a.example"]\nkeep = ["{"x" * 501}"]', "has 501 characters", id="long"),
        pytest.param(f'["a.example"]\ndrop = {["x"] * 501}', "501 patterns, at most 500", id="many"),
        pytest.param('["a.example"]\ntitle = "h1:hover"', "r.toml:2: title: 'h1:hover' is no CSS", id="selector"),
        pytest.param('["a.example"]\ndate = 7', "r.toml:2: date: expected a CSS selector", id="selector-type"),
        pytest.param('["a.example"]\ndate_format = "%d %Q"', "r.toml:2: date_format: ", id="directive"),
        pytest.param('["a.example"]\ndate_format = "%d%d%Y"', "date_format: '%d%d%Y' cannot", id="twice"),
        pytest.param('["a.example"]\ndate_format = "%d %B"', "does not tell year, month and day", id="no-year"),
        pytest.param('["a.example"]\ntime_zone = "Vienna"', "r.toml:2: time_zone: 'Vienna' is no IANA", id="zone"),
        pytest.param('["a.example"]\ntime_zone = "../x"', "time_zone: '../x' is no IANA", id="zone-path"),
        pytest.param('["a.example"]\ntime_zone = "Europe"', "time_zone: 'Europe' is no IANA", id="zone-folder"),
        pytest.param('["www.a.example"]\ndrop = []', "r.toml:1: www.a.example: the site is a.example", id="host"),
        pytest.param('["a.example/x"]\ndrop = []', "r.toml:1: a.example/x: the site is a.example", id="path"),
        pytest.param('\n["a b"]\ndrop = []', "r.toml:2: a b: not a site", id="no-site"),
        pytest.param("[a.example]\ndrop = []", 'r.toml:1: a: the name of a site stands in quotes', id="no-quotes"),
        pytest.param('\ndrop = ["x"]', "r.toml:2: drop: belongs into the table of a site", id="no-table"),
        pytest.param("a = " + "[" * 5000, "r.toml", id="deep"),
        pytest.param(b'["a.example"]\ndrop = ["\xff"]', "r.toml:2: not UTF-8", id="latin-1"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_file_line_and_key(body: str | bytes, says: str) -> None:
    with pytest.raises(InputError) as error:
        tables.read(body if isinstance(body, bytes) else body.encode(), "r.toml")
    assert says in str(error.value)


def test_all_mistakes_are_told_at_once_each_at_its_own_table() -> None:
    body = b'["a.example"]\ndrop = 1\n\n["b.example"]\nkeep = []\ndrop = 2\ntime_zone = "Mars"\n'
    with pytest.raises(InputError) as error:
        tables.read(body, "r.toml")
    assert [line.split(": ")[0] for line in str(error.value).splitlines()] == ["r.toml:2", "r.toml:6", "r.toml:7"]


@given(st.binary(max_size=60))
def test_any_bytes_are_rules_or_a_message(body: bytes) -> None:
    told = "r.toml"
    try:
        tables.read(body, "r.toml")
    except InputError as error:
        told = str(error)
    assert told.startswith("r.toml")


@pytest.mark.parametrize(
    ("raw", "date_format", "local", "offset_min", "precision"),
    [
        ("03/04/2025", "%d/%m/%Y", "2025-04-03T00:00:00", None, Precision.DAY),
        (" 03/04/2025  17:05 ", "%d/%m/%Y %H:%M", "2025-04-03T17:05:00", None, Precision.MINUTE),
        ("20250403T170509+0530", "%Y%m%dT%H%M%S%z", "2025-04-03T17:05:09", 330, Precision.SECOND),
    ],
    ids=["day", "minute", "second-with-offset"],
)
def test_a_time_is_read_in_the_format_given(
    raw: str, date_format: str, local: str, offset_min: int | None, precision: Precision
) -> None:
    time = tables.read_time(raw, date_format)
    assert time is not None
    assert (time.local.isoformat(), time.offset_min, time.precision) == (local, offset_min, precision)


def test_a_time_in_another_form_is_none() -> None:
    assert tables.read_time("3 April 2025", "%d/%m/%Y") is None


def test_a_version_changes_with_any_rule() -> None:
    rules = SiteRules(site="a.example")
    others = {
        SiteRules(site="a.example", **{key: "x"}).version for key in ("title", "date", "date_format", "time_zone")
    }
    others |= {SiteRules(site="a.example", keep=("x",)).version, SiteRules(site="a.example", drop=("x",)).version}
    assert len(others | {rules.version}) == 7
