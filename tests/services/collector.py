"""A collector of a test: it takes spans over OTLP/HTTP on a loopback port. A stand-in of ours, no real collector."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from services.house import until_true


@dataclass(frozen=True, kw_only=True)
class Received:
    """One span, its ids as hexadecimal digits. `about`: its resource."""

    name: str
    kind: int
    trace_id: str
    id: str
    parent_id: str
    began: int
    ended: int
    failed: bool
    attributes: dict[str, str | int]
    about: dict[str, str | int]


class Collector:
    """Takes spans, or with `hangs` never answers."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.spans: list[Received] = []
        self.headers: dict[str, str] = {}
        self.asked = asyncio.Event()
        self.endpoint = ""
        self._hangs = hangs

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Collector"]:
        application = web.Application()
        application.router.add_post("/v1/traces", self._take)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def until_named(self, *names: str) -> None:
        """Wait until spans with these names have come."""
        await until_true(
            lambda: set(names) <= {span.name for span in self.spans},
            what=lambda: f"spans {names}; there are {[span.name for span in self.spans]}",
        )

    async def _take(self, request: web.Request) -> web.Response:
        self.asked.set()
        if self._hangs:
            await asyncio.Event().wait()
        body = await request.read()
        packed = request.headers.get("content-encoding") == "gzip" and body[:2] == b"\x1f\x8b"  # else aiohttp did it
        message = ExportTraceServiceRequest.FromString(gzip.decompress(body) if packed else body)
        self.headers = {name.lower(): value for name, value in request.headers.items()}
        for resource in message.resource_spans:
            about = _attributes(resource.resource.attributes)
            self.spans += [_received(span, about) for scope in resource.scope_spans for span in scope.spans]
        return web.Response(
            body=ExportTraceServiceResponse().SerializeToString(), content_type="application/x-protobuf"
        )


def _received(span: object, about: dict[str, str | int]) -> Received:
    return Received(
        name=span.name,  # type: ignore[attr-defined]
        kind=span.kind,  # type: ignore[attr-defined]
        trace_id=span.trace_id.hex(),  # type: ignore[attr-defined]
        id=span.span_id.hex(),  # type: ignore[attr-defined]
        parent_id=span.parent_span_id.hex(),  # type: ignore[attr-defined]
        began=span.start_time_unix_nano,  # type: ignore[attr-defined]
        ended=span.end_time_unix_nano,  # type: ignore[attr-defined]
        failed=span.status.code == 2,  # type: ignore[attr-defined]
        attributes=_attributes(span.attributes),  # type: ignore[attr-defined]
        about=about,
    )


def _attributes(values: object) -> dict[str, str | int]:
    return {
        pair.key: pair.value.string_value or pair.value.int_value
        for pair in values  # type: ignore[attr-defined]
    }
