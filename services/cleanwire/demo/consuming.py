"""How is what the service publishes read as it comes?"""

import asyncio
from collections.abc import Awaitable, Callable

from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message
from cleanwire.stream.topics import TopicNames

Take = Callable[[Message], Awaitable[None]]


async def read(connection: Connection, topics: TopicNames, *, document: Take, rejected: Take) -> None:
    """Hand every document and every rejection, from the first on, to its function, until cancelled."""
    async with asyncio.TaskGroup() as readers:
        readers.create_task(_follow(connection, topics.documents, document))
        readers.create_task(_follow(connection, topics.rejected, rejected))


async def _follow(connection: Connection, topic: str, take: Take) -> None:
    async for message in direct.follow(connection, topic, from_start=True):
        await take(message)
