"""What does a worker notice of the ops page being in use?

    python -m bench.ops_page_beside_work [--feeds 200] [--seconds 120] [--inside] [--at-most 1.05]

Two installations work at the same time on one broker and one site, so that a busy machine disturbs both alike. One is
looked at, a page a second, through a process in role `ops`, or with `--inside` in the worker itself (`console.port`).
Printed are, of the main process of each worker: memory (RSS, median of a look a second), how late the event loop woke a
timer of 50 ms (mean, and how often over 25 ms), and the quotients.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ops_page
from bench.costs import service, site

sys.path.append(str(ops_page.pages.ROOT / "tests"))
from kafka.broker import Broker

NEWS_EVERY_S = 15.0
LAG = "cleanwire_service_event_loop_lag_seconds"
SETTINGS = {
    **service.SETTINGS,
    **dict.fromkeys(("poll.min_interval_s", "poll.max_interval_s", "poll.first_interval_s"), 5),
}


@dataclass(frozen=True)
class Lag:
    """The histogram of the loop's lag: how many timers, how many seconds late in all, and how many over 25 ms."""

    count: float
    seconds: float
    late: float

    def __sub__(self, other: "Lag") -> "Lag":
        return Lag(self.count - other.count, self.seconds - other.seconds, self.late - other.late)


@dataclass
class Worker:
    """One installation's process."""

    process: "subprocess.Popen[str]"
    settings: dict[str, object]
    log: Path

    def port(self) -> int:
        deadline = time.monotonic() + ops_page.LIMIT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.log.read_text().splitlines():
                if '"ops_port"' in line:
                    return int(json.loads(line)["ops_port"])
            time.sleep(0.5)
        raise SystemExit(f"the service did not start: {self.log.read_text()[-2000:]}")

    def lag(self, port: int) -> Lag:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as page:
            lines = [line.rpartition(" ") for line in page.read().decode().splitlines()]
        found = {key: float(value) for key, _, value in lines if key.startswith(LAG)}
        count = found[f"{LAG}_count"]
        return Lag(count, found[f"{LAG}_sum"], count - found[f'{LAG}_bucket{{le="0.025"}}'])

    def memory_mb(self) -> float:
        lines = Path("/proc", str(self.process.pid), "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextlib.contextmanager
def running(folder: Path, listed: Path, bootstrap: str, **changes: object) -> Iterator[Worker]:
    """Run an installation of its own on the feeds that `listed` names."""
    name = uuid.uuid4().hex[:8]
    own = {"kafka.bootstrap": bootstrap, "kafka.topic_prefix": f"{name}.", "service.installation": name}
    with starting(folder, {**SETTINGS, **own, **changes}, str(listed)) as worker:
        yield worker


@contextlib.contextmanager
def starting(folder: Path, settings: dict[str, object], *arguments: str) -> Iterator[Worker]:
    log = folder / f"{uuid.uuid4().hex}.log"
    flags = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    command = [sys.executable, "-m", "cleanwire", "run", *arguments, *flags]
    with log.open("w") as out, service.started(command, stderr=out, stdout=out) as process:
        yield Worker(process, settings, log)


def measure(alone: Worker, beside: Worker, console: int, site_port: int, seconds: float) -> tuple[list[float], ...]:
    """Return memory, mean lag in ms, and timers in a thousand that were over 25 ms late, of both workers."""
    workers, ports = (alone, beside), [alone.port(), beside.port()]
    ops_page.until_loaded(console, beside.process)
    before = [worker.lag(port) for worker, port in zip(workers, ports, strict=True)]
    memory: tuple[list[float], list[float]] = ([], [])
    began, news_at, number = time.monotonic(), 0.0, 0
    while time.monotonic() - began < seconds:
        if time.monotonic() - began >= news_at:
            urllib.request.urlopen(f"http://{site.host(0)}:{site_port}/ctl/advance?new=1", timeout=30).close()
            news_at += NEWS_EVERY_S
        ops_page.ask(console, ops_page.PAGES[number % len(ops_page.PAGES)])
        number += 1
        for worker, seen in zip(workers, memory, strict=True):
            seen.append(worker.memory_mb())
        time.sleep(1.0)
    lags = [worker.lag(port) - first for worker, port, first in zip(workers, ports, before, strict=True)]
    return (
        [statistics.median(seen) for seen in memory],
        [1000 * lag.seconds / lag.count for lag in lags],
        [1000 * lag.late / lag.count for lag in lags],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--inside", action="store_true", help="the page is in the worker itself")
    parser.add_argument("--at-most", type=float, help="fail when memory or mean lag is more than so many times as much")
    options = parser.parse_args()
    console = ops_page.free_port()
    with (
        contextlib.closing(Broker().start()) as broker,
        tempfile.TemporaryDirectory(prefix="ops-page-") as name,
        service.serving("--feeds", str(options.feeds), "--hosts", str(options.feeds)) as port,
        contextlib.ExitStack() as stack,
    ):
        folder = Path(name)
        listed = folder / "feeds.txt"
        listed.write_text("".join(f"http://{site.host(n)}:{port}/f/{n}.xml\n" for n in range(options.feeds)))
        alone = stack.enter_context(running(folder, listed, broker.bootstrap))
        within = {"console.port": console} if options.inside else {}
        beside = stack.enter_context(running(folder, listed, broker.bootstrap, **within))
        beside.port()  # its topics are there
        if not options.inside:
            looking = {**beside.settings, "service.role": "ops", "console.port": console}
            stack.enter_context(starting(folder, looking))
        found = measure(alone, beside, console, port, options.seconds)
    quotients = []
    for what, (without, used) in zip(("memory, MB", "loop lag, mean ms", "over 25 ms, in 1000"), found, strict=True):
        quotients.append(used / without if without else 1.0)
        print(f"{what:20} without the page {without:8.2f}, in use {used:8.2f}: {quotients[-1]:.3f} times")
    if options.at_most is not None and max(quotients[:2]) > options.at_most:
        raise SystemExit(f"{max(quotients[:2]):.3f} times as much; at most {options.at_most:g} were asked for")


if __name__ == "__main__":
    main()
