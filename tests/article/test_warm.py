"""An extraction process can open no files: everything that pages make it load is loaded before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_reading_pages_opens_no_file() -> None:
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("opening.py"))],
        env={**os.environ, "TZ": "UTC", "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    count, *opened = ended.stdout.splitlines()
    assert int(count) > 30
    assert opened == []
