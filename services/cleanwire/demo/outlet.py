"""How is something written to a place where perhaps nobody reads, without holding up everything else?"""

import asyncio
import os
import select

_CHUNK_BYTES = min(select.PIPE_BUF, 4_096)  # what a pipe that is writable takes at once


class Outlet:
    """A file descriptor that is written to only when it takes something; the event loop runs on meanwhile."""

    def __init__(self, descriptor: int) -> None:
        self.closed = asyncio.Event()  # the reader went away, as in `cleanwire demo --json | head -1`
        self._descriptor = descriptor
        self._ready = select.poll()
        self._ready.register(descriptor, select.POLLOUT)
        self._one_at_a_time = asyncio.Lock()

    async def write(self, data: bytes) -> None:
        """Write all of `data`, for as long as the reader takes; cancelled, the rest stays unwritten.

        When the reader went away nothing is written any more.
        """
        async with self._one_at_a_time:
            left = memoryview(data)
            while left and not self.closed.is_set():
                await self._writable()
                try:
                    left = left[os.write(self._descriptor, left[:_CHUNK_BYTES]) :]
                except BrokenPipeError:
                    self.closed.set()

    async def _writable(self) -> None:
        if self._ready.poll(0):  # always so with a file, which cannot be waited for below
            return
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_writer(self._descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_writer(self._descriptor)
