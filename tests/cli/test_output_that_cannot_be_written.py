"""A full disk is told in one line; a closed output is nobody's business."""

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
RUN = (sys.executable, "-c", "from cleanwire import cli; cli.main()")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("config", "show"), ("--help",)])
def test_a_full_disk_is_named_in_one_line(arguments: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        ended = subprocess.run((*RUN, *arguments), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "cleanwire: cannot write the output: No space left on device\n")


def test_a_closed_output_ends_in_no_traceback() -> None:
    ended = subprocess.run(
        ("sh", "-c", '"$@" >&-', "sh", *RUN, "config", "show"), stderr=subprocess.PIPE, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
