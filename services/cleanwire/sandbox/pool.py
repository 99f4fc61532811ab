"""Who runs what may hang, crash or eat all memory?

Reading what strangers wrote does all three on pages and feeds made for it, so it runs in processes that are killed at
a deadline, bounded in memory and replaced after a number of tasks. Each process has a socket of its own, and one task
at a time: whatever happens to it can only ever cost that one task. (pebble's workers share one pipe under a lock; one
killed while it sends its result took the whole pool down for two minutes when we tried.)
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from cleanwire.errors import CleanwireError
from cleanwire.sandbox import contract, worker
from cleanwire.sandbox.contract import MAX_UNTYPED_BYTES
from cleanwire.sandbox.process import Crash, Order, PoolCrashed, PoolTimeout, Process

__all__ = ["Crash", "PoolBroken", "PoolCrashed", "PoolTimeout", "ProcessPool"]

T = TypeVar("T")

_START_ATTEMPTS = 3
_RESULT_LIMIT_BYTES = 32 * 1024 * 1024


class PoolBroken(CleanwireError):
    """No process can be had: tell the operator, the machine or the memory limit is at fault."""


class ProcessPool:
    """Runs functions in processes of their own, shut off from the machine (see `doors`).

    Open it with `async with`: then the processes are warm.
    """

    def __init__(
        self,
        *,
        processes: int,
        memory_limit_bytes: int,
        tasks_per_process: int,
        preload: Sequence[str] = (),
        warm_up: Sequence[str] = (),
        on_open_door: Callable[[str], None] | None = None,
    ) -> None:
        """`memory_limit_bytes` is the address space of one process, which is replaced after `tasks_per_process`.

        A process can open no file while it works. So it first imports the modules in `preload`, for which opening the
        pool waits, and calls the functions in `warm_up` (`module:name`), which load what is loaded late; codecs and
        time zones are loaded anyway. `on_open_door` is told once of each door (`doors.Door`) that
        this kernel leaves open.
        """
        self._setup = worker.Setup(
            path=[os.path.abspath(entry) for entry in sys.path],
            preload=list(preload),
            warm_up=list(warm_up),
            memory_limit_bytes=memory_limit_bytes,
            parent=os.getpid(),
        )
        self._processes = processes
        self._tasks_per_process = tasks_per_process
        self._on_open_door = on_open_door
        self._doors_told: set[str] = set()
        self._orders = 0
        self._idle: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()  # None: a place without a process
        self._processes_seen: set[Process] = set()  # also those killed that may not have ended yet
        self._closed = False

    async def __aenter__(self) -> Self:
        try:
            started = await asyncio.gather(*(self._start(self._setup) for _ in range(self._processes)))
        except BaseException:
            await self._end()
            raise
        for process in started:
            self._idle.put_nowait(process)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._end()

    async def run(
        self,
        function: Callable[..., T],
        *args: Any,
        timeout_s: float,
        result_limit_bytes: int = _RESULT_LIMIT_BYTES,
        spent: Callable[[float], None] | None = None,
        **named: Any,
    ) -> T | PoolTimeout | PoolCrashed:
        """Return what `function(*args, **named)` returns in a process, once one is free.

        The function must be a module's. Its annotations say as what arguments and result arrive: records, texts,
        numbers, bytes, times, and collections of them (see `contract`). `timeout_s` counts from when a process takes
        the task up, in CPU seconds. Cancelling kills the process that works for us. `spent` is told what the task took,
        in CPU seconds.

        Raises:
            PoolBroken: no process can be started, or the pool was closed meanwhile.
            TypeError, ValueError: the function or an argument cannot be handed to another process.
        """
        self._orders += 1
        agreed = contract.of(function)
        order = Order(
            number=self._orders,
            frame=contract.task(self._orders, timeout_s, function, args, named),
            contract=agreed,
            timeout_s=timeout_s,
            result_limit_bytes=result_limit_bytes if agreed.typed else min(result_limit_bytes, MAX_UNTYPED_BYTES),
        )
        busy = await self._idle.get()
        reusable = None
        try:
            self._refuse_if_closed()
            if busy is None or not await self._fit(busy, function.__module__):
                busy = await self._replace(busy, function.__module__)
            outcome: T | PoolTimeout | PoolCrashed = await busy.attempt(order)
            if spent is not None:
                spent(busy.spent_s)
            self._refuse_if_closed()  # closing killed the process: that says nothing about the task
            if busy.healthy and busy.tasks < self._tasks_per_process:
                reusable = busy
            return outcome
        finally:
            if busy is not None and reusable is None:
                busy.kill()
            self._idle.put_nowait(reusable)

    async def _fit(self, process: Process, module: str) -> bool:
        """Tell whether a process can take up a task: a function's module is imported before the doors are shut."""
        if process.ended or module not in process.setup["preload"]:
            return False
        return (await process.settle())["problem"] is None

    async def _replace(self, process: Process | None, module: str) -> Process:
        if process is not None:
            process.kill()
        setup = self._setup
        if module not in setup["preload"]:
            setup = {**setup, "preload": [*setup["preload"], module]}
        started = await self._start(setup)
        try:
            self._refuse_if_closed()
            problem = (await started.settle())["problem"]
            if problem is not None:
                raise PoolBroken(f"cannot start a process: {problem}")
        except BaseException:
            started.kill()
            raise
        self._setup = setup
        return started

    async def _start(self, setup: worker.Setup) -> Process:
        problem: str | None = ""
        for attempt in range(_START_ATTEMPTS):
            await asyncio.sleep(attempt)
            try:
                started = await Process.start(setup)
            except OSError as exc:
                problem = f"{type(exc).__name__}: {exc}"
                continue
            self._processes_seen = {known for known in self._processes_seen if not known.ended} | {started}
            problem = await started.set_up(self._tell_doors)
            if started.healthy:
                return started
        raise PoolBroken(f"cannot start a process: {problem}")

    def _tell_doors(self, ready: worker.Ready) -> None:
        for door in ready["open_doors"]:
            if self._on_open_door is not None and door not in self._doors_told:
                self._doors_told.add(door)
                self._on_open_door(door)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise PoolBroken("the pool is closed")

    async def _end(self) -> None:
        self._closed = True
        for process in self._processes_seen:
            process.kill()
        for process in self._processes_seen:
            await process.gone()
        self._processes_seen.clear()
