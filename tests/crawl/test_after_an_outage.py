"""Everything is overdue at once: how is it worked off, and does the crowd come back together?"""

import heapq
from collections import Counter
from functools import cache
from itertools import pairwise
from random import Random

from cleanwire.crawl.agenda import Agenda
from cleanwire.crawl.pacing import Pacer
from cleanwire.feed.timing import schedule
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.records.feed import FeedState

NOW = 1_793_577_600.0
AT_ONCE, TAKES_S, SPACING_S = 64, 0.5, 1.0
LARGE = 60  # feeds of one large site, among sites with one feed each
FEEDS = 2000
HOUR = 3600.0


def site_of(feed: str) -> str:
    return "large" if int(feed) < LARGE else feed


@cache
def asked_after_an_outage() -> list[tuple[float, str]]:
    """Return when each feed was asked after an outage of an hour, in order: time of the request and feed."""
    until = NOW + 3 * HOUR
    drawn = Random(3)
    pacer = Pacer(SPACING_S)
    agenda = Agenda(pacer.ready_at)
    states = {}
    for number in range(FEEDS):
        state = FeedState(
            feed_id=str(number),
            url="https://news.example/feed",
            next_poll_at=NOW - HOUR * drawn.random(),
            rate=2e-4,
            peak_rate=2e-4,
            polled_at=NOW - 2 * HOUR,
        )
        states[state.feed_id] = state
        agenda.put(state.feed_id, site_of(state.feed_id), state.next_poll_at)
    asked: list[tuple[float, str]] = []
    under_way: list[tuple[float, str]] = []
    now = NOW
    while now < until:
        while len(under_way) < AT_ONCE and (feed := agenda.take(now)) is not None:
            pacer.started(site_of(feed), now)
            heapq.heappush(under_way, (now + TAKES_S, feed))
            asked.append((now, feed))
        planned = agenda.next_at() if len(under_way) < AT_ONCE else None
        now = max(now, min(at for at in (planned, under_way[0][0] if under_way else None) if at is not None))
        while under_way and under_way[0][0] <= now:
            _, feed = heapq.heappop(under_way)
            pacer.finished(site_of(feed), now, status=304, took_s=TAKES_S)
            agenda.done(site_of(feed), now)
            reply = PollReply(status=304, not_modified=True)
            states[feed] = schedule.reschedule(states[feed], reply, Bounds(), now=now, jitter=drawn.random())
            agenda.put(feed, site_of(feed), states[feed].next_poll_at)
    return asked


def test_sites_are_asked_one_thing_at_a_time_with_their_spacing() -> None:
    large = [at for at, feed in asked_after_an_outage() if site_of(feed) == "large"]
    assert len(large) > LARGE
    assert all(later - earlier >= SPACING_S + TAKES_S - 1e-6 for earlier, later in pairwise(large))


def test_no_more_requests_are_under_way_than_allowed_and_all_is_caught_up() -> None:
    first: dict[str, float] = {}
    for at, feed in asked_after_an_outage():
        first.setdefault(feed, at)
    assert len(first) == FEEDS
    others = max(at for feed, at in first.items() if site_of(feed) != "large")
    assert others - NOW < 1.2 * FEEDS / AT_ONCE * TAKES_S
    in_a_second = Counter(int(at) for at, _ in asked_after_an_outage())
    assert max(in_a_second.values()) <= AT_ONCE / TAKES_S + AT_ONCE


def test_the_crowd_does_not_come_back_together() -> None:
    later = Counter(int(at // 10) for at, _ in asked_after_an_outage() if at > NOW + 120)
    caught_up = Counter(int(at // 10) for at, _ in asked_after_an_outage() if at <= NOW + 120)
    assert max(later.values()) < max(caught_up.values()) / 8
