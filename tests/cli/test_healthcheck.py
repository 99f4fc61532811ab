"""`cleanwire healthcheck` asks the service on this machine, whatever the environment says of proxies."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .conftest import Command

PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY")


@contextmanager
def answering(
    status: int = 200, headers: dict[str, str] | None = None, raw: bytes | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Serve one answer to everything; yields the port and what was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if raw is not None:
                self.wfile.write(raw)
                return
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b'{"alive":true}\x1b[31m')

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_proxy_of_the_environment_is_not_asked(cleanwire: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering() as (proxy, proxied), answering() as (port, asked):
        for name in PROXIES:
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("no_proxy", "")
        healthy = cleanwire("healthcheck", "--port", str(port))
        gone = cleanwire("healthcheck", "--port", str(free_port()))
    assert (healthy.code, gone.code) == (0, 1)
    assert (asked, proxied) == (["/healthz"], [])
    assert healthy.out == '{"alive":true} [31m\n'


@pytest.mark.parametrize(
    ("status", "headers"),
    [(503, {}), (302, {"location": "http://127.0.0.1:9/"}), (204, {})],
    ids=["not-ready", "redirect", "nothing"],
)
def test_only_200_is_healthy(cleanwire: Command, status: int, headers: dict[str, str]) -> None:
    with answering(status, headers) as (port, asked):
        assert cleanwire("healthcheck", "--port", str(port), "--ready").code == 1
    assert asked == ["/readyz"]


def test_what_is_no_http_is_not_healthy(cleanwire: Command) -> None:
    with answering(raw=b"garbage\r\n\r\n") as (port, _):
        ended = cleanwire("healthcheck", "--port", str(port))
    assert ended.code == 1
    assert ended.err.startswith("cleanwire: 127.0.0.1:")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_address_that_the_service_listens_on_is_asked(cleanwire: Command, host: str) -> None:
    with answering() as (port, _):
        assert cleanwire("healthcheck", "--port", str(port), "--set", f"ops.host={host}").code == 0
