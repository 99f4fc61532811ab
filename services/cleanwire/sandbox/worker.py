"""How does one process of the pool work?

A program of its own that uses the standard library only until it is told what to import: it starts in a fresh
interpreter, free of the service's threads, connections and locks, and talks to the service through one socket.

A frame is a length (8 bytes, big-endian) and a pickle. The service sends `Setup`, then (cpu_s, function, arguments,
named arguments) for each task; the worker answers each, `Setup` included, with a kind and what goes with it.
"""

import ctypes
import gc
import importlib
import logging
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from typing import Any, BinaryIO, TypedDict, cast

VALUE, RAISED, MEMORY = "value", "raised", "memory"
LENGTH = struct.Struct(">Q")

_PR_SET_PDEATHSIG = 1
_NICENESS = 5  # two busy processes must not keep the service from its heartbeats


class Setup(TypedDict):
    """What a worker is told first."""

    path: list[str]  # where the service imports from
    preload: tuple[str, ...]  # modules to import before the first task
    memory_limit_bytes: int
    parent: int  # process id


def main() -> None:
    """Work until the service closes the socket."""
    with socket.socket(fileno=int(sys.argv[1])) as connection, connection.makefile("rwb") as pair:
        stream = cast(BinaryIO, pair)
        first = _read(stream)
        if first is None:
            return
        try:
            _prepare(pickle.loads(first))  # noqa: S301  from the process that started this one
        except (ImportError, OSError, ValueError, MemoryError) as exc:
            _write(stream, pickle.dumps((RAISED, f"{type(exc).__name__}: {exc}")))
            return
        _write(stream, pickle.dumps((VALUE, None)))
        while (task := _read(stream)) is not None:
            _write(stream, _answer(task))


def _prepare(setup: Setup) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a service manager may signal all of us; the service ends its workers
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != setup["parent"]:
        sys.exit(0)  # the service died before we asked to be told
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (setup["memory_limit_bytes"],) * 2)
    logging.disable(logging.CRITICAL)  # what a page is like is told in its outcome; stderr belongs to the service's log
    sys.path[:] = setup["path"]
    for module in setup["preload"]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what was imported is never garbage: leave it out of every later collection


def _answer(task: bytes) -> bytes:
    try:
        return pickle.dumps(_attempt(task), protocol=5)
    except MemoryError:
        return pickle.dumps((MEMORY, "no memory for the result"))
    except Exception as exc:  # noqa: BLE001  the result cannot be pickled
        return pickle.dumps((RAISED, f"result: {type(exc).__name__}: {exc}"))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _attempt(task: bytes) -> tuple[str, Any]:
    """Run one task. This is the boundary at which whatever a page makes our libraries raise becomes an outcome."""
    try:
        cpu_s, function, args, named = pickle.loads(task)  # noqa: S301  from the process that started this one
        # Counts CPU time, not waiting, and its signal kills: a page is not to blame for a busy machine, and no
        # library can catch it.
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        return VALUE, function(*args, **named)
    except MemoryError as exc:
        return MEMORY, str(exc) or "MemoryError"
    except Exception as exc:  # noqa: BLE001
        return RAISED, f"{type(exc).__name__}: {exc}"[:500]


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def _write(stream: BinaryIO, frame: bytes) -> None:
    try:
        stream.write(LENGTH.pack(len(frame)) + frame)
        stream.flush()
    except OSError:
        os._exit(0)  # the service is gone


if __name__ == "__main__":
    main()
