"""The poller's desk without a network: what it polls, writes and remembers."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from cleanwire.poller import subscriptions
from cleanwire.records.base import encode
from cleanwire.records.command import Action
from cleanwire.records.feed import Entry, FeedState, Gap, Origin
from cleanwire.stream.messages import Step
from cleanwire.urls import site as sites
from poller.desk import FEED, NOW, PARTITIONS, TOPICS, URL, Desk, brought, failed, message


def test_entries_and_the_state_of_their_feed_are_one_unit() -> None:
    desk = Desk(FEED)
    job = desk.job()
    polled = brought(job, ("https://news.example/a", "A"), ("https://other.example/b", "B"))
    step = desk.desk.settle(job, polled, NOW)
    assert step.unit is not None
    assert [write.topic for write in step.unit.writes] == [TOPICS.entries, TOPICS.entries, TOPICS.feed_state]
    for write in step.unit.writes[:2]:
        entry = msgspec.json.decode(write.value or b"", type=Entry)
        assert write.partition == sites.partition(entry.site, PARTITIONS)
        assert write.key == entry.site.encode()


def test_what_was_seen_is_not_passed_on_again_after_a_restart() -> None:
    first = Desk(FEED)
    job = first.job()
    first.commit(first.desk.settle(job, brought(job, ("https://news.example/a", "A")), NOW))
    second = Desk(FEED, states=tuple(first.states().values()))
    assert second.desk.start(NOW + 1) is None
    job = second.job(NOW + 100_000)
    items = (("https://news.example/a?utm_source=x", "A"), ("https://news.example/b", "B"))
    second.commit(second.desk.settle(job, brought(job, *items), NOW + 100_000))
    assert [value["url"] for topic, value in second.written if topic == "entries"] == ["https://news.example/b"]


def written_smaller(
    *items: tuple[str, str], times: int, state: FeedState
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the entries and the state that are written of a poll that was refused so often."""
    desk = Desk(FEED, states=(state,))
    job = desk.job()
    step = desk.desk.settle(job, brought(job, *items), NOW)
    for _ in range(times):
        assert step.smaller is not None
        smaller = step.smaller()
        assert smaller is not None
        step = smaller
    desk.commit(step)
    *entries, (_, written) = desk.written
    return [entry for _, entry in entries], written


LARGE = FeedState(
    feed_id=FEED.id,
    url=URL,
    next_poll_at=NOW,
    polled_at=NOW - 9,
    changed_at=NOW - 9,
    seen=b"".join(number.to_bytes(8, "big") for number in range(5000)),
    revision_hashes=b"12345678" * 5000,
    stories=b"1" * 12 * 200,
    gap=Gap(since=1, until=2, lost=1, due_at=NOW + 1e6, scopes=("s" * 9000,)),
)
BRIDGE = ("https://news.example/a", "A bridge " + "x" * 1500)
ENDLESS = ("https://news.example/" + "a" * 8100, "B")


def test_entries_that_the_broker_refuses_travel_without_their_texts() -> None:
    [entry], _ = written_smaller(BRIDGE, times=1, state=LARGE)
    assert "summary" not in entry
    assert "content_html" not in entry
    assert entry["title"] == BRIDGE[1]


def test_then_with_few_words_and_with_a_state_that_knows_only_what_was_seen() -> None:
    [entry], state = written_smaller(BRIDGE, times=2, state=LARGE)
    assert len(json.dumps(entry)) < 2000
    assert len(state["seen"]) > 5000
    assert not {"revision_hashes", "stories", "gap", "listing"} & set(state)


@pytest.mark.parametrize("times", [3, 4])
def test_then_those_whose_address_alone_is_too_large_only_say_that_they_were_there(times: int) -> None:
    entries, _ = written_smaller(BRIDGE, ENDLESS, times=times, state=LARGE)
    assert [entry["url"] for entry in entries] == [BRIDGE[0], ""]
    assert entries[1]["cut"] == ["address"]
    assert len(json.dumps(entries[1])) < 600


def test_at_last_with_a_state_that_knows_when_to_ask_again_and_no_more() -> None:
    _, state = written_smaller(BRIDGE, times=4, state=LARGE)
    assert len(json.dumps(state)) < 1000
    assert state["next_poll_at"] > NOW
    assert "changed_at" not in state, "all it lists would come out, where a first poll takes only the newest"


def test_nothing_is_left_after_that() -> None:
    desk = Desk(FEED)
    job = desk.job()
    step: Step | None = desk.desk.settle(job, brought(job, BRIDGE), NOW)
    forms = 0
    while step is not None:
        forms += 1
        step = None if step.smaller is None else step.smaller()
    assert forms == 5


def test_a_feed_that_cannot_be_settled_is_asked_again_after_the_longest_wait() -> None:
    desk = Desk(FEED)
    job = desk.job()
    desk.commit(desk.desk.give_up(job, ZeroDivisionError("oops"), NOW))
    assert desk.states()[FEED.id].next_poll_at > NOW + 3600
    assert desk.desk.start(NOW + 60) is None
    assert desk.counted("cleanwire_service_work_failures_total", stage="poller") == 1


@pytest.mark.parametrize("bad", [b"\xff", b'{"feed_id":"x"}', b"[" * 5000, b'{"next_poll_at":-1}'])
def test_a_bad_state_over_a_good_one_changes_nothing(bad: bytes) -> None:
    first = Desk(FEED)
    job = first.job()
    first.commit(first.desk.settle(job, brought(job, ("https://news.example/a", "A")), NOW))
    second = Desk(FEED, states=tuple(first.states().values()))
    second.desk.restore(message(TOPICS.feed_state, FEED.id, bad))
    second.desk.opened(NOW + 1)
    job = second.job(NOW + 100_000)
    second.commit(second.desk.settle(job, brought(job, ("https://news.example/a", "A")), NOW + 100_000))
    assert second.entries() == []


def test_a_feed_of_whose_state_nothing_can_be_read_is_polled_for_the_first_time() -> None:
    desk = Desk()
    desk.desk.restore(message(TOPICS.feed_state, FEED.id, b'{"next_poll_at":-1}'))
    desk.desk.restore(message(TOPICS.feeds, FEED.id, encode(FEED)))
    desk.desk.opened(NOW)
    job = desk.job()
    items = [(f"https://news.example/{number}", f"Number {number}") for number in range(300)]
    desk.commit(desk.desk.settle(job, brought(job, *items), NOW))
    assert len(desk.entries()) == 100, "a flood"


def test_a_new_subscription_is_polled_at_once_and_each_feed_one_at_a_time() -> None:
    desk = Desk()
    assert desk.desk.start(NOW) is None
    desk.take(TOPICS.feeds, FEED.id, encode(FEED))
    other = subscriptions.subscription("https://news.example/other", Origin.CLI, now=NOW)
    desk.take(TOPICS.feeds, other.id, encode(other))
    job = desk.job()
    assert desk.desk.start(NOW + 1) is None
    desk.commit(desk.desk.settle(job, failed(), NOW + 1))
    assert desk.job(NOW + 10).feed != job.feed


def test_an_unsubscribed_feed_is_forgotten_even_while_it_is_polled() -> None:
    desk = Desk(FEED)
    job = desk.job()
    desk.take(TOPICS.feeds, FEED.id, None)
    desk.commit(desk.desk.settle(job, brought(job, ("https://news.example/a", "A")), NOW))
    assert desk.written == [("feed-state", None)]
    assert desk.desk.start(NOW + 1e6) is None


def test_a_failure_is_remembered_and_waited_for() -> None:
    desk = Desk(FEED)
    desk.commit(desk.desk.settle(desk.job(), failed(), NOW))
    assert desk.states()[FEED.id].failures == 1
    assert desk.desk.start(NOW + 200) is None


def test_a_site_that_asked_for_rest_gets_it_after_a_restart_too() -> None:
    other = subscriptions.subscription("https://news.example/other", Origin.CLI, now=NOW)
    first = Desk(FEED)
    told = msgspec.structs.replace(failed().reply, status=429, retry_after_s=900.0)
    first.commit(first.desk.settle(first.job(), replace(failed(), status=429, reply=told), NOW))
    second = Desk(FEED, other, states=tuple(first.states().values()))
    assert second.desk.start(NOW + 890) is None
    assert second.job(NOW + 901).feed == other


def test_a_poll_that_is_asked_for_survives_a_restart() -> None:
    first = Desk(FEED)
    job = first.job()
    first.commit(first.desk.settle(job, brought(job), NOW))
    first.ask(Action.POLL_NOW, now=NOW + 10)
    assert first.job(NOW + 20).feed == FEED
    second = Desk(FEED, states=tuple(first.states().values()))
    assert second.desk.start(NOW + 20) is not None


def test_a_feed_that_is_gone_is_polled_only_when_asked_for() -> None:
    gone = FeedState(feed_id=FEED.id, url=URL, next_poll_at=NOW, gone=True)
    desk = Desk(FEED, states=(gone,))
    assert desk.desk.start(NOW + 1e6) is None
    desk.ask(Action.POLL_NOW)
    assert desk.desk.start(NOW) is not None


def test_a_paused_feed_is_not_polled_until_it_is_resumed_and_the_subscription_says_so() -> None:
    desk = Desk(FEED)
    desk.ask(Action.PAUSE)
    assert desk.desk.start(NOW + 1e6) is None
    assert desk.written[-1][0] == "feeds"
    assert desk.written[-1][1]["options"]["paused"] is True
    desk.ask(Action.RESUME)
    assert desk.desk.start(NOW) is not None


def test_a_pause_while_the_feed_is_polled_holds() -> None:
    desk = Desk(FEED)
    job = desk.job()
    desk.ask(Action.PAUSE)
    desk.commit(desk.desk.settle(job, failed(), NOW))
    assert desk.desk.start(NOW + 1e6) is None


@pytest.mark.parametrize("topic", [TOPICS.feeds, TOPICS.commands])
@pytest.mark.parametrize(
    "value", [b"\xff\x00", b"{}", b"[]", b"", None], ids=["bytes", "object", "list", "empty", "gone"]
)
def test_poison_changes_nothing(topic: str, value: bytes | None) -> None:
    desk = Desk(FEED)
    desk.take(topic, "poison", value)
    assert desk.written == []
    assert desk.job().feed == FEED


def test_damaged_tables_do_not_stop_a_partition() -> None:
    desk = Desk()
    for topic in (TOPICS.feeds, TOPICS.feed_state):
        for value in (b"\xff", b"{}", None):
            desk.desk.restore(message(topic, "poison", value))
    desk.desk.opened(NOW)
    assert desk.desk.start(NOW) is None


def test_a_fault_of_ours_is_a_failed_poll() -> None:
    desk = Desk(FEED)
    job = desk.job()
    desk.commit(desk.desk.settle(job, desk.desk.failed(job, ZeroDivisionError("oops")), NOW))
    assert desk.states()[FEED.id].failures == 1


def test_feeds_are_counted_by_what_is_done_with_them() -> None:
    others = [subscriptions.subscription(f"https://news.example/{n}", Origin.CLI, now=NOW) for n in range(3)]
    gone = FeedState(feed_id=others[0].id, url=others[0].url, next_poll_at=NOW, gone=True)
    nobodys = FeedState(feed_id="0" * 32, url=URL, next_poll_at=NOW, gone=True)
    desk = Desk(FEED, *others, states=(gone, nobodys))

    def counts() -> list[float | None]:
        return [desk.counted("cleanwire_poller_feeds", state=state) for state in ("active", "paused", "gone")]

    assert counts() == [3, 0, 1]
    desk.ask(Action.PAUSE)
    assert counts() == [2, 1, 1]
    desk.ask(Action.PAUSE, others[0])
    assert counts() == [2, 2, 0]
    desk.ask(Action.RESUME, others[0])
    desk.ask(Action.POLL_NOW, others[0])
    assert counts() == [3, 1, 0]
    desk.take(TOPICS.feeds, FEED.id, None)
    desk.take(TOPICS.feeds, others[1].id, b"what is this")
    assert counts() == [3, 0, 0]
    desk.desk.closed()
    assert counts() == [0, 0, 0]


def test_all_entries_of_a_poll_are_of_one_trace_however_small_they_are_written() -> None:
    desk = Desk(FEED)
    job = desk.job()
    step: Step | None = desk.desk.settle(job, brought(job, BRIDGE, ENDLESS), NOW)
    while step is not None:
        assert step.unit is not None
        entries = [write for write in step.unit.writes if write.topic == TOPICS.entries]
        assert {write.headers for write in entries} == {(("traceparent", str(job.trace).encode()),)}
        step = step.smaller() if step.smaller is not None else None
