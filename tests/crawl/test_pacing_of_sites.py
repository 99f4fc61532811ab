"""When a site may be asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.crawl import pacing
from cleanwire.crawl.pacing import Pacer, Sites

NOW = 1_800_000_000.0
SITE = "news.example"


def after(pacer: Pacer, *replies: int | None, took_s: float = 0.0, retry_after_s: float | None = None) -> float:
    """Ask at once as often as there are replies (None: not reached); return the wait that follows the last."""
    for status in replies:
        pacer.started(SITE, NOW)
        pacer.finished(SITE, NOW, status=status, unreached=status is None, took_s=took_s, retry_after_s=retry_after_s)
    return pacer.ready_at(SITE, NOW) - NOW


def test_an_unknown_site_may_be_asked_at_once() -> None:
    assert Pacer(1.0).ready_at(SITE, NOW) == NOW


@pytest.mark.parametrize(
    ("replies", "options", "wait_s"),
    [
        pytest.param([200], {}, 1.0, id="spacing"),
        pytest.param([404], {}, 1.0, id="a-missing-page-is-no-trouble"),
        pytest.param([200], {"took_s": 4.0}, 4.0, id="a-slow-site-rests-as-long-as-it-took"),
        pytest.param([429], {}, 5.0, id="too-many-requests"),
        pytest.param([503, 503, 503], {}, 20.0, id="trouble-doubles"),
        pytest.param([503, 200], {}, 2.5, id="success-halves"),
        pytest.param([503, 200, 200, 200, 200], {}, 1.0, id="trouble-is-forgotten"),
        pytest.param([429], {"retry_after_s": 120.0}, 120.0, id="retry-after"),
        pytest.param([429], {"retry_after_s": 1.0}, 5.0, id="retry-after-cannot-make-us-impolite"),
        pytest.param([429], {"retry_after_s": 1e9}, 86_400.0, id="retry-after-has-an-end"),
        pytest.param([None, None], {}, 1.0, id="two-failures-may-be-chance"),
        pytest.param([None, None, None], {}, 30.0, id="three-are-a-host-down"),
        pytest.param([None] * 5, {}, 120.0, id="down-longer"),
        pytest.param([None] * 99, {}, pacing.MAX_DELAY_S, id="down-has-an-end"),
        pytest.param([None, None, None, 200], {}, 1.0, id="up-again"),
    ],
)
def test_the_wait_follows_from_the_replies(replies: list[int | None], options: dict[str, float], wait_s: float) -> None:
    assert after(Pacer(1.0), *replies, **options) == pytest.approx(wait_s)


def test_one_request_at_a_time_and_a_lost_one_does_not_block_for_ever() -> None:
    pacer = Pacer(1.0)
    pacer.started(SITE, NOW)
    assert pacer.busy(SITE)
    assert pacer.ready_at(SITE, NOW + 5) == NOW + pacing.LEASE_S
    assert pacer.ready_at(SITE, NOW + 2 * pacing.LEASE_S) == NOW + 2 * pacing.LEASE_S
    pacer.finished(SITE, NOW + 6, status=200)
    assert not pacer.busy(SITE)
    assert pacer.ready_at(SITE, NOW + 6) == NOW + 7


def test_crawl_delay_lengthens_the_spacing_up_to_a_bound() -> None:
    pacer = Pacer(1.0, max_crawl_delay_s=60.0)
    pacer.ask_delay(SITE, 10.0)
    assert after(pacer, 200) == 10.0
    pacer.ask_delay(SITE, 500.0)
    assert after(pacer, 200) == 60.0
    pacer.ask_delay(SITE, None)
    assert after(pacer, 200) == 1.0


def test_a_host_that_is_down_says_so() -> None:
    pacer = Pacer(1.0)
    after(pacer, None, None)
    assert not pacer.down(SITE)
    after(pacer, None)
    assert pacer.down(SITE)


def test_sites_do_not_disturb_one_another() -> None:
    pacer = Pacer(1.0)
    pacer.started(SITE, NOW)
    assert pacer.ready_at("other.example", NOW) == NOW


def two_stages() -> tuple[Pacer, Pacer]:
    sites = Sites()
    return Pacer(1.0, sites=sites), Pacer(1.0, sites=sites)


def test_a_site_that_one_stage_asks_is_not_asked_by_another() -> None:
    polls, pages = two_stages()
    polls.started(SITE, NOW)
    assert pages.ready_at(SITE, NOW) == NOW + pacing.LOOK_AGAIN_S
    polls.finished(SITE, NOW + 2, status=200)
    assert pages.ready_at(SITE, NOW + 2) == NOW + 2, "the page that a poll found need not wait for the polls' spacing"
    assert polls.ready_at(SITE, NOW + 2) == NOW + 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_one_stage_for_rest_is_left_alone_by_all(status: int) -> None:
    polls, pages = two_stages()
    pages.started(SITE, NOW)
    pages.finished(SITE, NOW, status=status, retry_after_s=600.0)
    assert polls.ready_at(SITE, NOW) == NOW + 600


def test_a_host_that_is_down_for_one_stage_is_down_for_all() -> None:
    polls, pages = two_stages()
    after(polls, None, None, None)
    assert pages.down(SITE)
    assert pages.ready_at(SITE, NOW) == NOW + 30


def test_a_stage_that_gives_up_its_sites_blocks_nobody() -> None:
    polls, pages = two_stages()
    polls.started(SITE, NOW)
    pages.released(SITE)
    assert polls.busy(SITE), "only who started a request may say that it came to nothing"
    polls.closed()
    assert pages.ready_at(SITE, NOW) == NOW


def test_a_rest_asked_for_before_a_restart_is_kept_up_to_a_bound() -> None:
    pacer = Pacer(1.0)
    pacer.rest(SITE, NOW + 900, NOW)
    assert pacer.ready_at(SITE, NOW) == NOW + 900
    pacer.rest(SITE, NOW + 1e9, NOW)
    assert pacer.ready_at(SITE, NOW) == NOW + pacing.MAX_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("status", "crawl_delay_s", "retry_after_s", "rests_s"),
    [
        pytest.param(200, None, None, None, id="our-own-spacing-is-no-wish-of-the-site"),
        pytest.param(200, 30.0, None, 30.0, id="crawl-delay"),
        pytest.param(429, None, 90.0, 90.0, id="retry-after"),
        pytest.param(429, 30.0, 90.0, 90.0, id="the-longer"),
        pytest.param(503, None, None, pacing.SLOW_BASE_S, id="tired"),
    ],
)
def test_how_long_a_site_wishes_to_rest(
    status: int, crawl_delay_s: float | None, retry_after_s: float | None, rests_s: float | None
) -> None:
    pacer = Pacer(1.0)
    pacer.ask_delay(SITE, crawl_delay_s)
    after(pacer, status, retry_after_s=retry_after_s)
    until = pacer.rests_until(SITE, NOW)
    assert until == (None if rests_s is None else NOW + rests_s)
    assert until is None or pacer.rests_until(SITE, until) is None


def test_idle_sites_are_forgotten_and_troubled_ones_kept_longer() -> None:
    pacer = Pacer(1.0)
    after(pacer, 503)
    pacer.started("calm.example", NOW)
    pacer.finished("calm.example", NOW, status=200)
    assert pacer.forget(NOW) == 0
    assert pacer.forget(NOW + 60) == 1
    assert len(pacer) == 1
    assert pacer.forget(NOW + 4000) == 1
    assert len(pacer) == 0


def test_memory_is_bounded_and_busy_sites_are_never_forgotten() -> None:
    pacer = Pacer(60.0, sites=Sites(max_sites=100))
    pacer.started("busy.example", NOW)
    for number in range(1000):
        pacer.started(f"{number}.example", NOW)
        pacer.finished(f"{number}.example", NOW + number / 1000, status=503)
    assert len(pacer) <= 100
    assert pacer.busy("busy.example")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([200, 404, 429, 500, 503, None]), st.floats(0, 60), st.one_of(st.none(), st.floats(0, 1e6))
        )
    )
)
def test_the_wait_is_never_shorter_than_the_spacing_nor_endless(
    steps: list[tuple[int | None, float, float | None]],
) -> None:
    pacer, now = Pacer(2.0), NOW
    for status, took_s, retry_after_s in steps:
        now = pacer.ready_at(SITE, now)
        pacer.started(SITE, now)
        now += took_s
        pacer.finished(SITE, now, status=status, unreached=status is None, took_s=took_s, retry_after_s=retry_after_s)
        assert 2.0 - 1e-6 <= pacer.ready_at(SITE, now) - now <= pacing.MAX_RETRY_AFTER_S + 1e-6
