"""What is due next, when each site is dealt with one thing at a time, and what all share is shared out fairly?

Things wait in a heap until they are due, then in a queue of their site until the site is idle and its spacing has
passed. Then the site waits for its turn: sources (by default the sites themselves; of articles, the sites whose feeds
brought them) take turns, so that one with twenty thousand things on as many sites delays nobody else's first one by
more than one thing of its own. Taking the next one costs O(log n) however many wait. What is patient is taken only
when nothing else can be, of its own site and of all.
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cleanwire.crawl.places import Places

_LOOK_AGAIN_S = 0.25  # after so long it is seen whether another agenda has given back a place
_LOOK_AGAIN_PATIENTLY_S = 5.0
_MANY_SOURCES = 10_000  # whose turns are remembered before those that have caught up are forgotten


class _Entry(NamedTuple):
    """A plan; void once `Agenda` has another or none for its key. In a heap the one due first is the least."""

    due_at: float
    ticket: int
    key: str
    site: str
    patient: bool
    source: str


@dataclass(slots=True)
class _Site:
    queue: deque[_Entry] = field(default_factory=deque)
    patient: deque[_Entry] = field(default_factory=deque)
    taken: tuple[str, float] | None = None  # the source of the thing under way, and since when
    place: int | None = None  # the ticket of its one place in the heaps of sites
    is_patient: bool = False  # all it has is


class Agenda:
    """Keys with a due time, a site and a source. Times are epoch seconds.

    Args:
        ready_at: `(site, now)` to the earliest time at which the site may be asked again.
        places: what agendas share, if they do.
    """

    def __init__(self, ready_at: Callable[[str, float], float], places: Places | None = None) -> None:
        self._ready_at = ready_at
        self._places = places if places is not None else Places(None)
        self._entries: dict[str, _Entry] = {}
        self._waiting: list[_Entry] = []
        self._sites: dict[str, _Site] = {}
        self._resting: list[tuple[float, int, str]] = []  # sites by when they may be asked
        self._resting_patient: list[tuple[float, int, str]] = []
        self._ready: list[tuple[float, int, str]] = []  # sites by turn
        self._held: dict[str, deque[tuple[int, str]]] = {}  # sites that wait for a place, by what is full
        self._turn = 0.0
        self._next_turn: dict[str, float] = {}  # by source, where it is not over
        self._ticket = 0
        self._look_again_at: float | None = None

    def __len__(self) -> int:
        """Return how many keys wait, due or not."""
        return len(self._entries)

    def put(self, key: str, site: str, due_at: float, *, patient: bool = False, source: str | None = None) -> None:
        """Plan `key`; an earlier plan for it is replaced. What is `patient` lets all others go first."""
        entry = _Entry(due_at, self._next_ticket(), key, site, patient, site if source is None else source)
        self._entries[key] = entry
        heapq.heappush(self._waiting, entry)

    def drop(self, key: str) -> None:
        """Forget `key` if it waits."""
        self._entries.pop(key, None)

    def take(self, now: float) -> str | None:
        """Return a key that is due at an idle, rested site and mark the site busy; None when there is none."""
        self._release_due(now)
        self._let_in(now)
        key = self._take_ready(now)
        while key is None and self._call_held():
            key = self._take_ready(now)
        if key is None:
            key = self._take_patient(now)
        self._look_again_at = now + _LOOK_AGAIN_S if self._held else None
        return key

    def done(self, site: str, now: float) -> None:
        """Tell that the thing taken for `site` is finished, so that its next one may be taken."""
        state = self._sites.get(site)
        if state is None:
            return
        self._give_back(state, now)
        if state.queue or state.patient:
            self._rest(site, state, self._ready_at(site, now))
        else:
            self._forget_if_idle(site, state)

    def closed(self) -> None:
        """Give back the places of all that is under way."""
        for state in self._sites.values():
            self._give_back(state, None)

    def next_at(self) -> float | None:
        """Return when `take` may next have something (it may turn out to have nothing); None when nothing waits."""
        times = [heap[0][0] for heap in (self._waiting, self._resting, self._resting_patient) if heap]
        if self._ready:
            times.append(0.0)
        if self._look_again_at is not None:
            times.append(self._look_again_at)
        return min(times, default=None)

    def _release_due(self, now: float) -> None:
        while self._waiting and self._waiting[0].due_at <= now:
            entry = heapq.heappop(self._waiting)
            if self._entries.get(entry.key) is not entry:
                continue
            site = self._sites.setdefault(entry.site, _Site())
            (site.patient if entry.patient else site.queue).append(entry)
            overtakes = not entry.patient and site.place is not None and site.is_patient
            if site.taken is None and (site.place is None or overtakes):
                self._rest(entry.site, site, entry.due_at)  # sites whose things came due earlier go first

    def _let_in(self, now: float) -> None:
        """Give each site that may be asked its turn."""
        while self._resting and self._resting[0][0] <= now:
            _, ticket, name = heapq.heappop(self._resting)
            site = self._site_at(ticket, name)
            if site is None:
                continue
            self._shed(site.queue)
            ready_at = self._ready_at(name, now)
            if ready_at > now or (site.patient and not site.queue):
                self._rest(name, site, ready_at)
            elif not site.queue:
                site.place = None
                self._forget_if_idle(name, site)
            else:
                source = site.queue[0].source
                turn = max(self._turn, self._next_turn.get(source, 0.0))
                self._next_turn[source] = turn + 1.0
                heapq.heappush(self._ready, (turn, ticket, name))
        if len(self._next_turn) > _MANY_SOURCES:
            self._next_turn = {source: turn for source, turn in self._next_turn.items() if turn > self._turn}

    def _take_ready(self, now: float) -> str | None:
        while self._ready:
            turn, ticket, name = heapq.heappop(self._ready)
            site = self._site_at(ticket, name)
            if site is None:
                continue
            self._turn = max(self._turn, turn)
            self._shed(site.queue)
            ready_at = self._ready_at(name, now)
            if ready_at > now or not site.queue:
                self._rest(name, site, ready_at)
            elif (full := self._places.full_for(site.queue[0].source)) is not None:
                self._held.setdefault(full, deque()).append((ticket, name))
            else:
                return self._taken(site, site.queue, now)
        return None

    def _call_held(self) -> bool:
        """Let one of the sites that wait for a place have its turn, of each kind that has one; tell whether any may."""
        called = False
        for kind in [kind for kind in self._held if not self._places.is_full(kind)]:
            waiting = self._held[kind]
            heapq.heappush(self._ready, (self._turn, *waiting.popleft()))
            if not waiting:
                del self._held[kind]
            called = True
        return called

    def _take_patient(self, now: float) -> str | None:
        while self._resting_patient and self._resting_patient[0][0] <= now:
            _, ticket, name = heapq.heappop(self._resting_patient)
            site = self._site_at(ticket, name)
            if site is None:
                continue
            self._shed(site.queue)
            self._shed(site.patient)
            ready_at = self._ready_at(name, now)
            queue = site.queue or site.patient
            if not queue:
                site.place = None
                self._forget_if_idle(name, site)
            elif ready_at > now:
                self._rest(name, site, ready_at)
            elif self._places.full_for(queue[0].source) is not None:
                self._rest(name, site, now + _LOOK_AGAIN_PATIENTLY_S)
            else:
                return self._taken(site, queue, now)
        return None

    def _taken(self, site: _Site, queue: deque[_Entry], now: float) -> str:
        entry = queue.popleft()
        del self._entries[entry.key]
        site.place = None
        site.taken = (entry.source, now)
        self._places.taken(entry.source)
        return entry.key

    def _give_back(self, site: _Site, now: float | None) -> None:
        if site.taken is not None:
            source, since = site.taken
            site.taken = None
            self._places.given_back(source, held_s=None if now is None else now - since)

    def _rest(self, name: str, site: _Site, at: float) -> None:
        site.place = self._next_ticket()
        site.is_patient = not site.queue
        heapq.heappush(self._resting_patient if site.is_patient else self._resting, (at, site.place, name))

    def _site_at(self, ticket: int, name: str) -> _Site | None:
        """Return the site unless it has left this place for another."""
        site = self._sites.get(name)
        return site if site is not None and site.place == ticket else None

    def _shed(self, queue: deque[_Entry]) -> None:
        """Remove from the front what was dropped or planned anew."""
        while queue and self._entries.get(queue[0].key) is not queue[0]:
            queue.popleft()

    def _forget_if_idle(self, name: str, site: _Site) -> None:
        if site.taken is None and not site.queue and not site.patient:
            self._sites.pop(name, None)

    def _next_ticket(self) -> int:
        self._ticket += 1
        return self._ticket
