"""How far our clock is off, by what many servers say, whatever some of them say."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.crawl.clock import EVERY_S, FEWEST, HEARD_WITHIN_S, MAX_S, SITES, ServerClocks

NOON = 1_780_000_000.0


def heard(clocks: ServerClocks, site: str, ahead_s: float, *, now: float = NOON, **headers: str) -> float | None:
    """Let a site say a time that makes our clock `ahead_s` seconds ahead."""
    return clocks.hear(f"https://{site}/", {"date": formatdate(now - ahead_s, usegmt=True), **headers}, now=now)


def agreed(clocks: ServerClocks, ahead_s: float, sites: int = FEWEST, *, now: float = NOON) -> float | None:
    found = None
    for number in range(sites):
        found = heard(clocks, f"agreed{number}.example", ahead_s, now=now)
    return found


def test_nothing_is_said_before_some_sites_have_answered() -> None:
    clocks = ServerClocks(every_s=0)
    assert [heard(clocks, f"site{number}.example", 90) for number in range(FEWEST)] == [None, None, 90]


@pytest.mark.parametrize("ahead_s", [90, -7200, 0])
def test_what_most_sites_say_counts(ahead_s: float) -> None:
    assert agreed(ServerClocks(every_s=0), ahead_s) == ahead_s


def test_one_site_has_one_voice_however_many_hosts_and_replies_it_has() -> None:
    clocks = ServerClocks(every_s=0)
    agreed(clocks, 0)
    found = [heard(clocks, f"host{number}.liar.example", 86_400) for number in range(50)]
    assert found == [0.0] * 50


@given(st.lists(st.integers(-(10**9), 10**9), max_size=9))
def test_a_minority_decides_nothing(lies: list[int]) -> None:
    clocks = ServerClocks(every_s=0)
    for number, lie in enumerate(lies):
        heard(clocks, f"liar{number}.example", lie)
    assert agreed(clocks, 5, 10) == 5


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"date": ""}, id="empty"),
        pytest.param({"date": "soon"}, id="words"),
        pytest.param({"date": "Mon, 99 Foo 99999 99:99:99 GMT"}, id="no-date"),
        pytest.param({"date": "1" * 100_000}, id="endless"),
        pytest.param({"date": "Mon, 01 Jan 2001 00:00:00 +9999999999"}, id="no-zone"),
        pytest.param({"date": formatdate(0, usegmt=True), "age": "600"}, id="out-of-a-cache"),
    ],
)
def test_a_reply_that_tells_no_time_is_passed_over(headers: dict[str, str]) -> None:
    clocks = ServerClocks(every_s=0)
    for number in range(FEWEST):
        assert clocks.hear(f"https://site{number}.example/", headers, now=NOON) is None


@given(st.text(max_size=70))
def test_no_date_makes_it_fail(value: str) -> None:
    clocks = ServerClocks(every_s=0)
    agreed(clocks, 0)
    found = clocks.hear("https://stranger.example/", {"date": value}, now=NOON)
    assert found is None or found == 0


def test_what_was_heard_long_ago_is_forgotten() -> None:
    clocks = ServerClocks(every_s=0)
    agreed(clocks, 600)
    later = NOON + HEARD_WITHIN_S + 1
    assert heard(clocks, "new0.example", 0, now=later) is None
    heard(clocks, "new1.example", 0, now=later)
    assert heard(clocks, "new2.example", 0, now=later) == 0


def test_no_more_sites_are_remembered_than_are_asked_of() -> None:
    clocks = ServerClocks(every_s=0)
    agreed(clocks, 600, SITES)
    for number in range(SITES):
        found = heard(clocks, f"new{number}.example", 0)
    assert found == 0
    assert len(clocks._heard) == SITES


def test_a_figure_stays_one_that_can_be_shown() -> None:
    assert agreed(ServerClocks(every_s=0), NOON) == MAX_S


def test_what_is_no_address_is_passed_over() -> None:
    assert ServerClocks(every_s=0).hear("about:blank", {"date": formatdate(NOON, usegmt=True)}, now=NOON) is None


def test_of_many_replies_at_once_some_are_heard() -> None:
    clocks = ServerClocks()
    found = [heard(clocks, f"site{number}.example", 90, now=NOON + number / 100) for number in range(100)]
    assert 0 < sum(ahead is not None for ahead in found) <= 1 / EVERY_S
