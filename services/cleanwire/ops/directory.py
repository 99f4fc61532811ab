"""Which subscriptions at hubs are there, in all partitions? A replica may get a call about any of them."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import aclosing

from cleanwire.errors import BrokerUnavailable
from cleanwire.records.decoding import Reader, Unreadable
from cleanwire.records.websub import Subscription
from cleanwire.stream import direct, waiting
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message

RETRY_S = 2.0


class Directory:
    """Follows the topic of subscriptions. What it tells is at most moments old."""

    def __init__(self, connection: Connection, topic: str) -> None:
        self.loaded = False
        """Whether all that was there at the start is known."""
        self._connection = connection
        self._topic = topic
        self._known: dict[str, Subscription] = {}
        self._read_to: dict[int, int] = {}  # partition → last offset taken
        self._changed = asyncio.Event()

    def get(self, subscription: str) -> Subscription | None:
        """Return what is known of the subscription with this id."""
        return self._known.get(subscription)

    async def until(self, holds: Callable[[], bool], limit_s: float) -> None:
        """Wait until `holds`, but not long: a hub may be faster with its call than Kafka with what it is about."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while not holds():
                    await self._changed.wait()

    async def run(self, stop: asyncio.Event) -> None:
        """Load the topic, then follow it until `stop` is set."""
        await waiting.unless(stop, self._follow())

    async def _follow(self) -> None:
        while True:
            try:
                await direct.read_all(self._connection, self._topic, self._take)
                self.loaded = True
                # From the start once more, for nothing must fall between the two; what was taken is passed over.
                async with aclosing(direct.follow(self._connection, self._topic, from_start=True)) as messages:
                    async for message in messages:
                        self._take(message)
            except BrokerUnavailable:
                await asyncio.sleep(RETRY_S)

    def _take(self, message: Message) -> None:
        if message.offset <= self._read_to.get(message.partition, -1):
            return
        self._read_to[message.partition] = message.offset
        if message.value is None:
            self._known.pop(message.key_text, None)
        else:
            found = _SUBSCRIPTIONS.row(message.key, message.value)
            if isinstance(found, Unreadable):
                return  # it says nothing; the owner reports it
            self._known[found.id] = found
        self._changed.set()
        self._changed = asyncio.Event()


_SUBSCRIPTIONS = Reader(Subscription, key="id")
