"""Which connections of strangers stay open? How long each may take, how many there are, and who goes when it is full.

A connection that says nothing, drips, or never reads its answer costs a descriptor. So each has a deadline for what it
is at, which bytes do not move, and a newcomer takes the place of one that waits: a probe is answered while the limit is
full, also when probe and flood come from one address (a proxy, loopback). See docs/decisions/0031.
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol, cast

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from cleanwire.telemetry.catalogue import Closing

HEAD_LIMIT_BYTES = 16_384
"""Request line and headers; a hub's longest question is a challenge of 4,096 characters and a topic's address."""
AT_WORK_S = 2.0
"""A request that has been answered for less long than this is left alone by newcomers."""


class Report(Protocol):
    def __call__(self, *, why: Closing) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What all connections of one listener may do."""

    most: int
    head_s: float = 5.0
    """From its beginning, or from its last answer, to the end of the next request's headers."""
    exchange_s: float = 10.0
    """From the end of the headers until the answer is written and taken."""

    @property
    def most_of_an_address(self) -> int:
        """Return how many one address may have: not all, so that others need not wait for a place to be made."""
        return max(1, self.most * 3 // 4)


class Connections:
    """The open connections of one listener."""

    def __init__(self, limits: ConnectionLimits, report: Report) -> None:
        self.limits = limits
        self._report = report
        self._open: set[HttpConnection] = set()

    def protocol(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> asyncio.Protocol:
        """Return what uvicorn is to speak with a new connection."""
        return HttpConnection(config, server_state, app_state, _loop, connections=self)

    def admit(self, new: "HttpConnection") -> bool:
        """Count `new` in, if need be in the place of another; false when there is none that could go."""
        limits = self.limits
        if len(self._of(new.address)) >= limits.most_of_an_address:
            admitted = self._make_room(self._of(new.address))
        elif len(self._open) >= limits.most:
            most = Counter(each.address for each in self._open).most_common(1)[0][0]
            admitted = self._make_room(self._of(most)) or self._make_room(self._open)
        else:
            admitted = True
        if admitted:
            self._open.add(new)
        else:
            self._report(why=Closing.REFUSED)
        return admitted

    def end(self, connection: "HttpConnection", why: Closing | None) -> None:
        """Close `connection` without waiting for its reader."""
        self._open.discard(connection)
        if why is not None:
            self._report(why=why)
        connection.transport.abort()

    def forget(self, connection: "HttpConnection") -> None:
        """Count out what has ended."""
        self._open.discard(connection)

    def _make_room(self, among: Collection["HttpConnection"]) -> bool:
        """End the connection that has kept us waiting longest; if none does, the slowest that is being answered."""
        now = asyncio.get_running_loop().time()
        victims = [each for each in among if not each.at_work] or [
            each for each in among if now - each.since >= AT_WORK_S
        ]
        if not victims:
            return False
        self.end(min(victims, key=lambda each: each.since), Closing.LIMIT)
        return True

    def _of(self, address: str) -> list["HttpConnection"]:
        return [each for each in self._open if each.address == address]


class HttpConnection(H11Protocol):
    """One connection: uvicorn's, with deadlines that no byte moves."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self.address = ""
        self.at_work = False
        """Whether a request has come whole and its answer is not yet written."""
        self.since = 0.0
        """Since when it has been in its present state, by the loop's clock."""
        self._connections = connections
        self._answered = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.address = _network(self.client[0] if self.client else "")
        if self._connections.admit(self):
            self._await_request()
        else:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.forget(self)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self.at_work = True
            self._set_deadline(self._connections.limits.exchange_s)

    def on_response_complete(self) -> None:
        answered = self.cycle
        self._answered, self.at_work = True, False
        super().on_response_complete()
        if self.cycle is not answered:
            return  # the next request lay in the buffer
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.since = self.loop.time()  # the answer must be taken by the deadline that is set
        else:
            self._await_request()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None:
            self.cycle.disconnected = True  # what the application still says goes nowhere, instead of into the log
            self.cycle.message_event.set()
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        else:  # an answer is under way: there is no place for another
            self.transport.abort()

    def _should_upgrade(self) -> bool:
        return False  # we speak nothing but HTTP, and a wish for more is no news for the log

    def _await_request(self) -> None:
        self._set_deadline(self._connections.limits.head_s)

    def _set_deadline(self, seconds: float) -> None:
        self.since = self.loop.time()
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        if self.at_work or self.transport.get_write_buffer_size():
            why: Closing | None = Closing.SLOW
        else:
            why = None if self._answered and not self.conn.trailing_data[0] else Closing.NO_REQUEST
        self._connections.end(self, why)


def _network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that a host of IPv6 has to itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return address
    mapped = ip.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
