"""Who cleans for the replicas of a test run's process? One warm cleaning process, in a thread with a loop of its own.

Warming one up takes over a CPU second, and most tests let it clean a handful of pages. A replica that is a process of
its own (`services.process`) starts its own, as an operator's does.
"""

import asyncio
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from cleanwire.cleaner.pool import ExtractionPool
from cleanwire.sandbox.pool import ProcessPool
from cleanwire.settings import CleanSettings


class LentPool(ProcessPool):
    """Hands tasks to a pool that lives on another event loop than those who ask."""

    def __init__(self, settings: CleanSettings) -> None:
        self._pool = ExtractionPool(settings)
        self._loop = asyncio.new_event_loop()
        # a daemon: its processes end with it, as they do with a service that is killed
        threading.Thread(target=self._loop.run_forever, name="lent-pool", daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._pool.__aenter__(), self._loop).result(60)

    async def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Return what the pool's `run` returns; cancelling kills the process at work, as it does there."""
        task = asyncio.run_coroutine_threadsafe(self._pool.run(function, *args, **options), self._loop)
        return await asyncio.wrap_future(task)


@cache
def pool(memory_limit_mb: int, pages_per_process: int) -> LentPool:
    """Return this process's pool of one for such settings; it is started when it is first asked for."""
    return LentPool(CleanSettings(processes=1, memory_limit_mb=memory_limit_mb, pages_per_process=pages_per_process))
