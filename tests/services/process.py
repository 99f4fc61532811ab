"""The service as a process of its own: to be killed, or told to stop, and asked for its exit code."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from cleanwire.telemetry import books
from cleanwire.telemetry.books import Books

START_LIMIT_S = 40.0


class Process:
    """`cleanwire run` with an installation's settings. Its log lies in `log`."""

    def __init__(self, environment: dict[str, str], folder: Path, name: str = "worker", *arguments: str) -> None:
        self.log = folder / f"{name}-{time.monotonic_ns()}.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("CLEANWIRE_")}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cleanwire", "run", *arguments],
                env={**kept, **environment},
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
            )

    def events(self, name: str) -> list[dict[str, object]]:
        """Return the log lines of one event."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                entry = json.loads(line)
                if isinstance(entry, dict) and name in (entry.get("message"), entry.get("event")):
                    found.append(entry)
        return found

    def has_started(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()[-3000:]
        return bool(self.events("service_started"))

    @property
    def port(self) -> int:
        """Where its ops page is, once it has started."""
        deadline = time.monotonic() + START_LIMIT_S
        while not self.has_started():
            assert time.monotonic() < deadline, "the process did not start"
            time.sleep(0.05)
        return int(str(self.events("service_started")[0]["ops_port"]))

    def page(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, verify=False, trust_env=False)

    def is_ready(self) -> bool:
        """Tell whether /readyz is content; false while nobody answers."""
        try:
            return self.page("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def books(self) -> Books:
        return books.read(self.page("/metrics").text)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(20)

    def terminate(self, within_s: float) -> tuple[int, float]:
        """Ask it to stop; return its exit code and the seconds it took."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within_s), time.monotonic() - began

    def ended(self, within_s: float) -> int:
        """Wait until it ends by itself; return its exit code."""
        return self._process.wait(within_s)

    def close(self) -> None:
        """End it whatever state it is in."""
        if self._process.poll() is None:
            self.kill()


@contextlib.contextmanager
def running(environment: dict[str, str], folder: Path, name: str = "worker", *arguments: str) -> Iterator[Process]:
    """Run the service in a process until the block ends."""
    process = Process(environment, folder, name, *arguments)
    try:
        yield process
    finally:
        process.close()
