"""How do spans get to a collector? Over OTLP/HTTP, by OpenTelemetry's SDK, in a thread of its own.

Only this module knows the SDK, which is an extra (`pip install 'cleanwire[otel]'`): import it where spans are exported
and nowhere else. Whatever the collector does, `record` returns at once: what there is no room for is dropped, and
counted as that.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

import cleanwire
from cleanwire.records.traceparent import Traceparent
from cleanwire.settings import TracingSettings
from cleanwire.telemetry.catalogue import SpanFate
from cleanwire.telemetry.tracing import Span, SpanKind

WAITING = 4096  # spans; 2 to 3 KB each
AT_ONCE = 512
EVERY_S = 1.0
TIMEOUT_S = 5.0
CLOSING_S = 2.0
"""How long the end of the service waits for the last spans to be taken."""
PATH = "/v1/traces"  # where a collector takes spans, unless its address says otherwise

_KINDS = {
    SpanKind.INTERNAL: trace.SpanKind.INTERNAL,
    SpanKind.CLIENT: trace.SpanKind.CLIENT,
    SpanKind.PRODUCER: trace.SpanKind.PRODUCER,
    SpanKind.CONSUMER: trace.SpanKind.CONSUMER,
}
_log = structlog.get_logger("cleanwire.service")
Count = Callable[[SpanFate, int], None]
"""Told what became of so many spans; also from another thread."""


class Collector:
    """Sends spans to the collector of the settings. Use `record` from one thread."""

    def __init__(self, settings: TracingSettings, *, installation: str, instance: str | None, count: Count) -> None:
        assert settings.endpoint is not None
        self._count = count
        self._recorded = 0
        self._ids = _Ids()
        exporter = OTLPSpanExporter(
            endpoint=settings.endpoint if urlsplit(settings.endpoint).path.strip("/") else _at_path(settings.endpoint),
            certificate_file=None if settings.cafile is None else str(settings.cafile),
            headers=settings.headers,
            timeout=TIMEOUT_S,
            compression=Compression.Gzip,
        )
        self._exporter = _Counted(exporter, count)
        self._processor = BatchSpanProcessor(
            self._exporter,
            max_queue_size=WAITING + AT_ONCE,
            schedule_delay_millis=EVERY_S * 1000,
            max_export_batch_size=AT_ONCE,
        )
        who = {"service.name": installation, "service.version": cleanwire.__version__}
        if instance is not None:
            who["service.instance.id"] = instance
        provider = TracerProvider(
            sampler=ALWAYS_ON, resource=Resource.create(who), id_generator=self._ids, shutdown_on_exit=False
        )
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("cleanwire", cleanwire.__version__)

    def record(self, span: Span) -> None:
        """Take a span, or count it as dropped where too many wait. Whatever the SDK raises stays here."""
        if self._recorded - self._exporter.taken >= WAITING:
            self._count(SpanFate.DROPPED, 1)
            return
        try:
            self._hand_over(span)
            self._recorded += 1
        except Exception as error:  # noqa: BLE001  a span is worth no article
            self._count(SpanFate.FAILED, 1)
            _log.warning("span_not_recorded", detail=f"{type(error).__name__}: {error}")

    def _hand_over(self, span: Span) -> None:
        self._ids.next = span.place
        made = self._tracer.start_span(
            span.name,
            context=_context(span),
            kind=_KINDS[span.kind],
            attributes=span.attributes,
            start_time=_nanoseconds(span.began),
        )
        if span.failed is not None:
            made.set_status(trace.Status(trace.StatusCode.ERROR, span.failed))
        made.end(_nanoseconds(span.ended))

    async def close(self) -> None:
        """Send what waits, as much as CLOSING_S allow."""
        closing = threading.Thread(target=self._processor.shutdown, name="tracing-end", daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSING_S)


class _Ids(IdGenerator):  # type: ignore[misc]  # it has types where the extra is installed only
    """Gives the next span the ids that it has already: they stand in records."""

    next: Traceparent

    def generate_trace_id(self) -> int:
        return int(self.next.trace_id, 16)

    def generate_span_id(self) -> int:
        return int(self.next.span_id, 16)


class _Counted(SpanExporter):  # type: ignore[misc]  # as above
    """Counts what `exporter` did with the spans that it was given."""

    def __init__(self, exporter: SpanExporter, count: Count) -> None:
        self.taken = 0
        self._exporter = exporter
        self._count = count

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.taken += len(spans)
        result = SpanExportResult.FAILURE
        try:
            result = self._exporter.export(spans)
        finally:
            fate = SpanFate.EXPORTED if result is SpanExportResult.SUCCESS else SpanFate.FAILED
            self._count(fate, len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _at_path(endpoint: str) -> str:
    return endpoint.rstrip("/") + PATH


def _context(span: Span) -> trace.Context:
    """Return what makes a span of ours a child of its parent."""
    if span.parent is None:
        return trace.set_span_in_context(trace.INVALID_SPAN)
    known = trace.SpanContext(
        trace_id=int(span.parent.trace_id, 16),
        span_id=int(span.parent.span_id, 16),
        is_remote=span.kind is SpanKind.CONSUMER,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(known))


def _nanoseconds(at: float) -> int:
    return round(at * 1e9)
