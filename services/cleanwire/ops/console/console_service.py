"""How is the ops page served? A web server of its own, on loopback unless the settings say otherwise."""

import asyncio
import socket
from collections.abc import Mapping
from functools import partial

from cleanwire.ops import descriptors, listener, server
from cleanwire.ops.connections import ConnectionLimits, Connections
from cleanwire.ops.console import access, bounds, pages
from cleanwire.ops.console.access import Access
from cleanwire.ops.console.asking import Asking, Subscribe
from cleanwire.ops.console.following import Follower, GroupsKnown
from cleanwire.ops.console.held.installation import Installation
from cleanwire.ops.console.inspecting import Inspecting, PageReader
from cleanwire.ops.console.trying import Trying
from cleanwire.settings import Role, Settings
from cleanwire.stream import topics, waiting
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.topics import TopicNames
from cleanwire.telemetry.catalogue import Listener
from cleanwire.telemetry.events import Telemetry
from cleanwire.text.site_rules.tables import SiteRules

DEFAULT_PORT = 9466
_MOST_CONNECTIONS = 64
_PART = 16  # of all descriptors, one in so many
_EXCHANGE_S = 90.0  # a page that the inspector fetches and reads takes its time


class ConsoleService:
    """Serves the ops page on a socket that `listener.bind` made, once `run` has been given the topics."""

    name = "console"

    def __init__(
        self,
        sock: socket.socket,
        *,
        connection: Connection,
        settings: Settings,
        names: TopicNames,
        partitions: int,
        own_rules: Mapping[str, SiteRules],
        subscribe: Subscribe,
        inspection: PageReader,
        telemetry: Telemetry,
    ) -> None:
        self.port = listener.port_of(sock)
        self._socket = sock
        most = bounds.DOCUMENTS_ALONE if settings.service.role is Role.OPS else bounds.DOCUMENTS_BESIDE_WORK
        chosen = settings.console
        make = partial(Installation, names, most_documents=most, memory_bytes=chosen.memory_mb * bounds.MEBIBYTE)
        self._follower = Follower(connection, topics.layout(settings.kafka), make)
        self._groups = GroupsKnown(
            connection,
            settings.service.installation,
            consumers=chosen.consumers,
            documents=names.documents,
            on_lag=lambda lag: telemetry.consumers_seen(lag=lag),
        )
        context = pages.Context(
            follower=self._follower,
            groups=self._groups,
            access=Access(
                chosen.token.get_secret_value() if chosen.token else None, loopback=access.is_loopback(chosen.host)
            ),
            connection=connection,
            topics=names,
            partitions=partitions,
            installation=settings.service.installation,
            site_spacing_s=settings.clean.site_spacing_s,
            own_rules=own_rules,
            paths=asyncio.Semaphore(1),
        )
        shown = pages.Pages(context)
        asking = Asking(context, subscribe=subscribe, telemetry=telemetry)
        inspecting = Inspecting(context.access, shown, inspection)
        trying = Trying(context, shown)
        self._app = pages.application(context, shown, [*asking.routes(), *inspecting.routes(), *trying.routes()])
        self._connections = Connections(
            ConnectionLimits(most=descriptors.share(_MOST_CONNECTIONS, part=_PART), exchange_s=_EXCHANGE_S),
            partial(telemetry.connection_closed, listener=Listener.CONSOLE),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then close the socket and return within about a second."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follower.run(stop), name="console-reading")
            group.create_task(waiting.unless(stop, self._groups.watch(stop)), name="console-consumers")
            await server.serve(self._app, self._socket, stop, self._connections)
