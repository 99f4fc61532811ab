"""What is written of a poll, and what is told about it once readers can see it?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import msgspec

from cleanwire.feed.timing import parts
from cleanwire.feed.timing.parts import Part
from cleanwire.poller.bodies import entries, reading
from cleanwire.poller.bodies.reading import Found
from cleanwire.poller.gap_search import Searched, Settled
from cleanwire.poller.poll import Polled
from cleanwire.records.base import encode
from cleanwire.records.command import Command
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.feed import Entry, Feed, FeedState, lean, lean_state, least_state, slim, unaskable
from cleanwire.records.traceparent import Traceparent
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Unit, Write
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import EntryDrop, PollOutcome, Stage
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites

_LEVELS = 5  # ways in which a poll can be written, each smaller than the one before
_LEAN_ENTRY_BYTES = 8192  # of an entry without its text: what is longer is an address that is
_LEAST_ENTRY_BYTES = 700


MOST_AGES = 1000
"""Ages of entries told of one poll: an archive put out at once would drown the others, and take a moment to tell."""


class Clerk:
    """Writes the records of one partition of the poller."""

    def __init__(self, topics: TopicNames, partitions: int, telemetry: Telemetry) -> None:
        self._topics = topics
        self._partitions = partitions
        self._telemetry = telemetry

    def polled(self, feed: Feed, part: Part, after: FeedState, polled: Polled, trace: Traceparent, now: float) -> Step:
        """A poll has ended: its entries and the feed's state go together, and only together."""

        def tell(found: Sequence[Found]) -> None:
            self._tell(feed, part, parts.part_state(after, part), polled, found, now)

        return self._step(feed, () if polled.read is None else polled.read.found, after, trace, tell)

    def searched(self, feed: Feed, settled: Settled, searched: Searched, trace: Traceparent, now: float) -> Step:
        """A request of a search after a gap has ended: what it found and the feed's state go together."""
        parsed = searched.news
        found = [
            reading.found(entries.entry(keyed, parsed, feed, now=now, changed=False, read_at=searched.url))
            for keyed in settled.recovered
            if parsed
        ]

        def tell(found: Sequence[Found]) -> None:
            self._telemetry.search_request(wire_bytes=searched.wire_bytes)
            self._tell_cut(feed, found)
            if settled.result is not None:
                self._telemetry.gap_searched(
                    result=settled.result,
                    recovered=len(found),
                    feed_id=feed.id,
                    url=searched.url,
                    detail=searched.detail,
                )

        return self._step(feed, found, settled.state, trace, tell)

    def given_up(self, feed: Feed, after: FeedState) -> Step:
        """What a poll brought could not even be settled as failed: only when the feed is asked next is written."""
        return Step(unit=Unit(key=feed.id, writes=(self._state(least_state(after)),)))

    def forgotten(self, feed: Feed) -> Step:
        """A feed was unsubscribed."""
        write = Write(topic=self._topics.feed_state, key=feed.id.encode(), value=None)
        return Step(unit=Unit(key=feed.id, writes=(write,)))

    def parted(self, feed: Feed) -> Step:
        """User and password of a feed were moved from its address to its options."""
        write = Write(topic=self._topics.feeds, key=feed.id.encode(), value=encode(feed))
        return Step(
            unit=Unit(key=f"{feed.id}/parted", writes=(write,)),
            tell=lambda: self._telemetry.feed_secrets_moved(feed_id=feed.id, url=feed.url),
        )

    def command_done(self, command: Command, changed: Feed | FeedState | None) -> Step:
        """A command was carried out; `changed` is the subscription or the state that it altered, if it did."""

        def tell() -> None:
            self._telemetry.command_done(action=command.action, stage=Stage.POLLER)

        if changed is None:
            return Step(tell=tell)
        key = f"{command.target}/command"
        if isinstance(changed, Feed):
            write = Write(topic=self._topics.feeds, key=command.target.encode(), value=encode(changed))
            return Step(unit=Unit(key=key, writes=(write,)), tell=tell)
        forms = (changed, lean_state(changed), least_state(changed))
        return _ladder(*(Step(unit=Unit(key=key, writes=(self._state(form),)), tell=tell) for form in forms))

    def _step(
        self,
        feed: Feed,
        found: Sequence[Found],
        state: FeedState,
        trace: Traceparent,
        tell: Callable[[Sequence[Found]], None],
    ) -> Step:
        """Return a step with entries and state, and those that take its place where it is refused.

        What makes an entry large is its text, and the cleaner can do without; what is large still has an address that
        is: of it the cleaner gets to know that there was one, and rejects it. A feed's state can do without all that is
        only good to know, at last without what it has seen.
        """

        def smaller(level: int) -> Step | None:
            if level == _LEVELS:
                return None
            kept, form = found, state
            if level:
                kept = [_reduced(entry, slim if level == 1 else lean) for entry in found]
            if level >= 2:
                form = lean_state(state) if level < 4 else least_state(state)
            writes = [self._entry(entry, trace) for entry in kept]
            if level >= 3:
                most = _LEAN_ENTRY_BYTES if level == 3 else _LEAST_ENTRY_BYTES
                too_large = [entry for entry, write in zip(kept, writes, strict=True) if _length(write) > most]
                kept = [entry for entry, write in zip(kept, writes, strict=True) if _length(write) <= most]
                told_of = (*kept, *(_reduced(entry, unaskable) for entry in too_large))
                writes = [self._entry(entry, trace) for entry in told_of]

            def told() -> None:
                tell(kept)
                if dropped := len(found) - len(kept):
                    self._telemetry.entries_dropped(reason=EntryDrop.RECORD_TOO_LARGE, count=dropped, feed_id=feed.id)

            unit = Unit(key=feed.id, writes=(*writes, self._state(form)))
            return Step(unit=unit, tell=told, smaller=lambda: smaller(level + 1))

        step = smaller(0)
        assert step is not None
        return step

    def _state(self, state: FeedState) -> Write:
        return Write(topic=self._topics.feed_state, key=state.feed_id.encode(), value=encode(state))

    def _entry(self, found: Found, trace: Traceparent) -> Write:
        return Write(
            topic=self._topics.entries,
            key=found.site.encode(),
            value=found.record,
            partition=sites.partition(found.site, self._partitions),
            headers=(trace.header,),
        )

    def _tell(
        self, feed: Feed, part: Part, after: FeedState, polled: Polled, found: Sequence[Found], now: float
    ) -> None:
        before = part.state
        told = self._telemetry
        told.feed_polled(outcome=polled.outcome, took_s=polled.took_s, wire_bytes=polled.wire_bytes)
        if polled.outcome is PollOutcome.FAILED and polled.failure is not None:
            told.feed_poll_failed(
                reason=polled.failure,
                feed_id=feed.id,
                url=polled.url,
                detail=polled.detail,
                failures=after.failures,
            )
        if polled.read is not None:
            changed = sum(entry.changed for entry in found)
            told.entries_found(new=len(found) - changed, changed=changed)
            for reason, count in polled.read.dropped.items():
                told.entries_dropped(reason=reason, count=count, feed_id=feed.id)
            self._tell_cut(feed, found)
            if not polled.read.first:
                self._tell_ages(found, now)
            if polled.read.gap is not None:
                told.gap_found(feed_id=feed.id, url=after.url, lost=polled.read.gap.lost)
        if after.gone and not before.gone:
            gone = told.feed_gone if part.child is None else told.sitemap_retired
            gone(feed_id=feed.id, url=after.url)
        if after.url != before.url:
            told.feed_moved(feed_id=feed.id, url=before.url, moved_to=after.url)
        if after.lying_cache and not before.lying_cache:
            told.cache_lied(feed_id=feed.id, url=after.url)

    def _tell_cut(self, feed: Feed, found: Sequence[Found]) -> None:
        for what, count in Counter(what for entry in found for what in entry.cut).items():
            self._telemetry.texts_cut(what=what, count=count, feed_id=feed.id)

    def _tell_ages(self, found: Sequence[Found], now: float) -> None:
        for entry in found[:MOST_AGES]:
            if entry.published_at is not None and not entry.changed:
                self._telemetry.entry_seen(age_s=now - entry.published_at)


def _ladder(*steps: Step) -> Step:
    """Return the first step, with each next one as what takes its place where it is refused."""
    *larger, last = steps
    for step in reversed(larger):
        last = replace(step, smaller=partial(_same, last))
    return last


def _same(step: Step) -> Step:
    return step


def _length(write: Write) -> int:
    return len(write.value or b"")


def _reduced(found: Found, reduce: Callable[[Entry], Entry]) -> Found:
    entry = _ENTRIES.read(found.record)
    return found if isinstance(entry, Unreadable) else msgspec.structs.replace(found, record=encode(reduce(entry)))


_ENTRIES = Reader(Entry)
