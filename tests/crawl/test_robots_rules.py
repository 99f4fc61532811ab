"""What a robots.txt allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.crawl import robots


def allowed(text: str, path: str, agent: str = "Cleanwire") -> bool:
    return robots.parse(text.encode()).allowed(agent, f"https://news.example{path}")


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("", "/a", True, id="empty-allows-all"),
        pytest.param("user-agent: *\ndisallow: /", "/a", False, id="everything-disallowed"),
        pytest.param("user-agent: *\ndisallow:", "/a", True, id="empty-disallow-allows"),
        pytest.param("user-agent: *\ndisallow: /a\nallow: /a/b", "/a/b/c", True, id="longest-wins"),
        pytest.param("user-agent: *\nallow: /a\ndisallow: /a", "/a", True, id="allow-wins-a-tie"),
        pytest.param("user-agent: *\ndisallow: /*.pdf$", "/x/y.pdf", False, id="wildcard-and-end"),
        pytest.param("user-agent: *\ndisallow: /*.pdf$", "/x/y.pdf?z", True, id="end-means-end"),
        pytest.param("user-agent: *\ndisallow: /a*b*c", "/a-c-b", True, id="parts-in-order"),
        pytest.param("user-agent: *\ndisallow: *a*$", "/xa", False, id="trailing-star-before-end"),
        pytest.param("user-agent: *\ndisallow: /aa$", "/a", True, id="end-pattern-longer-than-path"),
        pytest.param("user-agent: *\ndisallow: /a*a$", "/a", True, id="parts-do-not-overlap"),
        pytest.param("user-agent: *\ndisallow: /?s=", "/?s=word", False, id="query"),
        pytest.param("user-agent: *\ndisallow: /ä", "/%C3%A4/x", False, id="pattern-beyond-ascii"),
        pytest.param("user-agent: *\ndisallow: /%c3%a4", "/ä/x", False, id="address-beyond-ascii"),
        pytest.param("user-agent: *\ndisallow: /A", "/a", True, id="paths-mind-case"),
        pytest.param("user-agent: *\nallow: /index.html\ndisallow: /", "/", True, id="index-page-is-its-folder"),
        pytest.param("disallow: /", "/a", True, id="rules-before-any-agent-do-not-count"),
        pytest.param(
            "user-agent: cleanwire\nallow: /\n\nuser-agent: *\ndisallow: /", "/a", True, id="own-group-replaces-star"
        ),
        pytest.param("User-Agent: CLEANWIRE\nDISALLOW: /a", "/a", False, id="case-of-names"),
        pytest.param("user-agent: cleanwire/2.0 x\ndisallow: /a", "/a", False, id="version-behind-the-token"),
        pytest.param("user-agent: clean\ndisallow: /a", "/a", True, id="a-prefix-is-another-agent"),
        pytest.param("user-agent: *\nuser-agent: other\ndisallow: /a", "/a", False, id="shared-group"),
        pytest.param(
            "user-agent: cleanwire\ndisallow: /a\nuser-agent: cleanwire\ndisallow: /b", "/b", False, id="groups-add-up"
        ),
        pytest.param(
            "user-agent: cleanwire\nsitemap: /s\nhost: x\nuser-agent: b\ndisallow: /a",
            "/a",
            False,
            id="unknown-lines-do-not-end-a-group",
        ),
        pytest.param("user-agent *\ndisallow /a", "/a", False, id="missing-colon"),
        pytest.param("user-agent: *\ndisalow: /a", "/a", False, id="misspelt"),
        pytest.param("user-agent: * # all\ndisallow: /a # not this", "/a", False, id="comments"),
        pytest.param("user-agent: *\rdisallow: /a\r", "/a", False, id="old-line-ends"),
        pytest.param("\ufeffuser-agent: *\ndisallow: /a", "/a", False, id="byte-order-mark"),
        pytest.param("<!doctype html><html><body>404", "/a", True, id="a-web-page"),
    ],
)
def test_rules_decide_as_rfc_9309_says(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


def test_an_address_without_path_is_the_root() -> None:
    rules = robots.parse(b"user-agent: *\ndisallow: /$")
    assert not rules.allowed("x", "https://news.example")
    assert not rules.allowed("x", "https://news.example#top")
    assert rules.allowed("x", "https://news.example?q")


def test_what_lies_beyond_500_kib_is_not_read() -> None:
    filler = b"# comment\n" * (robots.MAX_BYTES // 10)
    assert robots.parse(filler + b"user-agent: *\ndisallow: /").allowed("x", "https://news.example/a")


def test_a_long_line_is_cut_and_the_next_one_counts() -> None:
    text = b"user-agent: *\ndisallow: /" + b"x" * 20_000 + b"\ndisallow: /b"
    rules = robots.parse(text)
    assert rules.allowed("x", "https://news.example/a")
    assert not rules.allowed("x", "https://news.example/b")
    assert not rules.allowed("x", "https://news.example/" + "x" * 20_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("user-agent: *\ncrawl-delay: 7", 7.0, id="for-all"),
        pytest.param("user-agent: *\ncrawl-delay: 7\nuser-agent: cleanwire\ncrawl-delay: 0.5", 0.5, id="own"),
        pytest.param("user-agent: cleanwire\ndisallow: /a", None, id="own-group-without"),
        pytest.param("user-agent: *\ncrawl-delay: soon", None, id="no-number"),
        pytest.param("user-agent: *\ncrawl-delay: -1", None, id="negative"),
        pytest.param("user-agent: *\ncrawl-delay: nan", None, id="not-a-number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_crawl_delay_is_read_for_the_agent(text: str, expected: float | None) -> None:
    assert robots.parse(text.encode()).crawl_delay_s("Cleanwire/0.1") == expected


def test_sitemaps_are_listed_wherever_they_stand() -> None:
    rules = robots.parse(
        b"Sitemap: https://a.example/1.xml\nuser-agent: *\nsitemap: https://a.example/2.xml\ndisallow: /"
    )
    assert rules.sitemaps == ("https://a.example/1.xml", "https://a.example/2.xml")


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_any_bytes_are_read_and_decide(body: bytes, path: str) -> None:
    rules = robots.parse(body)
    assert rules.allowed("Cleanwire", f"https://news.example/{path}") in (True, False)


@given(st.text("ab*$/", max_size=12), st.text("ab/", max_size=12))
def test_matching_agrees_with_a_regular_expression(pattern: str, path: str) -> None:
    anchored = pattern.endswith("$")
    body = pattern[:-1] if anchored else pattern
    expression = ".*".join(re.escape(part) for part in body.split("*")) + ("$" if anchored else "")
    expected = bool(pattern) and re.match(expression, "/" + path) is not None
    rules = robots.parse(f"user-agent: *\ndisallow: {pattern}".encode())
    assert rules.allowed("x", f"https://news.example/{path}") is not expected
