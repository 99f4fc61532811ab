"""The poller's desk and its subscriptions: what is written together, and that no hub is asked before it is."""

from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from cleanwire.feed.formats.parsed import Format, ParsedFeed
from cleanwire.feed.timing.schedule import PollReply
from cleanwire.feed.websub import subscription as websub
from cleanwire.feed.websub.callback import CallbackKeys
from cleanwire.feed.websub.hubs import Announced
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies.reading import Read
from cleanwire.poller.poll import Polled
from cleanwire.poller.service import Job, PollerDesk
from cleanwire.poller.websub.hub import HubAsked, Hubs
from cleanwire.poller.websub.push import HubJob
from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command, HubCall, HubEvent
from cleanwire.records.feed import FeedState, Origin
from cleanwire.records.websub import HubState
from cleanwire.settings import PollSettings, WebSubSettings
from cleanwire.stream import topics
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.telemetry.catalogue import HubReply, PollOutcome
from cleanwire.telemetry.events import Telemetry

NOW = 1_700_000_000.0
TOPICS = topics.names("t.")
FEED = subscriptions.subscription("https://news.example/feed", Origin.CLI, now=NOW)
HUB = "https://hub.example/"
KEYS = CallbackKeys("https://push.example/", "a secret of sixteen")
SUB = websub.subscription(FEED, HUB, FEED.url, key=KEYS.fingerprint, now=NOW)
ACTIVE = websub.verified(SUB, lease_s=864_000, retry_s=300, now=NOW)
POLLED = FeedState(feed_id=FEED.id, url=FEED.url, next_poll_at=NOW + 3600, polled_at=NOW - 20, interval_s=3600)


def desk(
    *records: Any, feeds: bool = True, keys: CallbackKeys = KEYS, registry: CollectorRegistry | None = None
) -> PollerDesk:
    made = PollerDesk(
        partition=1,
        searches=None,  # type: ignore[arg-type]
        polls=None,  # type: ignore[arg-type]  # only `work` uses it, and no test here calls it
        settings=PollSettings(),
        topics=TOPICS,
        partitions=4,
        telemetry=Telemetry(registry or CollectorRegistry()),
        host_down_pause_s=30.0,
        hubs=Hubs(None, keys, WebSubSettings()),  # type: ignore[arg-type]
    )
    for record in (*([FEED] if feeds else []), *records):
        topic, key = {
            "Feed": (TOPICS.feeds, FEED.id),
            "FeedState": (TOPICS.feed_state, FEED.id),
            "Subscription": (TOPICS.websub, SUB.id),
        }[type(record).__name__]
        made.restore(message(topic, key, encode(record)))
    made.opened(NOW)
    return made


def message(topic: str, key: str, value: bytes | None) -> Message:
    return Message(topic=topic, partition=1, offset=1, key=key.encode(), value=value, timestamp=NOW)


def written(step: Step) -> dict[str, Any]:
    """Return what a step writes, by topic; tombstones as None."""
    writes = step.unit.writes if step.unit else ()
    return {w.topic: None if w.value is None else msgspec.json.decode(w.value) for w in writes}


def take_in(at: PollerDesk, record: Message, now: float = NOW) -> list[Step]:
    """Return the steps that write something."""
    return [step for step in (*at.take_in(record, now), *at.taken(now)) if step.unit is not None]


def call(at: PollerDesk, event: HubEvent, sub: str = SUB.id, now: float = NOW) -> list[Step]:
    said = HubCall(event=event, subscription=sub, lease_s=3600 if event is HubEvent.VERIFIED else None)
    command = Command(id="1", action=Action.HUB, site=FEED.site, target=FEED.id, asked_at=now, call=said)
    return take_in(at, message(TOPICS.commands, FEED.id, encode(command)), now)


def settle(at: PollerDesk, job: Job, *, new: int = 0, hubs: tuple[str, ...] = (HUB,), now: float = NOW) -> Step:
    polled = Polled(
        outcome=PollOutcome.PARSED,
        reply=PollReply(status=200, new_entries=new),
        url=FEED.url,
        status=200,
        wire_bytes=1,
        took_s=2.0,
        read=Read(head=ParsedFeed(format=Format.RSS)),
        announced=Announced(hubs=hubs, topic=FEED.url) if hubs else None,
    )
    return at.settle(job, polled, now)


def test_a_hub_found_by_a_poll_is_written_with_the_feeds_state_and_asked_only_after_that() -> None:
    at = desk()
    job = at.start(NOW)
    assert isinstance(job, Job)
    step = settle(at, job)
    assert set(written(step)) == {TOPICS.feed_state, TOPICS.websub}
    assert written(step)[TOPICS.websub]["state"] == HubState.WANTED
    assert at.start(NOW + 1) is None
    assert step.tell is not None
    step.tell()
    assert at.next_at() == NOW
    asking = at.start(NOW + 1)
    assert isinstance(asking, HubJob)
    assert asking.sub == SUB


def test_what_was_wanted_before_a_restart_is_asked_for_after_it() -> None:
    at = desk(SUB, POLLED)
    job = at.start(NOW)
    assert isinstance(job, HubJob)
    step = at.settle(job, HubAsked(mode="subscribe", reply=HubReply.ACCEPTED, status=202), NOW)
    assert written(step)[TOPICS.websub]["attempts"] == 1
    assert step.tell is not None
    step.tell()
    assert at.start(NOW + 299) is None
    assert isinstance(at.start(NOW + 300), HubJob)


def test_a_verification_that_overtakes_the_hubs_answer_stands() -> None:
    at = desk(SUB, POLLED)
    job = at.start(NOW)
    assert isinstance(job, HubJob)
    [verified] = call(at, HubEvent.VERIFIED)
    assert written(verified)[TOPICS.websub]["state"] == HubState.ACTIVE
    late = at.settle(job, HubAsked(mode="subscribe", reply=HubReply.FAILED), NOW + 1)
    assert written(late) == {}


def test_a_push_writes_the_earlier_poll_and_the_subscription_together() -> None:
    at = desk(ACTIVE, POLLED)
    [step] = call(at, HubEvent.PUSHED)
    assert written(step)[TOPICS.feed_state]["next_poll_at"] == NOW + 40  # a minute after the last poll
    assert written(step)[TOPICS.websub]["announced"] is True
    assert at.start(NOW + 39) is None
    assert isinstance(at.start(NOW + 40), Job)


def test_a_second_push_before_the_poll_changes_nothing_but_its_time() -> None:
    at = desk(ACTIVE, POLLED)
    call(at, HubEvent.PUSHED)
    [step] = call(at, HubEvent.PUSHED, now=NOW + 1)
    assert set(written(step)) == {TOPICS.websub}


def test_a_push_during_a_poll_is_answered_by_another_poll() -> None:
    at = desk(ACTIVE, msgspec.structs.replace(POLLED, next_poll_at=NOW))
    job = at.start(NOW)
    assert isinstance(job, Job)
    call(at, HubEvent.PUSHED, now=NOW + 1)
    step = settle(at, job, new=1, now=NOW + 2)
    assert written(step)[TOPICS.feed_state]["next_poll_at"] == NOW + 62
    again = at.start(NOW + 62)
    assert isinstance(again, Job)
    step = settle(at, again, new=1, now=NOW + 64)
    assert written(step)[TOPICS.websub].get("announced") is None
    assert written(step)[TOPICS.websub]["credit"] == 1


def test_calls_about_what_is_not_known_change_nothing() -> None:
    at = desk(ACTIVE, POLLED)
    assert call(at, HubEvent.PUSHED, sub="f" * 49) == []
    assert call(at, HubEvent.ENDED) == []


def test_a_feed_removed_while_nobody_ran_is_left_at_its_hub() -> None:
    at = desk(ACTIVE, feeds=False)
    assert at.start(NOW) is None  # not before every replica can know that we are leaving
    steps = [step for step in at.sweep(NOW) if step.unit is not None]
    assert [written(step)[TOPICS.websub]["state"] for step in steps] == [HubState.LEAVING]
    for step in steps:
        assert step.tell is not None
        step.tell()
    job = at.start(NOW)
    assert isinstance(job, HubJob)
    ended = at.settle(job, HubAsked(mode="unsubscribe", reply=HubReply.REFUSED, status=404), NOW)
    assert written(ended) == {TOPICS.websub: None}


def test_another_callback_address_is_told_to_the_hubs() -> None:
    at = desk(ACTIVE, POLLED, keys=CallbackKeys("https://elsewhere.example/", "a secret of sixteen"))
    [step] = [step for step in at.sweep(NOW) if step.unit is not None]
    assert written(step)[TOPICS.websub]["state"] == HubState.WANTED
    assert step.tell is not None
    step.tell()
    assert isinstance(at.start(NOW), HubJob)


def test_a_record_nobody_can_read_is_passed_over() -> None:
    at = desk(POLLED)
    for value in (b"{}", b"\xff", encode(FEED)):
        at.restore(message(TOPICS.websub, "x", value))
    at.restore(message(TOPICS.websub, SUB.id, encode(ACTIVE)))
    at.restore(message(TOPICS.websub, SUB.id, None))
    assert call(at, HubEvent.PUSHED) == []


def test_a_renewal_that_overtakes_the_hubs_answer_stands() -> None:
    at = desk(msgspec.structs.replace(ACTIVE, due_at=NOW), POLLED)
    job = at.start(NOW)
    assert isinstance(job, HubJob)
    [renewed] = call(at, HubEvent.VERIFIED, now=NOW + 1)
    assert written(renewed)[TOPICS.websub]["lease_until"] == NOW + 1 + 3600
    late = at.settle(job, HubAsked(mode="subscribe", reply=HubReply.ACCEPTED, status=202), NOW + 2)
    assert written(late) == {}


def unsubscribe(at: PollerDesk) -> list[Step]:
    return take_in(at, message(TOPICS.feeds, FEED.id, None))


def test_a_hub_is_not_told_that_we_leave_before_that_is_written() -> None:
    at = desk(msgspec.structs.replace(ACTIVE, due_at=NOW), POLLED)
    steps = unsubscribe(at)
    assert at.start(NOW) is None
    for step in steps:
        if step.tell is not None:
            step.tell()
    leaving = at.start(NOW)
    assert isinstance(leaving, HubJob)
    assert leaving.sub.state is HubState.LEAVING


def test_a_subscription_dropped_before_its_hub_was_asked_leaves_the_hub_free_for_others() -> None:
    at = desk(SUB, POLLED)
    unsubscribe(at)
    assert at.start(NOW) is None
    take_in(at, message(TOPICS.feeds, FEED.id, encode(FEED)))
    job = at.start(NOW)
    assert isinstance(job, Job)
    step = settle(at, job)
    assert step.tell is not None
    step.tell()
    assert isinstance(at.start(NOW + 1), HubJob)


def counts(registry: CollectorRegistry) -> dict[str, float]:
    """Return how many subscriptions are shown in each state; none is left out."""
    [metric] = [found for found in registry.collect() if found.name == "cleanwire_poller_websub_subscriptions"]
    return {sample.labels["state"]: sample.value for sample in metric.samples if sample.value}


def test_subscriptions_are_counted_by_state_as_they_change() -> None:
    registry = CollectorRegistry()
    at = desk(msgspec.structs.replace(ACTIVE, lease_until=NOW + 40), POLLED, registry=registry)
    assert counts(registry) == {"active": 1}
    at.sweep(NOW + 30)
    assert counts(registry) == {"active": 1}
    at.sweep(NOW + 60)
    assert counts(registry) == {"lapsed": 1}
    call(at, HubEvent.VERIFIED, now=NOW + 61)
    assert counts(registry) == {"active": 1}
    call(at, HubEvent.DENIED, now=NOW + 62)
    assert counts(registry) == {"refused": 1}
    unsubscribe(at)
    assert counts(registry) == {}


def test_a_lease_that_ended_while_nobody_ran_has_lapsed() -> None:
    registry = CollectorRegistry()
    desk(msgspec.structs.replace(ACTIVE, lease_until=NOW - 1), POLLED, registry=registry)
    assert counts(registry) == {"lapsed": 1}
