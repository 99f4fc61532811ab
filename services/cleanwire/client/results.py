"""How does a program make records of documents, each exactly once?

The results of a document and the place behind it are committed in one transaction. The partitions of the documents are
dealt out in a group, and the owner of each writes under a transactional id of that partition: when the next one starts,
the broker fences the one before. So whoever is killed, paused or taken for dead, the results of a document are on their
topic once for a reader of what is committed.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import TOPIC, connection_to, document_of
from cleanwire.errors import InputError, StateDamaged
from cleanwire.records import traceparent
from cleanwire.records.document import Document
from cleanwire.stream import direct
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.faults import RecordRefused
from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.stream.observer import Failure, NullObserver
from cleanwire.stream.partitions.membership import Membership
from cleanwire.stream.partitions.partition import Inputs, OwnedPartition

STAGE = "results"
READ_AT_ONCE = 100  # documents
COMMIT_S = 1.0  # between two commits while documents are worked on; work that takes longer commits after each one
POLL_S = 1.0
_LOG = logging.getLogger("cleanwire.client")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One record made of a document. `value` None deletes the key in a compacted topic."""

    key: str
    value: bytes | None


Work = Callable[[Document], Awaitable[Iterable[Result]]]


async def process(
    bootstrap: str,
    work: Work,
    *,
    name: str,
    into: str,
    topic: str = TOPIC,
    languages: Iterable[str] = (),
    sites: Iterable[str] = (),
    kinds: Iterable[str] = (),
    **kafka: Any,
) -> NoReturn:
    """Give each document to `work` and write what it returns to the topic `into`, exactly once, until cancelled.

    `work` may be called again for a document after a failure, but results of one call only are ever committed. They lie
    in the partition of `into` that has the number of the document's, so `into` needs at least as many. Processes of one
    `name` share the partitions; it names the group, `NAME-results`, and the transactional ids, `NAME-results-0` and so
    on. A new name begins with the first document there is. The other options are those of `documents`.

    Raises:
        Exception: what `work` raised; the documents before that one are committed, and it comes again.
        InputError: `into` has too few partitions, there is no such kind, or a result is too large for the broker.
        StateDamaged: documents were deleted before they were read.
        BrokerUnavailable: no answer in time at the start, or a topic is not there.
        ConfigError: a setting is not right; its key is named.
    """
    wanted = Filter.of(languages, sites, kinds)
    await process_on(connection_to(bootstrap, kafka), work, name=name, topic=topic, into=into, wanted=wanted)


async def process_on(
    connection: Connection, work: Work, *, name: str, topic: str, into: str, wanted: Filter
) -> NoReturn:
    """Do what `process` does, on a connection that is there."""
    stage = _Results(work, wanted, topic=topic, into=into)
    await _check_partitions(connection, topic, into)
    await Membership(connection, stage, installation=name, observer=_Log()).run(stage.ended)
    assert stage.error is not None, "nothing else ends it"
    raise stage.error


async def _check_partitions(connection: Connection, topic: str, into: str) -> None:
    async with (
        login.translated(connection, f"looking at {into} at {connection.settings.bootstrap}"),
        closing.started(connection.reader()) as reader,
    ):
        needed, there = [len(await direct.partitions(connection, reader, name)) for name in (topic, into)]
    if there < needed:
        raise InputError(f"{into} has {there} partitions, and {topic} has {needed}: it needs as many")


class _Results:
    """The work on each partition that is ours, as a membership runs it."""

    name = STAGE

    def __init__(self, work: Work, wanted: Filter, *, topic: str, into: str) -> None:
        self.topic = topic
        self.ended = asyncio.Event()
        self.error: Exception | None = None
        self._work = work
        self._wanted = wanted
        self._into = into

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        """Work until `stop` is set, or until something happens that trying again does not cure: that ends all."""
        await partition.close_left_open(self._into, readable=self.topic)
        async with partition.open_inputs({self.topic: None}) as inputs:
            while not stop.is_set():
                try:
                    await self._batch(partition, inputs, stop)
                except (_WorkFailed, StateDamaged, RecordRefused) as error:
                    self._end(error)

    async def _batch(self, partition: OwnedPartition, inputs: Inputs, stop: asyncio.Event) -> None:
        """Work on what has come and commit it, with the places in between where it takes long."""
        before = inputs.position(self.topic)
        units: list[Unit] = []
        began = time.monotonic()
        for message in await inputs.get(timeout_s=POLL_S, limit=READ_AT_ONCE):
            try:
                units.append(Unit(key=message.place, writes=await self._writes(message)))
            except _WorkFailed:
                await partition.commit(units, {self.topic: message.offset})
                raise
            if stop.is_set() or time.monotonic() - began >= COMMIT_S:
                await partition.commit(units, {self.topic: message.offset + 1})
                units, began = [], time.monotonic()
            if stop.is_set():
                return
        if inputs.position(self.topic) != before:
            await partition.commit(units, {self.topic: inputs.position(self.topic)})

    async def _writes(self, message: Message) -> tuple[Write, ...]:
        document = document_of(message)
        if document is None or not self._wanted.takes(document):
            return ()
        try:
            results = [_write(self._into, result, message) for result in await self._work(document)]
        except Exception as error:
            error.add_note(f"while working on {document.url} ({message.place})")
            raise _WorkFailed(error) from error
        return tuple(results)

    def _end(self, error: Exception) -> None:
        if self.error is None:
            self.error = error.error if isinstance(error, _WorkFailed) else error
            if isinstance(error, RecordRefused):
                self.error = InputError(f"{self._into}: {error}")
        self.ended.set()


class _WorkFailed(Exception):
    """The caller's own code raised."""

    def __init__(self, error: Exception) -> None:
        super().__init__(repr(error))
        self.error = error


class _Log(NullObserver):
    """Says in the log what somebody who waits for results may want to know."""

    def partition_failed(
        self, stage: str, partition: int, reason: Failure, error: BaseException, retry_s: float
    ) -> None:
        _LOG.warning("%s: partition %s begins anew in %.1f s: %s: %s", stage, partition, retry_s, reason, error)

    def broker_unavailable(self, stage: str, detail: str) -> None:
        _LOG.warning("%s: waiting for the broker: %s", stage, detail)


def _write(topic: str, result: Result, source: Message) -> Write:
    """Return the record of a result, in the trace of the document's."""
    trace = tuple(header for header in source.headers if header[0] == traceparent.HEADER)
    return Write(topic=topic, key=result.key.encode(), value=result.value, headers=trace)
