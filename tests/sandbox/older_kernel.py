"""A service on a kernel without seccomp, and without Landlock if asked: prints as JSON what its pool can still do.

python older_kernel.py FOLDER CALL …: makes the system calls with these numbers be unknown here.
"""

import asyncio
import ctypes
import json
import os
import struct
import sys
from pathlib import Path

from cleanwire.sandbox import syscalls
from cleanwire.sandbox.pool import ProcessPool
from sandbox import hazards, hostile

ENOSYS = 38


def forget(numbers: list[int]) -> None:
    """Answer these system calls as a kernel does that has none of them."""
    lines = [(0x20, 0, 0, 0)]
    for number in numbers:
        lines += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | ENOSYS)]
    lines.append((0x06, 0, 0, 0x7FFF0000))
    told = b"".join(struct.pack("=HBBI", *line) for line in lines)
    filters = ctypes.create_string_buffer(told, len(told))
    program = struct.pack("@HP", len(lines), ctypes.addressof(filters))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    own = syscalls.ARCHITECTURES[os.uname().machine]
    assert libc.syscall(own.seccomp, 1, 0, program) == 0, os.strerror(ctypes.get_errno())


async def main(folder: Path) -> None:
    open_doors: list[str] = []
    pool = ProcessPool(
        processes=2,
        memory_limit_bytes=2**29,
        tasks_per_process=2000,
        preload=["sandbox.hostile", "sandbox.hazards"],
        on_open_door=open_doors.append,
    )
    aim = hostile.Aim(
        service=os.getpid(), config=str(folder / "cleanwire.toml"), key="", folder=str(folder), port=0
    )  # fmt: skip
    async with pool:
        doubled = await asyncio.gather(*(pool.run(hazards.double, 4, timeout_s=20.0) for _ in range(4)))
        attempts = (hostile.create, hostile.delete, hostile.read_config, hostile.socket_pair, hostile.pipe)
        found = {attempt.__name__: str(await pool.run(attempt, aim, timeout_s=20.0)) for attempt in attempts}
    print(json.dumps({"open_doors": open_doors, "doubled": doubled, "attempts": found}))


if __name__ == "__main__":
    forget([int(number) for number in sys.argv[2:]])
    asyncio.run(main(Path(sys.argv[1])))
