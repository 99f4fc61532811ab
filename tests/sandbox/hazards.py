"""Functions that do to an extraction process what pages have done."""

import ctypes
import os
import resource
import signal
import sys
import time
from typing import NoReturn


def double(number: int) -> int:
    return 2 * number


def process_id(_: object = None) -> int:
    return os.getpid()


def endless() -> NoReturn:
    while True:
        pass


def endless_in_c() -> int:
    return sum(range(10**18))


def waiting() -> None:
    time.sleep(3600)


def compute_then_wait(cpu_s: float, wait_s: float) -> None:
    until = time.process_time() + cpu_s
    while time.process_time() < until:
        pass
    time.sleep(wait_s)


def segfault() -> None:
    ctypes.string_at(0)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> NoReturn:
    sys.exit(3)


def eat_memory() -> int:
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))


def echo(data: bytes) -> bytes:
    return data


def large(size: int) -> bytes:
    return bytes(size)


def raising(text: str) -> NoReturn:
    raise AssertionError(text)


def nameless() -> object:
    return lambda: None


def killed_while_sent() -> None:
    """Die in the middle of sending the result."""
    os.write(int(sys.argv[1]), (1000).to_bytes(8) + b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)


def noisy() -> int:
    print("not for the service's standard output")
    return 1


def litter(number: int) -> int:
    """Make garbage in cycles, as document trees do."""
    for _ in range(200):
        ring: list[object] = [bytearray(2000)]
        ring.append(ring)
    return number


def peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def limits() -> tuple[int, int, bool]:
    core = resource.getrlimit(resource.RLIMIT_CORE)[0]
    return core, resource.getrlimit(resource.RLIMIT_AS)[0], "colorsys" in sys.modules


def signals_ignored() -> bool:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    return os.getsid(0) == os.getpid()
