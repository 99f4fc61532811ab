"""How does what a hub says get to the owner of the feed? As a command, written before the hub is answered."""

import asyncio
import time
import uuid

from cleanwire.errors import BrokerUnavailable
from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command, HubCall, HubEvent
from cleanwire.records.websub import Subscription
from cleanwire.stream import direct, waiting
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Write
from cleanwire.urls import site as sites

PAUSE_S = 0.25
"""Between two writes. Calls meanwhile wait for the next, and of the pushes of one feed one is written."""
LIMIT_S = 10.0


class Courier:
    """Writes hubs' calls to the commands topic."""

    def __init__(self, connection: Connection, topic: str, partitions: int) -> None:
        self._connection = connection
        self._topic = topic
        self._partitions = partitions
        self._waiting: dict[tuple[str, HubEvent], tuple[Write, asyncio.Future[None]]] = {}
        self._some = asyncio.Event()

    async def bring(self, sub: Subscription, event: HubEvent, *, lease_s: float | None = None) -> None:
        """Tell the owner of the feed of `sub`; returns when it is written.

        Raises:
            BrokerUnavailable: it was not, or nobody can say.
        """
        key = (sub.id, event)
        if key not in self._waiting:
            self._waiting[key] = (self._write(sub, event, lease_s), asyncio.get_running_loop().create_future())
            self._some.set()
        try:
            async with asyncio.timeout(LIMIT_S):
                await asyncio.shield(self._waiting[key][1])
        except TimeoutError as error:
            raise BrokerUnavailable("commands: no answer in time") from error

    async def run(self, stop: asyncio.Event) -> None:
        """Write what comes until `stop` is set."""
        await waiting.unless(stop, self._work())

    async def _work(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            batch, self._waiting = list(self._waiting.values()), {}
            try:
                await direct.write(self._connection, [write for write, _ in batch])
            except BrokerUnavailable as error:
                for _, done in batch:
                    done.set_exception(error)
                    done.exception()  # whoever waited may have gone: nobody need look at it
            else:
                for _, done in batch:
                    done.set_result(None)
            await asyncio.sleep(PAUSE_S)

    def _write(self, sub: Subscription, event: HubEvent, lease_s: float | None) -> Write:
        command = Command(
            id=uuid.uuid4().hex,
            action=Action.HUB,
            site=sub.site,
            target=sub.feed_id,
            asked_at=time.time(),
            call=HubCall(event=event, subscription=sub.id, lease_s=lease_s),
        )
        partition = sites.partition(sub.site, self._partitions)
        return Write(topic=self._topic, key=sub.feed_id.encode(), value=encode(command), partition=partition)
