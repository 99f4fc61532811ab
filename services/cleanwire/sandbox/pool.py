"""Who runs what may hang, crash or eat all memory?

Reading what strangers wrote does all three on pages and feeds made for it, so it runs in processes that are killed at
a deadline, bounded in memory and replaced after a number of tasks. Each process has a socket of its own, and one task
at a time: whatever happens to it can only ever cost that one task. (pebble's workers share one pipe under a lock; one
killed while it sends its result took the whole pool down for two minutes when we tried.)
"""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, TypeVar

from cleanwire.errors import CleanwireError
from cleanwire.sandbox import worker

T = TypeVar("T")

_START_TIMEOUT_S = 60.0  # importing the libraries takes 1 s of CPU; the machine may be busy
_START_ATTEMPTS = 3
_WALL_SLACK_S = 4.0  # the deadline counts CPU seconds; a task that only waits is killed this much later
_FAREWELL_S = 2.0  # from hanging up to the end of the process
_LOOK_S = 0.005
_MAX_RESULT_BYTES = 64 * 1024 * 1024


class Crash(StrEnum):
    """How a task failed. Also a metric label, so the set stays small."""

    SIGNAL = "signal"  # the process was killed: segmentation fault, out-of-memory killer
    MEMORY = "memory"  # it hit its memory limit
    EXIT = "exit"  # it ended by itself
    RAISED = "raised"  # the function raised


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolTimeout:
    """The task took more than `after_s` seconds (of CPU time) and its process was killed."""

    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCrashed:
    """The task ended without a value."""

    kind: Crash
    detail: str


class PoolBroken(CleanwireError):
    """No process can be had: tell the operator, the machine or the memory limit is at fault."""


class ProcessPool:
    """Runs functions in processes of their own. Open it with `async with`: then the processes are warm."""

    def __init__(
        self,
        *,
        processes: int,
        memory_limit_bytes: int,
        tasks_per_process: int,
        preload: Sequence[str] = (),
    ) -> None:
        """`memory_limit_bytes` is the address space of one process, which is replaced after `tasks_per_process`.

        `preload` names the modules that each process imports before its first task.
        """
        self._setup = worker.Setup(
            path=list(sys.path),
            preload=tuple(preload),
            memory_limit_bytes=memory_limit_bytes,
            parent=os.getpid(),
        )
        self._processes = processes
        self._tasks_per_process = tasks_per_process
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()  # None: a place without a process
        self._processes_seen: set[_Worker] = set()  # also those killed that may not have ended yet
        self._closed = False

    async def __aenter__(self) -> Self:
        try:
            started = await asyncio.gather(*(self._start() for _ in range(self._processes)))
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
        self, function: Callable[..., T], *args: Any, timeout_s: float, **named: Any
    ) -> T | PoolTimeout | PoolCrashed:
        """Return what `function(*args, **named)` returns in a process, once one is free.

        The function must be importable, arguments and result picklable. `timeout_s` counts from when a process takes
        the task up, in CPU seconds. Cancelling kills the process that works for us.

        Raises:
            PoolBroken: no process can be started, or the pool was closed meanwhile.
        """
        task = pickle.dumps((timeout_s, function, args, named), protocol=5)
        busy = await self._idle.get()
        reusable = None
        try:
            self._refuse_if_closed()
            if busy is None or busy.ended:
                busy = await self._start()
            outcome: T | PoolTimeout | PoolCrashed = await busy.attempt(task, timeout_s)
            self._refuse_if_closed()  # closing killed the process: that says nothing about the task
            if busy.healthy and busy.tasks < self._tasks_per_process:
                reusable = busy
            return outcome
        finally:
            if busy is not None and reusable is None:
                busy.kill()
            self._idle.put_nowait(reusable)

    async def _start(self) -> "_Worker":
        problem = ""
        for attempt in range(_START_ATTEMPTS):
            await asyncio.sleep(attempt)
            try:
                started = await _Worker.start()
            except OSError as exc:
                problem = f"{type(exc).__name__}: {exc}"
                continue
            self._processes_seen = {known for known in self._processes_seen if not known.ended} | {started}
            problem = await started.set_up(self._setup)
            if started.healthy:
                return started
        raise PoolBroken(f"cannot start a process: {problem}")

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


class _Worker:
    """One process and the socket to it."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.tasks = 0
        self.healthy = True
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls) -> Self:
        """Start a process.

        Raises:
            OSError: the system has no room for one.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: ASYNC220, S603  a millisecond, and seldom; nothing in it is foreign
                    # -P: a script's own directory comes first otherwise, before the standard library
                    [sys.executable, "-P", worker.__file__, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for the service
                )
                reader, writer = await asyncio.open_connection(sock=ours)
            except BaseException:
                ours.close()
                raise
        return cls(process, reader, writer)

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    async def set_up(self, setup: worker.Setup) -> str:
        """Make the process ready; if that fails, end it and return why."""
        outcome = None
        try:
            outcome = await self.attempt(pickle.dumps(setup), _START_TIMEOUT_S)
            self.tasks, self.healthy = 0, outcome is None
        finally:
            if not self.healthy:
                self.kill()
        return f"it ended while starting: {outcome}"

    async def attempt(self, task: bytes, timeout_s: float) -> Any:
        """Hand in one task and return its outcome; if it is neither value nor raised, `healthy` is false for good."""
        self.tasks += 1
        self.healthy = False
        try:
            async with asyncio.timeout(timeout_s + _WALL_SLACK_S):
                kind, result = await self._talk(task)
        except TimeoutError:
            return PoolTimeout(after_s=timeout_s)
        except (OSError, asyncio.IncompleteReadError):
            return await self._post_mortem(timeout_s)
        if kind == worker.MEMORY:
            return PoolCrashed(kind=Crash.MEMORY, detail=result)
        self.healthy = True
        return result if kind == worker.VALUE else PoolCrashed(kind=Crash.RAISED, detail=result)

    async def _talk(self, task: bytes) -> tuple[str, Any]:
        self._writer.write(worker.LENGTH.pack(len(task)))
        self._writer.write(task)
        await self._writer.drain()
        (length,) = worker.LENGTH.unpack(await self._reader.readexactly(worker.LENGTH.size))
        if length > _MAX_RESULT_BYTES:
            return worker.MEMORY, f"a result of {length} bytes"
        kind, result = pickle.loads(await self._reader.readexactly(length))  # noqa: S301  from our own process
        return kind, result

    async def _post_mortem(self, timeout_s: float) -> PoolTimeout | PoolCrashed:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self.gone()
        except TimeoutError:
            self.kill()
            await self.gone()
        code = self._process.returncode
        if code == -signal.SIGPROF:
            return PoolTimeout(after_s=timeout_s)
        if code < 0:
            return PoolCrashed(kind=Crash.SIGNAL, detail=signal.Signals(-code).name)
        return PoolCrashed(kind=Crash.EXIT, detail=f"exit code {code}")

    def kill(self) -> None:
        """End the process at once; it has nothing to put in order."""
        self._writer.close()
        self._process.kill()

    async def gone(self) -> None:
        """Wait until the process has ended."""
        # asyncio's own processes are not used: their kill() may collect the exit code before their wait() does, which
        # then reports 255 (seen on Python 3.11). Here nobody waits for long, so asking now and then is enough.
        while not self.ended:  # noqa: ASYNC110  there is no event to wait for
            await asyncio.sleep(_LOOK_S)
