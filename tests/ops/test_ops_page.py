"""The ops page on a real socket: metrics, health, readiness, and an end within bounds."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from cleanwire.errors import ConfigError
from cleanwire.ops import health, listener
from cleanwire.ops.ops_service import OpsService
from cleanwire.telemetry.events import Telemetry


def here() -> socket.socket:
    return listener.bind("127.0.0.1", 0, section="ops")


@contextlib.asynccontextmanager
async def serving(
    checks: Mapping[str, health.Check], telemetry: Telemetry | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    stop = asyncio.Event()
    service = OpsService(here(), telemetry=telemetry or Telemetry(CollectorRegistry()), checks=checks)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(service.run(stop))
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{service.port}", verify=False, trust_env=False
        ) as client:
            yield client
        stop.set()


async def test_metrics_are_prometheus_text() -> None:
    telemetry = Telemetry(CollectorRegistry())
    telemetry.articles_taken_in(count=3, repeated=1)
    async with serving({}, telemetry) as client:
        reply = await client.get("/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(reply.text)}
    assert families["cleanwire_cleaner_articles_new"].samples[0].value == 3
    assert "process_resident_memory_bytes" in families


async def test_openmetrics_is_given_to_those_who_ask() -> None:
    async with serving({}) as client:
        reply = await client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert reply.headers["content-type"].startswith("application/openmetrics-text")
    assert reply.text.endswith("# EOF\n")


async def test_ready_when_every_check_is_fine() -> None:
    async with serving({"poller": lambda: None, "cleaner": lambda: None}) as client:
        reply = await client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"ready": True, "checks": {"poller": {"ok": True}, "cleaner": {"ok": True}}}


async def test_not_ready_names_what_is_missing_and_comes_back() -> None:
    joined = False
    async with serving({"poller": lambda: None if joined else "group not joined"}) as client:
        before = await client.get("/readyz")
        joined = True
        after = await client.get("/readyz")
    assert before.status_code == 503
    assert before.json()["checks"]["poller"] == {"ok": False, "problem": "group not joined"}
    assert after.status_code == 200


async def test_health_does_not_depend_on_readiness() -> None:
    async with serving({"poller": lambda: "broker away"}) as client:
        reply = await client.get("/healthz")
    assert reply.status_code == 200
    assert reply.json()["alive"] is True


async def test_the_status_page_is_safe_html() -> None:
    async with serving({"poller": lambda: "<script>alert(1)</script>"}) as client:
        reply = await client.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "<script>" not in reply.text
    assert "books" in reply.text
    assert "balanced" in reply.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("POST", "/metrics", 405)])
async def test_anything_else_is_refused(method: str, path: str, status: int) -> None:
    async with serving({}) as client:
        assert (await client.request(method, path)).status_code == status


async def test_stop_ends_it_soon_although_a_client_holds_its_connection() -> None:
    stop = asyncio.Event()
    service = OpsService(here(), telemetry=Telemetry(CollectorRegistry()), checks={})
    task = asyncio.create_task(service.run(stop))
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
    assert b"200 OK" in await reader.readuntil(b"\r\n")
    stop.set()
    async with asyncio.timeout(5):
        await task
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", service.port)


async def test_signals_stay_with_the_process() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with serving({}) as client:
        await client.get("/healthz")
        assert signal.getsignal(signal.SIGTERM) is before


def test_a_port_in_use_is_a_configuration_error_that_names_the_key() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"ops.port.*{taken}"):
            listener.bind("127.0.0.1", taken, section="ops")


def test_a_host_that_is_no_address_is_a_configuration_error_that_names_the_key() -> None:
    with pytest.raises(ConfigError, match=r"ops\.host"):
        listener.bind("a" * 64, 0, section="ops")
