"""How are WebSub hubs served? A web server of its own, apart from the ops page, whose metrics are not public."""

import asyncio
import socket
from functools import partial

from cleanwire.feed.websub.callback import CallbackKeys
from cleanwire.ops import callbacks, courier, descriptors, listener, server
from cleanwire.ops.connections import ConnectionLimits, Connections
from cleanwire.ops.courier import Courier
from cleanwire.ops.directory import Directory
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import Listener
from cleanwire.telemetry.events import Telemetry

_MOST_CONNECTIONS = 256
_PART = 8  # of all descriptors, one in so many
_EXCHANGE_S = callbacks.BODY_LIMIT_S + courier.LIMIT_S + 5.0


class CallbackService:
    """Takes hubs' calls on a socket that `listener.bind` made."""

    name = "websub"

    def __init__(
        self,
        sock: socket.socket,
        *,
        connection: Connection,
        keys: CallbackKeys,
        topics: TopicNames,
        partitions: int,
        limit_bytes: int,
        telemetry: Telemetry,
    ) -> None:
        self.port = listener.port_of(sock)
        self._socket = sock
        self._directory = Directory(connection, topics.websub)
        self._courier = Courier(connection, topics.commands, partitions)
        most = descriptors.share(_MOST_CONNECTIONS, part=_PART)
        self._connections = Connections(
            ConnectionLimits(most=most, exchange_s=_EXCHANGE_S),
            partial(telemetry.connection_closed, listener=Listener.WEBSUB),
        )
        self._app = callbacks.application(
            callbacks.CallContext(
                keys=keys,
                directory=self._directory,
                courier=self._courier,
                telemetry=telemetry,
                limit_bytes=limit_bytes,
            )
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then close the socket and return within about a second."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._directory.run(stop), name="websub-directory")
            group.create_task(self._courier.run(stop), name="websub-courier")
            await server.serve(self._app, self._socket, stop, self._connections)
