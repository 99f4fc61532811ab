"""How is something awaited that a stop request may cut short?"""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def until(stop: asyncio.Event, limit_s: float) -> None:
    """Wait `limit_s` seconds, or less when `stop` is set."""
    try:
        async with asyncio.timeout(limit_s):
            await stop.wait()
    except TimeoutError:
        return


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """Wait for `work`, but cancel it as soon as `stop` is set.

    Raises:
        Exception: what `work` raised.
    """
    halt = asyncio.create_task(stop.wait())
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({halt, task}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        halt.cancel()
        task.cancel()
        await asyncio.wait({halt, task})
