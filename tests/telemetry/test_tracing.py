"""What is recorded of traces, and what becomes of it where nobody takes it."""

import asyncio
import socket
import subprocess
import sys
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.records.traceparent import Traceparent
from cleanwire.settings import TracingSettings
from cleanwire.stream.messages import Unit, Write
from cleanwire.telemetry import otlp
from cleanwire.telemetry.catalogue import SpanFate
from cleanwire.telemetry.tracing import Span, SpanKind, Traces

PLACE = Traceparent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", True)
UNRECORDED = Traceparent(PLACE.trace_id, PLACE.span_id)


def everything(traces: Traces, place: Traceparent) -> None:
    """Tell `traces` of each thing that can be told."""
    traces.polled(place, url="u", feed_id="f", outcome="parsed", entries=1, took_s=1.0, failed=None)
    traces.searched(place, url="u", feed_id="f", took_s=1.0, detail="none")
    traces.asked(place, url="https://news.example/", status=200, failure=None, took_s=1.0)
    traces.cleaned(place, outcome="article", took_s=1.0, failed=None)
    traces.tried(place, None, topic="t", article_id="a", outcome="cleaned", took_s=1.0, failed=None)
    writes = (Write(topic="t", key=b"k", value=b"v", headers=(place.header,)), Write(topic="s", key=b"k", value=None))
    traces.committed([Unit(key="a", writes=writes)], partition=3, took_s=0.5)


def test_of_what_is_sampled_everything_is_recorded_and_of_the_rest_nothing() -> None:
    spans: list[Span] = []
    everything(Traces(spans.append), PLACE)
    assert [span.name for span in spans] == ["poll", "search", "GET", "clean", "process t", "send t"]
    assert {span.place.trace_id for span in spans} == {PLACE.trace_id}
    assert [span.parent for span in spans] == [None, None, PLACE, PLACE, None, PLACE]
    assert len({span.place.span_id for span in spans if span.parent}) == 3
    assert spans[-1].ended - spans[-1].began == pytest.approx(0.5, abs=0.001)
    everything(Traces(spans.append), UNRECORDED)
    everything(Traces(), PLACE)
    assert len(spans) == 6


def test_a_share_of_traces_is_chosen_when_they_begin() -> None:
    def chosen(share: float) -> int:
        traces = Traces(lambda _: None, share)
        return sum(traces.begin().sampled for _ in range(4000))

    assert (chosen(0.0), chosen(1.0)) == (0, 4000)
    assert 800 < chosen(0.25) < 1200
    assert not Traces().begin().sampled, "where nothing is recorded, others need not record either"


def test_one_span_for_all_that_a_transaction_sends_of_a_trace_to_a_partition() -> None:
    spans: list[Span] = []
    writes = [Write(topic="t", key=b"k", value=b"v", partition=n % 2, headers=(PLACE.header,)) for n in range(6)]
    Traces(spans.append).committed([Unit(key="a", writes=tuple(writes))], partition=0, took_s=0.1)
    found = {span.attributes["messaging.destination.partition.id"]: span.attributes for span in spans}
    assert {number: of["messaging.batch.message_count"] for number, of in found.items()} == {"0": 3, "1": 3}


@pytest.mark.parametrize(
    ("url", "shown", "server"),
    [
        ("https://ann:pw@news.example:8443/feed?key=s3cret", "https://news.example:8443/feed?key=***", 8443),
        ("https://news.example/a", "https://news.example/a", 443),
        ("http://[::1]/a", "http://[::1]/a", 80),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str, server: int) -> None:
    spans: list[Span] = []
    Traces(spans.append).asked(PLACE, url=url, status=None, failure="timeout", took_s=1.0, redirects=2)
    (span,) = spans
    assert span.attributes["url.full"] == shown
    assert span.attributes["server.port"] == server
    assert span.attributes["http.request.resend_count"] == 2
    assert (span.failed, span.attributes["error.type"]) == ("timeout", "timeout")
    assert "http.response.status_code" not in span.attributes


@given(url=st.text(max_size=60) | st.from_regex(r"https?://[^\s]{1,40}", fullmatch=True))
def test_whatever_an_address_is_its_request_is_recorded(url: str) -> None:
    spans: list[Span] = []
    Traces(spans.append).asked(PLACE, url=url, status=None, failure="invalid_url", took_s=-1.0)
    assert len(spans) == 1
    assert spans[0].began == spans[0].ended


async def test_what_the_exporter_raises_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fates: Counter[SpanFate] = Counter()
    collector = otlp.Collector(
        TracingSettings(endpoint="http://127.0.0.1:9"),
        installation="x",
        instance=None,
        count=lambda fate, count: fates.update({fate: count}),
    )
    nowhere = Traceparent("no id", "none", True)
    collector.record(Span(name="s", kind=SpanKind.CLIENT, place=nowhere, parent=None, began=0, ended=0, attributes={}))
    assert fates == {SpanFate.FAILED: 1}
    await collector.close()


async def test_a_collector_that_hangs_takes_no_time_and_no_more_than_so_much_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    fates: Counter[SpanFate] = Counter()
    with socket.socket() as silent:  # connections are made, and nobody reads them
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        chosen = TracingSettings(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        collector = otlp.Collector(
            chosen, installation="x", instance=None, count=lambda fate, count: fates.update({fate: count})
        )
        now = time.time()
        span = Span(name="s", kind=SpanKind.CLIENT, place=PLACE, parent=None, began=now, ended=now, attributes={})
        for _ in range(3 * otlp.WAITING):
            collector.record(span)
        assert fates[SpanFate.DROPPED] >= 2 * otlp.WAITING - otlp.AT_ONCE
        began = asyncio.get_running_loop().time()
        await collector.close()
        assert asyncio.get_running_loop().time() - began < otlp.CLOSING_S + 1
    assert not fates[SpanFate.EXPORTED]


def test_a_service_without_the_extra_says_what_to_install() -> None:
    program = """
import sys
sys.modules["opentelemetry"] = None
from cleanwire import runtime, settings
runtime.check(settings.load(flags={"kafka.bootstrap": "h:1", "fetch.contact": "c", "tracing.endpoint": "http://c:4318"},
                            environment={}, file=None))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "ConfigError: tracing.endpoint needs OpenTelemetry: pip install 'cleanwire[otel]'" in found.stderr
