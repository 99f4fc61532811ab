"""The WebSub subscriptions of one partition: which are wanted, what hubs said of them, which hub is asked next."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from cleanwire.crawl.agenda import Agenda
from cleanwire.crawl.pacing import Pacer
from cleanwire.feed.websub import subscription as websub
from cleanwire.poller import rows
from cleanwire.poller.poll import Polled
from cleanwire.poller.websub.hub import HubAsked, Hubs, mode_of
from cleanwire.records.base import encode
from cleanwire.records.command import HubCall, HubEvent
from cleanwire.records.decoding import Reader
from cleanwire.records.feed import Feed, FeedState
from cleanwire.records.websub import HubState, Subscription
from cleanwire.stream.loop import Step
from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.telemetry.catalogue import LAPSED, HubReply
from cleanwire.telemetry.events import Telemetry
from cleanwire.urls import site as sites

_LARGE_BYTES = 8192  # of a subscription: its addresses are beyond all measure
_SPACING_S = 1.0  # between two requests to one hub, which serves many feeds


@dataclass(frozen=True, slots=True)
class HubJob:
    """One subscription whose hub is to be asked."""

    sub: Subscription


class Pushes:
    """Keeps the table of subscriptions. With `hubs` None there are none, and nothing here does anything.

    What changes is written by `saved`, together with what made it change; only when that is committed, and any
    replica can know of it, is the hub asked, for it calls back at once.
    """

    def __init__(self, hubs: Hubs | None, *, topic: str, telemetry: Telemetry) -> None:
        self.tables: tuple[str, ...] = (topic,) if hubs is not None else ()
        self._hubs = hubs
        self._topic = topic
        self._telemetry = telemetry
        self._subs: dict[str, Subscription] = {}
        self._counts: Counter[str] = Counter()  # kept up to date, however many there are
        self._lapsed: set[str] = set()  # of those that are active
        self._by_feed: dict[str, set[str]] = {}
        self._unsaved: dict[str, None] = {}
        self._tells: list[Callable[[], None]] = []
        self._pacer = Pacer(_SPACING_S)
        self._agenda = Agenda(self._pacer.ready_at)

    def restore(self, message: Message) -> None:
        """Take one record of the table."""
        if message.value is None:
            self._forget(message.key_text)
        elif (sub := rows.read(message, _SUBSCRIPTIONS, self._telemetry)) is not None:
            self._know(sub)

    def opened(self, feeds: Iterable[str], now: float) -> None:
        """The table is loaded: plan what is due, correct what was true for another callback address or another list."""
        if self._hubs is None:
            return
        known, fingerprint = frozenset(feeds), self._hubs.keys.fingerprint
        for sub in list(self._subs.values()):
            if sub.key != fingerprint:
                self._change(websub.readdressed(sub, fingerprint, now=now))
            if sub.feed_id not in known:
                self.removed(sub.feed_id, now)
            if sub.id not in self._unsaved:
                self._plan(sub.id)
        self._look_for_lapses(now)

    # What is wanted

    def wanted(self, feed_id: str, now: float, *, wanted: bool) -> None:
        """Ask for the subscription that a feed announces, or end it while the feed is paused or gone."""
        for sub in self._of(feed_id):
            if not sub.retired:
                self._change(websub.resumed(sub, now=now) if wanted else websub.left(sub, now=now))

    def removed(self, feed_id: str, now: float) -> None:
        """End the subscriptions of a feed that was unsubscribed."""
        for sub in self._of(feed_id):
            self._change(websub.left(msgspec.structs.replace(sub, retired=True), now=now))

    def polled(self, feed: Feed, before: FeedState, state: FeedState, polled: Polled, now: float) -> FeedState:
        """Learn from a poll what the feed announces and whether pushes come; return when to poll again."""
        if self._hubs is None:
            return state
        settings = self._hubs.settings
        current = self._current(feed.id)
        if current is not None:
            if websub.missed(current, polled.reply, before=before, now=now):
                self._tells.append(partial(self._telemetry.push_missed, feed_id=feed.id, hub=current.hub))
            after, state = websub.polled(
                current,
                state,
                polled.reply,
                before=before,
                began_at=now - polled.took_s,
                floor_s=self._floor_s(feed),
                check_s=min(settings.check_interval_s, feed.options.max_interval_s or settings.check_interval_s),
                now=now,
            )
            self._change(after)
        if polled.read is not None:
            known = self._of(feed.id)
            for sub in websub.announced(known, feed, polled.announced, key=self._hubs.keys.fingerprint, now=now):
                self._change(sub)
        return state

    def called(self, call: HubCall, feed: Feed, state: FeedState, now: float) -> FeedState:
        """Learn what a hub said; return when to poll the feed."""
        sub = self._subs.get(call.subscription)
        if self._hubs is None or sub is None or sub.feed_id != feed.id:
            return state
        settings = self._hubs.settings
        match call.event:
            case HubEvent.VERIFIED:
                lease_s = call.lease_s or settings.lease_s
                after = websub.verified(sub, lease_s=lease_s, retry_s=settings.retry_s, now=now)
                if after != sub:
                    told = partial(self._telemetry.hub_verified, feed_id=feed.id, hub=sub.hub, lease_s=lease_s)
                    self._tells.append(told)
                self._change(after)
            case HubEvent.ENDED:
                self._change(websub.ended(sub))
            case HubEvent.DENIED:
                self._change(websub.denied(sub, now=now))
            case HubEvent.PUSHED:
                after = websub.pushed(sub, now=now)
                self._change(after)
                if after.announced and not after.retired:
                    return websub.polled_soon(state, floor_s=self._floor_s(feed), now=now)
        return state

    def _floor_s(self, feed: Feed) -> float:
        assert self._hubs is not None
        return max(self._hubs.settings.min_interval_s, feed.options.min_interval_s or 0.0)

    def saved(self, step: Step, key: str) -> Step:
        """Return `step` with the subscriptions that changed since the last call; `key` names a unit made for them."""
        if not self._unsaved:
            return step
        changed, self._unsaved = list(self._unsaved), {}
        tells, self._tells = self._tells, []
        return self._with(step, key, changed, tells)

    def _with(self, step: Step, key: str, changed: list[str], tells: list[Callable[[], None]]) -> Step:
        """Return `step` with the records of `changed` subscriptions; in the end without those that are large."""
        writes = tuple(self._write(sub_id) for sub_id in changed)
        unit = step.unit or Unit(key=key, writes=())

        def tell() -> None:
            if step.tell is not None:
                step.tell()
            for told in tells:
                told()
            for sub_id in changed:
                self._plan(sub_id)

        def smaller() -> Step | None:
            lesser = step.smaller() if step.smaller is not None else None
            if lesser is not None:
                return self._with(lesser, key, changed, tells)
            large = {sub_id for sub_id in changed if len(self._write(sub_id).value or b"") > _LARGE_BYTES}
            for sub_id in large:
                self._forget(sub_id)
            return self._with(step, key, changed, tells) if large else None

        return Step(unit=replace(unit, writes=(*unit.writes, *writes)), tell=tell, smaller=smaller)

    # Asking hubs

    def start(self, now: float) -> HubJob | None:
        """Return the next subscription whose hub may be asked now."""
        sub_id = self._agenda.take(now)
        if sub_id is None:
            return None
        sub = self._subs[sub_id]
        self._pacer.started(_hub_site(sub), now)
        return HubJob(sub)

    def next_at(self) -> float | None:
        """Return when `start` may have something."""
        return self._agenda.next_at()

    async def work(self, job: HubJob) -> HubAsked:
        """Ask the hub."""
        assert self._hubs is not None
        return await self._hubs.ask(job.sub)

    def given_up(self, job: HubJob, now: float) -> None:
        """Let a subscription rest of which nothing could be made of its hub's answer; a restart asks again."""
        hub = _hub_site(job.sub)
        self._pacer.released(hub)
        self._agenda.done(hub, now)

    @staticmethod
    def failed(job: HubJob, error: Exception) -> HubAsked:
        """Return the outcome of a request that raised what nobody expected."""
        detail = f"{type(error).__name__}: {error}"
        return HubAsked(mode=mode_of(job.sub), reply=HubReply.FAILED, detail=detail)

    def settle(self, job: HubJob, asked: HubAsked, now: float) -> Step:
        """Learn what the hub answered."""
        hub = _hub_site(job.sub)
        self._pacer.finished(
            hub,
            now,
            status=asked.status,
            unreached=asked.unreached,
            took_s=asked.took_s,
            retry_after_s=asked.retry_after_s,
        )
        self._agenda.done(hub, now)
        sub = self._subs.get(job.sub.id)
        if sub is not None and sub.state is job.sub.state and self._hubs is not None:
            self._change(_after_asking(sub, job.sub, asked, self._hubs.settings.retry_s, now))
        return self.saved(Step(tell=lambda: self._tell(job.sub, asked)), job.sub.id)

    def sweep(self, now: float) -> None:
        """Forget what is no longer worth remembering of hubs' sites, and notice which leases have ended."""
        self._pacer.forget(now)
        self._look_for_lapses(now)

    def count(self, partition: int) -> None:
        """Tell how many subscriptions there are."""
        if self._hubs is None:
            return
        lapsed = len(self._lapsed)
        states = {**self._counts, HubState.ACTIVE: self._counts[HubState.ACTIVE] - lapsed, LAPSED: lapsed}
        self._telemetry.subscriptions_owned(partition=partition, states=states)

    def _look_for_lapses(self, now: float) -> None:
        self._lapsed = {
            sub.id for sub in self._subs.values() if sub.state is HubState.ACTIVE and not websub.active(sub, now=now)
        }

    def _tell(self, sub: Subscription, asked: HubAsked) -> None:
        self._telemetry.hub_asked(
            mode=asked.mode, reply=asked.reply, feed_id=sub.feed_id, hub=sub.hub, detail=asked.detail
        )

    # The table

    def _of(self, feed_id: str) -> list[Subscription]:
        return [self._subs[sub_id] for sub_id in sorted(self._by_feed.get(feed_id, ()))]

    def _current(self, feed_id: str) -> Subscription | None:
        return next((sub for sub in self._of(feed_id) if not sub.retired), None)

    def _change(self, sub: Subscription) -> None:
        if self._subs.get(sub.id) == sub:
            return
        self._unsaved[sub.id] = None
        self._agenda.drop(sub.id)  # until it is saved
        if websub.over(sub):
            self._forget(sub.id)
        else:
            self._know(sub)

    def _know(self, sub: Subscription) -> None:
        self._uncount(sub.id)
        self._subs[sub.id] = sub
        self._counts[sub.state] += 1
        self._by_feed.setdefault(sub.feed_id, set()).add(sub.id)

    def _forget(self, sub_id: str) -> None:
        self._uncount(sub_id)
        sub = self._subs.pop(sub_id, None)
        if sub is None:
            return
        others = self._by_feed[sub.feed_id]
        others.discard(sub_id)
        if not others:
            del self._by_feed[sub.feed_id]

    def _uncount(self, sub_id: str) -> None:
        if (before := self._subs.get(sub_id)) is not None:
            self._counts[before.state] -= 1
            self._lapsed.discard(sub_id)

    def _plan(self, sub_id: str) -> None:
        sub = self._subs.get(sub_id)
        if sub is None or sub.state is HubState.RESTING:
            self._agenda.drop(sub_id)
        else:
            self._agenda.put(sub_id, _hub_site(sub), sub.due_at)

    def _write(self, sub_id: str) -> Write:
        sub = self._subs.get(sub_id)
        return Write(topic=self._topic, key=sub_id.encode(), value=None if sub is None else encode(sub))


def _after_asking(sub: Subscription, before: Subscription, asked: HubAsked, retry_s: float, now: float) -> Subscription:
    """Return `sub`, unless the hub has called back before its answer to `before` came: then that counts."""
    if sub.verified_at != before.verified_at or sub.lease_until != before.lease_until:
        return sub
    return websub.asked(sub, status=asked.status, retry_after_s=asked.retry_after_s, retry_s=retry_s, now=now)


def _hub_site(sub: Subscription) -> str:
    return sites.site(sub.hub)


_SUBSCRIPTIONS = Reader(Subscription, key="id")
