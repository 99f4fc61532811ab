"""Version 0.1.0 as its commit has it: its code unpacked beside ours, to write what our version must read."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

COMMIT = "7388a40"
RELEASED = "0.1.0"
_ROOT = Path(__file__).parents[2]


class NotThere(Exception):
    """The repository does not hold the commit: a shallow clone, or an archive."""


def unpack(folder: Path) -> Path:
    """Unpack the version's code below `folder`; return what goes into PYTHONPATH.

    Raises:
        NotThere: says why.
    """
    archive = subprocess.run(
        ["git", "archive", COMMIT, "services"], cwd=_ROOT, capture_output=True, check=False, timeout=60
    )
    if archive.returncode:
        raise NotThere(archive.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder / "services"


def run(services: Path, *arguments: str, environment: dict[str, str]) -> str:
    """Run Python with that version's code and return what it printed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CLEANWIRE_")}
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**kept, **environment, "PYTHONPATH": str(services)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode()


def unpack_or_skip(folder: Path) -> Path:
    """Return what `unpack` does; skip the test, loudly, where the release's code is not to be had."""
    try:
        return unpack(folder)
    except NotThere as error:
        pytest.skip(f"THE RELEASE'S CODE IS NOT HERE ({error}); its kept records are read by test_records_of_0_1_0.py")
