"""A poller's desk without a network: a test hands it messages and polls, and reads what it writes."""

from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.poller import subscriptions
from cleanwire.poller.bodies import reading
from cleanwire.poller.bodies.reading import Question, Read
from cleanwire.poller.gap_search import Searches
from cleanwire.poller.poll import Polled, Polls
from cleanwire.poller.service import Job, PollerDesk
from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command
from cleanwire.records.feed import Feed, FeedState, Origin
from cleanwire.settings import PollSettings
from cleanwire.stream import topics
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.telemetry.catalogue import PollFailure, PollOutcome
from cleanwire.telemetry.events import Telemetry
from services.newsroom import rss

NOW = 1_700_000_000.0
PARTITIONS = 4
TOPICS = topics.names("t.")
URL = "https://news.example/feed"
FEED = subscriptions.subscription(URL, Origin.CLI, now=NOW)


def message(topic: str, key: str, value: bytes | None) -> Message:
    return Message(topic=topic, partition=1, offset=1, key=key.encode(), value=value, timestamp=NOW)


class Desk:
    """A poller's desk that knows `feeds`, and what it wrote. With `polls` it can also work."""

    def __init__(
        self,
        *feeds: Feed,
        states: tuple[FeedState, ...] = (),
        polls: Polls | None = None,
        searches: Searches | None = None,
        now: float = NOW,
    ) -> None:
        self.telemetry = Telemetry(CollectorRegistry())
        self.desk = PollerDesk(
            partition=1,
            polls=polls,  # type: ignore[arg-type]  # only `work` uses it and the next
            searches=searches,  # type: ignore[arg-type]
            settings=PollSettings(),
            topics=TOPICS,
            partitions=PARTITIONS,
            host_down_pause_s=30.0,
            telemetry=self.telemetry,
        )
        self.written: list[tuple[str, Any]] = []
        for state in states:
            self.desk.restore(message(TOPICS.feed_state, state.feed_id, encode(state)))
        for feed in feeds:
            self.desk.restore(message(TOPICS.feeds, feed.id, encode(feed)))
        self.desk.opened(now)

    def take(self, topic: str, key: str, value: bytes | None, now: float = NOW) -> None:
        for step in (*self.desk.take_in(message(topic, key, value), now), *self.desk.taken(now)):
            self.commit(step)

    def ask(self, action: Action, feed: Feed = FEED, now: float = NOW) -> None:
        command = Command(id="1", action=action, site=feed.site, target=feed.id, asked_at=now)
        self.take(TOPICS.commands, feed.id, encode(command), now)

    def commit(self, step: Step) -> None:
        for write in step.unit.writes if step.unit else ():
            value = msgspec.json.decode(write.value) if write.value is not None else None
            self.written.append((write.topic.removeprefix("t."), value))
        if step.tell is not None:
            step.tell()

    def job(self, now: float = NOW) -> Job:
        found = self.desk.start(now)
        assert found is not None
        return found

    async def live(self, now: float) -> tuple[str, float]:
        """Carry out the poll that is due next, at `now` or later, and return what was asked and when."""
        next_at = self.desk.next_at()
        assert next_at is not None
        while (job := self.desk.start(max(now, next_at))) is None:  # what was due may have been put off
            next_at = self.desk.next_at()
            assert next_at is not None
        at = max(now, next_at)
        self.commit(self.desk.settle(job, await self.desk.work(job), at))
        return job.part.state.url, at

    def entries(self) -> list[str]:
        """Return the addresses passed on, in order."""
        return [value["url"] for topic, value in self.written if topic == "entries"]

    def counted(self, metric: str, **labels: str) -> float | None:
        """Return the value of one series."""
        return self.telemetry.registry.get_sample_value(metric, labels)

    def states(self) -> dict[str, FeedState]:
        """Return what a restart would know."""
        return {
            value["feed_id"]: msgspec.convert(value, FeedState, strict=False)
            for topic, value in self.written
            if topic == "feed-state" and value is not None
        }


def brought(job: Job, *items: tuple[str, str]) -> Polled:
    """Return a poll that brought (link, title) pairs."""
    return read(job, rss(*items))


def read(job: Job, body: bytes, now: float = NOW) -> Polled:
    """Return a poll that brought `body`."""
    question = Question(
        body=body,
        url=job.part.state.url,
        content_type=None,
        feed=job.feed,
        part=job.part,
        children=job.state.children,
        told=job.told.packed(),
        backfill=100,
        bounds=Bounds(),
        now=now,
    )
    found = reading.read(question)
    assert isinstance(found, Read)
    reply = PollReply(status=200, new_entries=found.new, body_hash="h", etag='"1"')
    return Polled(
        outcome=PollOutcome.PARSED,
        reply=reply,
        url=URL,
        status=200,
        wire_bytes=1,
        read=found,
    )


def failed() -> Polled:
    """Return a poll that got no answer."""
    return Polled(
        outcome=PollOutcome.FAILED,
        reply=PollReply(status=None, failure="timeout"),
        url=URL,
        status=None,
        unreached=True,
        wire_bytes=0,
        failure=PollFailure.TIMEOUT,
        detail="timeout",
    )
