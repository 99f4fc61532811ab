"""Which partitions are ours, and who works on them?"""

import asyncio
from typing import Protocol

from cleanwire.stream.partition import OwnedPartition


class Stage(Protocol):
    """The work on one partition. `topic` is the one whose partitions are shared out in the group."""

    name: str
    topic: str

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        """Work on `partition` until `stop` is set, finish what is in hand and return."""
