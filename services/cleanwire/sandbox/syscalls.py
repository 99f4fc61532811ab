"""Which system calls may a process make once it reads what strangers wrote?

Those that computing needs: reading from and writing to what is open already, memory, time, and ending. Whatever is not
named here is refused with EPERM, so that libraries go on without it: opening, creating, changing and deleting files,
descriptors of any kind, processes and threads, signals to others, and what kernels will be able to do one day. What
only somebody who took the process over would call ends it at once.

Numbers: asm/unistd_64.h for x86_64, asm-generic/unistd.h for aarch64.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_KILL = 0x80000000  # SECCOMP_RET_KILL_PROCESS
_REFUSE = 0x00050000 | 1  # SECCOMP_RET_ERRNO, EPERM
_ALLOW = 0x7FFF0000
_X32 = 0x40000000  # set in the numbers of x86_64's second set of calls, which would pass by this list

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_INSTRUCTION = struct.Struct("=HBBI")  # sock_filter
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in seccomp_data; both architectures are little-endian
_PROT_EXEC = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The system calls of one kind of machine."""

    audit: int  # AUDIT_ARCH_…
    seccomp: int  # the number of seccomp(2)
    column: int


ARCHITECTURES = {
    "x86_64": Architecture(audit=0xC000003E, seccomp=317, column=0),
    "aarch64": Architecture(audit=0xC00000B7, seccomp=277, column=1),
}
"""By the name that uname(2) gives."""

# Name: numbers of x86_64 and aarch64; -1 where there is none.
FREE: Mapping[str, tuple[int, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "brk": (12, 214),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "clock_gettime": (228, 113),
    "getrusage": (98, 165),
    "setitimer": (38, 103),
    "getitimer": (36, 102),
    "futex": (202, 98),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "readv": (19, 65),
    "writev": (20, 66),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "getrandom": (318, 278),
    "gettimeofday": (96, 169),
    "time": (201, -1),
    "times": (100, 153),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "membarrier": (324, 283),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getpgrp": (111, -1),
    "getpgid": (121, 155),
    "getsid": (124, 156),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrlimit": (97, 163),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "sysinfo": (99, 179),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
HOSTILE: Mapping[str, tuple[int, int]] = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "open_by_handle_at": (304, 265),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
}
MAPPING: Mapping[str, tuple[int, int]] = {"mmap": (9, 222), "mprotect": (10, 226)}  # never of what can be run
SIGNALLING: Mapping[str, tuple[int, int]] = {"kill": (62, 129), "tgkill": (234, 131)}  # only to itself
LIMITING: Mapping[str, tuple[int, int]] = {"prlimit64": (302, 261)}  # only to ask


def program(machine: Architecture, *, process: int) -> bytes:
    """Return the filter, in BPF, for the process with the id `process`."""
    return b"".join(_INSTRUCTION.pack(*line) for line in _lines(machine, process))


def _lines(machine: Architecture, process: int) -> Iterator[tuple[int, int, int, int]]:
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield from _if(_EQUAL, machine.audit, otherwise=_KILL)
    yield _LOAD, 0, 0, _NUMBER
    yield from _if(_AT_LEAST, _X32, then=_KILL)
    for table, verdict in ((FREE, _ALLOW), (HOSTILE, _KILL)):
        for number in _numbers(table, machine):
            yield from _if(_EQUAL, number, then=verdict)
    for number in _numbers(MAPPING, machine):
        yield from _when(number, (_argument(2), *_if(_ANY_BIT, _PROT_EXEC, then=_REFUSE), *_return(_ALLOW)))
    for number in _numbers(SIGNALLING, machine):
        yield from _when(number, (_argument(0), *_if(_EQUAL, process, then=_ALLOW), *_return(_REFUSE)))
    for number in _numbers(LIMITING, machine):
        asks = [line for part in (0, 2) for high in (False, True) for line in _must_be_zero(part, high=high)]
        yield from _when(number, (*asks, *_return(_ALLOW)))
    yield from _return(_REFUSE)


def _numbers(table: Mapping[str, tuple[int, int]], machine: Architecture) -> list[int]:
    return [numbers[machine.column] for numbers in table.values() if numbers[machine.column] >= 0]


def _if(
    test: int, value: int, *, then: int | None = None, otherwise: int | None = None
) -> tuple[tuple[int, int, int, int], ...]:
    """Return with one verdict if the loaded word passes `test`, or if it does not."""
    if then is not None:
        return (test, 0, 1, value), (_RETURN, 0, 0, then)
    assert otherwise is not None
    return (test, 1, 0, value), (_RETURN, 0, 0, otherwise)


def _when(number: int, lines: tuple[tuple[int, int, int, int], ...]) -> Iterator[tuple[int, int, int, int]]:
    """Do `lines`, which end with a verdict, for the call with this number."""
    yield _EQUAL, 0, len(lines), number
    yield from lines


def _argument(place: int, *, high: bool = False) -> tuple[int, int, int, int]:
    return _LOAD, 0, 0, _ARGUMENTS + 8 * place + 4 * high


def _must_be_zero(place: int, *, high: bool) -> tuple[tuple[int, int, int, int], ...]:
    return _argument(place, high=high), *_if(_EQUAL, 0, otherwise=_REFUSE)


def _return(verdict: int) -> tuple[tuple[int, int, int, int], ...]:
    return ((_RETURN, 0, 0, verdict),)
