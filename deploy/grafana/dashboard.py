"""Writes the Grafana dashboard, deploy/grafana/cleanwire.json: `make docs` runs it, a test compares.

One panel is one question; its description says what a good answer looks like.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTH = 24  # Grafana's columns
HEIGHT = 8
SOURCE = {"type": "prometheus", "uid": "${source}"}
WINDOW = "$__rate_interval"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One graph. `queries` are (PromQL, legend); `unit` is Grafana's name of it."""

    title: str
    told: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    stacked: bool = False
    width: int = 8


def rate(metric: str, by: str = "") -> str:
    """Return the PromQL of how often a counter counts a second, over all replicas."""
    return f"sum by ({by}) (rate({metric}[{WINDOW}]))" if by else f"sum(rate({metric}[{WINDOW}]))"


def quantile(share: float, histogram: str, by: str = "") -> str:
    """Return the PromQL of a quantile of a histogram, over all replicas."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket[{WINDOW}])))"


def quantiles(histogram: str) -> tuple[tuple[str, str], ...]:
    return (quantile(0.5, histogram), "half"), (quantile(0.95, histogram), "95 of 100")


CAME_IN = (
    "sum by (instance) (cleanwire_cleaner_articles_new_total + cleanwire_cleaner_articles_acquired_total"
    " + cleanwire_cleaner_articles_reopened_total)"
)
CAME_OF_IT = (
    "sum by (instance) (cleanwire_cleaner_documents_new_total + cleanwire_cleaner_articles_moved_total"
    " + cleanwire_cleaner_articles_released_total + cleanwire_cleaner_articles_pending)"
    " + sum by (instance) (cleanwire_cleaner_articles_rejected_total)"
)

ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    ("Are readers served?", (
        Panel(
            title="Documents that came too late",
            told="Share that went out over five minutes after first sight of the entry. Aim: at most 5 % in 30 days.",
            queries=(
                ("cleanwire:documents_late:ratio1h", "one hour"),
                ("cleanwire:documents_late:ratio6h", "six hours"),
            ),
            unit="percentunit",
        ),
        Panel(
            title="From first sight to document",
            told="Waiting for the site's turn included.",
            queries=quantiles("cleanwire_cleaner_seen_to_emitted_seconds"),
            unit="s",
        ),
        Panel(
            title="Age of a document when it goes out",
            told="By its publisher's time. Most of it passes before a feed lists the article.",
            queries=quantiles("cleanwire_cleaner_freshness_seconds"),
            unit="s",
        ),
    )),
    ("What comes in must go out", (
        Panel(
            title="The way of an article, per second",
            told="Articles are fewer than entries by what was known, documents fewer by what was rejected.",
            queries=(
                (rate('cleanwire_poller_entries_total{kind="new"}'), "entries found"),
                (rate("cleanwire_cleaner_articles_new_total"), "articles taken in"),
                (rate("cleanwire_cleaner_documents_new_total"), "documents"),
                (rate("cleanwire_cleaner_documents_revised_total"), "revisions"),
                (rate("cleanwire_cleaner_documents_canceled_total"), "canceled"),
            ),
            unit="ops",
        ),
        Panel(
            title="Rejected, by reason",
            told="The topic of rejected articles has address and detail of each.",
            queries=((rate("cleanwire_cleaner_articles_rejected_total", "reason") + " > 0", "{{reason}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="The books' difference",
            told="What came in less what came of it, by replica. A line that stays elsewhere than at 0 is a fault.",
            queries=((f"{CAME_IN} - ({CAME_OF_IT})", "{{instance}}"),),
        ),
        Panel(
            title="Articles that wait",
            told="For their site's turn, a free process, or another try.",
            queries=(
                ("sum(cleanwire_cleaner_articles_pending)", "articles"),
                ("sum(cleanwire_cleaner_intake_closed)", "partitions that take in no more"),
            ),
        ),
        Panel(
            title="Tried again, by reason",
            told="Failed attempts that will be repeated.",
            queries=((rate("cleanwire_cleaner_articles_retried_total", "reason") + " > 0", "{{reason}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Entries not passed on, by why",
            told="Repeated and unchanged ones are most of them.",
            queries=((rate("cleanwire_poller_entries_dropped_total", "reason") + " > 0", "{{reason}}"),),
            unit="ops",
            stacked=True,
        ),
    )),
    ("Feeds", (
        Panel(
            title="Polls, by what they brought",
            told="Most of them 304: not_modified costs next to nothing.",
            queries=((rate("cleanwire_poller_polls_total", "outcome"), "{{outcome}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Failed polls, by why",
            told="One reason for all feeds at once is our own network.",
            queries=((rate("cleanwire_poller_poll_failures_total", "reason") + " > 0", "{{reason}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="How late feeds are polled",
            told="After the time they were due. Minutes mean too many feeds for the replicas.",
            queries=quantiles("cleanwire_poller_feed_lateness_seconds"),
            unit="s",
        ),
        Panel(
            title="Feeds",
            told="Of all replicas together; gone ones answered 410.",
            queries=(("sum by (state) (cleanwire_poller_feeds)", "{{state}}"),),
        ),
        Panel(
            title="Entries that came and went unseen",
            told="By our estimate; found again in news sitemaps beside it.",
            queries=(
                (rate("cleanwire_poller_entries_lost_total"), "lost"),
                (rate('cleanwire_poller_entries_total{kind="recovered"}'), "recovered"),
            ),
            unit="ops",
        ),
        Panel(
            title="Subscriptions at hubs",
            told="Lapsed ones mean that hubs do not reach us.",
            queries=(("sum by (state) (cleanwire_poller_websub_subscriptions)", "{{state}}"),),
        ),
    )),
    ("How we treat publishers", (
        Panel(
            title="Pages fetched, by status",
            told="4xx and 429 that rise for one publisher: it may have blocked us.",
            queries=((rate("cleanwire_cleaner_pages_fetched_total", "status"), "{{status}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Put off, by why",
            told="slow_down: sites asked us to wait. robots_unavailable: their robots.txt could not be had.",
            queries=((rate("cleanwire_cleaner_articles_deferred_total", "reason"), "{{reason}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Bytes over the wire",
            told="What publishers send us.",
            queries=(
                (rate("cleanwire_poller_received_bytes_total"), "feeds"),
                (rate("cleanwire_cleaner_received_bytes_total"), "pages"),
            ),
            unit="Bps",
        ),
    )),
    ("Cleaning", (
        Panel(
            title="Time to read a page",
            told="Waiting for a free process included: far above 100 ms means too little CPU.",
            queries=quantiles("cleanwire_cleaner_extraction_duration_seconds"),
            unit="s",
        ),
        Panel(
            title="Lines cut, by kind",
            told="A kind that jumps: a site's redesign, or (user) a rule of your own that is too wide.",
            queries=((rate("cleanwire_cleaner_lines_removed_total", "kind") + " > 0", "{{kind}}"),),
            unit="ops",
            stacked=True,
        ),
        Panel(
            title="Words of a document",
            told="A fall means that texts are cut short.",
            queries=quantiles("cleanwire_cleaner_document_words"),
        ),
    )),
    ("Kafka", (
        Panel(
            title="Partitions that are worked on",
            told="Flat, and as many as the topics have.",
            queries=(
                ("sum by (stage) (cleanwire_stream_partitions_owned)", "{{stage}}"),
                ("sum by (stage) (cleanwire_stream_partitions_looping)", "{{stage}}, looping"),
            ),
        ),
        Panel(
            title="Transactions",
            told="Failed ones are done again.",
            queries=(
                (rate("cleanwire_stream_transactions_total", "stage"), "{{stage}}"),
                (rate("cleanwire_stream_transaction_failures_total", "reason") + " > 0", "failed: {{reason}}"),
            ),
            unit="ops",
        ),
        Panel(
            title="Time of a transaction, 95 of 100",
            told="Above a second the broker is slow.",
            queries=((quantile(0.95, "cleanwire_stream_transaction_duration_seconds", "stage"), "{{stage}}"),),
            unit="s",
        ),
        Panel(
            title="Owners that were shut out or failed",
            told="A few while replicas come and go.",
            queries=((rate("cleanwire_stream_partition_failures_total", "reason") + " > 0", "{{reason}}"),),
            unit="ops",
        ),
        Panel(
            title="Rebalances, and a broker that does not answer",
            told="Both are rare.",
            queries=(
                (rate("cleanwire_stream_group_joins_total", "stage"), "joined, {{stage}}"),
                ("max by (instance) (cleanwire_stream_broker_away)", "no broker, {{instance}}"),
            ),
            unit="ops",
        ),
        Panel(
            title="Time to take a partition over",
            told="Fencing the former owner and reading the tables.",
            queries=quantiles("cleanwire_stream_acquire_duration_seconds"),
            unit="s",
        ),
    )),
    ("Processes", (
        Panel(
            title="Event loop's lag, 95 of 100",
            told="Above .25 s the process is short of CPU.",
            queries=((quantile(0.95, "cleanwire_service_event_loop_lag_seconds", "instance"), "{{instance}}"),),
            unit="s",
        ),
        Panel(
            title="CPU of the main process",
            told="In cores; processes that read pages and feeds are not in it.",
            queries=((f"rate(process_cpu_seconds_total{{job=\"cleanwire\"}}[{WINDOW}])", "{{instance}}"),),
        ),
        Panel(
            title="Memory of the main process",
            told="Flat after the first hours.",
            queries=(('process_resident_memory_bytes{job="cleanwire"}', "{{instance}}"),),
            unit="bytes",
        ),
        Panel(
            title="Documents that the slowest consumer has yet to read",
            told="Of the groups in console.consumers, by the ops page. Growing: it is slower than the news.",
            queries=(("max(cleanwire_service_consumer_lag_records)", "offsets"),),
        ),
        Panel(
            title="Our clock's difference to that of servers",
            told="Seconds ahead, by the Date headers of most sites. More than a minute either way spoils dates.",
            queries=(("cleanwire_service_clock_offset_seconds", "{{instance}}"),),
            unit="s",
        ),
    )),
)  # fmt: skip


def _graph(panel: Panel, number: int, left: int, top: int) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.told,
        "datasource": SOURCE,
        "gridPos": {"x": left, "y": top, "w": panel.width, "h": HEIGHT},
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": None if "difference" in panel.title else 0,
                "custom": {
                    "fillOpacity": 25 if panel.stacked else 8,
                    "lineWidth": 1,
                    "stacking": {"mode": "normal" if panel.stacked else "none"},
                },
            },
            "overrides": [],
        },
        "options": {
            "tooltip": {"mode": "multi", "sort": "desc"},
            "legend": {"displayMode": "list", "placement": "bottom"},
        },
        "targets": [
            {"refId": chr(ord("A") + at), "datasource": SOURCE, "expr": query, "legendFormat": legend}
            for at, (query, legend) in enumerate(panel.queries)
        ],
    }


def _placed() -> Iterator[dict[str, Any]]:
    number, top = 1, 0
    for title, panels in ROWS:
        yield {"id": number, "type": "row", "title": title, "collapsed": False, "panels": [],
               "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1}}  # fmt: skip
        number, top, left = number + 1, top + 1, 0
        for panel in panels:
            if left + panel.width > WIDTH:
                left, top = 0, top + HEIGHT
            yield _graph(panel, number, left, top)
            number, left = number + 1, left + panel.width
        top += HEIGHT


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana reads it (schema 39: Grafana 11 and newer)."""
    return {
        "uid": "cleanwire",
        "title": "Cleanwire",
        "tags": ["cleanwire"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus", "hide": 0}]
        },
        "annotations": {
            "list": [
                {
                    "name": "Alerts",
                    "datasource": SOURCE,
                    "enable": True,
                    "iconColor": "red",
                    "expr": 'ALERTS{alertname=~"Cleanwire.*", alertstate="firing"}',
                    "titleFormat": "{{alertname}}",
                }
            ]
        },
        "panels": list(_placed()),
    }


def written() -> str:
    """Return the file's text."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("cleanwire.json").write_text(written())
