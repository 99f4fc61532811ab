"""How does a program without asyncio get documents?

The Kafka client lives in a thread of its own, which goes on telling the group that we are there however long the caller
works on a document.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from typing import Any

from cleanwire.client.in_asyncio import documents
from cleanwire.records.document import Document


def iter_documents(bootstrap: str, *, group: str, **options: Any) -> Generator[Document, None, None]:
    """Yield documents as `documents` does, with the same options, to code without asyncio.

    Close it (`contextlib.closing`) to commit what was done; what was not committed comes again.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="cleanwire-documents", daemon=True)
    thread.start()
    reader = _Reader(documents(bootstrap, group=group, **options))
    try:
        while True:
            yield asyncio.run_coroutine_threadsafe(reader.next(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(reader.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Reader:
    """Can be closed while it waits for a document: the caller may be interrupted then."""

    def __init__(self, found: AsyncGenerator[Document, None]) -> None:
        self._found = found
        self._waiting: asyncio.Task[Any] | None = None

    async def next(self) -> Document:
        self._waiting = asyncio.current_task()
        return await anext(self._found)

    async def close(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.cancel()
            await asyncio.wait([self._waiting])
        await self._found.aclose()
