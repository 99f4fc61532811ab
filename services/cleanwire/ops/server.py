"""A web server that leaves signals alone: the process decides when everything stops."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cleanwire.ops.connections import HEAD_LIMIT_BYTES, Connections

_KEEP_ALIVE_S = 5
_GRACE_S = 1  # an answer in hand gets this long at the end


class Server(uvicorn.Server):
    """uvicorn in our event loop; set `should_exit` to end it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install nothing."""
        yield


async def serve(app: Starlette, listener: socket.socket, stop: asyncio.Event, connections: Connections) -> None:
    """Serve `app` on a socket that `listener.bind` made until `stop` is set, then close it within about a second."""
    web = Server(
        uvicorn.Config(
            _checked(app),
            http=connections.protocol,  # type: ignore[arg-type]  # called as the class would be
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=HEAD_LIMIT_BYTES,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(web.serve(sockets=[listener]), name="web-server")
        await stop.wait()
        web.should_exit = True


def _checked(app: ASGIApp) -> ASGIApp:
    """Return `app` behind a check of the headers; what fails it is refused, and its connection closed.

    A request that tells its length in two ways: a proxy before us may believe the other one, and take for the next
    request what is part of this (RFC 9112 §6.3). Headers over the limit that came in one go, which h11 lets pass.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        names = {name for name, _ in headers}
        if b"transfer-encoding" in names and b"content-length" in names:
            await _refusal(400)(scope, receive, send)
        elif sum(len(name) + len(value) for name, value in headers) + len(scope["raw_path"]) > HEAD_LIMIT_BYTES:
            await _refusal(431)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return checked


def _refusal(status: int) -> Response:
    return Response(status_code=status, headers={"connection": "close"})
