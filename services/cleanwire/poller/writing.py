"""What is written of a poll, and what is told about it once readers can see it?"""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from cleanwire.feed import parts
from cleanwire.feed.parts import Part
from cleanwire.poller import entries, reading
from cleanwire.poller.poll import Polled
from cleanwire.poller.reading import Found
from cleanwire.poller.search import Searched, Settled
from cleanwire.records.base import encode
from cleanwire.records.command import Command
from cleanwire.records.feed import Entry, Feed, FeedState, slim
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Unit, Write
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import PollOutcome, Stage
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites


class Clerk:
    """Writes the records of one partition of the poller."""

    def __init__(self, topics: TopicNames, partitions: int, telemetry: Telemetry) -> None:
        self._topics = topics
        self._partitions = partitions
        self._telemetry = telemetry

    def polled(
        self,
        feed: Feed,
        part: Part,
        after: FeedState,
        polled: Polled,
        now: float,
        refused: Callable[[str], bool],
    ) -> Step:
        """A poll has ended: its entries and the feed's state go together, and only together."""
        found = () if polled.read is None else polled.read.found
        unit = self._unit(feed, found, after, refused)
        return Step(unit=unit, tell=lambda: self._tell(feed, part, parts.part_state(after, part), polled, found, now))

    def searched(
        self, feed: Feed, settled: Settled, searched: Searched, now: float, refused: Callable[[str], bool]
    ) -> Step:
        """A request of a search after a gap has ended: what it found and the feed's state go together."""
        parsed = searched.news
        found = [
            reading.found(entries.entry(keyed, parsed, feed, now=now, changed=False, read_at=searched.url))
            for keyed in settled.recovered
            if parsed
        ]
        unit = self._unit(feed, found, settled.state, refused)

        def tell() -> None:
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

        return Step(unit=unit, tell=tell)

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
        topic = self._topics.feeds if isinstance(changed, Feed) else self._topics.feed_state
        write = Write(topic=topic, key=command.target.encode(), value=encode(changed))
        unit = Unit(key=f"{command.target}/command", writes=(write,))
        return Step(unit=unit, tell=tell)

    def _unit(self, feed: Feed, found: Sequence[Found], state: FeedState, refused: Callable[[str], bool]) -> Unit:
        if refused(feed.id):  # what makes an entry large is its text, and the cleaner can do without
            found = [reading.found(slim(_ENTRIES.decode(entry.record))) for entry in found]
        write = Write(topic=self._topics.feed_state, key=feed.id.encode(), value=encode(state))
        return Unit(key=feed.id, writes=(*(self._entry(entry) for entry in found), write))

    def _entry(self, found: Found) -> Write:
        partition = sites.partition(found.site, self._partitions)
        return Write(topic=self._topics.entries, key=found.site.encode(), value=found.record, partition=partition)

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
            told.entries_found(new=polled.read.new, changed=len(found) - polled.read.new)
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
        for entry in found:
            if entry.published_at is not None and not entry.changed:
                self._telemetry.entry_seen(age_s=now - entry.published_at)


_ENTRIES = msgspec.json.Decoder(Entry)
