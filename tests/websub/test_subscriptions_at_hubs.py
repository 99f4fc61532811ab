"""What becomes of a subscription, and when its feed is polled, without a network."""

from typing import Any

import pytest
from msgspec import structs

from cleanwire.feed.timing.schedule import PollReply
from cleanwire.feed.websub import subscription as websub
from cleanwire.feed.websub.hubs import Announced
from cleanwire.poller import subscriptions
from cleanwire.records.feed import FeedState, Origin
from cleanwire.records.websub import HubState, Subscription

NOW, HOUR, DAY = 1_700_000_000.0, 3600.0, 86_400.0
FEED = subscriptions.subscription("https://news.example/feed", Origin.CLI, now=NOW)
HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
WANTED = websub.subscription(FEED, HUB, TOPIC, key="k", now=NOW)
ACTIVE = websub.verified(WANTED, lease_s=10 * DAY, retry_s=300, now=NOW)
RETIRED = structs.replace(ACTIVE, retired=True)
NEWS, NOTHING = PollReply(status=200, new_entries=2), PollReply(status=304, not_modified=True)


def states(subs: list[Subscription]) -> list[tuple[str, HubState, bool]]:
    return [(sub.hub, sub.state, sub.retired) for sub in subs]


def announced(known: list[Subscription], *hubs: str, topic: str = TOPIC) -> list[Subscription]:
    found = Announced(hubs=hubs, topic=topic) if hubs else None
    return websub.announced(known, FEED, found, key="k", now=NOW)


def test_the_first_hub_is_asked_for_and_kept_while_it_is_listed() -> None:
    assert announced([]) == []
    assert announced([], HUB, "https://b.example/") == [WANTED]
    assert announced([ACTIVE], "https://b.example/", HUB) == []


def test_another_hub_or_topic_replaces_the_subscription_and_none_ends_it() -> None:
    left = (HUB, HubState.LEAVING, True)
    other = announced([ACTIVE], "https://b.example/")
    assert states(other) == [left, ("https://b.example/", HubState.WANTED, False)]
    moved = announced([ACTIVE], HUB, topic=TOPIC + "2")
    assert states(moved) == [left, (HUB, HubState.WANTED, False)]
    assert len({sub.id for sub in (*other, *moved)}) == 3
    assert states(announced([ACTIVE])) == [left]
    assert states(announced([RETIRED], HUB)) == [(HUB, HubState.WANTED, False)]


def test_what_no_hub_ever_verified_is_dropped_without_a_word_to_it() -> None:
    assert websub.over(websub.left(structs.replace(WANTED, retired=True), now=NOW))
    assert websub.left(ACTIVE, now=NOW).state is HubState.LEAVING


def asked(sub: Subscription, status: int | None, **more: Any) -> Subscription:
    return websub.asked(sub, status=status, **{"retry_after_s": None, "retry_s": 300, "now": NOW, **more})


def test_a_hub_that_does_not_verify_is_asked_again_ever_later() -> None:
    sub, waits = WANTED, []
    for status in (202, 500, None, 429):
        sub = asked(sub, status)
        assert sub.state is HubState.WANTED
        waits.append(sub.due_at - NOW)
    assert waits == [300, 600, 900, 1200]
    assert asked(WANTED, 503, retry_after_s=7200).due_at == NOW + 7200
    assert asked(WANTED, 503, retry_after_s=10 * DAY).due_at == NOW + DAY
    assert asked(structs.replace(WANTED, attempts=10_000), None).due_at == NOW + DAY


def test_a_hub_that_refuses_is_left_alone_for_a_day_and_may_then_agree() -> None:
    refused = asked(WANTED, 403)
    assert (refused.state, refused.due_at) == (HubState.REFUSED, NOW + DAY)
    again = asked(refused, 202, now=NOW + DAY)
    agreed = websub.verified(again, lease_s=DAY, retry_s=300, now=NOW + DAY)
    assert agreed.state is HubState.ACTIVE


@pytest.mark.parametrize(
    ("lease_s", "renewed_after_s", "lasts_s"),
    [(10 * DAY, 8 * DAY, 10 * DAY), (3600, 2880, 3600), (1, 300, 1), (10_000 * DAY, 72 * DAY, 90 * DAY)],
)
def test_a_lease_is_renewed_before_it_ends_but_no_hub_makes_us_hurry(
    lease_s: float, renewed_after_s: float, lasts_s: float
) -> None:
    sub = websub.verified(WANTED, lease_s=lease_s, retry_s=300, now=NOW)
    assert (sub.due_at - NOW, (sub.lease_until or 0) - NOW) == (renewed_after_s, lasts_s)
    assert websub.active(sub, now=NOW + lasts_s - 0.5)
    assert not websub.active(sub, now=NOW + lasts_s)


def test_a_renewal_keeps_the_time_without_a_gap_and_a_lapse_begins_it_anew() -> None:
    renewed = websub.verified(ACTIVE, lease_s=DAY, retry_s=300, now=NOW + 8 * DAY)
    assert renewed.verified_at == NOW
    late = websub.verified(ACTIVE, lease_s=DAY, retry_s=300, now=NOW + 11 * DAY)
    assert late.verified_at == NOW + 11 * DAY


def test_leaving_ends_when_the_hub_agrees_refuses_or_stays_silent() -> None:
    leaving = websub.left(RETIRED, now=NOW)
    assert websub.over(websub.ended(leaving))
    assert websub.over(asked(leaving, 404))
    silent = asked(asked(leaving, 202), None)
    assert silent.state is HubState.LEAVING
    assert websub.over(asked(silent, None))
    assert websub.ended(ACTIVE) == ACTIVE
    assert websub.verified(leaving, lease_s=DAY, retry_s=1, now=NOW) == leaving


def test_a_paused_feeds_subscription_rests_and_comes_back() -> None:
    resting = websub.ended(websub.left(ACTIVE, now=NOW))
    assert (resting.state, websub.over(resting)) == (HubState.RESTING, False)
    assert websub.resumed(resting, now=NOW).state is HubState.WANTED
    assert websub.resumed(ACTIVE, now=NOW) == ACTIVE


def test_another_callback_address_means_asking_anew() -> None:
    anew = websub.readdressed(ACTIVE, "other", now=NOW)
    assert (anew.state, anew.key, anew.lease_until) == (HubState.WANTED, "other", None)
    assert websub.readdressed(websub.left(ACTIVE, now=NOW), "other", now=NOW).state is HubState.LEAVING


def state(**changes: Any) -> FeedState:
    return FeedState(**{"feed_id": FEED.id, "url": FEED.url, "next_poll_at": NOW + HOUR, "polled_at": NOW, **changes})


@pytest.mark.parametrize(
    ("before", "due_at"),
    [
        pytest.param(state(polled_at=NOW - HOUR), NOW, id="at-once"),
        pytest.param(state(polled_at=NOW - 20), NOW + 40, id="not-before-the-floor"),
        pytest.param(state(polled_at=NOW - 20, next_poll_at=NOW + 5), NOW + 5, id="never-later-than-planned"),
        pytest.param(state(polled_at=NOW - HOUR, failures=1), NOW + HOUR, id="back-off-stands"),
        pytest.param(state(polled_at=NOW - HOUR, gone=True), NOW + HOUR, id="gone-is-gone"),
    ],
)
def test_a_push_brings_a_poll_forward(before: FeedState, due_at: float) -> None:
    assert websub.polled_soon(before, floor_s=60, now=NOW).next_poll_at == due_at


def polled(sub: Subscription, reply: PollReply, *, before: FeedState, at: float, **after: Any) -> Any:
    """Settle a poll that took 2 s, ended `at`, and would be followed by the next after an hour."""
    now_state = state(polled_at=at, next_poll_at=at + HOUR, **after)
    return websub.polled(sub, now_state, reply, before=before, began_at=at - 2, floor_s=60, check_s=DAY, now=at)


def test_while_pushes_come_polls_grow_rare() -> None:
    sub, waits = ACTIVE, []
    at, before = NOW + HOUR, state()
    for _ in range(6):
        sub = websub.pushed(sub, now=at - 10)
        sub, after = polled(sub, NEWS, before=before, at=at)
        waits.append(after.next_poll_at - at)
        before, at = after, after.next_poll_at
    assert waits == [4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY, DAY]


def test_entries_that_no_push_announced_end_that_and_the_hub_is_asked_anew() -> None:
    trusted = structs.replace(ACTIVE, credit=5)
    sub, after = polled(trusted, NEWS, before=state(), at=NOW + DAY)
    assert websub.missed(trusted, NEWS, before=state(), now=NOW + DAY)
    assert (sub.credit, sub.due_at, after.next_poll_at) == (-1, NOW + DAY, NOW + DAY + HOUR)
    sub, after = polled(sub, NOTHING, before=after, at=NOW + DAY + HOUR)
    assert after.next_poll_at == NOW + DAY + 2 * HOUR
    sub, _ = polled(websub.pushed(sub, now=NOW + 2 * DAY), NEWS, before=after, at=NOW + 2 * DAY + 5)
    assert sub.credit == 1


@pytest.mark.parametrize(
    ("sub", "before"),
    [
        pytest.param(ACTIVE, state(polled_at=NOW - 1), id="published-before-the-subscription"),
        pytest.param(structs.replace(ACTIVE, lease_until=NOW + HOUR), state(), id="the-lease-has-ended"),
        pytest.param(websub.pushed(ACTIVE, now=NOW + 5), state(), id="announced"),
        pytest.param(WANTED, state(), id="not-subscribed"),
        pytest.param(ACTIVE, state(polled_at=None), id="first-poll"),
        pytest.param(ACTIVE, state(body_hash=""), id="held-back-by-the-poll-before"),
    ],
)
def test_no_push_is_missed_that_could_not_have_come(sub: Subscription, before: FeedState) -> None:
    assert not websub.missed(sub, NEWS, before=before, now=NOW + DAY)


def test_a_push_during_a_poll_asks_for_another_poll() -> None:
    sub = websub.pushed(ACTIVE, now=NOW + HOUR - 1)
    after_poll, after = polled(sub, NEWS, before=state(), at=NOW + HOUR)
    assert (after_poll.announced, after.next_poll_at) == (True, NOW + HOUR + 60)


def test_a_push_whose_poll_brings_nothing_lets_the_feeds_own_rhythm_look_again() -> None:
    sub = websub.pushed(structs.replace(ACTIVE, credit=5), now=NOW + 5)
    after_poll, after = polled(sub, NOTHING, before=state(), at=NOW + 30)
    assert (after_poll.announced, after_poll.credit, after.next_poll_at) == (False, 5, NOW + 30 + HOUR)


def test_a_poll_that_fails_leaves_the_push_unanswered() -> None:
    sub = websub.pushed(ACTIVE, now=NOW + 5)
    after_poll, after = polled(sub, PollReply(status=503), before=state(), at=NOW + 30, failures=1)
    assert (after_poll.announced, after.next_poll_at) == (True, NOW + 30 + HOUR)


def test_a_poll_that_leaves_entries_for_the_next_is_followed_by_it_in_time() -> None:
    sub = websub.pushed(ACTIVE, now=NOW + 5)
    after_poll, after = polled(sub, NEWS, before=state(), at=NOW + 30, body_hash="")
    assert (after_poll.announced, after.next_poll_at) == (True, NOW + 30 + HOUR)


@pytest.mark.parametrize(("window", "waits_s"), [(40, 20 * HOUR), (4, 5 * HOUR), (1000, DAY), (0, DAY)])
def test_a_check_comes_before_entries_leave_the_feed(window: int, waits_s: float) -> None:
    trusted = structs.replace(ACTIVE, credit=8)
    _, after = polled(trusted, NOTHING, before=state(), at=NOW + HOUR, window=window, peak_rate=1 / HOUR)
    assert after.next_poll_at == NOW + HOUR + waits_s


def test_no_feed_waits_beyond_the_end_of_its_lease_or_longer_than_the_check() -> None:
    trusted = structs.replace(ACTIVE, credit=8)
    _, after = polled(trusted, NOTHING, before=state(), at=NOW + HOUR)
    assert after.next_poll_at == NOW + HOUR + DAY
    _, late = polled(trusted, NOTHING, before=state(), at=NOW + 10 * DAY - 7200)
    assert late.next_poll_at == NOW + 10 * DAY
    _, lapsed = polled(trusted, NOTHING, before=state(), at=NOW + 10 * DAY + 1)
    assert lapsed.next_poll_at == NOW + 10 * DAY + 1 + HOUR
