"""Readers of one group, that run an example and may be killed; and what an example has inside."""

import asyncio
import importlib.util
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from client.published import Topic

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
DEADLINE_S = 120
Start = Callable[[], Awaitable[asyncio.subprocess.Process]]


def module(example: str) -> Any:
    """Return an example as a module."""
    spec = importlib.util.spec_from_file_location(f"example_{Path(example).stem}", EXAMPLES / example)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@asynccontextmanager
async def readers(example: str, topic: Topic, into: str, *options: str) -> AsyncIterator[Start]:
    """Start readers of `topic` that store into `into`; what still runs in the end is killed."""
    running: list[asyncio.subprocess.Process] = []
    own = ("--topic", topic.name, "--group", topic.prefix + "store", *options)

    async def start() -> asyncio.subprocess.Process:
        command = (sys.executable, str(EXAMPLES / example), topic.bootstrap, into, *own)
        running.append(await asyncio.create_subprocess_exec(*command, preexec_fn=_hear_interrupts))
        return running[-1]

    try:
        async with asyncio.timeout(DEADLINE_S):
            yield start
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _hear_interrupts() -> None:
    """Undo what a shell did that runs the tests in the background: what it starts is deaf to SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
