"""What does cleaning a page cost beside trafilatura's own extraction with metadata?

    python bench/clean.py --data ../shared/data/quality [--sample 10] [--rounds 3] [--at-most 1.3]

Both run interleaved, page by page and turn by turn, in one process; CPU time counts, so a busy machine changes little.
"""

import argparse
import gzip
import json
import logging
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from cleanwire.article import clean
from cleanwire.article.page import Page


def _cpu_s(work: Callable[[], object]) -> float:
    reset_caches()  # both use trafilatura and htmldate: whoever comes second would find their memory warm
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(pages: list[Page], rounds: int) -> tuple[list[float], list[float]]:
    """Return CPU seconds per page, ours and theirs: the smallest of `rounds` turns each."""
    ours, theirs = [], []
    for page in pages:
        mine, rival = [], []
        for _ in range(rounds):
            mine.append(_cpu_s(lambda page=page: clean.clean(page)))
            rival.append(_cpu_s(lambda page=page: bare_extraction(page.body, url=page.url, with_metadata=True)))
        ours.append(min(mine))
        theirs.append(min(rival))
    return ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=10, help="every N-th page")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-most", type=float, help="fail when the ratio is above")
    options = parser.parse_args()
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
    measure(pages[:3], 1)  # imports, rules, weights
    ours, theirs = measure(pages, options.rounds)
    for name, times in (("cleanwire", ours), ("trafilatura with metadata", theirs)):
        mean, median = 1000 * statistics.mean(times), 1000 * statistics.median(times)
        print(f"{name}: mean {mean:.1f} ms, median {median:.1f} ms a page")
    ratio = sum(ours) / sum(theirs)
    print(f"ratio of means: {ratio:.2f} over {len(pages)} pages")
    if options.at_most is not None and ratio > options.at_most:
        raise SystemExit(f"cleaning costs more than {options.at_most} times the extraction alone")


if __name__ == "__main__":
    main()
