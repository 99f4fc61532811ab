"""What is written of a happening, and what is told about it once readers can see it?"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import assert_never

import msgspec

from cleanwire.cleaner.articles.article_table import PendingCount
from cleanwire.cleaner.outcomes import settlement
from cleanwire.cleaner.outcomes.settlement import (
    Again,
    HandedOn,
    Joined,
    Later,
    Published,
    RejectedNow,
    Settled,
    Unchanged,
)
from cleanwire.records import article_state, feed
from cleanwire.records.article_state import ArticleState, SiteState
from cleanwire.records.base import encode
from cleanwire.records.command import Command
from cleanwire.records.document import Document, Status
from cleanwire.records.feed import Entry
from cleanwire.records.rejected import Rejected
from cleanwire.records.traceparent import Traceparent
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Unit, Write
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import LookOutcome, Stage
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites

_SHORT_DETAIL = 200  # characters


class Clerk:
    """Writes the records of one partition and keeps its books."""

    def __init__(self, topics: TopicNames, partitions: int, books: PendingCount, telemetry: Telemetry) -> None:
        self._topics = topics
        self._partitions = partitions
        self._books = books
        self._telemetry = telemetry

    def taken_in(self, state: ArticleState, given_up: Callable[[], Step]) -> Step:
        """A new article waits. `given_up`: what is written where its state is refused however small."""

        def tell() -> None:
            self._books.taken_in(new=1, repeated=0)

        def nothing_fits() -> Step:
            step = given_up()
            return replace(step, tell=_both(tell, step.tell))

        return self._step(state, tell=tell, smaller=nothing_fits)

    def repeated(self, state: ArticleState, *, reopened: bool, refused: Callable[[], None]) -> Step:
        """A known article was listed again; `reopened`: it was rejected, and waits again because of that.

        Where that is refused, what was written of it before stands: `refused` brings it back.
        """

        def listed() -> None:
            self._books.taken_in(new=0, repeated=1)

        def nothing_fits() -> Step:
            refused()
            return Step(tell=listed)

        return self._step(state, tell=_both(listed, self._books.reopened if reopened else None), smaller=nothing_fits)

    def passed_on(self, entry: Entry, trace: Traceparent, given_up: Callable[[], Step]) -> Step:
        """An entry belongs to another partition, by the list of public suffixes as it is now."""

        def taken_in() -> None:
            self._books.taken_in(new=1, repeated=0)

        def tell() -> None:
            taken_in()
            self._books.settled()
            self._telemetry.article_moved(article_id=entry.article_id, url=entry.url, site=entry.site)

        def passed(form: Entry, smaller: Callable[[], Step]) -> Step:
            unit = Unit(key=f"{entry.article_id}/passed", writes=(self._entry(form, trace),))
            return Step(unit=unit, tell=tell, smaller=smaller)

        def nothing_fits() -> Step:
            step = given_up()
            return replace(step, tell=_both(taken_in, step.tell))

        return passed(entry, lambda: passed(feed.lean(entry), nothing_fits))

    def never_known(self, rejected: Rejected, trace: Traceparent) -> Step:
        """Something was rejected that never got a state."""

        def tell() -> None:
            self._books.taken_in(new=1, repeated=0)
            self._tell_rejected(rejected)

        def smaller() -> Step:
            short = msgspec.structs.replace(
                rejected, site="", url="", entry=None, detail=(rejected.detail or "")[:_SHORT_DETAIL]
            )
            return Step(unit=Unit(key=rejected.article_id, writes=(self._rejected(short, trace),)), tell=tell)

        unit = Unit(key=rejected.article_id, writes=(self._rejected(rejected, trace),))
        return Step(unit=unit, tell=tell, smaller=smaller)

    def unknown(self, settled: RejectedNow, trace: Traceparent, given_up: Callable[[], Step]) -> Step:
        """Something was taken in and rejected at once."""

        def tell() -> None:
            self._books.taken_in(new=1, repeated=0)
            self._tell_rejected(settled.rejected)

        def nothing_fits() -> Step:
            return replace(given_up(), tell=tell)

        return self._step(settled.state, self._rejected(settled.rejected, trace), tell=tell, smaller=nothing_fits)

    def given_up(self, state: ArticleState, rejected: Rejected | None, trace: Traceparent) -> Step:
        """Nothing larger than this could be written of an article. One that was published (None) stands as it is."""

        def tell() -> None:
            if rejected is None:
                self._tell_looked(state, LookOutcome.FAILED)
            else:
                self._tell_rejected(rejected)

        writes = () if rejected is None else (self._rejected(rejected, trace),)
        return Step(unit=Unit(key=state.id, writes=(*writes, self._state(state))), tell=tell)

    def command_done(
        self, command: Command, reopened: ArticleState | None, refused: Callable[[], None] | None = None
    ) -> Step:
        """A command was carried out; `reopened` is the article that waits again because of it.

        `refused` is called where the state of that cannot be written: then the command did nothing.
        """

        def done() -> None:
            self._telemetry.command_done(action=command.action, stage=Stage.CLEANER)

        def nothing_fits() -> Step:
            if refused is not None:
                refused()
            return Step(tell=done)

        if reopened is None:
            return Step(tell=done)
        return self._step(reopened, tell=_both(done, self._books.reopened), smaller=nothing_fits)

    def slimmed(self, state: ArticleState) -> Step:
        """Of an article only what keeps it from coming out as new again is remembered from now on."""
        return Step(unit=Unit(key=state.id, writes=(self._state(state),)))

    def forgotten(self, article_id: str) -> Step:
        """An article is remembered no longer."""
        write = Write(topic=self._topics.article_state, key=article_id.encode(), value=None)
        return Step(unit=Unit(key=article_id, writes=(write,)))

    def site_reset(self, command: Command) -> Step:
        """What was learned of a site is forgotten."""
        write = Write(topic=self._topics.site_state, key=command.target.encode(), value=None)
        return Step(
            unit=Unit(key=f"{command.target}/site", writes=(write,)),
            tell=lambda: self._telemetry.command_done(action=command.action, stage=Stage.CLEANER),
        )

    def settled(
        self, settled: Settled, learned: SiteState | None, trace: Traceparent, refused: Callable[[], Step]
    ) -> Step:
        """A try has ended; `learned` is what its page has taught about the site.

        `refused`: what is written where this is refused even without that and with as little of the state as can be.
        """
        step = self._settled(settled, trace, refused)
        if learned is None:
            return step
        write = Write(topic=self._topics.site_state, key=learned.site.encode(), value=encode(learned))
        if step.unit is None:
            return replace(step, unit=Unit(key=f"{learned.site}/site", writes=(write,)), smaller=lambda: step)
        return replace(step, unit=replace(step.unit, writes=(*step.unit.writes, write)))

    def _settled(self, settled: Settled, trace: Traceparent, refused: Callable[[], Step]) -> Step:
        state = settled.state
        step = partial(self._step, state, smaller=refused)
        match settled:
            case Published(document=document):
                return step(self._document(document, trace), tell=lambda: self._tell_published(settled))
            case RejectedNow(rejected=rejected):
                return step(self._rejected(rejected, trace), tell=lambda: self._tell_rejected(rejected))
            case HandedOn(entry=entry):
                return step(self._entry(entry, trace), tell=lambda: self._tell_moved(state, entry.site))
            case Joined():
                return step(tell=lambda: self._tell_moved(state, state.site))
            case Unchanged(look=look):
                return step(tell=lambda: self._tell_looked(state, look))
            case Again():
                return step(tell=lambda: self._tell_again(settled))
            case Later():
                return Step(tell=lambda: self._tell_later(settled))
            case _:
                assert_never(settled)

    def _step(
        self, state: ArticleState, *writes: Write, tell: Callable[[], None] | None, smaller: Callable[[], Step]
    ) -> Step:
        """Return `writes` with the state; where that is refused, with a lean one; `smaller` comes after that."""

        def lean() -> Step:
            unit = Unit(key=state.id, writes=(*writes, self._state(article_state.lean(state))))
            return Step(unit=unit, tell=tell, smaller=smaller)

        return Step(unit=Unit(key=state.id, writes=(*writes, self._state(state))), tell=tell, smaller=lean)

    def _state(self, state: ArticleState) -> Write:
        return Write(topic=self._topics.article_state, key=state.id.encode(), value=encode(state))

    def _document(self, document: Document, trace: Traceparent) -> Write:
        return Write(
            topic=self._topics.documents, key=document.id.encode(), value=encode(document), headers=(trace.header,)
        )

    def _rejected(self, rejected: Rejected, trace: Traceparent) -> Write:
        key = rejected.article_id.encode()
        return Write(topic=self._topics.rejected, key=key, value=encode(rejected), headers=(trace.header,))

    def _entry(self, entry: Entry, trace: Traceparent) -> Write:
        return Write(
            topic=self._topics.entries,
            key=entry.site.encode(),
            value=encode(entry),
            partition=sites.partition(entry.site, self._partitions),
            headers=(trace.header,),
        )

    def _tell_published(self, published: Published) -> None:
        document = published.document
        removed = Counter(cut.reason for cut in document.removed)
        if document.status is Status.CANCELED:
            self._tell_looked(published.state, LookOutcome.GONE)
            self._telemetry.document_canceled(document_id=document.id, url=document.url, revision=document.revision)
            return
        if document.revision > 1:
            self._tell_looked(published.state, LookOutcome.CHANGED)
            self._telemetry.document_revised(
                document_id=document.id,
                url=document.url,
                title=document.title,
                revision=document.revision,
                change=document.change.kind,
                took_s=published.took_s,
                words=document.word_count,
                removed=removed,
            )
            return
        self._books.settled()
        self._telemetry.document_published(
            document_id=document.id,
            url=document.url,
            title=document.title,
            revision=document.revision,
            took_s=published.took_s,
            freshness_s=settlement.freshness_s(document),
            seen_to_emitted_s=(document.emitted_at - document.seen_at).total_seconds(),
            words=document.word_count,
            removed=removed,
        )

    def _tell_looked(self, state: ArticleState, found: LookOutcome) -> None:
        self._telemetry.article_looked_at(found=found, article_id=state.id, url=state.url)

    def _tell_rejected(self, rejected: Rejected) -> None:
        self._books.settled()
        self._telemetry.article_rejected(
            rejection=rejected.reason, article_id=rejected.article_id, url=rejected.url, detail=rejected.detail
        )

    def _tell_moved(self, state: ArticleState, site: str) -> None:
        self._books.settled()
        self._telemetry.article_moved(article_id=state.id, url=state.url, site=site)

    def _tell_again(self, again: Again) -> None:
        self._telemetry.article_retried(
            reason=again.failed.reason, article_id=again.state.id, url=again.state.url, attempts=again.state.attempts
        )

    def _tell_later(self, later: Later) -> None:
        self._telemetry.article_deferred(
            reason=later.deferred.reason, article_id=later.state.id, until_s=later.deferred.wait_s
        )


def _both(first: Callable[[], None], second: Callable[[], None] | None) -> Callable[[], None]:
    def tell() -> None:
        first()
        if second is not None:
            second()

    return tell
