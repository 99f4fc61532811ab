"""How many instructions do the pure parts take on fixed inputs, beside the revision that a change starts from?

    python bench/counts.py [--base REVISION] [--limit 5] [--only addresses,…] [--json OUT]

Counts do not depend on what else a machine does, so 5 % can be told from noise. Each part runs under valgrind, with one
seed for hashes and one thread, in a process that is forked off when all is loaded; one that does nothing is taken off.
The base is the merge base with `main`, on `main` itself the commit before. Exit 1: a part takes over `--limit` percent
more than at the base. A part that cannot be counted is named.
"""

import argparse
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]
ROUNDS = {"addresses": 5, "feed": 3, "feed-changed": 5, "records": 30, "page": 1}
GROUPS = (("addresses", "feed", "feed-changed", "records"), ("page",))
LIMIT_S = 300
NOW = 1_795_000_000.0
URL = "https://news.example/feed.xml"
_SETTINGS = {
    "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}  # fmt: skip


# ------------------------------------------------------------------------------------- inside: what is run and counted


def made_feed(first: int, count: int = 30) -> bytes:
    """Return an RSS feed of `count` entries, the newest first; `first` numbers the oldest."""
    items = "".join(
        f"<item><title>Report {number} from the harbour of the old town</title><link>https://news.example/a/{number}"
        f"?utm_source=rss</link><guid isPermaLink='false'>https://news.example/a/{number}</guid>"
        f"<pubDate>Mon, 02 Nov 2026 {number % 24:02}:10:00 +0100</pubDate>"
        "<dc:creator>Ann Example</dc:creator><category>World</category>"
        f"<description>{'&lt;p&gt;words of the day and more of them ' * 12}</description></item>"
        for number in range(first + count - 1, first - 1, -1)
    )
    return (
        "<?xml version='1.0'?><rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>News</title>"
        f"{items}</channel></rss>"
    ).encode()


def addresses() -> Callable[[], object]:
    from cleanwire.urls import identity, site

    urls = [f"https://www.news-{n}.example/a/{n}/B%20c?id={n}&utm_source=x" for n in range(100)]
    return lambda: [(identity.article_id(url), site.site(url)) for url in urls]


def feed() -> Callable[[], object]:
    reading, ask = _question()
    body = made_feed(0)
    return lambda: reading.read(ask(body))


def feed_changed() -> Callable[[], object]:
    from msgspec import structs

    from cleanwire.feed.entries import memory

    reading, ask = _question()
    before = reading.read(ask(made_feed(0)))
    state = structs.replace(
        memory.written(ask(b"").part.state, before.memory), listing=before.listing, stories=before.stories
    )
    body = made_feed(1)
    kept = getattr(before, "familiar", None)
    if kept is None:
        return lambda: reading.read(ask(body, state))
    return lambda: reading.rest_at_once(structs.replace(ask(body, state), familiar=kept))


def _question() -> tuple[Any, Callable[..., Any]]:
    from cleanwire.feed.timing.parts import Part
    from cleanwire.feed.timing.schedule import Bounds
    from cleanwire.poller.bodies import reading
    from cleanwire.records.feed import Feed, FeedState, Origin

    known = Feed(id="f", url=URL, site="news.example", origin=Origin.FILE, added_at=NOW)
    new = FeedState(feed_id="f", url=URL, next_poll_at=NOW)

    def ask(body: bytes, state: FeedState = new) -> object:
        return reading.Question(
            body=body, url=URL, content_type=None, feed=known, part=Part(state=state), backfill=100, bounds=Bounds(),
            now=NOW,
        )  # fmt: skip

    return reading, ask


def records() -> Callable[[], object]:
    import msgspec

    from cleanwire.records.base import encode
    from cleanwire.records.feed import Entry

    reading, ask = _question()
    written = [found.record for found in reading.read(ask(made_feed(0))).found]
    decoder = msgspec.json.Decoder(Entry)
    return lambda: [encode(decoder.decode(record)) for record in written]


def page() -> Callable[[], object]:
    from cleanwire.article import clean, warm
    from cleanwire.article.page import Page

    warm.load()
    body = (TOP / "tests" / "corpus" / "de-meta-only" / "page.html").read_bytes()
    return lambda: clean.clean(Page(url="https://news.example/a", body=body, fetched_at=NOW))


PARTS: dict[str, Callable[[], Callable[[], object]]] = {
    "addresses": addresses,
    "feed": feed,
    "feed-changed": feed_changed,
    "records": records,
    "page": page,
}


def run(parts: list[str]) -> None:
    """Run each of `parts` some times to load all, then its rounds in a process of its own, and tell whose that was."""
    made = {name: PARTS[name]() for name in parts}
    for _ in range(2):
        for work in made.values():
            work()
    gc.collect()
    gc.disable()  # when it comes depends on all that was made before
    told = {}
    for name in ("", *parts):  # the first does nothing: what it counts is what all have in common
        child = os.fork()
        if child == 0:
            for _ in range(ROUNDS.get(name, 0)):
                made[name]()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            raise SystemExit(f"{name or 'the start'}: the process ended badly")
        told[name] = child
    print(json.dumps(told), flush=True)


# ------------------------------------------------------------------------------------------------ outside: who is asked


def counted(tree: Path, group: tuple[str, ...]) -> dict[str, int | str]:
    """Return the instructions that a round of each part of `group` takes in the sources of `tree`, or why not."""
    command = [
        "valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
        sys.executable, str(TOP / "bench" / "counts.py"), "--run", ",".join(group),
    ]  # fmt: skip
    environment = {**os.environ, **_SETTINGS, "PYTHONPATH": str(tree / "services")}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return dict.fromkeys(group, f"{type(error).__name__}: {error}"[:200])
    if done.returncode:
        return dict.fromkeys(group, (done.stderr.strip().splitlines() or ["no output"])[-1][:200])
    of_process = {
        int(found[1]): int(found[2].replace(",", ""))
        for found in re.finditer(r"==(\d+)== I\s+refs:\s+([\d,]+)", done.stderr)
    }
    counts = {name: of_process[process] for name, process in json.loads(done.stdout).items()}
    return {name: (counts[name] - counts[""]) // ROUNDS[name] for name in group}


def base_revision() -> str | None:
    """Return what a change starts from; None where the history does not tell."""
    head = _git("rev-parse", "HEAD")
    for name in ("origin/main", "main"):
        found = _git("merge-base", "HEAD", name)
        if found and found != head:
            return found
    return _git("rev-parse", "HEAD~1")


def _git(*arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base")
    parser.add_argument("--limit", type=float, default=5.0, help="percent")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.run.split(","))
        return 0
    base = options.base or base_revision()
    if base is None or shutil.which("valgrind") is None:
        print(f"!!! NOTHING COUNTED: {'no valgrind' if base else 'no revision to compare with'}", file=sys.stderr)
        return 0
    began = time.monotonic()
    wanted = set(filter(None, options.only.split(","))) or set(PARTS)
    groups = [kept for group in GROUPS if (kept := tuple(name for name in group if name in wanted))]
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", base, "services"], cwd=TOP, capture_output=True, check=False)
        if packed.returncode:
            print(f"!!! NOTHING COUNTED: {packed.stderr.decode(errors='replace').strip()}", file=sys.stderr)
            return 0
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        rows = [
            {"part": name, "base": before[name], "now": now}
            for group in groups
            for before in [counted(Path(folder), group)]
            for name, now in counted(TOP, group).items()
        ]
    print(f"instructions a round, {base[:9]} and now, in {time.monotonic() - began:.0f} s")
    red = [row["part"] for row in rows if _told(row, options.limit)]
    if options.json:
        options.json.write_text(json.dumps({"base": base, "rows": rows}, indent=1) + "\n", "utf-8")
    if red:
        print(f"over {options.limit:g} % more: {', '.join(map(str, red))}")
    return 1 if red else 0


def _told(row: dict[str, Any], limit: float) -> bool:
    """Print a row; return whether it is over the limit."""
    before, now = row["base"], row["now"]
    if isinstance(before, str) or isinstance(now, str):
        print(f"  {row['part']:14} left out: {before if isinstance(before, str) else now}")
        return False
    more = 100 * (now / before - 1)
    print(f"  {row['part']:14} {before:>14,} {now:>14,} {more:+7.1f} %")
    return more > limit


if __name__ == "__main__":
    sys.exit(main())
