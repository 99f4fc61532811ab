"""A token endpoint on loopback that gives unsigned tokens for one client's credentials."""

import base64
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote_plus

from kafka.secured import SUPER

CLIENT_ID, CLIENT_SECRET = "reader:1", "a secret/with+signs%"

Answer = tuple[int, bytes]


class TokenServer:
    """Remembers each request as a mapping; `answer` may be replaced."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, str]], Answer] = lambda asked: (200, grant())
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked = {name: values[0] for name, values in parse_qs(body).items()}
                server.requests.append(asked)
                status, answer = (401, b'{"error":"invalid_client"}')
                if _credentials(self.headers.get("Authorization", "")) == (CLIENT_ID, CLIENT_SECRET):
                    status, answer = server.answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/oauth/token"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def grant(*, life_s: float = 300, subject: str = SUPER, **changes: Any) -> bytes:
    """Return the answer that holds a token."""
    now = time.time()
    token = f"{_part({'alg': 'none'})}.{_part({'sub': subject, 'iat': now, 'exp': now + life_s})}."
    return json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": life_s, **changes}).encode()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _credentials(header: str) -> tuple[str, str]:
    user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return unquote_plus(user), unquote_plus(password)
