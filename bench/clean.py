"""What does cleaning a page cost beside trafilatura's own extraction with metadata, or beside an older commit?

    python bench/clean.py --data ../shared/data/quality [--sample 10] [--rounds 3] [--at-most 1.3]
    python bench/clean.py --data ../shared/data/quality --at REV [--sample 10] [--rounds 3] [--at-most 1.05]

Both run interleaved, page by page and turn by turn; CPU time counts, so a busy machine changes little. With `--at` each
commit, REV in a git worktree of its own, runs in a process that hands the pages to its extraction pool: what counts is
the CPU of both, the way of page and article between them included.
"""

import argparse
import asyncio
import base64
import gzip
import json
import logging
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from cleanwire.article import clean, warm
from cleanwire.article.page import Page

ROOT = Path(__file__).resolve().parents[1]


def _cpu_s(work: Callable[[], object]) -> float:
    reset_caches()  # both use trafilatura and htmldate: whoever comes second would find their memory warm
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(pages: list[Page], rounds: int) -> tuple[list[float], list[float]]:
    """Return CPU seconds per page, ours and theirs: the smallest of `rounds` turns each.

    A page comes again after all others, so that neither side has its lines still in mind.
    """
    ours, theirs = [math.inf] * len(pages), [math.inf] * len(pages)
    for _ in range(rounds):
        for at, page in enumerate(pages):
            ours[at] = min(ours[at], _cpu_s(lambda page=page: clean.clean(page)))
            theirs[at] = min(theirs[at], _cpu_s(lambda page=page: _rival(page)))
    return ours, theirs


def _rival(page: Page) -> object:
    return bare_extraction(page.body, url=page.url, with_metadata=True)


def compare(pages: list[Page], rounds: int, revision: str) -> tuple[list[float], list[float]]:
    """Return CPU seconds per page, ours and those of `revision`: the smallest of `rounds` turns each."""
    with _worktree(revision) as there, _Rival(ROOT) as our, _Rival(there) as their:
        for page in pages[:3]:
            our.clean(page), their.clean(page)  # imports, rules, weights
        ours, theirs = [], []
        for page in pages:
            turns = [(our.clean(page), their.clean(page)) for _ in range(rounds)]
            ours.append(min(mine for mine, _ in turns))
            theirs.append(min(rival for _, rival in turns))
        return ours, theirs


@contextmanager
def _worktree(revision: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder, "tree")
        subprocess.run(
            ["git", "worktree", "add", "--detach", there, revision], cwd=ROOT, check=True, capture_output=True
        )
        try:
            yield there
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", there], cwd=ROOT, check=True)


class _Rival:
    """One commit at work. It runs this file, of whatever commit it is itself."""

    def __init__(self, tree: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(tree / "services")},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    def clean(self, page: Page) -> float:
        """Return the CPU seconds that cleaning `page` took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([page.url, base64.b64encode(page.body).decode()]).encode() + b"\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def _child_clock() -> Callable[[], float]:
    """Return what tells the CPU seconds that our one child has used."""
    (child,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    spent = Path(f"/proc/{child}/schedstat")
    return lambda: int(spent.read_text().split()[0]) / 1e9


async def serve() -> None:
    """Clean the pages that come on standard input, in the extraction pool; print the CPU seconds of each."""
    from cleanwire.article.page import Hints
    from cleanwire.cleaner.attempts import extraction
    from cleanwire.cleaner.pool import ExtractionPool
    from cleanwire.settings import CleanSettings

    async with ExtractionPool(CleanSettings(processes=1, deadline_s=120)) as pool:
        child_cpu_s = _child_clock()

        def cpu_s() -> float:
            return time.process_time() + child_cpu_s()

        for line in sys.stdin:
            url, body = json.loads(line)
            page = Page(url=url, body=base64.b64decode(body), fetched_at=1_780_000_000.0)
            began = cpu_s()
            outcome = await pool.run(extraction.extract, page, Hints(), min_words=1, memory=None, timeout_s=120.0)
            print(cpu_s() - began, flush=True)
            if type(outcome).__name__ not in ("Article", "Refusal"):
                raise SystemExit(f"{url}: {outcome}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sample", type=int, default=10, help="every N-th page")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-most", type=float, help="fail when the ratio is above")
    parser.add_argument("--at", metavar="REV", help="compare with this commit, not with trafilatura")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
        return
    if options.data is None:
        parser.error("--data is missing")
    if not (options.data / "truth.jsonl").exists():
        raise SystemExit(f"no data in {options.data}: nothing was measured")
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rows = [json.loads(line) for line in (options.data / "truth.jsonl").read_text("utf-8").splitlines()]
    pages = [
        Page(
            url=row["url"],
            body=gzip.decompress((options.data / "pages" / f"{row['id']}.html.gz").read_bytes()),
            fetched_at=time.time(),
        )
        for row in rows[:: options.sample]
    ]
    if options.at is None:
        rival = "trafilatura with metadata"
        warm.load()  # as a process of the service does before its first page
        measure(pages[:3], 1)
        ours, theirs = measure(pages, options.rounds)
    else:
        rival = f"cleanwire at {options.at}"
        ours, theirs = compare(pages, options.rounds, options.at)
    for name, times in (("cleanwire", ours), (rival, theirs)):
        mean, median = 1000 * statistics.mean(times), 1000 * statistics.median(times)
        print(f"{name}: mean {mean:.1f} ms, median {median:.1f} ms a page")
    ratio = sum(ours) / sum(theirs)
    print(f"ratio of means: {ratio:.2f} over {len(pages)} pages")
    if options.at_most is not None and ratio > options.at_most:
        raise SystemExit(f"cleaning costs more than {options.at_most} times {rival}")


if __name__ == "__main__":
    main()
