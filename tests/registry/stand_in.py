"""A stand-in for a schema registry, on loopback: it gives ids, and says no as it is told to. It checks no schema."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Answer = tuple[int, bytes]


class StandIn:
    """Remembers each request as path, headers and body; `answer` may be replaced."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.ids: dict[str, int] = {}
        self.answer: Callable[[dict[str, str]], Answer] = self._id
        self.headers: dict[str, str] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told = {name.lower(): value for name, value in self.headers.items()}
                stand_in.requests.append((self.path, told, asked))
                status, answer = stand_in.answer(asked)
                self.send_response(status)
                for name, value in stand_in.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/registry"

    def _id(self, asked: dict[str, str]) -> Answer:
        return 200, json.dumps({"id": self.ids.setdefault(asked["schema"], len(self.ids) + 1)}).encode()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
