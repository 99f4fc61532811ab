"""A web server that leaves signals alone: the process decides when everything stops."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

_GRACE_S = 1  # an answer in hand gets this long at the end


class Server(uvicorn.Server):
    """uvicorn in our event loop; set `should_exit` to end it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install nothing."""
        yield


async def serve(app: Starlette, listener: socket.socket, stop: asyncio.Event, *, connections: int) -> None:
    """Serve `app` on a socket that `listener.bind` made until `stop` is set, then close it within about a second.

    Beyond so many `connections` at once, callers are told 503.
    """
    web = Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            limit_concurrency=connections,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(web.serve(sockets=[listener]), name="web-server")
        await stop.wait()
        web.should_exit = True
