"""Closing a client passes on a cancellation that the client keeps to itself."""

import asyncio

import pytest

from cleanwire.stream.broker import closing


class Keeps:
    """A client whose close(), like aiokafka's, takes our cancellation for that of its own task."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def close(self) -> None:
        self.entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return


async def test_a_cancellation_that_the_client_keeps_still_ends_the_task() -> None:
    client = Keeps()
    task = asyncio.create_task(closing.admin(client))
    await client.entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
