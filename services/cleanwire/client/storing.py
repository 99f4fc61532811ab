"""How does a program put documents into a store of its own, each exactly once?

The store keeps a place for each partition: the offset to go on from. It moves it in the same transaction that stores
the documents before it, and only if it still is where the batch began. So whoever is killed, paused or taken for dead:
what one reader has stored, another one neither misses nor stores again.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, TypeVar

from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import TOPIC, connection_to, document_of
from cleanwire.errors import BrokerUnavailable, ConfigError
from cleanwire.records.document import Document
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.partitions import sharing
from cleanwire.stream.reading import inputs

READ_AT_ONCE = 100  # documents
POLL_S = 1.0
REST_S = 1.0  # before a partition is taken up anew
EMPTY_S = 3600.0  # until the place moves over what holds nothing for the store: retention must not get ahead of it
_LOG = logging.getLogger("cleanwire.client")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What comes next in a partition. `documents` may be empty, where a place moves over what was not asked for."""

    partition: int
    place: int | None
    """Where the store was: what `DocumentStore.place` said, or `next` of the batch before."""
    next: int
    """Where the store is when it has these documents."""
    documents: tuple[Document, ...]


class Moved(Exception):
    """The place is not where the batch began: somebody else stores documents of this partition. Nothing was done."""


class DocumentStore(Protocol):
    """Where documents are stored. The methods are called one at a time, in a thread of their own."""

    def place(self, partition: int) -> int | None:
        """Return where the store is in `partition`; None at the beginning."""

    def put(self, batch: Batch) -> None:
        """Store the documents, and in the same transaction move the place from `batch.place` to `batch.next`.

        Raises:
            Moved: the place is another one.
        """


async def store(
    bootstrap: str,
    into: DocumentStore,
    *,
    group: str,
    topic: str = TOPIC,
    languages: Iterable[str] = (),
    sites: Iterable[str] = (),
    kinds: Iterable[str] = (),
    at_most: int = 1000,
    every_s: float = 1.0,
    **kafka: Any,
) -> NoReturn:
    """Give documents to `into` in batches of one partition, exactly once, until cancelled.

    A batch has up to `at_most` documents, and its first one waits `every_s` seconds for others. Processes of one
    `group` share the partitions, and whoever gets one begins where the store is. The other options are those of
    `documents`.

    Raises:
        Exception: what `into` raised; the next start begins where the store is.
        StateDamaged: documents were deleted before they were stored, or the topic was created anew.
        BrokerUnavailable: no answer in time at the start, or the topic is not there.
        ConfigError: a setting is not right; its key is named.
        InputError: there is no such kind.
    """
    if at_most < 1:
        raise ConfigError(f"at_most={at_most}: a batch has at least one document")
    connection = connection_to(bootstrap, kafka)
    wanted = Filter.of(languages, sites, kinds)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="cleanwire-store") as thread:
        filling = _Filling(connection, topic, wanted, into, thread, at_most=at_most, every_s=every_s)
        await sharing.shared_out(connection, topic, group=group, work=filling.work)


class _Filling:
    """Fills a store with the documents of each partition that is ours."""

    def __init__(
        self,
        connection: Connection,
        topic: str,
        wanted: Filter,
        into: DocumentStore,
        thread: ThreadPoolExecutor,
        *,
        at_most: int,
        every_s: float,
    ) -> None:
        self._connection = connection
        self._topic = topic
        self._wanted = wanted
        self._into = into
        self._thread = thread
        self._at_most = at_most
        self._every_s = every_s

    async def work(self, partition: int, read: sharing.Read) -> NoReturn:
        """Store what comes, and begin anew at the store's place where somebody else has moved it."""
        while True:
            try:
                await self._fill(partition, read)
            except (Moved, BrokerUnavailable) as error:
                _LOG.warning("%s[%s]: begins anew: %r", self._topic, partition, error)
                await asyncio.sleep(REST_S)

    async def _fill(self, partition: int, read: sharing.Read) -> NoReturn:
        place = await self._call(self._into.place, partition)
        limit_s = self._connection.settings.request_timeout_s
        async with inputs.opened(self._connection, partition, {self._topic: place}, limit_s=limit_s) as opened:
            while True:
                documents = await self._gathered(opened)
                batch = Batch(
                    partition=partition, place=place, next=opened.position(self._topic), documents=tuple(documents)
                )
                await self._call(self._into.put, batch)
                place = batch.next
                read(place)

    async def _gathered(self, opened: inputs.Inputs) -> list[Document]:
        """Return the documents to put next: soon when there are any, and none when long nothing else has come."""
        found: list[Document] = []
        start, due = opened.position(self._topic), math.inf
        while len(found) < self._at_most and (left_s := due - time.monotonic()) > 0:
            limit = min(READ_AT_ONCE, self._at_most - len(found))
            messages = await opened.get(timeout_s=min(POLL_S, left_s), limit=limit)
            before = len(found)
            documents = (document_of(message) for message in messages)
            found += [document for document in documents if document is not None and self._wanted.takes(document)]
            if opened.position(self._topic) != start:
                due = min(due, time.monotonic() + EMPTY_S)
            if found and not before:
                due = min(due, time.monotonic() + self._every_s)
        return found

    async def _call(self, method: Callable[..., _Answer], argument: object) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, method, argument)
