"""A disk of a broker's own that can be filled: a file system in memory, where we may mount one."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kafka.broker import Broker

SIZE = "192m"


class NoMount(Exception):
    """No file system can be mounted here."""


class SmallDisk:
    """Where a broker's data lie."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._filler.open("wb") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(1 << 20))
        with self._filler.open("ab") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(512))

    def free(self) -> None:
        self._filler.unlink()


@contextlib.contextmanager
def under(broker: Broker) -> Iterator[SmallDisk]:
    """Give a broker that has not been started a small disk, until the block ends, and with it the broker.

    Raises:
        NoMount: not permitted.
    """
    data, kept = broker.folder / "data", broker.folder / "kept"
    data.rename(kept)
    data.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", data], capture_output=True).returncode:
        data.rmdir()
        kept.rename(data)
        raise NoMount("a file system cannot be mounted: a full disk is NOT provoked")
    try:
        shutil.copytree(kept, data, dirs_exist_ok=True)
        yield SmallDisk(data)
    finally:
        broker.kill_if_running()
        subprocess.run(["umount", data], check=True, capture_output=True)
