"""`cleanwire demo` into a pipe that nobody reads: it works on, and a SIGTERM ends it."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from services.house import until

pytestmark = pytest.mark.slow

WITHIN_S = 60.0


@contextlib.asynccontextmanager
async def demo(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run the demo with a full pipe as its standard output, and yield it with the address of its status page."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cleanwire", "demo", *arguments), stdout=writing, stderr=asyncio.subprocess.PIPE
    )
    os.close(writing)
    try:
        assert process.stderr is not None
        async for line in process.stderr:
            if (found := re.search(rb"Status page: (http://\S+/)", line)) is not None:
                yield process, found[1].decode()
                break
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        os.close(reading)


async def published(address: str) -> int:
    async with httpx.AsyncClient(verify=False, timeout=5.0) as http:
        page = (await http.get(f"{address}metrics")).text
    found = re.search(r"^cleanwire_cleaner_documents_new_total (\d+)", page, re.MULTILINE)
    return int(found[1]) if found else 0


@pytest.mark.timeout(120)
async def test_a_full_pipe_holds_up_neither_the_service_nor_the_end() -> None:
    async with asyncio.timeout(WITHIN_S), demo("--json", "--keep-running") as (process, address):

        async def all_went_on() -> bool:
            return await published(address) >= 8  # far more than the first, which nobody takes

        await until(all_went_on, what=lambda: "eight documents", within_s=40)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


@pytest.mark.timeout(120)
async def test_ones_own_feeds_end_when_nobody_reads_any_more() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cleanwire", "run", "--embedded", "--set", "ops.port=0", "http://127.0.0.1:9/feed"),
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    try:
        async with asyncio.timeout(WITHIN_S):
            _, said = await process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert (process.returncode, b"Traceback" in said) == (0, False)
