"""How does a process shut itself off from the machine, before it reads what strangers wrote?

For good: nothing of it can be taken back. seccomp refuses all system calls but a few (`syscalls`); Landlock, limits and
leaving root stand behind it where the kernel has no seccomp for us, and shut part of the doors then. What stays open is
returned, so that the operator is told.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from enum import StrEnum

from cleanwire.sandbox import syscalls

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FLAGS = 1 | 4  # all threads; and no slower memory for it, which older kernels would impose (SPEC_ALLOW)
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446  # on every architecture
_LANDLOCK_VERSION = 1
_LANDLOCK_TRUNCATES = 3  # from this version on a file cannot be emptied either
_NOBODY = 65_534


class Door(StrEnum):
    """What a process can still do when the kernel does not forbid it."""

    FILES = "files"  # read, create, change and delete files
    PROCESSES = "processes"  # start others
    NETWORK = "network"  # connect
    OTHER_PROCESSES = "other_processes"  # signal, trace and read others of the same user


def hide() -> None:
    """Keep processes of the same user from reading this one's memory and environment (PR_SET_DUMPABLE)."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def follow(parent: int) -> None:
    """End with the process `parent`, at once if it has ended already."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def shut(parent: int) -> list[Door]:
    """Shut every door the kernel shuts, and return those that stay open."""
    _forget_root()
    follow(parent)  # leaving root made the kernel forget it
    landlock = 0
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        landlock = _restrict_files()
    _limit()
    if sys.platform == "linux" and _filter_calls():
        return []
    shut_by_landlock = {Door.FILES} if landlock >= _LANDLOCK_TRUNCATES else set()
    return [door for door in Door if door not in shut_by_landlock]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _forget_root() -> None:
    """Become nobody, who owns nothing: a second lock, so it does not matter where root has no right to."""
    if os.getuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _restrict_files() -> int:
    """Let no file be touched any more, nor TCP and the signals of others. Return Landlock's version, 0 without it."""
    call = _libc().syscall
    version = int(call(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION))
    if version < 1:
        return 0
    files = 13 + (version >= 2) + (version >= 3) + (version >= 5)  # rights that this version knows
    ruleset = struct.pack("=Q", (1 << files) - 1)
    if version >= 4:
        ruleset += struct.pack("=Q", 3)  # TCP: bind, connect
    if version >= 6:
        ruleset += struct.pack("=Q", 3)  # abstract sockets, signals
    descriptor = int(call(_LANDLOCK_CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), 0))
    if descriptor < 0:
        return 0
    try:
        return version if call(_LANDLOCK_RESTRICT_SELF, descriptor, 0) == 0 else 0
    finally:
        os.close(descriptor)


def _limit() -> None:
    """No core, no growing files, no more processes (which does not bind root), no new descriptors."""
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        resource.setrlimit(limit, (0, 0))


class _Program(ctypes.Structure):
    """sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _filter_calls() -> bool:
    machine = syscalls.ARCHITECTURES.get(os.uname().machine)
    if machine is None or sys.maxsize < 2**32:  # a 32-bit Python makes the calls of another architecture
        return False
    told = syscalls.program(machine, process=os.getpid())
    program = _Program(len(told) // 8, told)
    return bool(_libc().syscall(machine.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FLAGS, ctypes.byref(program)) == 0)
