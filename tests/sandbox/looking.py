"""Is a process still there?"""

import asyncio
from collections.abc import Callable
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether the process runs; one that ended and was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(fact: Callable[[], bool], *, deadline_s: float = 10.0) -> None:
    """Wait for a fact.

    Raises:
        TimeoutError: it is none after `deadline_s`.
    """
    async with asyncio.timeout(deadline_s):
        while not fact():
            await asyncio.sleep(0.02)
