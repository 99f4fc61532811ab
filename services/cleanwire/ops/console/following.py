"""How does the page come to know the installation? It reads the topics by assignment, and asks for the groups."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from cleanwire.errors import BrokerUnavailable
from cleanwire.ops.console.held.installation import Installation
from cleanwire.stream import groups, topics, turns, waiting, watching
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.groups import Consumer, Group
from cleanwire.stream.topics import TopicSpec
from cleanwire.telemetry.catalogue import Stage

RETRY_S = 2.0
GROUPS_FOR_S = 5.0
"""How long what the broker said of the groups is believed."""
GROUPS_WAIT_S = 3.0
WATCH_S = 15.0
"""How often consumers are asked for while nobody looks: as often as Prometheus scrapes by its own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """How far the reading of what was there at the start has come. `share`: 0 to 1."""

    share: float
    problem: str | None = None


class Follower:
    """Keeps an `Installation` up to date. It is in no group and moves nobody's place."""

    def __init__(self, connection: Connection, specs: Sequence[TopicSpec], make: Callable[[], Installation]) -> None:
        self.held = make()
        self.loading: Loading | None = Loading(share=0.0)
        """None once all that was there at the start is known."""
        self._connection = connection
        self._specs = specs
        self._make = make

    async def run(self, stop: asyncio.Event) -> None:
        """Read until `stop` is set. After a broker that would not answer everything is read anew."""
        await waiting.unless(stop, self._work())

    async def _work(self) -> None:
        while True:
            try:
                await self._follow()
            except BrokerUnavailable as error:
                self.loading = Loading(share=0.0, problem=str(error))
                await asyncio.sleep(RETRY_S)

    async def _follow(self) -> None:
        # Asking for a topic by name may make it, with the cluster's own number of partitions.
        if problems := await topics.check(self._connection, self._specs):
            raise BrokerUnavailable("; ".join(problems))
        fresh, first = self._make(), 0
        async with aclosing(watching.watch(self._connection, fresh.starts)) as batches:
            async for batch in batches:
                self.held = fresh
                turn = turns.Turn()
                for message in batch.messages:
                    await turn.over()
                    fresh.take(message, now=time.time())
                first = max(first, batch.left)
                self.loading = Loading(share=1 - batch.left / first) if batch.left else None


class GroupsKnown:
    """What the broker says of the stages' groups, asked for when somebody looks, and not too often."""

    def __init__(
        self,
        connection: Connection,
        installation: str,
        *,
        consumers: Sequence[str] = (),
        documents: str = "",
        on_lag: Callable[[int], None] | None = None,
    ) -> None:
        """`consumers`: groups that read the topic `documents`; `on_lag` hears how far the slowest is behind."""
        self._connection = connection
        self._installation = installation
        self._names = consumers
        self._documents = documents
        self._on_lag = on_lag
        self.consumers: tuple[Consumer | str, ...] = ()
        """What is known of each, or why nothing is."""
        self._at = -GROUPS_FOR_S
        self._known: tuple[Group, ...] | str = "not asked yet"
        self._asking: asyncio.Task[None] | None = None

    async def get(self) -> tuple[Group, ...] | str:
        """Return the groups, or why they are not known."""
        if self._connection.embedded:
            return "the embedded broker cannot be asked"
        if time.monotonic() - self._at >= GROUPS_FOR_S and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=GROUPS_WAIT_S)
        return self._known

    async def watch(self, stop: asyncio.Event) -> None:
        """Ask again and again for the consumers until `stop` is set, also when nobody looks."""
        while self._names and not stop.is_set():
            await self.get()
            await waiting.until(stop, WATCH_S)

    async def _ask(self) -> None:
        self.consumers = tuple([await self._consumer(name) for name in self._names])
        lags = [found.lag for found in self.consumers if isinstance(found, Consumer) and found.lag is not None]
        if self._on_lag is not None and lags:
            self._on_lag(max(lags))
        try:
            found = [await groups.describe(self._connection, self._installation, stage) for stage in Stage]
            self._known = tuple(found)
        except BrokerUnavailable as error:
            self._known = str(error)
        self._at = time.monotonic()

    async def _consumer(self, name: str) -> Consumer | str:
        try:
            return await groups.consumer(self._connection, name, self._documents)
        except BrokerUnavailable as error:
            return f"{name}: {error}"
