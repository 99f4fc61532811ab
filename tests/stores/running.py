"""Readers of one group, that run an example and may be killed."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from client.published import Topic

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
DEADLINE_S = 120
Start = Callable[[], Awaitable[asyncio.subprocess.Process]]


@asynccontextmanager
async def readers(example: str, topic: Topic, into: str, *options: str) -> AsyncIterator[Start]:
    """Start readers of `topic` that store into `into`; what still runs in the end is killed."""
    running: list[asyncio.subprocess.Process] = []
    own = ("--topic", topic.name, "--group", topic.prefix + "store", *options)

    async def start() -> asyncio.subprocess.Process:
        command = (sys.executable, str(EXAMPLES / example), topic.bootstrap, into, *own)
        running.append(await asyncio.create_subprocess_exec(*command))
        return running[-1]

    try:
        async with asyncio.timeout(DEADLINE_S):
            yield start
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
            await process.wait()
