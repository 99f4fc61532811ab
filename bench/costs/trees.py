"""What did a process and all that it started use? From /proc: CPU seconds, and the most memory that they held."""

import os
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PARENT, _FIRST_TIME, _LAST_TIME = 1, 11, 15  # in /proc/PID/stat behind the name: ppid; utime, stime, cutime, cstime


def _processes() -> dict[int, tuple[int, float]]:
    """Return parent and CPU seconds, of children that ended included, of each process."""
    found: dict[int, tuple[int, float]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        found[int(name)] = int(fields[_PARENT]), sum(map(int, fields[_FIRST_TIME:_LAST_TIME])) / _TICKS_PER_S
    return found


def _below(pid: int, processes: dict[int, tuple[int, float]]) -> set[int]:
    found = {pid}
    while more := {one for one, (parent, _) in processes.items() if parent in found} - found:
        found |= more
    return found


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of `pid`, of its children, and theirs."""
    processes = _processes()
    return sum(processes[one][1] for one in _below(pid, processes) if one in processes)


def peak_mb(pid: int) -> float:
    """Return the sum of the most memory (RSS) that each of them has held."""
    total = 0
    for one in _below(pid, _processes()):
        try:
            lines = Path("/proc", str(one), "status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round(total / 1024, 1)
