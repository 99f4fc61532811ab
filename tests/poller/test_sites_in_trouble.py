"""Fifty feeds at one site that is down, or that has had enough: what one feed learns holds for all of them."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from cleanwire.feed.timing.schedule import PollReply
from cleanwire.poller import subscriptions
from cleanwire.poller.poll import Polled
from cleanwire.poller.service import Job
from cleanwire.records.feed import Origin
from cleanwire.telemetry.catalogue import PollFailure, PollOutcome
from poller.desk import NOW, Desk, brought, failed

HOUR, DAY = 3600.0, 86_400.0
FEEDS = [subscriptions.subscription(f"https://news.example/{number}.rss", Origin.CLI, now=NOW) for number in range(50)]


def refused(status: int, retry_after_s: float | None = None) -> Polled:
    return Polled(
        outcome=PollOutcome.FAILED,
        reply=PollReply(status=status, failure=f"HTTP {status}", retry_after_s=retry_after_s),
        url=FEEDS[0].url,
        status=status,
        wire_bytes=0,
        failure=PollFailure.HTTP_CLIENT_ERROR,
    )


def asked(desk: Desk, answer: Callable[[Job, float], Polled], *, until: float) -> list[float]:
    """Let the desk poll whatever it wants until that time, and return when it did, in seconds after the start."""
    times = []
    at = NOW
    while (next_at := desk.desk.next_at()) is not None and next_at <= until:
        at = max(at, next_at)
        job = desk.desk.start(at)
        if job is None:
            continue
        assert isinstance(job, Job)
        times.append(at - NOW)
        desk.commit(desk.desk.settle(job, answer(job, at), at))
    return times


def test_a_site_that_is_down_is_not_asked_by_each_of_its_feeds() -> None:
    times = asked(Desk(*FEEDS), lambda job, at: failed(), until=NOW + DAY)
    assert len([at for at in times if at < HOUR]) <= 12, "of fifty feeds"
    assert len(times) <= 12 + 24 * HOUR / 900, "later every quarter of an hour"


def test_when_it_is_back_all_its_feeds_are_polled_again_one_after_the_other() -> None:
    desk, back_at = Desk(*FEEDS), NOW + 2 * HOUR
    seen: dict[str, float] = {}

    def answer(job: Job, at: float) -> Polled:
        if at < back_at:
            return failed()
        seen.setdefault(job.feed.id, at)
        return brought(job)

    asked(desk, answer, until=NOW + 4 * HOUR)
    assert len(seen) == len(FEEDS)
    times = sorted(seen.values())
    assert times[0] - back_at <= 900
    assert min(later - earlier for earlier, later in pairwise(times)) >= 1
    assert times[-1] - times[0] <= HOUR


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_for_every_feed_of_the_site(status: int) -> None:
    times = asked(Desk(*FEEDS), lambda job, at: refused(status, 1800), until=NOW + 3 * HOUR)
    assert times[0] == 0
    assert all(later - earlier >= 1800 for earlier, later in pairwise(times))


def test_retry_after_still_holds_after_a_restart() -> None:
    first = Desk(*FEEDS)
    job = first.job()
    first.commit(first.desk.settle(job, refused(429, 1800), NOW))
    times = asked(Desk(*FEEDS, states=tuple(first.states().values())), lambda job, at: failed(), until=NOW + HOUR)
    assert times[0] >= 1800


@pytest.mark.parametrize("status", [429, 503])
def test_without_retry_after_the_site_is_asked_ever_more_slowly(status: int) -> None:
    times = asked(Desk(*FEEDS), lambda job, at: refused(status), until=NOW + 3 * HOUR)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] >= 5
    assert all(later >= earlier for earlier, later in pairwise(pauses[:7]))
    assert len(times) < 30, "fifty feeds, each due every few minutes, would make hundreds"


def test_another_site_goes_on_meanwhile() -> None:
    other = subscriptions.subscription("https://elsewhere.example/rss", Origin.CLI, now=NOW)
    polled: list[str] = []

    def answer(job: Job, at: float) -> Polled:
        polled.append(job.feed.id)
        return brought(job) if job.feed == other else failed()

    asked(Desk(*FEEDS, other), answer, until=NOW + 60)
    assert polled.count(other.id) == 1
