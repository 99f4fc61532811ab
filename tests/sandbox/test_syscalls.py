"""The list of system calls is the kernel's own, and the filter does what the list says on both kinds of machine."""

import re
import struct
import warnings
from pathlib import Path

import pytest

from cleanwire.sandbox import syscalls
from cleanwire.sandbox.syscalls import ARCHITECTURES, FREE, HOSTILE, LIMITING, MAPPING, SIGNALLING

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
TABLES = {**FREE, **HOSTILE, **MAPPING, **SIGNALLING, **LIMITING}
HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+)\s+(\d+)"),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
}
PID = 4711
READ, EXEC = 1, 4


def verdict(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """Run the filter as the kernel does."""
    known = ARCHITECTURES[machine]
    data = struct.pack(
        "=IIQ6Q",
        number,
        known.audit if audit is None else audit,
        0,
        *arguments,
        *(0,) * (6 - len(arguments)),
    )
    lines = list(struct.iter_unpack("=HBBI", syscalls.program(known, process=PID)))
    at, word = 0, 0
    while True:
        code, then, otherwise, value = lines[at]
        at += 1
        match code:
            case 0x20:
                (word,) = struct.unpack_from("=I", data, value)
            case 0x15:
                at += then if word == value else otherwise
            case 0x35:
                at += then if word >= value else otherwise
            case 0x45:
                at += then if word & value else otherwise
            case 0x06:
                return int(value)
            case _:
                raise AssertionError(code)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_numbers_are_the_kernels(machine: str) -> None:
    header, pattern = HEADERS[machine]
    if not header.exists():
        warnings.warn(f"NO {header}: the numbers of {machine} are not compared (linux-libc-dev)", stacklevel=1)
        pytest.skip("no headers")
    told = {name: int(number) for name, number in re.findall(pattern, header.read_text())}
    column = ARCHITECTURES[machine].column
    for name, numbers in TABLES.items():
        assert told.get(name, -1) == numbers[column], name
    assert told["seccomp"] == ARCHITECTURES[machine].seccomp


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_what_is_listed_passes_and_nothing_else(machine: str) -> None:
    column = ARCHITECTURES[machine].column
    free = {numbers[column] for numbers in FREE.values()}
    ends = {numbers[column] for numbers in HOSTILE.values()}
    asked = {numbers[column] for table in (MAPPING, SIGNALLING, LIMITING) for numbers in table.values()}
    for number in range(1000):
        if number not in asked:
            assert verdict(machine, number) == (ALLOW if number in free else KILL if number in ends else REFUSE), number


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_numbers_of_another_architecture_end_the_process(machine: str) -> None:
    other = next(known.audit for name, known in ARCHITECTURES.items() if name != machine)
    assert verdict(machine, FREE["read"][0], audit=other) == KILL
    assert verdict(machine, FREE["read"][0], audit=0x40000003) == KILL  # the 32-bit calls of x86
    assert verdict(machine, 0x40000000) == KILL
    assert verdict(machine, 0xFFFFFFFF) == KILL


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_arguments_decide_where_they_must(machine: str) -> None:
    column = ARCHITECTURES[machine].column
    for numbers in MAPPING.values():
        assert verdict(machine, numbers[column], 0, 4096, READ) == ALLOW
        assert verdict(machine, numbers[column], 0, 4096, READ | EXEC) == REFUSE
    for numbers in SIGNALLING.values():
        assert verdict(machine, numbers[column], PID, 9) == ALLOW
        for other in (PID + 1, 1, 0, 2**32 - 1):
            assert verdict(machine, numbers[column], other, 9) == REFUSE
    (limits,) = (numbers[column] for numbers in LIMITING.values())
    assert verdict(machine, limits, 0, 7, 0, 1) == ALLOW
    for arguments in ((PID, 7, 0, 1), (0, 7, 1, 0), (0, 7, 2**40, 0), (2**40, 7, 0, 0)):
        assert verdict(machine, limits, *arguments) == REFUSE
