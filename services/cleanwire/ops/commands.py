"""How do the command line and the ops page ask a partition's owner for something?"""

import time
import uuid

from cleanwire.records.base import encode
from cleanwire.records.command import Action, Command
from cleanwire.stream import direct
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Write
from cleanwire.urls import site as sites


async def send(
    connection: Connection, topic: str, partitions: int, action: Action, *, site: str, target: str
) -> Command:
    """Write a command to the partition of `site` and return it.

    Raises:
        BrokerUnavailable: it was not written.
    """
    command = Command(id=uuid.uuid4().hex, action=action, site=site, target=target, asked_at=time.time())
    write = Write(topic=topic, key=target.encode(), value=encode(command), partition=sites.partition(site, partitions))
    await direct.write(connection, [write])
    return command
