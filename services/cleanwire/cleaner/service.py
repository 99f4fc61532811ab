"""Stage 2, read top to bottom: take in entries, try what is due, settle what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from cleanwire.cleaner import intake, revisit
from cleanwire.cleaner.articles import archive, backlog
from cleanwire.cleaner.articles.article_table import Catalogue, PendingCount
from cleanwire.cleaner.attempts.attempt import Attempts
from cleanwire.cleaner.outcomes import settlement
from cleanwire.cleaner.outcomes.attempt_outcome import AsBefore, Cleaned, Deferred, Elsewhere, Failed, Outcome
from cleanwire.cleaner.outcomes.settlement import Again, Later, Published, Settled
from cleanwire.cleaner.site_memory import SiteMemory
from cleanwire.cleaner.writing import Clerk
from cleanwire.crawl.agenda import Agenda
from cleanwire.crawl.pacing import Pacer, Sites
from cleanwire.crawl.places import Places
from cleanwire.records import traceparent
from cleanwire.records.article_state import ArticleState, ArticleStatus, DueReason, SiteState
from cleanwire.records.base import encode
from cleanwire.records.command import Action
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected, Rejection
from cleanwire.records.traceparent import Traceparent
from cleanwire.settings import CleanSettings
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import Stage
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites

MAX_RECORD_BYTES = 1_000_000  # below the usual limit of brokers and consumers, 1 MiB
_TOO_LARGE = "the broker refused the record"
FORGET_AT_ONCE = 500  # articles in one sweep


@dataclass(frozen=True, slots=True)
class Job:
    """One due article, and the place of this try in the trace that its entry came in."""

    state: ArticleState
    entry: Entry
    trace: Traceparent
    began: float  # epoch seconds


class CleanerDesk:
    """The articles of one partition."""

    def __init__(
        self,
        partition: int,
        *,
        partitions: int,
        attempts: Attempts,
        settings: CleanSettings,
        topics: TopicNames,
        telemetry: Telemetry,
        host_down_pause_s: float,
        sites: Sites | None = None,
        places: Places | None = None,
    ) -> None:
        self.tables = (topics.site_state, topics.article_state)
        self.followed: Sequence[str] = ()
        self.inputs = (topics.entries, topics.commands)
        self._partition = partition
        self._partitions = partitions
        self._attempts = attempts
        self._settings = settings
        self._telemetry = telemetry
        self._catalogue = Catalogue(settings.max_pending, settings.max_pending_mb * 1024 * 1024)
        self._memory = SiteMemory()
        self._books = PendingCount(partition, telemetry)
        self._clerk = Clerk(topics, partitions, self._books, telemetry)
        self._pacer = Pacer(
            settings.site_spacing_s,
            down_pause_s=host_down_pause_s,
            max_crawl_delay_s=settings.max_crawl_delay_s,
            sites=sites,
        )
        self._agenda = Agenda(self._pacer.ready_at, places)
        self._deferred_since: dict[str, float] = {}

    # Load

    def restore(self, message: Message) -> None:
        table = self._memory if message.topic == self.tables[0] else self._catalogue
        if (unreadable := table.restore(message)) is not None:
            self._telemetry.table_record_skipped(topic=message.topic, place=message.place, detail=str(unreadable))

    def opened(self, now: float) -> None:
        for site, until in self._memory.resting(now):
            self._pacer.rest(site, until, now)
        for state in self._catalogue.due():
            try:
                self._resume(state, now)
            except Exception as error:  # noqa: BLE001  what one state does to us must not keep the others waiting
                self.fault(state.id, error)
        self._books.open(self._catalogue.pending_count)

    # Take in

    def take_in(self, message: Message, now: float) -> Sequence[Step]:
        if message.value is None:
            return ()
        return (
            self._take_entry(message, now) if message.topic == self.inputs[0] else self._take_command(message, now),
        )

    def taken(self, now: float) -> Sequence[Step]:  # noqa: ARG002  the loop's interface
        return ()

    def set_aside(self, message: Message, error: Exception, now: float) -> Step:
        self.fault(message.place, error)
        why = f"{type(error).__name__}: {error}"
        record = intake.poison(message, why, now=now, reason=Rejection.INTERNAL_ERROR)
        return self._clerk.never_known(record, self._trace(message.header(traceparent.HEADER)))

    def has_room(self) -> bool:
        has_room = self._catalogue.has_room
        self._telemetry.intake(partition=self._partition, is_open=has_room)
        return has_room

    def _take_entry(self, message: Message, now: float) -> Step:
        trace = self._trace(message.header(traceparent.HEADER))
        entry = intake.entry(message, partition=self._partition, partitions=self._partitions, now=now)
        if isinstance(entry, Rejected):
            return self._clerk.never_known(entry, trace)
        known = self._catalogue.get(entry.article_id)
        if known is None and sites.partition(entry.site, self._partitions) != self._partition:
            state = intake.first_seen(entry, now=now, traceparent=str(trace))
            return self._clerk.passed_on(
                entry, trace, lambda: self._given_up(state, Rejection.RECORD_TOO_LARGE, _TOO_LARGE, now)
            )
        if known is None:
            state = intake.first_seen(entry, now=now, traceparent=str(trace))
            if self._catalogue.is_unreadable(entry.article_id):
                settled = settlement.unknown(state, entry, now=now)
                step = self._clerk.unknown(
                    settled, trace, lambda: self._given_up(state, settled.rejected.reason, _TOO_LARGE, now)
                )
                self._plan(settled.state)
                return step
            if self._catalogue.is_over_share(state):
                settled = settlement.over_share(state, entry, now=now)
                step = self._clerk.unknown(
                    settled, trace, lambda: self._given_up(state, settled.rejected.reason, _TOO_LARGE, now)
                )
                self._catalogue.put(settled.state)
                return step
            # Written first: what cannot be written must not be planned.
            step = self._clerk.taken_in(
                state, lambda: self._given_up(state, Rejection.RECORD_TOO_LARGE, _TOO_LARGE, now)
            )
            self._plan(state)
            return step
        state = intake.seen_again(known, entry, self._settings, now=now, traceparent=str(trace))
        reopened = known.status is ArticleStatus.REJECTED and state.status is ArticleStatus.PENDING
        step = self._clerk.repeated(state, reopened=reopened, refused=lambda: self._plan(known))
        if state.due_at != known.due_at:
            self._plan(state)
        else:
            self._catalogue.put(state)
        return step

    def _take_command(self, message: Message, now: float) -> Step:
        command = intake.command(message, now=now)
        if isinstance(command, Rejected):
            return self._clerk.never_known(command, self._trace(None))
        if command.action is Action.RESET_SITE:
            return self._clerk.site_reset(command) if self._memory.forget(command.target) else Step()
        if command.action is not Action.RETRY:
            return Step()  # the poller's
        known = self._catalogue.get(command.target)
        if known is None or known.status is not ArticleStatus.REJECTED or known.entry is None:
            return self._clerk.command_done(command, None)
        state = msgspec.structs.replace(
            known, status=ArticleStatus.PENDING, attempts=0, due_at=now, due_reason=DueReason.RETRY
        )
        step = self._clerk.command_done(command, state, lambda: self._plan(known))
        self._plan(state)
        return step

    # Work

    def start(self, now: float) -> Job | None:
        while (key := self._agenda.take(now)) is not None:
            state = self._catalogue.get(key)
            if state is not None and state.due_at is not None and state.entry is not None:
                self._pacer.started(state.site, now)  # already: robots.txt is a request too
                return Job(state, state.entry, self._telemetry.traces.within(self._trace_of(state)), now)
            if state is not None:
                self._agenda.done(state.site, now)  # the site is idle again: nothing is asked of it
        return None

    def next_at(self) -> float | None:
        return self._agenda.next_at()

    async def work(self, item: Job) -> Outcome:
        memory = self._memory.template(item.state.site)
        return await self._attempts.make(item.state, item.entry, self._pacer, memory, item.trace)

    def failed(self, item: Job, error: Exception) -> Outcome:
        self._telemetry.work_failed(stage=Stage.CLEANER, key=item.state.id, error=error)
        return Failed(reason=Rejection.INTERNAL_ERROR, detail=f"{type(error).__name__}: {error}")

    # Settle

    def settle(self, item: Job, outcome: Outcome, now: float) -> Step:
        self._pacer.released(item.state.site)
        self._agenda.done(item.state.site, now)
        since = self._deferred_since.pop(item.state.id, now)
        if isinstance(outcome, Deferred):
            self._deferred_since[item.state.id] = since
        # The feed may have listed it again while the page was read, or it was forgotten.
        state = self._catalogue.get(item.state.id)
        if state is None or state.status is ArticleStatus.FORGOTTEN:
            if state is not None and item.state.status is ArticleStatus.PENDING:
                return Step()  # what waits is not forgotten but given up, with a rejection, while it was being read
            state = item.state
        overtaken = intake.is_overtaken(item.state, state)
        claimed = intake.is_claimed(item.state, state)
        settled = self._settled(state, item.entry, outcome, now, claimed=claimed)
        if isinstance(settled, Published) and len(encode(settled.document)) > MAX_RECORD_BYTES:
            settled = self._reject_refused(state, item.entry, f"over {MAX_RECORD_BYTES} bytes", now)
        learned = self._learn(item.state, outcome, settled, now)
        trace = item.trace

        def refused() -> Step:
            """The broker will not take it: the article is rejected, in the end with next to nothing."""
            instead = self._reject_refused(state, item.entry, _TOO_LARGE, now)
            return self._apply(
                instead,
                None,
                trace,
                overtaken=overtaken,
                claimed=claimed,
                refused=lambda: self._given_up(state, Rejection.RECORD_TOO_LARGE, _TOO_LARGE, now),
                now=now,
            )

        step = self._apply(settled, learned, trace, overtaken=overtaken, claimed=claimed, refused=refused, now=now)
        self._record(item, outcome, now)
        return step

    def _record(self, item: Job, outcome: Outcome, now: float) -> None:
        """Record the try as a span under the entry that asked for it."""
        self._telemetry.traces.tried(
            item.trace,
            traceparent.parse(item.state.traceparent),
            topic=self.inputs[0],
            article_id=item.state.id,
            outcome=type(outcome).__name__.lower(),
            took_s=now - item.began,
            failed=outcome.reason if isinstance(outcome, Failed) else None,
        )

    def give_up(self, item: Job, error: Exception, now: float) -> Step:
        self.fault(item.state.id, error)
        return self._given_up(item.state, Rejection.INTERNAL_ERROR, f"{type(error).__name__}: {error}", now)

    def sweep(self, now: float) -> Sequence[Step]:
        self._pacer.forget(now)
        unlisted = self._catalogue.older_than(now - self._settings.forget_after_s, FORGET_AT_ONCE)
        slimmed = [archive.slim(state) for state in unlisted]
        for state in slimmed:
            self._catalogue.put(state)
            self._agenda.drop(state.id)
            self._deferred_since.pop(state.id, None)
        gone = self._catalogue.forgotten_before(now - self._settings.remember_s, FORGET_AT_ONCE)
        for article_id in gone:
            self._catalogue.drop(article_id)
        left = {state.id for state in slimmed}.difference(gone)
        return [
            *(self._clerk.slimmed(state) for state in slimmed if state.id in left),
            *(self._clerk.forgotten(article_id) for article_id in gone),
        ]

    def fault(self, where: str, error: Exception) -> None:
        self._telemetry.work_failed(stage=Stage.CLEANER, key=where, error=error)

    def closed(self) -> None:
        self._pacer.closed()
        self._agenda.closed()
        self._telemetry.intake(partition=self._partition, is_open=True)
        self._books.close()

    def _settled(self, state: ArticleState, entry: Entry, outcome: Outcome, now: float, *, claimed: bool) -> Settled:
        match outcome:
            case Cleaned():
                canonical = outcome.article.canonical_url
                twin = self._catalogue.published_as(canonical) if canonical is not None else None
                if twin is not None and (twin.id == state.id or twin.site != state.site):
                    twin = None
                return settlement.cleaned(state, entry, outcome, twin=twin, now=now)
            case AsBefore():
                return settlement.as_before(state, outcome)
            case Failed():
                return settlement.failed(state, entry, outcome, self._settings, claimed=claimed, now=now)
            case Deferred():
                return settlement.deferred(state, entry, outcome, since=self._deferred_since[state.id], now=now)
            case Elsewhere():
                return settlement.elsewhere(state, entry, outcome)

    def _reject_refused(self, state: ArticleState, entry: Entry, detail: str, now: float) -> Settled:
        reason = Rejection.RECORD_TOO_LARGE
        return settlement.reject(state, entry, reason, attempts=state.attempts + 1, now=now, detail=detail)

    def _learn(self, looked_at: ArticleState, outcome: Outcome, settled: Settled, now: float) -> SiteState | None:
        """Remember what a try taught about its site; None when there is nothing to write.

        A site that wants to be left alone is so by the next owner, too.
        Of an article only the first reading teaches which lines the site repeats: it is no second page of it.
        """
        site = looked_at.site
        if isinstance(outcome, Deferred):
            until = self._pacer.rests_until(site, now)
            return None if until is None else self._memory.rests(site, until)
        if looked_at.revision and isinstance(outcome, Cleaned | AsBefore):
            changed = isinstance(settled, Published)
            looks = revisit.learned(self._memory.looks(site), looked_at, self._settings, changed=changed)
            return self._memory.looked(site, looks, now=now) if looks is not None else None
        if looked_at.revision or not isinstance(outcome, Cleaned) or outcome.article.template is None:
            return None
        return self._memory.learn(site, outcome.article.template, now=now)

    def _given_up(self, state: ArticleState, reason: Rejection, detail: str, now: float) -> Step:
        """Remember of an article only what keeps it from coming out as new again, and say why in the fewest words."""
        left = archive.slim(state)
        self._catalogue.put(left)
        self._agenda.drop(left.id)
        self._deferred_since.pop(left.id, None)
        record = None if state.revision else intake.bare(state, reason, now=now, detail=detail)
        return self._clerk.given_up(left, record, self._trace_of(state))

    def _trace_of(self, state: ArticleState) -> Traceparent:
        """Return the trace that the article's entry came in."""
        return self._trace(state.traceparent)

    def _trace(self, stated: str | None) -> Traceparent:
        """Return the place in a trace that is `stated`; a new one where none is: an older version did not state it."""
        return traceparent.parse(stated) or self._telemetry.traces.begin()

    def _apply(
        self,
        settled: Settled,
        learned: SiteState | None,
        trace: Traceparent,
        *,
        overtaken: bool,
        claimed: bool,
        refused: Callable[[], Step],
        now: float,
    ) -> Step:
        """Bring the table up to date with what was settled and return what is written of it."""
        if isinstance(settled, Later):
            self._catalogue.put(settled.state)
            self._schedule(settled.state, settled.due_at)
        elif isinstance(settled, Again):
            self._plan(settled.state)
        else:
            habits = self._memory.looks(settled.state.site)
            state = revisit.plan(settled.state, self._settings, habits, overtaken=overtaken, claimed=claimed, now=now)
            settled = replace(settled, state=state)
            self._plan(state)
        return self._clerk.settled(settled, learned, trace, refused)

    def _resume(self, state: ArticleState, now: float) -> None:
        """Plan what waited when the partition was last ours."""
        if state.due_reason is DueReason.REVISION and not self._settings.revisit_s:
            self._catalogue.put(revisit.without_looks(state))  # planned before they were switched off
        else:
            self._schedule(state, state.due_at or now)

    def _plan(self, state: ArticleState) -> None:
        self._catalogue.put(state)
        if state.due_at is not None:
            self._schedule(state, state.due_at)
        else:
            self._agenda.drop(state.id)

    def _schedule(self, state: ArticleState, due_at: float) -> None:
        patient = state.due_reason is DueReason.REVISION
        self._agenda.put(state.id, state.site, due_at, patient=patient, source=backlog.source_of(state))
