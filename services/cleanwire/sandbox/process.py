"""How is one process of the pool started, given tasks and ended?"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import msgspec

from cleanwire.sandbox import allowance, worker
from cleanwire.sandbox.contract import Answer, Contract, Kind

_START_TIMEOUT_S = 60.0  # importing and loading take 2 s of CPU; the machine may be busy
_WALL_SLACK_S = 4.0  # the deadline counts CPU seconds; a task that only waits is killed this much later
_FAREWELL_S = 2.0  # from hanging up to the end of the process
_LOOK_S = 0.005
_READY_BYTES = 65_536
_PROGRAM = os.path.abspath(worker.__file__)
_NEEDED_BY_PYTHON = ("LD_LIBRARY_PATH", "PYTHONHOME")  # where its own libraries are, on installations of their own kind


class Crash(StrEnum):
    """How a task failed. Also a metric label, so the set stays small."""

    SIGNAL = "signal"  # the process was killed: segmentation fault, out-of-memory killer, a forbidden system call
    MEMORY = "memory"  # it hit its memory limit, or its result is larger than we take
    EXIT = "exit"  # it ended by itself
    RAISED = "raised"  # the function raised
    ANSWER = "answer"  # what it answered is no result of the function


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolTimeout:
    """The task took more than `after_s` seconds (of CPU time) and its process was killed."""

    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCrashed:
    """The task ended without a value."""

    kind: Crash
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One task, as it is handed in and as its result is taken."""

    number: int
    frame: bytes
    contract: Contract
    timeout_s: float
    result_limit_bytes: int


def taken(order: Order, raw: bytes) -> Any:
    """Return the outcome in an answer, whoever wrote it: a result of the type asked for, or `PoolCrashed`."""
    try:
        with allowance.for_answer(len(raw)):
            return _outcome(order, raw)
    except MemoryError:
        return PoolCrashed(kind=Crash.MEMORY, detail=f"a result of {len(raw)} bytes that takes too much memory")
    except Exception as exc:  # noqa: BLE001  beside msgspec's own: RecursionError, and what a type's own code raises
        return PoolCrashed(kind=Crash.ANSWER, detail=f"{type(exc).__name__}: {exc}"[:200])


def _outcome(order: Order, raw: bytes) -> Any:
    answer = msgspec.msgpack.decode(raw, type=Answer)
    if answer.number != order.number:
        return PoolCrashed(kind=Crash.ANSWER, detail="the answer to another task")
    match answer.kind:
        case Kind.RAISED:
            return PoolCrashed(kind=Crash.RAISED, detail=answer.detail)
        case Kind.MEMORY:
            return PoolCrashed(kind=Crash.MEMORY, detail=answer.detail)
        case Kind.VALUE:
            return order.contract.result(answer)


class Process:
    """One process and the socket to it. What it says is not believed further than the function's types go."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        setup: worker.Setup,
    ) -> None:
        self.tasks = 0
        self.spent_s = 0.0  # CPU seconds of the last task
        self.healthy = True
        self.setup = setup
        self._process = process
        self._reader = reader
        self._writer = writer
        self._settling: asyncio.Task[worker.Ready] | None = None

    @classmethod
    async def start(cls, setup: worker.Setup) -> Self:
        """Start a process.

        Raises:
            OSError: the system has no room for one.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: ASYNC220, S603  a millisecond, and seldom; nothing in it is foreign
                    [sys.executable, *_flags(), _PROGRAM, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env={name: os.environ[name] for name in _NEEDED_BY_PYTHON if name in os.environ},
                    cwd="/",
                    start_new_session=True,  # Ctrl-C is for the service; and it is killed with whatever it started
                )
                reader, writer = await asyncio.open_connection(sock=ours)
            except BaseException:
                ours.close()
                raise
        return cls(process, reader, writer, setup)

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        if self._process.returncode is None and self._has_exited():
            self._kill_group()  # as long as the exit code is not collected, the number is not given to others
            self._process.poll()
        return self._process.returncode is not None

    async def set_up(self, settled: Callable[[worker.Ready], None]) -> str | None:
        """Make the process import what its tasks need; if that fails, end it and return why.

        It goes on to shut its doors by itself; `settled` hears how it is then.
        """
        self.healthy = False
        try:
            self._send(msgspec.json.encode(self.setup))
            problem = (await self._hear())["problem"]
            self.healthy = problem is None
        finally:
            if not self.healthy:
                self.kill()
        if self.healthy:
            self._settling = asyncio.create_task(self._settle(settled))
        return problem

    async def _settle(self, settled: Callable[[worker.Ready], None]) -> worker.Ready:
        ready = await self._hear()
        settled(ready)
        return ready

    async def settle(self) -> worker.Ready:
        """Return how the process is once it has shut its doors."""
        assert self._settling is not None
        return await asyncio.shield(self._settling)

    async def attempt(self, order: Order) -> Any:
        """Hand in one task and return its outcome; if it is neither value nor raised, `healthy` is false for good."""
        before_s, began = self._cpu_s(), time.monotonic()
        outcome = await self._attempt(order)
        after_s = self._cpu_s()
        if isinstance(outcome, PoolTimeout):
            self.spent_s = outcome.after_s
        elif before_s is not None and after_s is not None:
            self.spent_s = after_s - before_s
        else:  # it is gone, or the system does not tell
            self.spent_s = time.monotonic() - began
        return outcome

    async def _attempt(self, order: Order) -> Any:
        self.tasks += 1
        self.healthy = False
        try:
            async with asyncio.timeout(order.timeout_s + _WALL_SLACK_S):
                self._send(order.frame)
                await self._writer.drain()
                raw = await self._receive(order.result_limit_bytes)
        except TimeoutError:
            return PoolTimeout(after_s=order.timeout_s)
        except _TooLarge as error:
            return PoolCrashed(kind=Crash.MEMORY, detail=str(error))
        except (OSError, asyncio.IncompleteReadError):
            return await self._post_mortem(order.timeout_s)
        outcome = taken(order, raw)
        self.healthy = not isinstance(outcome, PoolCrashed) or outcome.kind is Crash.RAISED
        return outcome

    def _send(self, frame: bytes) -> None:
        self._writer.write(worker.LENGTH.pack(len(frame)))
        self._writer.write(frame)

    async def _receive(self, limit_bytes: int) -> bytes:
        (length,) = worker.LENGTH.unpack(await self._reader.readexactly(worker.LENGTH.size))
        if length > limit_bytes:
            raise _TooLarge(f"a result of {length} bytes")
        return await self._reader.readexactly(length)

    async def _hear(self) -> worker.Ready:
        """Return how far the process is; what goes wrong with it is its problem."""
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                return msgspec.json.decode(await self._receive(_READY_BYTES), type=worker.Ready)
        except TimeoutError:
            problem = f"it was not ready after {_START_TIMEOUT_S:g} s"
        except (OSError, asyncio.IncompleteReadError):
            problem = f"it ended while starting: {await self._post_mortem(_START_TIMEOUT_S)}"
        except (_TooLarge, msgspec.DecodeError) as error:
            problem = f"it does not say that it is ready: {error}"
        return worker.Ready(problem=problem, open_doors=[])

    async def _post_mortem(self, timeout_s: float) -> PoolTimeout | PoolCrashed:
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._exited()
        except TimeoutError:
            self.kill()
            await self._exited()
        code = self._process.returncode
        if code == -signal.SIGPROF:
            return PoolTimeout(after_s=timeout_s)
        if code < 0:
            return PoolCrashed(kind=Crash.SIGNAL, detail=signal.Signals(-code).name)
        return PoolCrashed(kind=Crash.EXIT, detail=f"exit code {code}")

    def kill(self) -> None:
        """End the process and all it started at once; it has nothing to put in order."""
        self._writer.close()
        if self._process.returncode is None:
            self._kill_group()

    async def gone(self) -> None:
        """Wait until the process has ended."""
        await self._exited()
        if self._settling is not None:
            await self._settling

    async def _exited(self) -> None:
        # asyncio's own processes are not used: their kill() may collect the exit code before their wait() does, which
        # then reports 255 (seen on Python 3.11). Here nobody waits for long, so asking now and then is enough.
        while not self.ended:  # noqa: ASYNC110  there is no event to wait for
            await asyncio.sleep(_LOOK_S)

    def _cpu_s(self) -> float | None:
        """Return the CPU seconds that the process has used, as the kernel counts them; None where nobody knows."""
        try:
            with open(f"/proc/{self._process.pid}/stat", "rb") as stat:  # proc(5): 14 is utime, 15 is stime
                fields = stat.read().rpartition(b") ")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError, ValueError):
            return None

    def _has_exited(self) -> bool:
        """Tell whether the process ended, and leave its exit code where it is."""
        if not hasattr(os, "waitid"):  # macOS
            return self._process.poll() is not None
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of it is left
            os.killpg(self._process.pid, signal.SIGKILL)


class _TooLarge(Exception):
    """A frame is larger than we take."""


def _flags() -> list[str]:
    """Return how Python is to start, as environment variables say it of the service."""
    flags = [
        "-P",
        "-s",
        "-X",
        "utf8",
    ]  # -P: a script's own directory comes first otherwise, before the standard library
    if sys.dont_write_bytecode:
        flags.append("-B")
    if sys.pycache_prefix is not None:
        flags += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    return flags
