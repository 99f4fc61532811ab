"""Where the kernel lacks what shuts a door, the pool works, tells which door stays open, and shuts what it can."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleanwire.sandbox import syscalls
from cleanwire.sandbox.doors import Door

pytestmark = pytest.mark.slow

LANDLOCK = 444
WITHOUT_SECCOMP = [syscalls.ARCHITECTURES[os.uname().machine].seccomp]
LANDLOCK_HERE = int(ctypes.CDLL(None).syscall(LANDLOCK, None, ctypes.c_size_t(0), 1))
WITHOUT_SECCOMP_OPEN = [door for door in Door if LANDLOCK_HERE < 3 or door is not Door.FILES]


def told(folder: Path, *, unknown: list[int]) -> dict[str, Any]:
    (folder / "cleanwire.toml").write_text("secret")
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("older_kernel.py")), str(folder), *map(str, unknown)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    assert found["doubled"] == [8] * 4
    return found


@pytest.mark.parametrize(
    ("unknown", "doors"),
    [
        pytest.param([LANDLOCK], [], id="without Landlock"),
        pytest.param(WITHOUT_SECCOMP, WITHOUT_SECCOMP_OPEN, id="without seccomp"),
        pytest.param([LANDLOCK, *WITHOUT_SECCOMP], list(Door), id="without both"),
    ],
)  # fmt: skip
def test_open_doors_are_told_once_and_no_file_is_opened(tmp_path: Path, unknown: list[int], doors: list[Door]) -> None:
    found = told(tmp_path, unknown=unknown)
    assert found["open_doors"] == doors
    for attempt in ("create", "read_config", "socket_pair", "pipe"):
        assert found["attempts"][attempt].startswith("PoolCrashed(kind=<Crash.RAISED"), found["attempts"]
    if os.getuid() == 0 or Door.FILES not in doors:  # root's processes are nobody's
        assert [path.name for path in tmp_path.iterdir()] == ["cleanwire.toml"]
