"""What a site's own files say about AI and text mining."""

import json

import pytest

from cleanwire.crawl import ai_agents, robots, tdmrep
from cleanwire.crawl.tdmrep import Reservation

SITE = "https://news.example"
POLICY = "https://news.example/policies/tdm.json"
FILE = [
    {"location": "/open/*.txt$", "tdm-reservation": 0},
    {"location": "/news/", "tdm-reservation": 1, "tdm-policy": "/policies/tdm.json"},
    {"location": "/news/weather", "tdm-reservation": 0},
]
RESERVED, FREE = Reservation(reserved=True, policy=POLICY), Reservation(reserved=False)


def read(value: object) -> tdmrep.Tdmrep:
    return tdmrep.parse(json.dumps(value).encode(), url=f"{SITE}/.well-known/tdmrep.json")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/news/pier", RESERVED),
        ("/news/weather", RESERVED),  # the first rule that matches, not the longest
        ("/open/a/b.txt", FREE),
        ("/open/b.txt?x=1", None),
        ("/", None),
        ("/NEWS/pier", None),
    ],
)
def test_the_first_rule_that_matches_a_path_counts(path: str, said: Reservation | None) -> None:
    assert read(FILE).of(SITE + path) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param({"location": "/", "tdm-reservation": 1}, True, id="without-brackets"),
        pytest.param([{"location": "/", "tdm-reservation": "1"}], True, id="number-as-text"),
        pytest.param([{"location": "news/", "tdm-reservation": 1}], True, id="without-the-first-slash"),
        pytest.param([{"location": "*", "tdm-reservation": 0}], False, id="everything"),
        pytest.param([{"location": "/", "tdm-reservation": 2}], None, id="no-such-value"),
        pytest.param([{"location": "/", "tdm-reservation": 1.5}], None, id="a-fraction"),
        pytest.param([{"location": "/", "tdm-reservation": True}], None, id="a-boolean"),
        pytest.param([{"location": 1, "tdm-reservation": 1}, "x", None, {"tdm-reservation": 1}], None, id="no-rules"),
        pytest.param([{"location": "", "tdm-reservation": 1}], None, id="no-location"),
        pytest.param([[{"location": "/", "tdm-reservation": 1}]], None, id="nested"),
        pytest.param("1", None, id="a-word"),
    ],
)
def test_files_as_they_are_written(value: object, said: bool | None) -> None:
    found = read(value).of(f"{SITE}/news/pier")
    assert (None if found is None else found.reserved) is said


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<html>", b"[" * 100_000, b'[{"location": "/", "tdm-reser'])
def test_what_is_no_such_file_says_nothing(body: bytes) -> None:
    assert tdmrep.parse(body, url=SITE).of(f"{SITE}/") is None


def test_a_policy_that_is_no_web_address_is_left_out() -> None:
    found = read([{"location": "/", "tdm-reservation": 1, "tdm-policy": "javascript:alert(1)"}]).of(f"{SITE}/")
    assert found == Reservation(reserved=True)


ROBOTS = robots.parse(
    b"""User-agent: GPTBot
User-agent: CCBot
Disallow: /

User-agent: Google-Extended
Disallow: /opinion/

User-agent: ClaudeBot
Disallow:

User-agent: *
Disallow: /search
Content-Usage: train-ai=n
Content-Usage: /open/ train-ai=y
Content-Signal: search=yes,ai-train=no
"""
)


@pytest.mark.parametrize(
    ("path", "agents"),
    [
        ("/news/pier", ("CCBot", "GPTBot")),
        ("/opinion/pier", ("CCBot", "GPTBot", "Google-Extended")),
        ("/search", ("CCBot", "GPTBot")),  # everybody is kept out here, which says nothing about AI
    ],
)
def test_ai_agents_that_are_named_and_kept_out_are_listed(path: str, agents: tuple[str, ...]) -> None:
    assert ai_agents.disallowed(ROBOTS, SITE + path) == agents


@pytest.mark.parametrize(
    ("agent", "path", "usage"),
    [
        ("examplebot", "/news/pier", "train-ai=n, search=yes,ai-train=no"),
        ("examplebot", "/open/pier", "train-ai=y"),
        ("GPTBot", "/news/pier", None),  # its own group says nothing of it
    ],
)
def test_preferences_for_use_follow_group_and_path(agent: str, path: str, usage: str | None) -> None:
    assert ROBOTS.usage(agent, SITE + path) == usage


@pytest.mark.parametrize("line", [b"Content-Usage:", b"Content-Usage: /only/a/path", b"Content-Usage: \x00"])
def test_a_preference_that_says_nothing_is_none(line: bytes) -> None:
    assert robots.parse(b"User-agent: *\n" + line).usage("a", f"{SITE}/only/a/path") is None


def test_preferences_leave_rules_and_groups_as_they_are() -> None:
    found = robots.parse(b"User-agent: a\nContent-Usage: train-ai=n\nUser-agent: b\nDisallow: /x\n")
    assert [found.allowed(agent, f"{SITE}/x") for agent in ("a", "b", "c")] == [False, False, True]
    assert found.usage("a", SITE) == "train-ai=n"


def test_a_file_full_of_preferences_stays_small() -> None:
    body = b"User-agent: *\n" + b"".join(b"Content-Usage: a%d=y\n" % number for number in range(20_000))
    assert len(robots.parse(body).usage("a", SITE) or "") == robots.MAX_USAGE_CHARS
