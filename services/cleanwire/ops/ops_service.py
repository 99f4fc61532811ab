"""How is the ops page served? A small web server in the event loop that does the work, stopped by an event."""

import asyncio
import socket
from collections.abc import Mapping
from functools import partial

from cleanwire.ops import descriptors, health, listener, pages, server
from cleanwire.ops.connections import ConnectionLimits, Connections
from cleanwire.telemetry.catalogue import Listener
from cleanwire.telemetry.events import Telemetry

_BEAT_S = 0.05
_MOST_CONNECTIONS = 64
_PART = 16  # of all descriptors, one in so many


class OpsService:
    """Serves /metrics, /healthz, /readyz and / on a socket that `listener.bind` made."""

    name = "ops"

    def __init__(self, sock: socket.socket, *, telemetry: Telemetry, checks: Mapping[str, health.Check]) -> None:
        self.port = listener.port_of(sock)
        self._socket = sock
        self._telemetry = telemetry
        most = descriptors.share(_MOST_CONNECTIONS, part=_PART)
        self._connections = Connections(
            ConnectionLimits(most=most), partial(telemetry.connection_closed, listener=Listener.OPS)
        )
        self._app = pages.application(telemetry.registry, checks)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then close the socket and return within about a second."""
        async with asyncio.TaskGroup() as group:
            beat = group.create_task(self._measure_lag(), name="ops-beat")
            await server.serve(self._app, self._socket, stop, self._connections)
            beat.cancel()

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self._telemetry.loop_lag(seconds=max(loop.time() - due, 0.0))
