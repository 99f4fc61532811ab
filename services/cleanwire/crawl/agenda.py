"""What is due next, when each site is dealt with one thing at a time?

Things wait in a heap until they are due, then in a queue of their site until the site is idle and its
spacing has passed. Taking the next one costs O(log n) however many wait for one slow site. What is patient is taken
only when nothing else can be, of its own site and of all.
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Site:
    queue: deque[tuple[str, int]] = field(default_factory=deque)
    patient: deque[tuple[str, int]] = field(default_factory=deque)
    busy: bool = False
    place: tuple[float, bool] | None = None  # in the heaps of sites: when, and whether all it has is patient


class Agenda:
    """Keys with a due time and a site. Times are epoch seconds.

    Args:
        ready_at: `(site, now)` to the earliest time at which the site may be asked again.
    """

    def __init__(self, ready_at: Callable[[str, float], float]) -> None:
        self._ready_at = ready_at
        self._entries: dict[str, tuple[str, int, bool]] = {}  # key → site, ticket, patient; an older ticket is void
        self._waiting: list[tuple[float, int, str]] = []
        self._sites: dict[str, _Site] = {}
        self._heap: list[tuple[float, str]] = []
        self._patient_heap: list[tuple[float, str]] = []
        self._ticket = 0

    def __len__(self) -> int:
        """Return how many keys wait, due or not."""
        return len(self._entries)

    def put(self, key: str, site: str, due_at: float, *, patient: bool = False) -> None:
        """Plan `key`; an earlier plan for it is replaced. What is `patient` lets all others go first."""
        self._ticket += 1
        self._entries[key] = (site, self._ticket, patient)
        heapq.heappush(self._waiting, (due_at, self._ticket, key))

    def drop(self, key: str) -> None:
        """Forget `key` if it waits."""
        self._entries.pop(key, None)

    def take(self, now: float) -> str | None:
        """Return a key that is due at an idle, rested site and mark the site busy; None when there is none."""
        self._release_due(now)
        key = self._take_from(self._heap, False, now)
        return key if key is not None else self._take_from(self._patient_heap, True, now)

    def _take_from(self, heap: list[tuple[float, str]], patient: bool, now: float) -> str | None:
        while heap and heap[0][0] <= now:
            at, name = heapq.heappop(heap)
            site = self._sites.get(name)
            if site is None or site.place != (at, patient):
                continue
            site.place = None
            self._shed(site.queue)
            ready_at = self._ready_at(name, now)
            if ready_at > now or (site.patient and not site.queue and not patient):
                self._queue_site(name, site, ready_at)
                continue
            key = self._pop(site)
            if key is None:
                self._forget_if_idle(name, site)
                continue
            site.busy = True
            return key
        return None

    def done(self, site: str, now: float) -> None:
        """Tell that the thing taken for `site` is finished, so that its next one may be taken."""
        state = self._sites.get(site)
        if state is None:
            return
        state.busy = False
        if state.queue or state.patient:
            self._queue_site(site, state, self._ready_at(site, now))
        else:
            self._forget_if_idle(site, state)

    def next_at(self) -> float | None:
        """Return when `take` may next have something (it may turn out to have nothing); None when nothing waits."""
        times = [heap[0][0] for heap in (self._waiting, self._heap, self._patient_heap) if heap]
        return min(times, default=None)

    def _release_due(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            due_at, ticket, key = heapq.heappop(self._waiting)
            entry = self._entries.get(key)
            if entry is None or entry[1] != ticket:
                continue
            name, _, patient = entry
            site = self._sites.setdefault(name, _Site())
            (site.patient if patient else site.queue).append((key, ticket))
            overtakes = not patient and site.place is not None and site.place[1]
            if not site.busy and (site.place is None or overtakes):
                self._queue_site(name, site, due_at)  # sites whose things came due earlier go first

    def _queue_site(self, name: str, site: _Site, at: float) -> None:
        patient = not site.queue
        site.place = (at, patient)
        heapq.heappush(self._patient_heap if patient else self._heap, (at, name))

    def _pop(self, site: _Site) -> str | None:
        for queue in (site.queue, site.patient):
            self._shed(queue)
            if queue:
                key, _ = queue.popleft()
                del self._entries[key]
                return key
        return None

    def _shed(self, queue: deque[tuple[str, int]]) -> None:
        """Remove from the front what was dropped or planned anew."""
        while queue and self._entries.get(queue[0][0], ("", 0, False))[1] != queue[0][1]:
            queue.popleft()

    def _forget_if_idle(self, name: str, site: _Site) -> None:
        if not site.busy and not site.queue and not site.patient:
            self._sites.pop(name, None)
