"""Telemetry: metrics and log lines move together, labels stay closed, the books balance."""

import inspect
import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs

from cleanwire.fetch import outcome
from cleanwire.records.command import Action
from cleanwire.records.rejected import Rejection
from cleanwire.stream import observer
from cleanwire.telemetry import books, catalogue
from cleanwire.telemetry.catalogue import LookOutcome, PollFailure, PollOutcome, Stage, StreamFailure
from cleanwire.telemetry.events import Telemetry


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry(CollectorRegistry())


@pytest.fixture(autouse=True)
def _fresh_structlog() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def value(telemetry: Telemetry, name: str, **labels: str) -> float | None:
    return telemetry.registry.get_sample_value(name, labels)


def page(telemetry: Telemetry) -> str:
    return generate_latest(telemetry.registry).decode()


def own_series(telemetry: Telemetry) -> list[str]:
    """Return our own lines of the page: those of the process move by themselves."""
    return [line for line in page(telemetry).splitlines() if line.startswith("cleanwire_")]


def test_every_series_exists_from_the_start(telemetry: Telemetry) -> None:
    for metric in catalogue.ALL:
        suffix = "_count" if metric.buckets else ""
        expected = 1
        for values in metric.labels.values():
            expected *= len(values)
        found = [
            line for line in page(telemetry).splitlines() if line.split("{")[0].split(" ")[0] == metric.name + suffix
        ]
        assert len(found) == expected, metric.name
        assert all(line.endswith(" 0.0") for line in found), metric.name


def test_metric_names_follow_the_convention() -> None:
    for metric in catalogue.ALL:
        assert metric.name.startswith(
            ("cleanwire_poller_", "cleanwire_cleaner_", "cleanwire_stream_", "cleanwire_service_")
        )
        assert metric.name.endswith("_total") == (metric.kind == "counter"), metric.name
        assert metric.help.endswith("."), metric.name
        assert bool(metric.buckets) == (metric.kind == "histogram"), metric.name


def test_version_is_told(telemetry: Telemetry) -> None:
    assert 'cleanwire_build_info{version="' in page(telemetry)


def test_a_label_outside_its_set_counts_as_other(telemetry: Telemetry) -> None:
    telemetry.feed_poll_failed(reason="a message with https://news.example/", feed_id="f", url="https://news.example/")
    assert value(telemetry, "cleanwire_poller_poll_failures_total", reason="other") == 1
    assert "news.example" not in page(telemetry)


def test_a_set_without_other_refuses_strangers(telemetry: Telemetry) -> None:
    with pytest.raises(ValueError, match="reaper"):
        telemetry.group_joined("reaper", 1)


def test_only_the_first_failure_in_a_row_is_a_warning(telemetry: Telemetry) -> None:
    with capture_logs() as lines:
        for failures in (1, 2):
            telemetry.feed_poll_failed(reason=PollFailure.DNS, feed_id="f", url="u", failures=failures)
    assert [line["log_level"] for line in lines] == ["warning", "debug"]


def test_gauges_sum_over_partitions_and_forget_released_ones(telemetry: Telemetry) -> None:
    telemetry.feeds_owned(partition=0, active=3, paused=1, gone=0)
    telemetry.feeds_owned(partition=1, active=4, paused=0, gone=2)
    assert value(telemetry, "cleanwire_poller_feeds", state="active") == 7
    telemetry.partition_released(Stage.POLLER, 1)
    assert value(telemetry, "cleanwire_poller_feeds", state="active") == 3
    assert value(telemetry, "cleanwire_poller_feeds", state="gone") == 0


def test_a_clock_that_jumped_back_counts_as_zero(telemetry: Telemetry) -> None:
    telemetry.feed_lateness(seconds=-3600.0)
    assert value(telemetry, "cleanwire_poller_feed_lateness_seconds_sum") == 0
    assert value(telemetry, "cleanwire_poller_feed_lateness_seconds_count") == 1


@pytest.mark.parametrize("topic", ["feed-state", "news.feed-state", "my-news-feed-state"])
def test_topics_are_named_without_their_prefix(telemetry: Telemetry, topic: str) -> None:
    telemetry.table_loaded(topic, 3, 10, 0.5)
    assert value(telemetry, "cleanwire_stream_table_records_total", topic="feed-state") == 10


@pytest.mark.parametrize(
    ("reason", "level"),
    [
        pytest.param(StreamFailure.FENCED, "warning", id="another-owner-is-everyday"),
        pytest.param(StreamFailure.DAMAGED, "error", id="damaged-state-wants-a-human"),
        pytest.param(StreamFailure.STAGE, "error", id="our-own-fault-wants-a-human"),
    ],
)
def test_a_failed_partition_says_who_must_act(telemetry: Telemetry, reason: StreamFailure, level: str) -> None:
    with capture_logs() as lines:
        telemetry.partition_failed(Stage.POLLER, 1, reason, RuntimeError("broken"), 2.0)
    assert lines[0]["log_level"] == level
    assert value(telemetry, "cleanwire_stream_partition_failures_total", stage="poller", reason=reason) == 1


def test_telemetry_is_a_stream_observer(telemetry: Telemetry) -> None:
    for name, wanted in inspect.getmembers(observer.NullObserver, inspect.isfunction):
        ours = getattr(Telemetry, name)
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(wanted).parameters), name


def test_label_sets_cover_what_other_parts_report() -> None:
    assert {str(reason) for reason in outcome.FetchFailure} <= {str(reason) for reason in PollFailure}
    assert {str(reason) for reason in observer.Failure} <= {str(reason) for reason in StreamFailure}


def test_every_kind_of_text_rule_has_a_series() -> None:
    folder = resources.files("cleanwire.text.boilerplate") / "rules"
    files = [
        tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    ]
    kinds = {rule["kind"] for file in files for rule in file["rule"]}
    assert kinds
    assert kinds <= set(catalogue.REMOVED_KINDS)


def publish(telemetry: Telemetry) -> None:
    telemetry.document_published(
        document_id="d",
        url="https://news.example/1",
        title="A title",
        revision=1,
        took_s=0.2,
        freshness_s=None,
        seen_to_emitted_s=2.0,
        words=120,
        removed={"newsletter": 2, "a kind nobody declared": 1},
    )


def test_removed_lines_are_counted_by_kind(telemetry: Telemetry) -> None:
    publish(telemetry)
    assert value(telemetry, "cleanwire_cleaner_lines_removed_total", kind="newsletter") == 2
    assert value(telemetry, "cleanwire_cleaner_lines_removed_total", kind="other") == 1


def test_the_books_balance_over_a_life(telemetry: Telemetry) -> None:
    telemetry.articles_acquired(partition=0, pending=2)
    telemetry.articles_taken_in(count=5, repeated=3)
    telemetry.pending(partition=0, count=7)
    publish(telemetry)
    telemetry.article_rejected(rejection=Rejection.TOO_SHORT, article_id="a", url="u")
    telemetry.article_moved(article_id="b", url="u", site="other.example")
    telemetry.pending(partition=0, count=4)
    telemetry.articles_reopened(count=1)
    telemetry.pending(partition=0, count=5)
    account = books.read(page(telemetry))
    assert account.balanced
    assert account.came_in == 8
    assert account.rejected == {"too_short": 1}
    telemetry.articles_released(partition=0, pending=5)
    account = books.read(page(telemetry))
    assert (account.pending, account.released, account.difference) == (0, 5, 0)


def test_a_lost_article_shows_as_a_difference(telemetry: Telemetry) -> None:
    telemetry.articles_taken_in(count=2, repeated=0)
    telemetry.pending(partition=0, count=2)
    publish(telemetry)
    telemetry.pending(partition=0, count=0)
    assert books.read(page(telemetry)).difference == 1


def test_revisions_stay_out_of_the_books(telemetry: Telemetry) -> None:
    telemetry.document_revised(
        document_id="d", url="u", title="t", revision=2, change="body", took_s=0.1, words=90, removed={}
    )
    assert books.read(page(telemetry)).balanced
    assert value(telemetry, "cleanwire_cleaner_documents_revised_total") == 1


@pytest.mark.parametrize("text", ["", "cleanwire_cleaner_articles_new_total 1\n", "no metrics at all {\n"])
def test_a_page_without_books_is_an_input_error(text: str) -> None:
    with pytest.raises(books.InputError, match="metrics page"):
        books.read(text)


def test_a_clock_that_is_wrong_is_told_once(telemetry: Telemetry, capsys: pytest.CaptureFixture[str]) -> None:
    for ahead_s in (0, 90, 91, 0, -90):
        telemetry.clock_compared(ahead_s=ahead_s)
    assert capsys.readouterr().out.count("clock_wrong") == 2
    assert value(telemetry, "cleanwire_service_clock_offset_seconds") == -90


def test_each_happening_moves_a_metric(telemetry: Telemetry) -> None:
    """Guards against a method that only logs, or records spans; those that are meant to are listed."""
    only_logged = {"feed_secrets_moved", "group_left", "hub_verified", "sandbox_door_open", "units_written"}
    sample = {
        "found": LookOutcome.SAME, "outcome": PollOutcome.PARSED, "took_s": 1.0, "wire_bytes": 1, "reason": "timeout",
        "feed_id": "f", "url": "u",
        "new": 1, "changed": 1, "count": 1, "seconds": 1.0, "partition": 1, "active": 1, "paused": 1, "gone": 1,
        "moved_to": "u", "repeated": 1, "pending": 1, "document_id": "d", "title": "t", "what": "title", "revision": 1,
        "freshness_s": 1.0, "seen_to_emitted_s": 1.0, "words": 1, "removed": {"ad": 1}, "change": "body",
        "rejection": Rejection.NETWORK, "article_id": "a", "site": "s", "status_class": "2xx", "stage": "cleaner",
        "topic": "feeds", "place": "feeds/0/1", "records": 1, "detail": "d", "key": "k",
        "error": RuntimeError(), "retry_s": 1.0,
        "partitions": 1, "action": Action.RETRY, "age_s": 1.0, "lost": 1, "recovered": 1, "result": "found",
        "push": "accepted", "question": "confirmed", "states": {"active": 1},
        "mode": "subscribe", "reply": "accepted", "hub": "h",
        "is_open": False, "away": True, "listener": "ops", "why": "limit", "door": "fork",
        "asked": "pause", "target": "t", "ahead_s": 61.0, "fate": "exported", "lag": 1,
    }  # fmt: skip
    for name, method in inspect.getmembers(telemetry, inspect.ismethod):
        if name.startswith("_") or name in only_logged:
            continue
        before = own_series(telemetry)
        parameters = inspect.signature(method).parameters
        wanted = {key: sample[key] for key, p in parameters.items() if p.default is inspect.Parameter.empty}
        if name == "article_retried":
            wanted["reason"] = Rejection.NETWORK
        if name == "partition_released":
            telemetry.partition_acquired("cleaner", 1, 0.1)
        method(**wanted)
        assert own_series(telemetry) != before, name
