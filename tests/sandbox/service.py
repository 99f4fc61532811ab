"""A service with a secret, whose pool runs everything in `hostile`: prints as JSON what came of each attempt.

python service.py USER FOLDER: as root (0), or as another user with nothing but the right to read all files, so that it
need not own the interpreter.
"""

import asyncio
import ctypes
import json
import os
import socket
import struct
import sys
from pathlib import Path

from cleanwire.sandbox import doors
from cleanwire.sandbox.pool import PoolCrashed, PoolTimeout, ProcessPool
from sandbox import hostile

MB = 1024 * 1024
CAP_DAC_READ_SEARCH = 2


def become(user: int) -> None:
    """Leave root for `user`, and start this program anew as that user."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    bit = 1 << CAP_DAC_READ_SEARCH
    assert libc.capset(struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", bit, bit, bit, 0, 0, 0)) == 0
    assert libc.prctl(47, 2, CAP_DAC_READ_SEARCH, 0, 0) == 0  # PR_CAP_AMBIENT_RAISE
    os.execv(sys.executable, [sys.executable, *sys.argv])


async def main(folder: Path) -> None:
    open_doors: list[str] = []
    doors.hide()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        aim = hostile.Aim(
            service=os.getpid(),
            config=str(folder / "cleanwire.toml"),
            key=str(folder / "client.key"),
            folder=str(folder),
            port=listening.getsockname()[1],
        )
        pool = ProcessPool(
            processes=1,
            memory_limit_bytes=512 * MB,
            tasks_per_process=2000,
            preload=["sandbox.hostile"],
            on_open_door=open_doors.append,
        )
        async with pool:
            found = {}
            for attempt in (*hostile.REFUSED, *hostile.ENDED):
                found[attempt.__name__] = str(await pool.run(attempt, aim, timeout_s=20.0))
            facts = {
                "user": os.getuid(),
                "descriptors": _value(await pool.run(hostile.descriptors, timeout_s=20.0)),
                "environment": _value(await pool.run(hostile.environment, timeout_s=20.0)),
                "first_environment": [
                    Path(f"/proc/{pid}/environ").read_text()
                    for pid in _children()
                    if os.access(f"/proc/{pid}", os.R_OK)
                ],
                "log": repr(await pool.run(hostile.write_to_log, timeout_s=20.0)),
            }
    print(json.dumps({"open_doors": open_doors, "attempts": found, "facts": facts}))


def _value(outcome: object) -> object:
    assert not isinstance(outcome, PoolCrashed | PoolTimeout), outcome
    return outcome


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


if __name__ == "__main__":
    if os.getuid() != int(sys.argv[1]):
        become(int(sys.argv[1]))
    asyncio.run(main(Path(sys.argv[2])))
