"""What can happen: one method each, which moves the metric and writes the log line, so the two never disagree.

Levels: DEBUG per article, INFO per lifecycle step, WARNING what recovers by itself, ERROR where a human must act or
data is lost. Addresses and messages go into log fields, never into labels. Call a method once what it says is true for
readers too: outcomes of articles after their transaction has committed.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector

import cleanwire
from cleanwire.records.command import Action
from cleanwire.records.rejected import Rejection
from cleanwire.telemetry import catalogue as metrics
from cleanwire.telemetry.catalogue import Closing, Listener, LookOutcome, PageChange, PollOutcome, SpanFate
from cleanwire.telemetry.metric import OTHER, Board
from cleanwire.telemetry.tracing import Traces

if TYPE_CHECKING:
    from cleanwire.stream.messages import Unit

_poller = structlog.get_logger("cleanwire.poller")
_cleaner = structlog.get_logger("cleanwire.cleaner")
_websub = structlog.get_logger("cleanwire.websub")
_stream = structlog.get_logger("cleanwire.stream")
_service = structlog.get_logger("cleanwire.service")

# Everyday reasons a feed fails; the first failure in a row is worth a warning, the hundredth is not.
_FIRST_FAILURE = 1
_CLOCK_LIMIT_S = 60.0  # as in the alert CleanwireClockWrong
_MOST_SKIPPED = 1000  # places remembered of records that were logged
_FOR_HUMANS = frozenset({metrics.StreamFailure.DAMAGED, metrics.StreamFailure.STAGE})


class Telemetry:
    """The process's metrics and logs. Not thread-safe: for the event loop's thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.traces = Traces()
        self._board = Board(metrics.ALL, registry)
        self._pending: dict[int, int] = {}
        self._open_doors: set[str] = set()
        self._closed: set[int] = set()
        self._feeds: dict[int, tuple[int, int, int]] = {}
        self._subscriptions: dict[int, Mapping[str, int]] = {}
        self._skipped: set[str] = set()
        self._clock_wrong = False
        self._owned: dict[str, set[int]] = {stage: set() for stage in metrics.Stage}
        build = Gauge(metrics.BUILD_INFO, "Always 1; the label names the version.", ["version"], registry=registry)
        build.labels(cleanwire.__version__).set(1)
        ProcessCollector(registry=registry)

    # Poller

    def feed_polled(self, *, outcome: PollOutcome, took_s: float, wire_bytes: int) -> None:
        """A poll ended, failed ones included."""
        self._board.count(metrics.POLLS, outcome=outcome)
        self._board.count(metrics.POLL_BYTES, wire_bytes)
        self._board.observe(metrics.POLL_DURATION, took_s)
        _poller.debug("feed_polled", outcome=str(outcome), took_s=round(took_s, 4), wire_bytes=wire_bytes)

    def feed_poll_failed(
        self, *, reason: str, feed_id: str, url: str, detail: str | None = None, failures: int = _FIRST_FAILURE
    ) -> None:
        """A poll failed for `reason` (see PollFailure); `failures` counts those in a row, this one included."""
        self._board.count(metrics.POLL_FAILURES, reason=reason)
        write = _poller.warning if failures == _FIRST_FAILURE else _poller.debug
        write("feed_poll_failed", reason=str(reason), feed_id=feed_id, url=url, detail=detail, failures=failures)

    def entries_found(self, *, new: int, changed: int) -> None:
        """Entries were passed on to the cleaner (their transaction has committed)."""
        self._board.count(metrics.ENTRIES, new, kind="new")
        self._board.count(metrics.ENTRIES, changed, kind="changed")
        if new or changed:
            _poller.debug("entries_found", new=new, changed=changed)

    def gap_found(self, *, feed_id: str, url: str, lost: int) -> None:
        """A poll shares nothing with the one before: about `lost` entries were never seen."""
        self._board.count(metrics.GAPS)
        self._board.count(metrics.ENTRIES_LOST, lost)
        _poller.warning("gap_found", feed_id=feed_id, url=url, lost=lost)

    def gap_searched(self, *, result: str, recovered: int, feed_id: str, url: str, detail: str | None = None) -> None:
        """The site's news sitemap was searched for what a gap cost (see GapSearch); `recovered` were passed on."""
        self._board.count(metrics.GAP_SEARCHES, outcome=result)
        self._board.count(metrics.ENTRIES, recovered, kind="recovered")
        _poller.info("gap_searched", result=str(result), recovered=recovered, feed_id=feed_id, url=url, detail=detail)

    def search_request(self, *, wire_bytes: int) -> None:
        """One request of such a search ended."""
        self._board.count(metrics.POLL_BYTES, wire_bytes)

    def entry_seen(self, *, age_s: float) -> None:
        """A new entry was passed on `age_s` seconds after its feed says it was published."""
        self._board.observe(metrics.PUBLISHED_TO_SEEN, age_s)

    def entries_dropped(self, *, reason: str, count: int, feed_id: str | None = None) -> None:
        """Entries were not passed on, for `reason` (see EntryDrop)."""
        self._board.count(metrics.ENTRIES_DROPPED, count, reason=reason)
        _poller.debug("entries_dropped", reason=str(reason), count=count, feed_id=feed_id)

    def texts_cut(self, *, what: str, count: int, feed_id: str) -> None:
        """Texts of entries that were passed on were over a limit: `what` of an entry, or of its feed (see Cut)."""
        self._board.count(metrics.TEXTS_CUT, count, what=what)
        _poller.debug("texts_cut", what=str(what), count=count, feed_id=feed_id)

    def feed_lateness(self, *, seconds: float) -> None:
        """A feed's poll began `seconds` after it was due."""
        self._board.observe(metrics.LATENESS, seconds)

    def feeds_owned(self, *, partition: int, active: int, paused: int, gone: int) -> None:
        """How many feeds `partition` holds now; the gauge shows the sum over owned partitions."""
        self._feeds[partition] = (active, paused, gone)
        self._show_feeds()

    def feed_gone(self, *, feed_id: str, url: str) -> None:
        """A feed answered 410: nobody asks it again until a person does."""
        self._board.count(metrics.FEEDS_GONE)
        _poller.warning("feed_gone", feed_id=feed_id, url=url)

    def sitemap_retired(self, *, feed_id: str, url: str) -> None:
        """A sitemap of an index is gone, or lists nothing recent; it is polled again when the index dates it anew."""
        self._board.count(metrics.SITEMAPS_RETIRED)
        _poller.info("sitemap_retired", feed_id=feed_id, url=url)

    def feed_moved(self, *, feed_id: str, url: str, moved_to: str) -> None:
        """A permanent redirect was confirmed."""
        self._board.count(metrics.FEEDS_MOVED)
        _poller.info("feed_moved", feed_id=feed_id, url=url, moved_to=moved_to)

    def feed_secrets_moved(self, *, feed_id: str, url: str) -> None:
        """User and password of a subscription were moved from its address to its options, once."""
        _poller.info("feed_secrets_moved", feed_id=feed_id, url=url)

    def cache_lied(self, *, feed_id: str, url: str) -> None:
        """An audit found a feed changed although it answers 304."""
        self._board.count(metrics.CACHES_LIED)
        _poller.warning("cache_lied", feed_id=feed_id, url=url)

    # WebSub

    def subscriptions_owned(self, *, partition: int, states: Mapping[str, int]) -> None:
        """How many subscriptions `partition` holds now, by state; the gauge shows the sum over owned partitions."""
        self._subscriptions[partition] = states
        self._show_subscriptions()

    def hub_asked(self, *, mode: str, reply: str, feed_id: str, hub: str, detail: str | None) -> None:
        """A hub was asked to (un)subscribe us and has answered or not (see HubReply)."""
        self._board.count(metrics.HUB_REQUESTS, mode=mode, reply=reply)
        write = _websub.debug if reply == metrics.HubReply.ACCEPTED else _websub.warning
        write("hub_asked", mode=mode, reply=str(reply), feed_id=feed_id, hub=hub, detail=detail)

    def hub_verified(self, *, feed_id: str, hub: str, lease_s: float) -> None:
        """A subscription was verified or renewed."""
        _websub.info("hub_verified", feed_id=feed_id, hub=hub, lease_s=lease_s)

    def hub_questioned(self, *, question: str) -> None:
        """A hub has called about a subscription (see HubQuestion)."""
        self._board.count(metrics.HUB_QUESTIONS, outcome=question)
        _websub.debug("hub_questioned", outcome=str(question))

    def push_received(self, *, push: str) -> None:
        """A push has come in (see Push)."""
        self._board.count(metrics.PUSHES, outcome=push)
        _websub.debug("push_received", outcome=str(push))

    def push_missed(self, *, feed_id: str, hub: str) -> None:
        """A poll brought what the hub should have pushed: the feed is polled by its own rhythm again."""
        self._board.count(metrics.PUSHES_MISSED)
        _websub.warning("push_missed", feed_id=feed_id, hub=hub)

    # Cleaner: the books

    def articles_taken_in(self, *, count: int, repeated: int) -> None:
        """Entries were read: `count` articles new to the state, `repeated` entries of known ones.

        A record that cannot be read counts as taken in too: it is rejected as a poison message.
        """
        self._board.count(metrics.ARTICLES_NEW, count)
        self._board.count(metrics.ARTICLES_REPEATED, repeated)
        if count:
            _cleaner.debug("articles_taken_in", count=count, repeated=repeated)

    def articles_acquired(self, *, partition: int, pending: int) -> None:
        """A partition's state was loaded with `pending` articles that have no outcome yet."""
        self._board.count(metrics.ARTICLES_ACQUIRED, pending)
        self.pending(partition=partition, count=pending)
        _cleaner.info("articles_acquired", partition=partition, pending=pending)

    def articles_released(self, *, partition: int, pending: int) -> None:
        """A partition was given up or lost with `pending` articles that have no outcome yet."""
        self._board.count(metrics.ARTICLES_RELEASED, pending)
        self._pending.pop(partition, None)
        self._show_pending()
        _cleaner.info("articles_released", partition=partition, pending=pending)

    def articles_reopened(self, *, count: int) -> None:
        """A command made finished articles wait for an outcome again."""
        self._board.count(metrics.ARTICLES_REOPENED, count)
        _cleaner.info("articles_reopened", count=count)

    def pending(self, *, partition: int, count: int) -> None:
        """`count` articles of `partition` wait for their first outcome; planned looks for revisions do not count."""
        self._pending[partition] = count
        self._show_pending()

    def intake(self, *, partition: int, is_open: bool) -> None:
        """`partition` takes in entries, or none because too much waits in it."""
        if is_open and partition in self._closed:
            self._closed.discard(partition)
            _cleaner.info("intake_opened", partition=partition)
        elif not is_open and partition not in self._closed:
            self._closed.add(partition)
            _cleaner.warning("intake_closed", partition=partition)
        self._board.set(metrics.INTAKE_CLOSED, len(self._closed))

    def document_published(
        self,
        *,
        document_id: str,
        url: str,
        title: str,
        revision: int,
        took_s: float,
        freshness_s: float | None,
        seen_to_emitted_s: float,
        words: int,
        removed: Mapping[str, int],
    ) -> None:
        """A first revision was committed. `removed`: kind of line to how many were cut; `freshness_s` None: no date."""
        self._board.count(metrics.DOCUMENTS_NEW)
        self._board.observe(metrics.SEEN_TO_EMITTED, seen_to_emitted_s)
        if freshness_s is not None:
            self._board.observe(metrics.FRESHNESS, freshness_s)
        self._document(took_s=took_s, words=words, removed=removed)
        _cleaner.debug(
            "document_published",
            document_id=document_id,
            url=url,
            title=title,
            revision=revision,
            took_s=round(took_s, 4),
            freshness_s=freshness_s,
            seen_to_emitted_s=round(seen_to_emitted_s, 3),
            words=words,
            removed=dict(removed),
        )

    def document_revised(
        self,
        *,
        document_id: str,
        url: str,
        title: str,
        revision: int,
        change: str,
        took_s: float,
        words: int,
        removed: Mapping[str, int],
    ) -> None:
        """A later revision was committed; `change` says of what (ChangeKind)."""
        self._board.count(metrics.DOCUMENTS_REVISED)
        self._document(took_s=took_s, words=words, removed=removed)
        _cleaner.debug(
            "document_revised",
            document_id=document_id,
            url=url,
            title=title,
            revision=revision,
            change=str(change),
            took_s=round(took_s, 4),
            words=words,
            removed=dict(removed),
        )

    def document_canceled(self, *, document_id: str, url: str, revision: int) -> None:
        """A revision was committed that says that the article is gone."""
        self._board.count(metrics.DOCUMENTS_CANCELED)
        _cleaner.debug("document_canceled", document_id=document_id, url=url, revision=revision)

    def article_rejected(self, *, rejection: Rejection, article_id: str, url: str, detail: str | None = None) -> None:
        """An article's outcome is a rejection."""
        self._board.count(metrics.ARTICLES_REJECTED, reason=rejection)
        _cleaner.debug("article_rejected", reason=str(rejection), article_id=article_id, url=url, detail=detail)

    def article_moved(self, *, article_id: str, url: str, site: str) -> None:
        """An article was handed on to `site`, where its page lives."""
        self._board.count(metrics.ARTICLES_MOVED)
        _cleaner.debug("article_moved", article_id=article_id, url=url, site=site)

    # Cleaner: work

    def article_looked_at(self, *, found: LookOutcome, article_id: str, url: str) -> None:
        """A look at a published page ended."""
        self._board.count(metrics.LOOKS, outcome=found)
        _cleaner.debug("article_looked_at", found=str(found), article_id=article_id, url=url)

    def article_deferred(self, *, reason: str, article_id: str | None = None, until_s: float | None = None) -> None:
        """A due article waits `until_s` more seconds for `reason` (see Deferral); no attempt is counted."""
        self._board.count(metrics.ARTICLES_DEFERRED, reason=reason)
        _cleaner.debug("article_deferred", reason=str(reason), article_id=article_id, until_s=until_s)

    def article_retried(
        self, *, reason: str, article_id: str | None = None, url: str | None = None, attempts: int | None = None
    ) -> None:
        """An attempt failed for `reason` (see Retry) and will be repeated."""
        self._board.count(metrics.ARTICLES_RETRIED, reason=reason)
        _cleaner.debug("article_retried", reason=str(reason), article_id=article_id, url=url, attempts=attempts)

    def page_fetched(self, *, status_class: str, took_s: float, wire_bytes: int) -> None:
        """A page fetch ended; `status_class` is `2xx` and so on, `none` without a reply."""
        self._board.count(metrics.PAGES, status=status_class)
        self._board.count(metrics.PAGE_BYTES, wire_bytes)
        self._board.observe(metrics.PAGE_DURATION, took_s)

    def extraction(self, *, took_s: float) -> None:
        """A page went through extraction, whatever came of it."""
        self._board.observe(metrics.EXTRACTION, took_s)

    def sandbox_door_open(self, door: str) -> None:
        """The kernel leaves a door of our processes open (see `sandbox.doors.Door`, docs/security.md). Told once."""
        if door not in self._open_doors:
            self._open_doors.add(door)
            _service.warning("sandbox_door_open", door=str(door), hint="docs/security.md says what that means")

    # Stream (implements cleanwire.stream.observer.StreamObserver, whose signatures these are)

    def partition_acquired(self, stage: str, partition: int, took_s: float) -> None:
        """A partition is fenced and ours."""
        self._owned[stage].add(partition)
        self._board.count(metrics.ACQUIRED, stage=stage)
        self._board.observe(metrics.ACQUIRE_DURATION, took_s, stage=stage)
        self._board.set(metrics.PARTITIONS, len(self._owned[stage]), stage=stage)
        _stream.info("partition_acquired", stage=stage, partition=partition, took_s=round(took_s, 3))

    def partition_released(self, stage: str, partition: int) -> None:
        """A partition was given up, revoked or lost."""
        self._owned[stage].discard(partition)
        self._board.count(metrics.RELEASED, stage=stage)
        self._board.set(metrics.PARTITIONS, len(self._owned[stage]), stage=stage)
        if stage == metrics.Stage.POLLER:
            self._feeds.pop(partition, None)
            self._show_feeds()
            self._subscriptions.pop(partition, None)
            self._show_subscriptions()
        _stream.info("partition_released", stage=stage, partition=partition)

    def table_loaded(self, topic: str, partition: int, records: int, took_s: float) -> None:
        """A table was rebuilt."""
        label = _short_topic(topic)
        self._board.count(metrics.TABLE_RECORDS, records, topic=label)
        self._board.observe(metrics.TABLE_DURATION, took_s, topic=label)
        _stream.info("table_loaded", topic=topic, partition=partition, records=records, took_s=round(took_s, 3))

    def table_record_skipped(self, *, topic: str, place: str, detail: str) -> None:
        """A table holds a record that cannot be read; it counts as absent. Each is logged once, however often met."""
        self._board.count(metrics.TABLE_RECORDS_SKIPPED, topic=_short_topic(topic))
        known = place in self._skipped or len(self._skipped) >= _MOST_SKIPPED
        write = _stream.debug if known else _stream.warning
        if not known:
            self._skipped.add(place)
        write("table_record_skipped", topic=topic, place=place, detail=detail)

    def transaction_committed(self, stage: str, records: int, took_s: float) -> None:
        """A transaction is visible to readers."""
        self._board.count(metrics.TRANSACTIONS, stage=stage)
        self._board.count(metrics.TRANSACTION_RECORDS, records, stage=stage)
        self._board.observe(metrics.TRANSACTION_DURATION, took_s, stage=stage)
        _stream.debug("transaction_committed", stage=stage, records=records, took_s=round(took_s, 4))

    def units_written(self, partition: int, units: "Sequence[Unit]", took_s: float) -> None:
        """The records of a transaction are visible to readers."""
        self.traces.committed(units, partition=partition, took_s=took_s)

    def transaction_failed(self, stage: str, reason: str, detail: str) -> None:
        """A transaction did not commit (see StreamFailure); its work is done again."""
        self._board.count(metrics.TRANSACTION_FAILURES, stage=stage, reason=reason)
        _stream.warning("transaction_failed", stage=stage, reason=str(reason), detail=detail)

    def record_refused(self, stage: str, key: str, detail: str) -> None:
        """The broker will not take an outcome even alone; it is written smaller, or becomes a rejection."""
        self._board.count(metrics.RECORDS_REFUSED, stage=stage)
        _stream.warning("record_refused", stage=stage, key=key, detail=detail)

    def record_dropped(self, stage: str, key: str, detail: str) -> None:
        """Nothing of an outcome is small enough for the broker: a topic takes next to nothing, a human must act."""
        self._board.count(metrics.RECORDS_DROPPED, stage=stage)
        _stream.error("record_dropped", stage=stage, key=key, detail=detail)

    def partitions_looping(self, stage: str, partitions: int) -> None:
        """So many of our partitions fail again and again."""
        self._board.set(metrics.PARTITIONS_LOOPING, partitions, stage=stage)

    def partition_failed(self, stage: str, partition: int, reason: str, error: BaseException, retry_s: float) -> None:
        """A partition's owner ended with `error` and starts anew in `retry_s` seconds.

        Damaged state needs a human. A failure of the stage itself is a fault of ours: it comes with its traceback.
        """
        self._board.count(metrics.PARTITION_FAILURES, stage=stage, reason=reason)
        write = _stream.error if reason in _FOR_HUMANS else _stream.warning
        write(
            "partition_failed",
            stage=stage,
            partition=partition,
            reason=str(reason),
            detail=str(error) or type(error).__name__,
            retry_s=round(retry_s, 2),
            exc_info=error if reason == metrics.StreamFailure.STAGE else None,
        )

    def broker_unavailable(self, stage: str, detail: str) -> None:
        """The broker does not answer; called once for each time without a broker."""
        self._board.count(metrics.BROKER_UNAVAILABLE, stage=stage)
        _stream.warning("broker_unavailable", stage=stage, detail=detail)

    def broker_away(self, stage: str, *, away: bool) -> None:
        """Whether the broker gives no answer now."""
        self._board.set(metrics.BROKER_AWAY, int(away), stage=stage)

    def group_joined(self, stage: str, partitions: int) -> None:
        """The group gave us `partitions` partitions; 0 is a member in reserve."""
        self._board.count(metrics.GROUP_JOINED, stage=stage)
        _stream.info("group_joined", stage=stage, partitions=partitions)

    def group_left(self, stage: str) -> None:
        """This process is no longer in the group."""
        _stream.info("group_left", stage=stage)

    # Service

    def command_done(self, *, action: Action, stage: str) -> None:
        """A command was carried out."""
        self._board.count(metrics.COMMANDS, stage=stage, action=action)
        write = _service.debug if action is Action.HUB else _service.info  # hubs call often
        write("command_done", action=str(action), stage=str(stage))

    def work_failed(self, *, stage: str, key: str, error: BaseException) -> None:
        """Work on the item `key` raised what nobody expected. The item gets an outcome; the fault wants a human."""
        self._board.count(metrics.WORK_FAILURES, stage=stage)
        _service.error("work_failed", stage=str(stage), key=key, detail=str(error), exc_info=error)

    def connection_closed(self, *, listener: Listener, why: Closing) -> None:
        """A connection to a port of ours was closed before it was through."""
        self._board.count(metrics.CONNECTIONS_CLOSED, listener=listener, reason=why)
        _service.debug("connection_closed", listener=str(listener), reason=str(why))

    def console_changed(self, *, asked: PageChange, target: str) -> None:
        """Somebody signed in on the ops page asked for a change; `target`: id of a feed or an article, or a site."""
        self._board.count(metrics.CONSOLE_CHANGES, change=asked)
        _service.info("console_changed", change=str(asked), target=target)

    def spans_exported(self, fate: SpanFate, count: int) -> None:
        """So many spans were taken by the collector, or not. May be called from another thread: counters allow it."""
        self._board.count(metrics.SPANS, count, fate=fate)

    def clock_compared(self, *, ahead_s: float) -> None:
        """Servers were asked what time it is: our clock is `ahead_s` seconds ahead of most of them."""
        self._board.set(metrics.CLOCK_OFFSET, ahead_s)
        wrong = abs(ahead_s) > _CLOCK_LIMIT_S
        if wrong and not self._clock_wrong:
            _service.warning("clock_wrong", ahead_s=ahead_s)
        self._clock_wrong = wrong

    def consumers_seen(self, *, lag: int) -> None:
        """The broker was asked for the consumers' groups: the slowest has `lag` offsets yet to read."""
        self._board.set(metrics.CONSUMER_LAG, lag)

    def loop_lag(self, *, seconds: float) -> None:
        """The event loop woke a timer `seconds` late."""
        self._board.observe(metrics.LOOP_LAG, seconds)

    def _document(self, *, took_s: float, words: int, removed: Mapping[str, int]) -> None:
        self._board.observe(metrics.DOCUMENT_DURATION, took_s)
        self._board.observe(metrics.WORDS, words)
        for kind, count in removed.items():
            self._board.count(metrics.REMOVED, count, kind=kind)

    def _show_pending(self) -> None:
        self._board.set(metrics.ARTICLES_PENDING, sum(self._pending.values()))

    def _show_feeds(self) -> None:
        totals = [sum(column) for column in zip(*self._feeds.values(), strict=True)] or [0, 0, 0]
        for state, total in zip(metrics.FEED_STATES, totals, strict=True):
            self._board.set(metrics.FEEDS, total, state=state)

    def _show_subscriptions(self) -> None:
        for state in metrics.HUB_STATES:
            total = sum(states.get(state, 0) for states in self._subscriptions.values())
            self._board.set(metrics.SUBSCRIPTIONS, total, state=state)


def _short_topic(topic: str) -> str:
    """Return the topic's name without the installation's prefix, which may be anything."""
    return max((name for name in metrics.TOPICS if topic.endswith(name)), key=len, default=OTHER)
