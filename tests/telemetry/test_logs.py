"""Logs: one JSON object a line, no secrets, libraries held back."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.settings import LogSettings
from cleanwire.telemetry import logs, ratelimit, redact


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_events_are_one_json_object_a_line(stream: io.StringIO) -> None:
    logs.configure(LogSettings(), stream=stream)
    structlog.get_logger("cleanwire.poller").info(
        "feed_moved", url="https://a.example/", title="Zürich\nheute", extra=None
    )
    (line,) = lines(stream)
    assert line["message"] == "feed_moved"
    assert line["level"] == "info"
    assert line["logger"] == "cleanwire.poller"
    assert line["time"].endswith("Z")
    assert line["title"] == "Zürich\nheute"
    assert "extra" not in line


def test_the_standard_library_goes_the_same_way(stream: io.StringIO) -> None:
    logs.configure(LogSettings(), stream=stream)
    logging.getLogger("some.library").warning("%s retries", 3)
    assert lines(stream)[0] | {"time": ""} == {
        "time": "",
        "level": "warning",
        "message": "3 retries",
        "logger": "some.library",
    }


def test_less_severe_lines_are_left_out(stream: io.StringIO) -> None:
    logs.configure(LogSettings(level="WARNING"), stream=stream)
    structlog.get_logger("cleanwire.cleaner").info("left_out")
    structlog.get_logger("cleanwire.cleaner").warning("kept")
    assert [line["message"] for line in lines(stream)] == ["kept"]


def test_a_traceback_is_kept_and_searched_for_secrets(stream: io.StringIO) -> None:
    logs.configure(LogSettings(), stream=stream)
    try:
        raise RuntimeError("GET https://user:hunter2@a.example/")
    except RuntimeError as error:
        structlog.get_logger("x").error("work_failed", exc_info=error)
    (line,) = lines(stream)
    assert "RuntimeError" in line["exception"]
    assert "hunter2" not in stream.getvalue()


def test_console_lines_cannot_move_the_cursor(stream: io.StringIO) -> None:
    logs.configure(LogSettings(format="console"), stream=stream)
    structlog.get_logger("cleanwire.poller").info("feed_moved", title="\x1b[2Jx\x9b\u202e", parts=["\x1b"])
    logging.getLogger("lxml").warning("of a page: %s", "\x1b]0;x\x07")
    assert not set("\x1b\x07\x9b\u202e") & set(stream.getvalue())


def test_json_lines_are_escaped_further_than_json_must(stream: io.StringIO) -> None:
    logs.configure(LogSettings(), stream=stream)
    structlog.get_logger("cleanwire.poller").info("feed_moved", title="\x1b\x9b\u202e")
    assert r"\u001b\u009b\u202e" in stream.getvalue()
    assert lines(stream)[0]["title"] == "\x1b\x9b\u202e"


def test_console_lines_are_text_without_secrets(stream: io.StringIO) -> None:
    logs.configure(LogSettings(format="console"), stream=stream)
    structlog.get_logger("x").info("feed_moved", url="https://user:hunter2@a.example/")
    assert "feed_moved" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_configuring_twice_writes_once(stream: io.StringIO) -> None:
    for _ in range(2):
        logs.configure(LogSettings(), stream=stream)
    structlog.get_logger("x").info("once")
    assert len(lines(stream)) == 1


def test_a_library_that_repeats_itself_is_held_back(stream: io.StringIO) -> None:
    logs.configure(LogSettings(), stream=stream)
    for attempt in range(1000):
        logging.getLogger("aiokafka.conn").error("Unable to connect, attempt %s", attempt)
    assert len(lines(stream)) == 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://user:hunter2@feeds.example/rss", id="userinfo"),
        pytest.param("https://hunter2@feeds.example/rss", id="user-alone"),
        pytest.param("https://feeds.example/rss?token=hunter2&page=1", id="query-token"),
        pytest.param("https://feeds.example/rss?page=1&access_token=hunter2", id="query-compound-token"),
        pytest.param("https://feeds.example/rss?X-Amz-Signature=hunter2", id="query-signature"),
        pytest.param("Authorization: Basic hunter2", id="basic-header"),
        pytest.param("{'authorization': 'Bearer hunter2'}", id="header-in-a-mapping"),
        pytest.param("sent Bearer hunter2hunter2", id="bearer-alone"),
        pytest.param("Cookie: session=hunter2", id="cookie"),
        pytest.param("sasl_password='hunter2'", id="assignment"),
    ],
)
def test_secrets_in_text_are_blotted_out(text: str) -> None:
    assert "hunter2" not in redact.text(text)
    assert redact.text(redact.text(text)) == redact.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://news.example/2026/11/the-secret-garden?id=7",
        "the author signed the token agreement",
        "mailto:desk@news.example is where to write",
        "price = 3 and page: 4",
    ],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert redact.text(text) == text


def test_fields_named_like_secrets_lose_their_values_at_any_depth() -> None:
    fields = {"sasl_password": "a", "headers": {"X-Api-Key": "b", "accept": "text/html"}, "author": "c", "token": None}
    assert redact.fields(fields) == {
        "sasl_password": "***",
        "headers": {"X-Api-Key": "***", "accept": "text/html"},
        "author": "c",
        "token": None,
    }


@given(
    user=st.text(alphabet="abcXYZ019._~-%", min_size=6, max_size=30), host=st.sampled_from(["a.example", "[::1]:80"])
)
def test_no_password_of_a_url_survives(user: str, host: str) -> None:
    assert user not in redact.text(f"failed: https://me:{user}@{host}/path")


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["password=", "authorization: ", "://a@", "&key", "bearer ", "?a_token=", "a" * 40 + "_"]
)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    redact.text(piece * (200_000 // len(piece)))


def record(name: str, message: str, at: float) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "file", 1, message, None, None)
    made.created = at
    return made


def test_a_window_later_the_first_line_tells_how_many_were_held_back() -> None:
    limit = ratelimit.RateLimit(frozenset({"aiokafka"}), burst=2)
    assert [limit.filter(record("aiokafka.client", "away", 100.0 + n)) for n in range(5)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    late = record("aiokafka.client", "away", 200.0)
    assert limit.filter(late)
    assert late.__dict__["suppressed"] == 3


def test_messages_that_differ_each_time_share_the_familys_budget() -> None:
    limit = ratelimit.RateLimit(frozenset({"aiokafka"}), burst=2, family_burst=10)
    written = sum(limit.filter(record("aiokafka.client", f"node {n} away", 100.0)) for n in range(5000))
    assert written == 10


def test_a_clock_set_back_does_not_silence_a_library() -> None:
    limit = ratelimit.RateLimit(frozenset({"aiokafka"}), burst=1)
    assert limit.filter(record("aiokafka", "away", 10_000.0))
    assert not limit.filter(record("aiokafka", "away", 10_001.0))
    assert limit.filter(record("aiokafka", "away", 6_400.0))


def test_our_own_lines_are_never_held_back() -> None:
    limit = ratelimit.RateLimit(frozenset({"aiokafka"}), burst=1)
    assert all(limit.filter(record("cleanwire.cleaner", "document_published", 1.0)) for _ in range(100))
