"""What the cleaner writes of an article names the trace that its entry came in."""

from dataclasses import replace

import msgspec
import pytest

from cleaner.articles import NOW, TOPICS, URL, Desk, cleaned, entry, message, pending
from cleanwire.cleaner import intake, revisit
from cleanwire.cleaner.outcomes.attempt_outcome import Deferred, Elsewhere, Failed, Outcome
from cleanwire.cleaner.service import Job
from cleanwire.records import traceparent
from cleanwire.records.article_state import ArticleState
from cleanwire.records.base import encode
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejection
from cleanwire.settings import CleanSettings
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.telemetry.catalogue import Deferral

FIRST = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
SECOND = "00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-00"
FAILED = Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="no", http_status=403)
ELSEWHERE = Elsewhere(url="https://other.example/bridge", site="other.example")
AGAIN = Failed(reason=Rejection.NETWORK, detail="reset")
LATER = Deferred(reason=Deferral.SLOW_DOWN, wait_s=5.0, unless_stale=AGAIN)


def listed(found: Entry, header: str | None, *, offset: int = 7) -> Message:
    headers = () if header is None else (("traceparent", header.encode()),)
    return replace(message(encode(found), offset=offset), headers=headers)


def desk(*messages: Message) -> Desk:
    made = Desk()
    made.load()
    made.take_messages(*messages)
    return made


def job(of: Desk, now: float = NOW) -> Job:
    found = of.desk.start(now)
    assert found is not None
    return found


def headers(step: Step) -> dict[str, str]:
    """Return what stands in the header of each record but states."""
    assert step.unit is not None
    tables = (TOPICS.article_state, TOPICS.site_state)
    return {
        write.topic.removeprefix("t."): dict(write.headers)["traceparent"].decode()
        for write in step.unit.writes
        if write.topic not in tables
    }


@pytest.mark.parametrize(("outcome", "topic"), [(cleaned(), "documents"), (FAILED, "rejected"), (ELSEWHERE, "entries")])
def test_each_outcome_carries_the_trace_of_its_entry(outcome: Outcome, topic: str) -> None:
    made = desk(listed(entry(), FIRST))
    step: Step | None = made.desk.settle(job(made), outcome, NOW)
    while step is not None:  # and so does all that is written where the broker refuses it
        assert set(headers(step).values()) == {FIRST}
        assert topic in headers(step) or "rejected" in headers(step)
        step = step.smaller() if step.smaller is not None else None


def test_tries_and_delays_and_restarts_keep_the_trace() -> None:
    made = desk(listed(entry(), FIRST))
    made.commit(made.desk.settle(job(made), LATER, NOW))
    made.commit(made.desk.settle(job(made, NOW + 10), AGAIN, NOW + 10))
    state = msgspec.convert(made.written[-1][1], ArticleState)
    assert (state.attempts, state.traceparent) == (1, FIRST)
    after = Desk()
    after.load(state)
    assert headers(after.desk.settle(job(after, NOW + 1e5), cleaned(), NOW + 1e5)) == {"documents": FIRST}


@pytest.mark.parametrize("header", [None, "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-00"])
def test_an_entry_without_a_trace_gets_one_and_keeps_it(header: str | None) -> None:
    made = desk(listed(entry(), header))
    state = msgspec.convert(made.written[-1][1], ArticleState)
    assert traceparent.parse(state.traceparent) is not None
    assert headers(made.desk.settle(job(made), cleaned(), NOW)) == {"documents": state.traceparent}


def test_a_state_of_an_earlier_version_gives_its_document_a_trace_too() -> None:
    made = Desk()
    made.load(pending())
    (header,) = headers(made.desk.settle(job(made), cleaned(), NOW)).values()
    assert traceparent.parse(header) is not None


def test_a_record_that_cannot_be_read_is_rejected_under_the_trace_it_names() -> None:
    made = Desk()
    made.load()
    broken = replace(listed(entry(), FIRST), value=b"{")
    (step,) = made.desk.take_in(broken, NOW)
    assert headers(step) == {"rejected": FIRST}
    assert headers(made.desk.set_aside(broken, ValueError("no"), NOW)) == {"rejected": FIRST}


def test_the_trace_goes_on_with_the_entry_that_is_followed() -> None:
    settings, changed = CleanSettings(), entry(changed=True, title="The bridge is open")
    state = intake.first_seen(entry(), now=NOW, traceparent=FIRST)
    assert intake.seen_again(state, entry(), settings, now=NOW, traceparent=SECOND).traceparent == FIRST
    assert intake.seen_again(state, changed, settings, now=NOW, traceparent=SECOND).traceparent == SECOND
    assert revisit.without_looks(state).traceparent is None, "nothing is kept of what waits for nothing"


def test_that_a_feed_changed_an_entry_is_not_seen_by_its_trace() -> None:
    state = intake.first_seen(entry(), now=NOW, traceparent=FIRST)
    assert not intake.is_overtaken(state, msgspec.structs.replace(state, traceparent=SECOND))


def test_two_headers_of_one_name_say_nothing() -> None:
    twice = listed(entry(URL), FIRST)
    assert replace(twice, headers=twice.headers * 2).header("traceparent") is None
    assert twice.header("traceparent") == FIRST
