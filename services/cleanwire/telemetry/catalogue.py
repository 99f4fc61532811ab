"""Which metrics there are: name, meaning, labels with all their values, buckets. As a module it prints the table."""

import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from cleanwire.feed.formats.parsed import Cut
from cleanwire.records.command import Action
from cleanwire.records.rejected import Rejection
from cleanwire.records.websub import HubState
from cleanwire.telemetry.metric import OTHER, Kind, Metric


class Stage(StrEnum):
    POLLER = "poller"
    CLEANER = "cleaner"


class PollOutcome(StrEnum):
    NOT_MODIFIED = "not_modified"  # 304
    UNCHANGED = "unchanged"  # 200 with the same body as before
    PARSED = "parsed"
    FAILED = "failed"


class PollFailure(StrEnum):
    """Why a poll failed: what `fetch` reports, then what the reply itself shows."""

    INVALID_URL = "invalid_url"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_RESPONSE = "bad_response"
    REDIRECTS = "redirects"
    BLOCKED_ADDRESS = "blocked_address"
    HTTP_CLIENT_ERROR = "http_client_error"
    HTTP_SERVER_ERROR = "http_server_error"
    NOT_A_FEED = "not_a_feed"
    READING_TIMEOUT = "reading_timeout"  # it takes longer than poll.deadline_s to read
    READING_CRASHED = "reading_crashed"  # the process that read it ended, or ran out of memory
    OTHER = OTHER


class EntryDrop(StrEnum):
    """Why an entry of a feed was not passed on."""

    NO_LINK = "no_link"  # or none that could be fetched
    ADDRESS_TOO_LONG = "address_too_long"
    REPEATED = "repeated"  # the same article twice in one feed
    SAME_STORY = "same_story"  # passed on before under another address and id
    FLAPPING = "flapping"  # a change that waits, because the entry changes all the time
    BACKFILL = "backfill"  # older than what a first poll takes
    TOO_MANY = "too_many"  # beyond what is read of one body
    RECORD_TOO_LARGE = "record_too_large"  # the broker takes it not even without its text
    OTHER = OTHER


class GapSearch(StrEnum):
    """What came of looking for entries that came and went between two polls."""

    FOUND = "found"
    NOTHING = "nothing"  # the news sitemap lists none that the feed did not show
    NO_SITEMAP = "no_sitemap"  # the site has none that could be found
    FAILED = "failed"  # it could not be read


class Deferral(StrEnum):
    """Why a due article waits; no attempt is counted."""

    SLOW_PAGES = "slow_pages"  # pages of its site or feed took too long to read of late
    ROBOTS_UNAVAILABLE = "robots_unavailable"
    SLOW_DOWN = "slow_down"  # the site answered 429 or 503
    OTHER = OTHER


class LookOutcome(StrEnum):
    """What a look at a published page found."""

    NOT_MODIFIED = "not_modified"  # 304
    SAME = "same"  # the same bytes
    SHAM = "sham"  # another page, but the same text, title and metadata
    CHANGED = "changed"  # a revision was published
    GONE = "gone"  # 404, 410, or retracted; the second time the document is canceled
    FAILED = "failed"  # no page that could be read


class StreamFailure(StrEnum):
    """Why a transaction or a partition's owner failed, as `stream` reports it."""

    FENCED = "fenced"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BROKER = "broker"
    DAMAGED = "damaged"
    STAGE = "stage"
    OTHER = OTHER


class HubReply(StrEnum):
    """What a hub answered to a request of ours."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # 4xx
    FAILED = "failed"  # 5xx, a redirect nobody may follow, or no reply


class Push(StrEnum):
    """What came of a push, W3C WebSub §7."""

    ACCEPTED = "accepted"  # the feed's owner is told
    BAD_SIGNATURE = "bad_signature"  # wrong, missing, or by a method we do not know: ignored
    TOO_LARGE = "too_large"
    INCOMPLETE = "incomplete"  # the body did not come in time
    UNKNOWN = "unknown"  # an address that we gave nobody, or a subscription that is over
    UNAVAILABLE = "unavailable"  # Kafka cannot be reached; hubs try again


class HubQuestion(StrEnum):
    """What came of a hub's verification of intent, W3C WebSub §5.3."""

    CONFIRMED = "confirmed"
    DENIED = "denied"  # the hub told us that it refuses or ends the subscription
    UNKNOWN = "unknown"  # not what we had asked for
    UNAVAILABLE = "unavailable"


class Listener(StrEnum):
    OPS = "ops"
    WEBSUB = "websub"
    CONSOLE = "console"


class PageChange(StrEnum):
    """What was changed from the ops page."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    POLL_NOW = "poll_now"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    RESET_SITE = "reset_site"


class SpanFate(StrEnum):
    """What became of a span that was to be exported."""

    EXPORTED = "exported"
    FAILED = "failed"  # the collector did not take it
    DROPPED = "dropped"  # too many waited


class Closing(StrEnum):
    """Why a connection of somebody else was closed before it was through."""

    NO_REQUEST = "no_request"  # its headers did not come in time
    SLOW = "slow"  # its body did not come, or its answer was not taken in time
    LIMIT = "limit"  # it waited longest when another came and all places were taken
    REFUSED = "refused"  # all places were taken by requests at work


STATUS_CLASSES: Final = ("1xx", "2xx", "3xx", "4xx", "5xx", "none", OTHER)
# Kinds of text rules and structural cuts; a new kind counts as other until it is named here.
REMOVED_KINDS: Final = (
    "ad", "agency_notice", "app", "bio", "byline", "comments", "cookie", "copyright", "credit", "dateline", "donate",
    "headline", "nav", "newsletter", "read_time", "related", "share", "site_name", "subscribe", "tags", "template",
    "title", "unrelated", "user", OTHER,
)  # fmt: skip
TOPICS: Final = (
    "feeds", "feed-state", "entries", "article-state", "documents", "rejected", "site-state", "commands", "websub",
    OTHER,
)  # fmt: skip
FEED_STATES: Final = ("active", "paused", "gone")
LAPSED: Final = "lapsed"  # verified once, and the lease has ended without a renewal
HUB_STATES: Final = (*HubState, LAPSED)

_FETCH_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CPU_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LAG_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
_KAFKA_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_LOAD_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_AGE_BUCKETS: Final = (1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400)
_WORD_BUCKETS: Final = (25, 50, 100, 200, 400, 800, 1600, 3200, 6400)


def _values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _counter(name: str, meaning: str, **labels: Iterable[str]) -> Metric:
    return Metric(name=name, kind=Kind.COUNTER, help=meaning, labels={k: _values(v) for k, v in labels.items()})


def _gauge(name: str, meaning: str, **labels: Iterable[str]) -> Metric:
    return Metric(name=name, kind=Kind.GAUGE, help=meaning, labels={k: _values(v) for k, v in labels.items()})


def _histogram(name: str, meaning: str, buckets: tuple[float, ...], **labels: Iterable[str]) -> Metric:
    return Metric(
        name=name,
        kind=Kind.HISTOGRAM,
        help=meaning,
        labels={k: _values(v) for k, v in labels.items()},
        buckets=buckets,
    )


# Poller
POLLS = _counter("cleanwire_poller_polls_total", "Polls that ended, by what they brought.", outcome=PollOutcome)
POLL_FAILURES = _counter("cleanwire_poller_poll_failures_total", "Polls that failed, by why.", reason=PollFailure)
POLL_DURATION = _histogram(
    "cleanwire_poller_poll_duration_seconds", "Time of one poll: fetch, parse, compare.", _FETCH_BUCKETS
)
POLL_BYTES = _counter("cleanwire_poller_received_bytes_total", "Bytes of feeds as they came over the wire.")
ENTRIES = _counter(
    "cleanwire_poller_entries_total",
    "Entries passed on to the cleaner; recovered: found after a gap.",
    kind=("new", "changed", "recovered"),
)
ENTRIES_DROPPED = _counter(
    "cleanwire_poller_entries_dropped_total", "Entries that were not passed on, by why.", reason=EntryDrop
)
TEXTS_CUT = _counter(
    "cleanwire_poller_texts_cut_total",
    "Texts and lists of entries passed on that were over a limit (docs/limits.md), by what was cut.",
    what=Cut,
)
PUBLISHED_TO_SEEN = _histogram(
    "cleanwire_poller_published_to_seen_seconds",
    "Age of a new entry when it was first seen, by its feed's date; first polls of a feed left out.",
    _AGE_BUCKETS,
)
GAPS = _counter(
    "cleanwire_poller_gaps_total", "Polls that found a feed so changed that entries must have come and gone unseen."
)
ENTRIES_LOST = _counter(
    "cleanwire_poller_entries_lost_total", "How many entries came and went unseen, by an estimate (docs/polling.md)."
)
GAP_SEARCHES = _counter(
    "cleanwire_poller_gap_searches_total", "Searches of a site's news sitemap after a gap, by outcome.",
    outcome=GapSearch,
)  # fmt: skip
LATENESS = _histogram(
    "cleanwire_poller_feed_lateness_seconds", "How long after its due time a feed was polled.", _AGE_BUCKETS
)
FEEDS = _gauge("cleanwire_poller_feeds", "Feeds of the partitions this process owns.", state=FEED_STATES)
FEEDS_GONE = _counter("cleanwire_poller_feeds_gone_total", "Feeds that answered 410 and are polled no more.")
SITEMAPS_RETIRED = _counter(
    "cleanwire_poller_sitemaps_retired_total", "Sitemaps of an index that were found dead and are polled no more."
)
FEEDS_MOVED = _counter("cleanwire_poller_feeds_moved_total", "Feeds whose permanent redirect was confirmed.")
CACHES_LIED = _counter(
    "cleanwire_poller_caches_lied_total", "Audits that found a feed changed although it answered 304."
)

# WebSub
SUBSCRIPTIONS = _gauge(
    "cleanwire_poller_websub_subscriptions", "Subscriptions at hubs, of partitions this process owns.", state=HUB_STATES
)
HUB_REQUESTS = _counter(
    "cleanwire_poller_websub_hub_requests_total", "Requests to hubs, by what they answered.",
    mode=("subscribe", "unsubscribe"), reply=HubReply,
)  # fmt: skip
HUB_QUESTIONS = _counter(
    "cleanwire_poller_websub_verifications_total", "Calls of hubs about a subscription.", outcome=HubQuestion
)
PUSHES = _counter("cleanwire_poller_websub_pushes_total", "Pushes received, by what came of them.", outcome=Push)
PUSHES_MISSED = _counter(
    "cleanwire_poller_websub_pushes_missed_total", "Polls that brought what a hub should have pushed and had not."
)

# Cleaner: the books (see cleanwire.telemetry.books)
ARTICLES_NEW = _counter("cleanwire_cleaner_articles_new_total", "Articles taken in that were not known before.")
ARTICLES_REPEATED = _counter("cleanwire_cleaner_articles_repeated_total", "Entries of articles already known.")
ARTICLES_ACQUIRED = _counter(
    "cleanwire_cleaner_articles_acquired_total", "Pending articles found in the state of partitions acquired."
)
ARTICLES_RELEASED = _counter(
    "cleanwire_cleaner_articles_released_total", "Articles still pending in partitions given up."
)
ARTICLES_REOPENED = _counter(
    "cleanwire_cleaner_articles_reopened_total", "Finished articles made pending again by a command."
)
ARTICLES_PENDING = _gauge(
    "cleanwire_cleaner_articles_pending", "Articles of owned partitions that wait for their first outcome."
)
INTAKE_CLOSED = _gauge(
    "cleanwire_cleaner_intake_closed", "Owned partitions that take in no entries because too much waits in them."
)
DOCUMENTS_NEW = _counter("cleanwire_cleaner_documents_new_total", "Documents published for the first time.")
DOCUMENTS_REVISED = _counter(
    "cleanwire_cleaner_documents_revised_total", "Later revisions published, canceled ones left out."
)
DOCUMENTS_CANCELED = _counter("cleanwire_cleaner_documents_canceled_total", "Documents whose page is gone.")
ARTICLES_REJECTED = _counter(
    "cleanwire_cleaner_articles_rejected_total", "Articles that gave no document, by why.", reason=Rejection
)
ARTICLES_MOVED = _counter("cleanwire_cleaner_articles_moved_total", "Articles handed on to the site they live on.")

# Cleaner: work
LOOKS = _counter("cleanwire_cleaner_looks_total", "Looks at published pages, by what they found.", outcome=LookOutcome)
ARTICLES_DEFERRED = _counter(
    "cleanwire_cleaner_articles_deferred_total", "Due articles that were put off; not an attempt.", reason=Deferral
)
ARTICLES_RETRIED = _counter(
    "cleanwire_cleaner_articles_retried_total", "Failed attempts that will be repeated, by why.", reason=Rejection
)
PAGES = _counter(
    "cleanwire_cleaner_pages_fetched_total", "Pages fetched, by status; none when no reply came.", status=STATUS_CLASSES
)
PAGE_DURATION = _histogram(
    "cleanwire_cleaner_page_fetch_duration_seconds", "Time to fetch one page, redirects included.", _FETCH_BUCKETS
)
PAGE_BYTES = _counter("cleanwire_cleaner_received_bytes_total", "Bytes of pages as they came over the wire.")
EXTRACTION = _histogram(
    "cleanwire_cleaner_extraction_duration_seconds", "Time to read one page, waiting for a free process included.",
    _CPU_BUCKETS,
)  # fmt: skip
DOCUMENT_DURATION = _histogram(
    "cleanwire_cleaner_document_duration_seconds", "Time from the start of work on an article to its commit.",
    _FETCH_BUCKETS,
)  # fmt: skip
FRESHNESS = _histogram(
    "cleanwire_cleaner_freshness_seconds", "Age of a new document when emitted, by its publisher's time.", _AGE_BUCKETS
)
SEEN_TO_EMITTED = _histogram(
    "cleanwire_cleaner_seen_to_emitted_seconds", "From first sight in a feed to a new document.", _AGE_BUCKETS
)
WORDS = _histogram("cleanwire_cleaner_document_words", "Words of a document.", _WORD_BUCKETS)
REMOVED = _counter(
    "cleanwire_cleaner_lines_removed_total", "Lines cut from published documents, by kind.", kind=REMOVED_KINDS
)

# Stream
PARTITIONS = _gauge("cleanwire_stream_partitions_owned", "Partitions this process owns and has loaded.", stage=Stage)
ACQUIRED = _counter("cleanwire_stream_partitions_acquired_total", "Partitions acquired and loaded.", stage=Stage)
RELEASED = _counter("cleanwire_stream_partitions_released_total", "Partitions given up or lost.", stage=Stage)
ACQUIRE_DURATION = _histogram(
    "cleanwire_stream_acquire_duration_seconds", "Fencing the former owner and loading tables.", _LOAD_BUCKETS,
    stage=Stage,
)  # fmt: skip
TABLE_RECORDS = _counter("cleanwire_stream_table_records_total", "Records read to rebuild tables.", topic=TOPICS)
TABLE_DURATION = _histogram(
    "cleanwire_stream_table_load_duration_seconds", "Time to rebuild one partition's table.", _LOAD_BUCKETS,
    topic=TOPICS,
)  # fmt: skip
TRANSACTIONS = _counter("cleanwire_stream_transactions_total", "Transactions committed.", stage=Stage)
TRANSACTION_RECORDS = _counter(
    "cleanwire_stream_transaction_records_total", "Records in committed transactions.", stage=Stage
)
TRANSACTION_DURATION = _histogram(
    "cleanwire_stream_transaction_duration_seconds", "Time from begin to end of a transaction.", _KAFKA_BUCKETS,
    stage=Stage,
)  # fmt: skip
TRANSACTION_FAILURES = _counter(
    "cleanwire_stream_transaction_failures_total", "Transactions that did not commit; their work is done again.",
    stage=Stage, reason=StreamFailure,
)  # fmt: skip
TABLE_RECORDS_SKIPPED = _counter(
    "cleanwire_stream_table_records_skipped_total", "Records of tables that could not be read.", topic=TOPICS
)
PARTITION_FAILURES = _counter(
    "cleanwire_stream_partition_failures_total", "Owners of a partition that failed and start anew.",
    stage=Stage, reason=StreamFailure,
)  # fmt: skip
RECORDS_REFUSED = _counter(
    "cleanwire_stream_records_refused_total",
    "Outcomes the broker will not take (too large): written smaller.",
    stage=Stage,
)
RECORDS_DROPPED = _counter(
    "cleanwire_stream_records_dropped_total", "Outcomes of which not even the smallest form was taken.", stage=Stage
)
PARTITIONS_LOOPING = _gauge(
    "cleanwire_stream_partitions_looping",
    "Owned partitions that failed three times within five minutes and have not worked for a minute since.",
    stage=Stage,
)
BROKER_AWAY = _gauge(
    "cleanwire_stream_broker_away",
    "1 while the broker gives no answer, else 0; service: before any stage began.",
    stage=(*Stage, "service"),
)
BROKER_UNAVAILABLE = _counter(
    "cleanwire_stream_broker_unavailable_total",
    "Times the broker did not answer; service: before any stage began.",
    stage=(*Stage, "service"),
)
GROUP_JOINED = _counter("cleanwire_stream_group_joins_total", "Times the group assigned partitions.", stage=Stage)

# Service
COMMANDS = _counter("cleanwire_service_commands_total", "Commands carried out.", stage=Stage, action=Action)
WORK_FAILURES = _counter(
    "cleanwire_service_work_failures_total",
    "Items whose work raised what nobody expected: a fault of ours.",
    stage=Stage,
)
CONNECTIONS_CLOSED = _counter(
    "cleanwire_service_connections_closed_total",
    "Connections to our own ports that were closed before they were through, by why.",
    listener=Listener, reason=Closing,
)  # fmt: skip
CONSOLE_CHANGES = _counter(
    "cleanwire_service_console_changes_total", "Changes asked for on the ops page.", change=PageChange
)
SPANS = _counter(
    "cleanwire_service_spans_total", "Spans of traces that were to be exported, by what became of them.", fate=SpanFate
)
CLOCK_OFFSET = _gauge(
    "cleanwire_service_clock_offset_seconds",
    "How far our clock is ahead of the servers we ask (behind: negative), by the median of the Date headers of the last"
    " 101 sites; whole seconds, 0 until three sites have answered.",
)
CONSUMER_LAG = _gauge(
    "cleanwire_service_consumer_lag_records",
    "Offsets of the documents' topic that the slowest of `console.consumers` has yet to read; 0 where none is named.",
)
LOOP_LAG = _histogram(
    "cleanwire_service_event_loop_lag_seconds",
    "How late the event loop woke a timer of 50 ms, which it is asked for again and again.",
    _LAG_BUCKETS,
)

ALL: Final[tuple[Metric, ...]] = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
BUILD_INFO: Final = "cleanwire_build_info"


def table() -> str:
    """Return the catalogue as Markdown, as `docs/metrics.md` holds it."""
    rows = [
        "# Metrics",
        "",
        "Generated by `python -m cleanwire.telemetry.catalogue`; a test fails when it is out of date.",
        "Every series exists from the start. `cleanwire_build_info` names the version; `process_*` is standard.",
        "",
        "| metric | type | meaning | labels |",
        "|---|---|---|---|",
    ]
    rows += [f"| `{m.name}` | {m.kind} | {m.help} | {_labels(m)} |" for m in ALL]
    rows += ["", "## Buckets", "", "| histogram | upper bounds |", "|---|---|"]
    rows += [f"| `{m.name}` | {', '.join(f'{b:g}' for b in m.buckets)} |" for m in ALL if m.buckets]
    return "\n".join(rows) + "\n"


def _labels(metric: Metric) -> str:
    return "; ".join(f"`{label}`: {', '.join(values)}" for label, values in metric.labels.items()) or "–"


if __name__ == "__main__":
    sys.stdout.write(table())
