"""The cases with a broker: the whole service and the obvious stack at once, on one site and one Kafka.

Both run all the time, so that a busy machine disturbs both alike. A turn of polls is a span of time; a turn of articles
begins when each feed gets a new entry and ends when both have published or refused them all. What the polls of that
time cost is taken off, at the price of this run.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.costs import pages, site, trees
from bench.costs.rows import Measured, Turn

sys.path.append(str(pages.ROOT / "tests"))
from kafka.broker import Broker, Unavailable

EVERY_S = 1.0
START_LIMIT_S = 180.0
ARTICLES_LIMIT_S = 240.0
LOOK_S = 2.0  # a look at the service's metrics takes it 5 to 10 ms, which nobody asks for twice a second
SETTINGS = {
    "kafka.partitions": 4,
    "kafka.session_timeout_s": 30,
    "poll.min_interval_s": EVERY_S,
    "poll.max_interval_s": EVERY_S,
    "poll.first_interval_s": EVERY_S,
    "poll.site_spacing_s": 0.01,
    "poll.backfill": 0,
    "fetch.contact": "https://reader.example/about",
    "fetch.allow_private": site.NETWORK,
    "clean.site_spacing_s": 0.01,
    "clean.processes": 1,
    "ops.host": "127.0.0.1",
    "ops.port": 0,
    "log.level": "INFO",
}


@dataclass(frozen=True)
class Counted:
    cpu_s: float
    polls: int
    articles: int


@dataclass(frozen=True)
class Side:
    """One of the two, running."""

    pid: int
    counts: Callable[[], tuple[int, int]]

    def now(self) -> Counted:
        polls, articles = self.counts()
        return Counted(trees.cpu_s(self.pid), polls, articles)


@contextlib.contextmanager
def started(command: list[str], **options: object) -> Iterator["subprocess.Popen[str]"]:
    """Run a command of ours until the block ends."""
    process = subprocess.Popen(command, cwd=pages.ROOT, text=True, **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        if process.stdin is not None:  # it ends by itself then, and its processes with it
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measure(*, feeds: int, turns: int, span_s: float, articles: bool = True) -> list[Measured]:
    """Return what polls and articles cost both; what cannot be measured says why."""
    try:
        broker = Broker().start()
    except Unavailable as error:
        return [Measured(case=case, rival="obvious", reason=str(error)) for case in ("poll-304", "article")]
    found: list[Measured] = []
    with contextlib.closing(broker), tempfile.TemporaryDirectory(prefix="costs-") as name:
        try:
            _both(broker.bootstrap, Path(name), found, feeds=feeds, turns=turns, span_s=span_s, articles=articles)
        except (OSError, ValueError, AssertionError) as error:  # one of the two has ended: what was measured stands
            missing = "article" if found else "poll-304"
            found.append(Measured(case=missing, rival="obvious", reason=f"{type(error).__name__}: {error}"[:300]))
    return found


def _both(
    bootstrap: str, folder: Path, found: list[Measured], *, feeds: int, turns: int, span_s: float, articles: bool
) -> None:
    """Run the two on one site, and append to `found` what was measured."""
    with serving("--feeds", str(feeds), "--hosts", str(feeds)) as port:
        listed = folder / "feeds.txt"
        listed.write_text("".join(f"http://{site.host(n)}:{port}/f/{n}.xml\n" for n in range(feeds)))
        with _service(bootstrap, listed, folder) as ours, _obvious(bootstrap, listed) as theirs:
            _until(lambda: min(ours.now().polls, theirs.now().polls) >= 3 * feeds, START_LIMIT_S)
            found.append(_polls(ours, theirs, turns, span_s))
            if articles:
                price = [statistics.median(side(turn) for turn in found[0].turns) / 1000 for side in _SIDES]
                found.append(_articles(ours, theirs, turns, port, feeds, price))


_SIDES = (lambda turn: turn.ours, lambda turn: turn.theirs)


def _polls(ours: Side, theirs: Side, turns: int, span_s: float) -> Measured:
    found = []
    for _ in range(turns):
        before, began = (ours.now(), theirs.now()), time.monotonic()
        _until(lambda began=began: time.monotonic() - began >= span_s, span_s + 60)
        mine, other = ours.now(), theirs.now()
        found.append(
            Turn(
                ours_s=mine.cpu_s - before[0].cpu_s,
                ours_done=mine.polls - before[0].polls,
                theirs_s=other.cpu_s - before[1].cpu_s,
                theirs_done=other.polls - before[1].polls,
            )
        )
    return Measured(case="poll-304", rival="obvious", turns=found, peak_mb=trees.peak_mb(ours.pid))


def _articles(ours: Side, theirs: Side, turns: int, port: int, count: int, price: list[float]) -> Measured:
    found = []
    for _ in range(turns):
        before = ours.now(), theirs.now()
        urllib.request.urlopen(f"http://{site.host(0)}:{port}/ctl/advance?new=1", timeout=30).close()
        ends = [before[0].articles + count, before[1].articles + count]
        if not _until(
            lambda ends=ends: ours.now().articles >= ends[0] and theirs.now().articles >= ends[1],
            ARTICLES_LIMIT_S,
            every_s=LOOK_S,
        ):
            break
        after = ours.now(), theirs.now()
        used = [
            end.cpu_s - begin.cpu_s - (end.polls - begin.polls) * each
            for begin, end, each in zip(before, after, price, strict=True)
        ]
        done = [end.articles - begin.articles for begin, end in zip(before, after, strict=True)]
        found.append(Turn(ours_s=used[0], ours_done=done[0], theirs_s=used[1], theirs_done=done[1]))
    return Measured(case="article", rival="obvious", turns=found, peak_mb=trees.peak_mb(ours.pid))


def _until(condition: Callable[[], bool], within_s: float, every_s: float = 0.5) -> bool:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every_s)
    return True


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """Run the stand-in site with these arguments, and give its port."""
    with started([sys.executable, "-m", "bench.costs.site", *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextlib.contextmanager
def _service(bootstrap: str, listed: Path, folder: Path) -> Iterator[Side]:
    name = uuid.uuid4().hex[:8]
    settings = {
        **SETTINGS,
        "kafka.bootstrap": bootstrap,
        "kafka.topic_prefix": f"{name}.",
        "service.installation": name,
    }
    flags = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    log = folder / "service.log"
    with (
        log.open("w") as out,
        started([sys.executable, "-m", "cleanwire", "run", str(listed), *flags], stderr=out, stdout=out) as process,
    ):
        port: list[int] = []

        def is_there() -> bool:
            if process.poll() is not None:
                raise SystemExit(f"the service ended: {log.read_text()[-2000:]}")
            port[:] = [json.loads(line)["ops_port"] for line in log.read_text().splitlines() if '"ops_port"' in line]
            return bool(port)

        assert _until(is_there, START_LIMIT_S), log.read_text()[-2000:]

        def counts() -> tuple[int, int]:
            with urllib.request.urlopen(f"http://127.0.0.1:{port[0]}/metrics", timeout=60) as page:
                series = [line.rpartition(" ")[::2] for line in page.read().decode().splitlines() if line[:1] != "#"]
            polls = sum(float(value) for key, value in series if key.startswith("cleanwire_poller_polls_total"))
            documents = ("cleanwire_cleaner_documents_new_total", "cleanwire_cleaner_articles_rejected_total")
            return int(polls), int(sum(float(value) for key, value in series if key.startswith(documents)))

        yield Side(process.pid, counts)


@contextlib.contextmanager
def _obvious(bootstrap: str, listed: Path) -> Iterator[Side]:
    topic = f"obvious-{uuid.uuid4().hex[:8]}"
    _make_topic(bootstrap, topic)
    command = [sys.executable, "bench/rivals/obvious.py", str(listed), "--bootstrap", bootstrap, "--topic", topic]
    with started([*command, "--every", str(EVERY_S)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:

        def counts() -> tuple[int, int]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            return told["polls"], told["articles"]

        yield Side(process.pid, counts)


def _make_topic(bootstrap: str, topic: str) -> None:
    import asyncio

    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    async def make() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(topic, 4, 1)])
        await admin.close()

    asyncio.run(make())
