"""Stage 1, read top to bottom: know the feeds, poll what is due, pass on what is new."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from cleanwire.crawl.agenda import Agenda
from cleanwire.crawl.pacing import Pacer, Sites
from cleanwire.crawl.places import Places
from cleanwire.feed.entries.same_story import Stories
from cleanwire.feed.timing import children, parts
from cleanwire.feed.timing.parts import Part
from cleanwire.feed.timing.schedule import Bounds, PollReply
from cleanwire.poller import gap_search, settling
from cleanwire.poller.gap_search import Searched, Searches
from cleanwire.poller.poll import Polled, Polls
from cleanwire.poller.roster import Roster
from cleanwire.poller.websub.hub import HubAsked, Hubs
from cleanwire.poller.websub.push import HubJob, Pushes
from cleanwire.poller.writing import Clerk
from cleanwire.records.command import Action, Command
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Feed, FeedState
from cleanwire.records.traceparent import Traceparent
from cleanwire.settings import PollSettings
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import PollFailure, PollOutcome, Stage
from cleanwire.telemetry.events import Telemetry


@dataclass(frozen=True, slots=True)
class Job:
    """One due feed, what of it is asked, the stories that its site's feeds have told, and the trace that begins."""

    feed: Feed
    state: FeedState
    part: Part
    told: Stories
    trace: Traceparent


Item = Job | HubJob
Outcome = Polled | Searched | HubAsked


class PollerDesk:
    """The feeds of one partition."""

    def __init__(
        self,
        partition: int,
        *,
        polls: Polls,
        searches: Searches,
        settings: PollSettings,
        topics: TopicNames,
        partitions: int,
        telemetry: Telemetry,
        host_down_pause_s: float,
        sites: Sites | None = None,
        places: Places | None = None,
        hubs: Hubs | None = None,
    ) -> None:
        self._push = Pushes(hubs, topic=topics.websub, telemetry=telemetry)
        self.tables: Sequence[str] = (topics.feed_state, topics.feeds, *self._push.tables)
        self.followed: Sequence[str] = (topics.feeds,)
        self.inputs: Sequence[str] = (topics.commands,)
        self._partition = partition
        self._polls = polls
        self._searches = searches
        self._settings = settings
        self._telemetry = telemetry
        self._roster = Roster(partition, telemetry)
        self._told: dict[str, Stories] = {}  # by site
        self._pacer = Pacer(settings.site_spacing_s, down_pause_s=host_down_pause_s, sites=sites)
        self._agenda = Agenda(self._pacer.ready_at, places)
        self._clerk = Clerk(topics, partitions, telemetry)

    # Load

    def restore(self, message: Message) -> None:
        if message.topic == self.tables[1]:
            self._roster.know(message)
        elif message.topic in self._push.tables:
            self._push.restore(message)
        else:
            self._roster.restore_state(message)

    def opened(self, now: float) -> None:
        for feed in list(self._roster.feeds()):
            try:
                self._resume(feed, now)
            except Exception as error:  # noqa: BLE001  what one feed does to us must not keep the others waiting
                self.fault(feed.id, error)
        self._push.opened((feed.id for feed in self._roster.feeds()), now)
        self._count()

    def _resume(self, feed: Feed, now: float) -> None:
        state = self._roster.state(feed, now)
        self._stories(feed.site).add(state.stories)
        if state.rest_until is not None and state.rest_until > now:
            self._pacer.rest(feed.site, state.rest_until, now)
        self._plan(feed, now)

    # Take in

    def take_in(self, message: Message, now: float) -> Sequence[Step]:
        if message.topic in self.followed:
            return self._subscription(message, now)
        return () if message.value is None else (self._command(message, now),)

    def taken(self, now: float) -> Sequence[Step]:  # noqa: ARG002  the loop's interface
        self._count()
        return (*self._parted(), self._push.saved(Step(), "websub"))

    def set_aside(self, message: Message, error: Exception, now: float) -> Step:  # noqa: ARG002  the loop's interface
        self.fault(message.place, error)
        return Step()

    def has_room(self) -> bool:
        return True

    def _subscription(self, message: Message, now: float) -> Sequence[Step]:
        before = self._roster.get(message.key_text)
        feed = self._roster.know(message)
        if feed is not None:
            if before is None or (before.url, before.options) != (feed.url, feed.options):
                self._plan(feed, now)
            return ()
        if before is None or message.value is not None:
            return ()
        self._agenda.drop(before.id)
        self._roster.forget(before.id)
        self._push.removed(before.id, now)
        return (self._clerk.forgotten(before),)

    def _command(self, message: Message, now: float) -> Step:
        command = _COMMANDS.read(message.value)
        if isinstance(command, Unreadable):
            return Step()  # the cleaner records it as poison
        feed = self._roster.get(command.target)
        if feed is None or command.action not in _OURS:
            return Step()
        if command.action is Action.POLL_NOW:
            # Written, so that it is carried out even if we end before the poll does. A feed that is gone is asked too.
            asked = children.asked(self._roster.state(feed, now), now)
            self._roster.remember(asked)
            self._agenda.put(feed.id, feed.site, now)
            return self._clerk.command_done(command, asked)
        if command.action is Action.HUB:
            return self._hub_called(command, feed, now)
        options = msgspec.structs.replace(feed.options, paused=command.action is Action.PAUSE)
        changed = msgspec.structs.replace(feed, options=options)
        self._roster.put(changed)
        self._plan(changed, now)
        return self._clerk.command_done(command, changed)

    def _hub_called(self, command: Command, feed: Feed, now: float) -> Step:
        if command.call is None:
            return Step()
        before = self._roster.state(feed, now)
        state = self._push.called(command.call, feed, before, now)
        if state != before:
            self._roster.remember(state)
            self._plan(feed, now)
        done = self._clerk.command_done(command, None if state == before else state)
        return self._push.saved(done, f"{feed.id}/command")

    # Work

    def start(self, now: float) -> Item | None:
        if (asking := self._push.start(now)) is not None:  # few, one at a time for each hub
            return asking
        while (key := self._agenda.take(now)) is not None:
            feed = self._roster.get(key)
            if feed is None:
                continue
            state = self._roster.state(feed, now)
            part = parts.next_part(state)
            self._pacer.started(feed.site, now)
            self._telemetry.feed_lateness(seconds=max(0.0, now - parts.due_at(state)))
            return Job(feed, state, part, self._stories(feed.site), self._telemetry.traces.begin())
        return None

    def next_at(self) -> float | None:
        times = (self._agenda.next_at(), self._push.next_at())
        return min((at for at in times if at is not None), default=None)

    async def work(self, item: Item) -> Outcome:
        if isinstance(item, HubJob):
            return await self._push.work(item)
        if item.part.gap is not None:
            return await self._searches.make(item.part)
        return await self._polls.make(
            item.feed, item.part, item.told, bounds=self._bounds(item.feed), children=item.state.children
        )

    def failed(self, item: Item, error: Exception) -> Outcome:
        if isinstance(item, HubJob):
            self._telemetry.work_failed(stage=Stage.POLLER, key=item.sub.id, error=error)
            return self._push.failed(item, error)
        self._telemetry.work_failed(stage=Stage.POLLER, key=item.feed.id, error=error)
        detail = f"{type(error).__name__}: {error}"
        if item.part.gap is not None:
            return Searched(url=item.part.state.url, status=None, detail=detail)
        return Polled(
            outcome=PollOutcome.FAILED,
            reply=PollReply(status=None, failure=detail),
            url=item.part.state.url,
            status=None,
            wire_bytes=0,
            failure=PollFailure.OTHER,
            detail=detail,
        )

    # Settle

    def settle(self, item: Item, outcome: Outcome, now: float) -> Step:
        if isinstance(item, HubJob):
            assert isinstance(outcome, HubAsked)
            return self._push.settle(item, outcome, now)
        assert isinstance(outcome, Polled | Searched)
        asked_s = outcome.reply.retry_after_s if isinstance(outcome, Polled) else outcome.retry_after_s
        self._pacer.finished(
            item.feed.site,
            now,
            status=outcome.status,
            unreached=outcome.unreached,
            took_s=outcome.took_s,
            retry_after_s=asked_s,
        )
        self._agenda.done(item.feed.site, now)
        feed = self._roster.get(item.feed.id)
        if feed is None:  # unsubscribed meanwhile
            return Step()
        step = (
            self._searched(feed, item, outcome, now)
            if isinstance(outcome, Searched)
            else self._polled(feed, item, outcome, now)
        )
        self._record(item, outcome)
        return step

    def _polled(self, feed: Feed, item: Job, outcome: Polled, now: float) -> Step:
        state = settling.after(
            item.state,
            item.part,
            outcome,
            self._bounds(feed),
            search_every_s=self._settings.gap_search_interval_s,
            now=now,
            jitter=random.random(),  # noqa: S311  spreads load, keeps no secret
        )
        if item.part.child is None:
            state = self._push.polled(feed, item.state, state, outcome, now)
        self._roster.remember(state)
        self._stories(feed.site).add(state.stories)
        self._plan(feed, now)
        return self._push.saved(self._clerk.polled(feed, item.part, state, outcome, item.trace, now), feed.id)

    def _record(self, item: Job, outcome: Polled | Searched) -> None:
        """Record what was done as the first span of its trace."""
        traces, url, ended = self._telemetry.traces, outcome.url, time.time()
        if isinstance(outcome, Searched):
            traces.searched(item.trace, url=url, feed_id=item.feed.id, took_s=outcome.took_s, detail=outcome.detail)
            return
        found = 0 if outcome.read is None else len(outcome.read.found)
        replied_at = ended - outcome.took_s + outcome.asked_s
        unanswered = outcome.failure if outcome.status is None else None
        traces.asked(
            item.trace, url=url, status=outcome.status, failure=unanswered, took_s=outcome.asked_s, ended=replied_at
        )
        traces.polled(
            item.trace,
            url=url,
            feed_id=item.feed.id,
            outcome=outcome.outcome,
            entries=found,
            took_s=outcome.took_s,
            failed=outcome.failure,
        )

    def _searched(self, feed: Feed, item: Job, outcome: Searched, now: float) -> Step:
        assert item.part.gap is not None
        settled = gap_search.settle(item.state, item.part.gap, outcome, now=now)
        self._roster.remember(settled.state)
        self._plan(feed, now)
        return self._clerk.searched(feed, settled, outcome, item.trace, now)

    def give_up(self, item: Item, error: Exception, now: float) -> Step:
        if isinstance(item, HubJob):
            self.fault(item.sub.id, error)
            self._push.given_up(item, now)
            return Step()
        self.fault(item.feed.id, error)
        self._pacer.released(item.feed.site)
        self._agenda.done(item.feed.site, now)
        feed = self._roster.get(item.feed.id)
        if feed is None:
            return Step()
        state = msgspec.structs.replace(
            item.state,
            next_poll_at=now + self._bounds(feed).ceiling_s,
            failures=item.state.failures + 1,
            last_failure=type(error).__name__,
            children=(),
            gap=None,
        )
        self._roster.remember(state)
        self._plan(feed, now)
        return self._clerk.given_up(feed, state)

    def sweep(self, now: float) -> Sequence[Step]:
        self._pacer.forget(now)
        for stories in self._told.values():
            stories.forget(now)
        self._told = {site: stories for site, stories in self._told.items() if len(stories)}
        self._push.sweep(now)
        self._push.count(self._partition)
        return (*self._parted(), self._push.saved(Step(), "websub"))

    def fault(self, where: str, error: Exception) -> None:
        self._telemetry.work_failed(stage=Stage.POLLER, key=where, error=error)

    def closed(self) -> None:
        self._pacer.closed()
        self._agenda.closed()
        self._roster.closed()

    def _parted(self) -> Sequence[Step]:
        """Write subscriptions anew that held user and password in their address."""
        return [self._clerk.parted(feed) for feed in self._roster.to_write()]

    def _stories(self, site: str) -> Stories:
        return self._told.setdefault(site, Stories())

    def _bounds(self, feed: Feed) -> Bounds:
        settings, options = self._settings, feed.options
        floor_s = max(options.min_interval_s or 0.0, settings.min_interval_s)
        ceiling_s = options.max_interval_s or settings.max_interval_s
        return Bounds(
            floor_s=floor_s,
            ceiling_s=max(ceiling_s, floor_s),
            first_s=settings.first_interval_s,
            audit_s=settings.audit_interval_s,
        )

    def _plan(self, feed: Feed, now: float) -> None:
        state = self._roster.state(feed, now)
        if feed.options.paused or state.gone:
            self._agenda.drop(feed.id)
        else:
            self._agenda.put(feed.id, feed.site, parts.due_at(state))
        self._push.wanted(feed.id, now, wanted=not (feed.options.paused or state.gone))

    def _count(self) -> None:
        self._roster.count()
        self._push.count(self._partition)


_OURS = frozenset({Action.POLL_NOW, Action.PAUSE, Action.RESUME, Action.HUB})
_COMMANDS = Reader(Command)
