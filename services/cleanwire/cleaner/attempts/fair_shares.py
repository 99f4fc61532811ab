"""Whose page is read next, and who has to wait because of what its pages have cost?

Extraction places are few, often one, and a page may hold one for as long as the deadline. So a page that cost much
lets its site, and the site whose feed brought it, rest for a multiple of what it cost, doubled each time: slow pages of
one stranger get a fifth of one place at first, and ever less. Of those that wait the one whose site and feed have used
least of late goes first.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

REST_TIMES = 4.0
"""Times the cost of a slow page: that long its accounts rest after the first one; doubled with each further one."""
MAX_REST_S = 1800.0
FORGIVEN_S = 3600.0
"""So long after its last slow page an account is like any other."""
HALF_LIFE_S = 60.0
"""Half of what an account has used is forgotten after so long."""
MAX_ACCOUNTS = 20_000
"""Those that used a place longest ago are forgotten first; each takes about 300 bytes."""


@dataclass(slots=True)
class _Account:
    used_s: float = 0.0
    at: float = -math.inf
    strikes: int = 0
    slow_at: float = -math.inf
    rests_until: float = -math.inf
    holds: int = 0


@dataclass(slots=True)
class Use:
    """What the page on one place has cost so far."""

    cpu_s: float = 0.0

    def spend(self, cpu_s: float) -> None:
        self.cpu_s += cpu_s


@dataclass(slots=True, eq=False)
class _Waiting:
    accounts: frozenset[str]
    called: asyncio.Future[None]


class Turns:
    """Shares out the extraction places of a process among accounts: names of sites, and of sites that feeds are on.

    Args:
        places: how many there are.
        slow_s: a page that takes more CPU seconds is slow.
        clock: seconds, monotonic.
    """

    def __init__(self, places: int, *, slow_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = places
        self._slow_s = slow_s
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._waiting: list[_Waiting] = []

    def rests_s(self, *accounts: str) -> float:
        """Return how many seconds pages of `accounts` have to wait before they may be read; 0: none."""
        now = self._clock()
        known = (self._accounts.get(name) for name in accounts)
        return max([0.0, *(account.rests_until - now for account in known if account is not None)])

    @asynccontextmanager
    async def place(self, *accounts: str) -> AsyncIterator[Use]:
        """Hold a place, once there is one, for a page of `accounts`; what is spent on it is put down to them.

        CPU seconds count, not those on the clock: a page is not to blame for a busy machine, a process that was frozen
        or one that had to be started first.
        """
        names = frozenset(accounts)
        await self._wait(names)
        use = Use()
        try:
            yield use
        finally:
            self._end(names, use.cpu_s)
            self._call_next()

    async def _wait(self, names: frozenset[str]) -> None:
        me = _Waiting(names, asyncio.get_running_loop().create_future())
        self._waiting.append(me)
        self._call_next()
        try:
            await me.called
        except asyncio.CancelledError:
            if me in self._waiting:
                self._waiting.remove(me)
            elif me.called.done() and not me.called.cancelled():  # called and cancelled in the same moment
                self._release(names)
                self._call_next()
            raise

    def _call_next(self) -> None:
        while self._free > 0:
            may = [each for each in self._waiting if self._may_hold(each.accounts)]
            if not may:
                return
            best = min(may, key=lambda each: self._used_s(each.accounts))  # the first of several
            self._waiting.remove(best)
            if not best.called.cancelled():
                self._free -= 1
                for name in best.accounts:
                    self._account(name).holds += 1
                best.called.set_result(None)

    def _may_hold(self, names: frozenset[str]) -> bool:
        """Whoever had a slow page of late holds one place at a time."""
        now = self._clock()
        return not any(
            account.holds and account.strikes and now - account.slow_at < FORGIVEN_S
            for account in (self._accounts.get(name) for name in names)
            if account is not None
        )

    def _used_s(self, names: frozenset[str]) -> float:
        now = self._clock()
        known = (self._accounts.get(name) for name in names)
        return max((_decayed(account, now) for account in known if account is not None), default=0.0)

    def _release(self, names: frozenset[str]) -> None:
        self._free += 1
        for name in names:
            self._account(name).holds -= 1

    def _end(self, names: frozenset[str], took_s: float) -> None:
        now = self._clock()
        self._release(names)
        for name in names:
            account = self._account(name)
            account.used_s = _decayed(account, now) + took_s
            account.at = now
            if now - account.slow_at > FORGIVEN_S:
                account.strikes = 0
            if took_s > self._slow_s:
                account.strikes += 1
                account.slow_at = now
                rest_s = took_s * REST_TIMES * 2.0 ** min(account.strikes - 1, 16)
                account.rests_until = now + min(rest_s, MAX_REST_S)

    def _account(self, name: str) -> _Account:
        account = self._accounts.setdefault(name, _Account())
        self._accounts.move_to_end(name)
        while len(self._accounts) > MAX_ACCOUNTS:
            oldest = next(iter(self._accounts))
            if self._accounts[oldest].holds:
                break
            del self._accounts[oldest]
        return account


def _decayed(account: _Account, now: float) -> float:
    return account.used_s * 0.5 ** ((now - account.at) / HALF_LIFE_S) if account.used_s else 0.0
