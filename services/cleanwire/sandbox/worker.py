"""How does one process of the pool work?

A program of its own that uses the standard library only until it is told what to import: it starts in a fresh
interpreter with an empty environment, free of the service's threads, connections and locks, and talks to the service
through one socket.

A frame is a length (8 bytes, big-endian) and that many bytes. The service sends `Setup` as JSON; the worker imports
what it names and answers, loads what is loaded late, shuts the doors, and answers with those that stay open. From then
on it answers each `contract.Task` with a `contract.Answer`.
"""

import gc
import importlib
import json
import logging
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, TypedDict

LENGTH = struct.Struct(">Q")

_NICENESS = 5  # two busy processes must not keep the service from its heartbeats
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # numpy's: one task at a time needs no threads, and none can be started later
    "OMP_NUM_THREADS": "1",
    "TZ": "UTC",  # no document depends on where the machine stands
}


class Setup(TypedDict):
    """What a worker is told first."""

    path: list[str]  # where the service imports from
    preload: list[str]  # modules to import before the service goes on
    warm_up: list[str]  # module:name of functions to call before the doors are shut
    memory_limit_bytes: int
    parent: int  # process id


class Ready(TypedDict):
    """What a worker says twice before its first task: imported, and shut off."""

    problem: str | None  # why it cannot work
    open_doors: list[str]


def main() -> None:
    """Work until the service closes the socket."""
    descriptor = int(sys.argv[1])
    # by read(2) and write(2): those of sockets are refused later
    with open(descriptor, "rb", closefd=False) as source, open(descriptor, "wb", closefd=False) as target:
        first = _read(source)
        if first is None:
            return
        setup: Setup = json.loads(first)
        if not _step(target, _prepare, setup) or not _step(target, _shut, setup):
            return
        from cleanwire.sandbox import answering

        while (task := _read(source)) is not None:
            _write(target, answering.answer(task))


def _step(target: BinaryIO, step: Callable[[Setup], list[str]], setup: Setup) -> bool:
    """Take one step towards the first task and tell how it went."""
    told = Ready(problem=None, open_doors=[])
    try:
        told["open_doors"] = step(setup)
    except Exception as exc:  # noqa: BLE001  whatever a module raises when it is imported
        told["problem"] = f"{type(exc).__name__}: {exc}"[:500]
    _write(target, json.dumps(told).encode())
    return told["problem"] is None


def _prepare(setup: Setup) -> list[str]:
    """Import what tasks need."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a service manager may signal all of us; the service ends its workers
    sys.path[:] = setup["path"]
    from cleanwire.sandbox import doors

    doors.follow(setup["parent"])
    os.nice(_NICENESS)
    os.environ.update(_ENVIRONMENT)
    if sys.platform != "darwin":  # which refuses this limit
        resource.setrlimit(resource.RLIMIT_AS, (setup["memory_limit_bytes"],) * 2)
    logging.disable(logging.CRITICAL)  # what a page is like is told in its outcome; stderr belongs to the service's log
    for module in ("cleanwire.sandbox.answering", *setup["preload"]):
        importlib.import_module(module)
    return []


def _shut(setup: Setup) -> list[str]:
    """Load what would be loaded late, and shut the doors."""
    from cleanwire.sandbox import contract, doors, late

    late.load()
    for function in setup["warm_up"]:
        module, _, name = function.partition(":")
        contract.find(module, name)()
    gc.collect()
    gc.freeze()  # what was loaded is never garbage: leave it out of every later collection
    os.dup2(1, 2)  # /dev/null: nobody writes into the service's log from here
    return [str(door) for door in doors.shut(setup["parent"])]


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = source.read(length)
    return body if len(body) == length else None


def _write(target: BinaryIO, frame: bytes) -> None:
    try:
        target.write(LENGTH.pack(len(frame)))
        target.write(frame)
        target.flush()
    except OSError:
        os._exit(0)  # the service is gone


if __name__ == "__main__":
    main()
