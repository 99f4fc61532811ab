"""What is learned of a feed's rate and rhythm, and when it pays to ask."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cleanwire.feed.timing import pace, schedule
from cleanwire.feed.timing.pace import Curve
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records.feed import FeedState

HOUR, DAY = 3600.0, 86_400.0
MONDAY = datetime(2026, 11, 2, tzinfo=UTC).timestamp()
BOUNDS = Bounds()


def live(times: list[float], *, until: float, window: int = 20) -> list[FeedState]:
    """Return the states after each poll of a feed that publishes at `times`, until `until`."""
    state = schedule.first_poll("f", "https://news.example/feed", now=MONDAY, jitter=0.0)
    drawn = random.Random(1)
    states: list[FeedState] = []
    shown = 0
    while state.next_poll_at < until:
        now = state.next_poll_at
        there = sum(at <= now for at in times)
        reply = PollReply(status=304, not_modified=True)
        if there > shown:
            newest = tuple(sorted(times[max(0, there - window) : there], reverse=True))
            reply = PollReply(
                status=200, entries=len(newest), new_entries=min(there - shown, window), entry_times=newest
            )
        shown = there
        state = schedule.reschedule(state, reply, BOUNDS, now=now, jitter=drawn.random())
        states.append(state)
    return states


def office(days: int) -> list[float]:
    """Return the times of a feed that publishes every quarter of an hour from 8 to 18, Monday to Friday."""
    quarters = range(-14 * 96, days * 96)
    return [MONDAY + q * 900.0 for q in quarters if 32 <= q % 96 < 72 and q // 96 % 7 < 5]


def test_a_newsroom_that_sleeps_is_asked_by_day_and_left_alone_at_night() -> None:
    states = live(office(28), until=MONDAY + 28 * DAY, window=100)
    polled = [
        state.polled_at for state in states if state.polled_at is not None and state.polled_at > MONDAY + 14 * DAY
    ]
    by_day = [at for at in polled if 9 <= at // HOUR % 24 < 17 and (at // DAY + 3) % 7 < 5]
    by_night = [at for at in polled if at // HOUR % 24 < 5 and (at // DAY + 3) % 7 < 5]
    on_sunday = [at for at in polled if 9 <= at // HOUR % 24 < 17 and (at // DAY + 3) % 7 == 6]
    assert len(by_day) / (8 * 10) > 2 * len(by_night) / (5 * 10)
    assert len(by_day) / (8 * 10) > 2 * len(on_sunday) / (8 * 2)


def test_the_rate_is_learned_whatever_the_first_window_told() -> None:
    misleading = [MONDAY - n * 30 * DAY for n in range(20, 0, -1)]
    state = live([*misleading, *(MONDAY + n * 2 * HOUR for n in range(12 * 28))], until=MONDAY + 28 * DAY)[-1]
    assert state.rate == pytest.approx(1 / (2 * HOUR), rel=0.25)


def test_a_feed_that_falls_silent_is_asked_ever_less() -> None:
    states = live([MONDAY - n * HOUR for n in range(40, 0, -1)], until=MONDAY + 60 * DAY)
    waits = [state.interval_s for state in states if (state.polled_at or 0) > MONDAY + DAY]
    assert waits[-1] > 5 * waits[0]
    assert sum((state.polled_at or 0) > MONDAY + 50 * DAY for state in states) < 10 * 24


def test_a_feed_that_wakes_is_soon_asked_more() -> None:
    old = [MONDAY - 90 * DAY - n * DAY for n in range(20, 0, -1)]
    states = live([*old, *(MONDAY + 5 * DAY + n * 1200.0 for n in range(200))], until=MONDAY + 7 * DAY)
    asleep = [state.interval_s for state in states if (state.polled_at or 0) < MONDAY + 5 * DAY]
    assert states[-1].interval_s < asleep[-1] / 5


def test_the_state_of_a_feed_stays_small() -> None:
    states = live(office(28), until=MONDAY + 28 * DAY)
    assert {len(state.rhythm) for state in states} == {62}


@pytest.mark.parametrize("rate_per_day", [0.2, 3.0, 40.0])
def test_the_wait_costs_least(rate_per_day: float) -> None:
    rate, curve = rate_per_day / DAY, Curve(b"", 0.0)
    now = MONDAY + 12 * HOUR
    local = rate * curve.factor(int(now // HOUR))

    def cost(wait_s: float) -> float:
        return (
            local * wait_s / 2 + pace.PRICE_S / wait_s
        )  # entry-seconds a second: waiting, and requests at their price

    best = min((60.0 * n for n in range(1, 3000)), key=cost)
    found = pace.wait_s(rate, curve, now=now, longest_s=1e9)
    if found < 10 * HOUR:  # within one working day, whose factor is the same
        assert found == pytest.approx(best, abs=60)
    assert cost(found) < 1.05 * cost(best)


@given(
    st.lists(st.floats(MONDAY - 60 * DAY, MONDAY), max_size=80),
    st.floats(MONDAY, MONDAY + 7 * DAY),
    st.floats(0, 3 * DAY),
)
def test_exposure_is_the_sum_over_the_hours(dates: list[float], since: float, length_s: float) -> None:
    curve = Curve(Curve(b"", 1e-4).counted(dates), 1e-4)
    middle = since + length_s / 3
    whole = curve.exposure_s(since, since + length_s)
    assert whole == pytest.approx(curve.exposure_s(since, middle) + curve.exposure_s(middle, since + length_s), abs=0.1)
    week = [curve.factor(int(MONDAY // HOUR) + hour) for hour in range(168)]
    assert sum(week) / 168 == pytest.approx(1)
    assert max(week) <= curve.highest


@given(st.integers(10, 500), st.floats(1e-7, 1e-2), st.integers(1, 10), st.floats(0, 3 * DAY))
def test_a_window_lasts_longer_the_larger_it_is_and_the_slower_the_feed(
    window: int, rate: float, came: int, since_s: float
) -> None:
    lasts_s = pace.lasts_s(window, rate)
    assert lasts_s <= pace.lasts_s(window + 1, rate)
    assert lasts_s >= pace.lasts_s(window, rate * 2)
    assert (lasts_s - pace.SPARE_S) * rate * pace.BURST < window
    assert pace.lasts_s(window, rate, [(came, since_s)]) <= pace.lasts_s(window, rate, [(came, since_s + HOUR)])
    assert pace.lasts_s(window, rate, [(came + 1, since_s)]) <= pace.lasts_s(window, rate, [(came, since_s)])
    assert pace.lasts_s(window, rate, [(came, 0.0)]) < lasts_s


@pytest.mark.parametrize(
    ("window", "rate_per_day", "times_the_usual"),
    [pytest.param(40, 300, 30, id="wire"), pytest.param(20, 12, 40, id="section"), pytest.param(15, 2, 45, id="slow")],
)
def test_slow_feeds_are_guarded_against_greater_bursts(window: int, rate_per_day: float, times_the_usual: int) -> None:
    rate = rate_per_day / DAY
    assert (pace.lasts_s(window, rate) - pace.SPARE_S) * rate * times_the_usual <= window


def test_entries_that_came_just_now_are_a_sign_of_a_burst() -> None:
    feed = structs.replace(ONE_DAY_OLD, window=20, rate=12 / DAY, day_rate=12 / DAY, peak_rate=12 / DAY)
    now = (feed.polled_at or 0) + HOUR
    waits_s = []
    for newest_s in (3000.0, 60.0):
        dates = tuple(now - newest_s - 30.0 * n for n in range(5))
        reply = PollReply(status=200, entries=20, new_entries=5, entry_times=dates)
        waits_s.append(schedule.reschedule(feed, reply, BOUNDS, now=now, jitter=0.5).next_poll_at - now)
    assert waits_s[1] < waits_s[0] / 1.4


def test_a_window_that_once_filled_within_a_day_is_guarded_for_weeks() -> None:
    dates = [MONDAY - 30 * DAY - n * HOUR for n in range(20, 0, -1)]
    old = [MONDAY - 30 * DAY - n * 5 * DAY for n in range(20, 0, -1)]
    quick, slow = (live(times, until=MONDAY + 14 * DAY)[-1] for times in (dates, old))
    assert quick.next_poll_at - (quick.polled_at or 0) < (slow.next_poll_at - (slow.polled_at or 0)) / 3


def test_a_feed_without_dates_is_guarded_at_first_and_left_alone_when_it_is_silent() -> None:
    state = schedule.first_poll("f", "https://news.example/feed", now=MONDAY, jitter=0.0)
    waits_s = []
    reply = PollReply(status=200, entries=10, new_entries=10)
    while state.next_poll_at < MONDAY + 20 * DAY:
        now = state.next_poll_at
        state = schedule.reschedule(state, reply, BOUNDS, now=now, jitter=0.5)
        reply = PollReply(status=304, not_modified=True)
        waits_s.append(state.next_poll_at - now)
    assert waits_s[0] <= BOUNDS.first_s
    assert waits_s[-1] > 2 * HOUR


def test_counts_of_old_are_forgotten_in_time() -> None:
    curve = Curve(b"", 1 / DAY)
    for day in range(500):  # mornings, then evenings
        curve = Curve(curve.counted([MONDAY + day * DAY + (8 if day < 300 else 20) * HOUR]), 1 / DAY)
    morning, evening = (curve.factor(int(MONDAY // HOUR) + hour) for hour in (8, 20))
    assert evening > 2 * morning


def test_one_batch_is_no_frenzy() -> None:
    times = tuple(MONDAY - 60.0 for _ in range(20))
    state = schedule.reschedule(
        schedule.first_poll("f", "https://news.example/feed", now=MONDAY, jitter=0.0),
        PollReply(status=200, entries=20, new_entries=20, entry_times=times),
        BOUNDS,
        now=MONDAY,
        jitter=0.5,
    )
    for _ in range(48):
        idle = PollReply(status=304, not_modified=True)
        state = schedule.reschedule(state, idle, BOUNDS, now=state.next_poll_at, jitter=0.5)
    assert state.interval_s > 2 * BOUNDS.floor_s


ONE_DAY_OLD = live(office(1), until=MONDAY + DAY)[-1]


@given(st.floats(-1e6, 1e6), st.integers(0, 10_000))
def test_a_clock_that_jumps_does_no_harm(jump_s: float, new: int) -> None:
    state = ONE_DAY_OLD
    reply = PollReply(status=200, entries=20, new_entries=new, entry_times=(MONDAY,) * 20)
    jumped = schedule.reschedule(state, reply, BOUNDS, now=(state.polled_at or 0) + jump_s, jitter=0.5)
    after = structs.replace(jumped, polled_at=state.polled_at)
    assert 0 < after.rate < 1e4
    assert 0 < after.peak_rate < 1e4
