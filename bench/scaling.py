"""What does a fleet of feeds need? The model of docs/scaling.md, from what the benches measure.

    python bench/scaling.py [--article-ms 180] [--poll-ms 7] …     prints the table; each input can be set

Linear in polls and articles; what that leaves out stands in docs/scaling.md.
"""

import argparse
import math
import sys

DAY_S = 86_400.0
INPUTS = {
    "polls-a-day": (35.7, "polls of a feed (docs/polling-schedule.md, seed 1)"),
    "entries-a-day": (19.7, "new entries of a feed (the same)"),
    "poll-ms": (7.0, "CPU of a poll with a new TLS connection, its state and transaction"),
    "changed-ms": (3.0, "CPU of a changed body, one new entry"),
    "article-ms": (180.0, "CPU of an article, end to end"),
    "peak": (2.5, "busiest hour beside the mean"),
    "use": (0.6, "of a core that may be in use in that hour"),
    "cores": (4.0, "of a replica"),
    "replica-mb": (420.0, "memory of a replica with one process that cleans"),
    "cleaner-mb": (150.0, "memory of each further process that cleans"),
    "feed-kb": (1.7, "memory of a feed with 35 entries"),
    "article-kb": (0.2, "memory of an article that is remembered"),
    "remembered-days": (30.0, "so long an article is remembered"),
    "kafka-kb": (16.0, "written to Kafka for an article: entry, state, document"),
    "poll-kb": (0.8, "written to Kafka for a poll: state"),
    "kept-days": (7.0, "so long the broker keeps what is not compacted"),
    "core-hour": (0.04, "price of a core for an hour, with its 4 GB"),
    "gb-month": (0.10, "price of a GB of disk for a month"),
}
FLEETS = {
    "10,000 feeds": 10_000,
    "100,000 feeds": 100_000,
    "1 million feeds": 1_000_000,
}
ARTICLES = 10_000_000


def needs(feeds: float, articles_a_day: float, given: dict[str, float]) -> dict[str, float]:
    """Return what `feeds` and the articles of a day need."""
    polls_s = feeds * given["polls-a-day"] / DAY_S
    articles_s = articles_a_day / DAY_S
    mean = (polls_s * given["poll-ms"] + articles_s * (given["article-ms"] + given["changed-ms"])) / 1000
    cores = mean * given["peak"] / given["use"]
    replicas = max(2, math.ceil(cores / given["cores"]))  # two: one may fail
    memory_gb = (
        replicas * (given["replica-mb"] + (given["cores"] - 1) * given["cleaner-mb"]) / 1e3
        + feeds * given["feed-kb"] / 1e6
        + articles_a_day * given["remembered-days"] * given["article-kb"] / 1e6
    )
    written_gb = (articles_a_day * given["kafka-kb"] + polls_s * DAY_S * given["poll-kb"]) / 1e6
    disk_gb = 3 * written_gb * given["kept-days"]  # three copies
    broker_cores = 3 * max(1, math.ceil(written_gb * given["peak"] * 1000 / DAY_S / 20))  # 20 MB/s a core: generous
    month = (replicas * given["cores"] + broker_cores) * 730 * given["core-hour"] + disk_gb * given["gb-month"]
    return {
        "polls a second": polls_s,
        "articles a second": articles_s,
        "cores in use, mean": mean,
        "cores to have": cores,
        "replicas": replicas,
        "partitions": 2 ** math.ceil(math.log2(max(12, 4 * replicas))),
        "memory, GB": memory_gb,
        "to Kafka, GB a day": written_gb,
        "disk of 3 brokers, GB": disk_gb,
        "cores of 3 brokers": broker_cores,
        "money a month": month,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, (value, meaning) in INPUTS.items():
        parser.add_argument(f"--{name}", type=float, default=value, help=f"{meaning}; {value:g}")
    given = {name.replace("_", "-"): value for name, value in vars(parser.parse_args()).items()}
    columns = {name: needs(feeds, feeds * given["entries-a-day"], given) for name, feeds in FLEETS.items()}
    columns["10 million articles a day"] = needs(ARTICLES / given["entries-a-day"], ARTICLES, given)
    print("| | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for row in next(iter(columns.values())):
        print(f"| {row} | " + " | ".join(_shown(column[row]) for column in columns.values()) + " |")
    return 0


def _shown(value: float) -> str:
    return f"{value:,.1f}" if value < 100 and value % 1 else f"{value:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
