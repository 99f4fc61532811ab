"""What may a stage do with a partition that it owns?"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from cleanwire.errors import CleanwireError
from cleanwire.stream import faults, names, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Unit
from cleanwire.stream.observer import Failure, StreamObserver
from cleanwire.stream.reading import inputs, offsets, table
from cleanwire.stream.reading.inputs import Inputs
from cleanwire.stream.writing.refusals import Refusals
from cleanwire.stream.writing.transactions import Checkpoint, Transactions

__all__ = ["Inputs", "OwnedPartition", "acquired"]


CLOSING_LIMIT_S = 2.0
CLOSING_RETRY_S = 0.05


class OwnedPartition:
    """One partition number of every topic, owned: whoever owned it before can no longer commit."""

    def __init__(
        self,
        number: int,
        *,
        connection: Connection,
        transactions: Transactions,
        group: str,
        stage: str,
        refusals: Refusals,
        observer: StreamObserver,
    ) -> None:
        self.number = number
        self.refusals = refusals
        self._connection = connection
        self._transactions = transactions
        self._group = group
        self._stage = stage
        self._observer = observer
        self._one_at_a_time = asyncio.Lock()
        self._looked_at: set[str] = set()  # topics in which the next owner will look for what was left open

    async def load(self, topic: str, on_message: Callable[[Message], None]) -> int:
        """Hand every message of `topic` up to its last stable offset to `on_message`; return the offset after it.

        Raises:
            BrokerUnavailable: no progress for `table.STALLED_S` seconds.
        """
        began = time.monotonic()
        await self.close_left_open(topic)
        with faults.translated(f"loading {topic}[{self.number}]"):
            position, count = await table.read(self._connection, topic, self.number, on_message)
        self._observer.table_loaded(topic, self.number, count, time.monotonic() - began)
        return position

    async def close_left_open(self, topic: str, *, readable: str | None = None) -> None:
        """Make sure that no transaction of a former owner is open in a topic that only its owner writes.

        One of somebody else is left alone, and not waited for longer than CLOSING_LIMIT_S. `readable` is a topic of
        which the group may commit offsets, where `topic` is none.

        Raises:
            BrokerUnavailable: no answer in time.
        """
        self._looked_at.add(topic)
        if self._connection.embedded:
            return
        with faults.translated(f"looking for open transactions in {topic}[{self.number}]"):
            async with asyncio.timeout(self._connection.settings.request_timeout_s):
                if not await self._transactions.left_open(topic):
                    return
                await self._abort_left_open([topic], readable or topic)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CLOSING_LIMIT_S):
                        while await self._transactions.left_open(topic):  # noqa: ASYNC110  markers follow the abort
                            await asyncio.sleep(CLOSING_RETRY_S)

    @asynccontextmanager
    async def open_inputs(self, topics: Mapping[str, int | None]) -> AsyncIterator[Inputs]:
        """Open `topics` for reading from the offset given; None is the group's committed one, else the beginning.

        Raises:
            StateDamaged: an offset lies outside what the topic holds: records were deleted unread.
            BrokerUnavailable: no answer in time.
        """
        limit_s = self._connection.settings.request_timeout_s
        unknown = [topic for topic, offset in topics.items() if offset is None]
        with faults.translated("reading committed offsets"):
            try:
                async with asyncio.timeout(limit_s):
                    known = await offsets.committed(self._transactions.client, self._group, unknown, self.number)
            except TimeoutError:  # a transaction that holds the group's offsets may have been left open
                async with asyncio.timeout(limit_s):
                    await self._abort_left_open(unknown, unknown[0])
                raise
        starts = {topic: known.get(topic) if offset is None else offset for topic, offset in topics.items()}
        async with inputs.opened(self._connection, self.number, starts, limit_s=limit_s) as opened:
            yield opened

    async def commit(self, units: Sequence[Unit], offsets: Mapping[str, int] = {}) -> None:
        """Publish `units` and commit the input `offsets` (topic to next offset), exactly once or not at all.

        After any error but a refusal this partition can commit nothing more; let the error pass: the partition is
        acquired anew.

        Raises:
            RecordRefused: a record of these units was refused, nothing is visible, and the partition is ours still: go
                on without them (`publishing.publish` does).
            OwnershipLost, BrokerUnavailable: see `Transactions.publish` and `Transactions.renew`.
        """
        async with self._one_at_a_time:
            if units or offsets:
                await self._publish(units, offsets)

    @property
    def finest(self) -> bool:
        """Whether a refusal names the guilty, as near as can be."""
        return self._transactions.finest

    def dropped(self, key: str, detail: str) -> None:
        """Tell the observer that nothing small enough was left to write for the unit `key`."""
        self._observer.record_dropped(self._stage, key, detail)

    async def _abort_left_open(self, seen_in: Sequence[str], readable: str) -> None:
        detail = f"the broker left a transaction open in partition {self.number} of {', '.join(seen_in)}; aborted"
        self._observer.transaction_failed(self._stage, Failure.BROKER, detail)
        everything = {spec.name for spec in topics.layout(self._connection.settings)}
        await self._transactions.abort_left_open(everything | set(seen_in), self._group, readable=readable)

    async def _publish(self, units: Sequence[Unit], offsets: Mapping[str, int]) -> None:
        try:
            took_s = await self._transactions.publish(units, self._group, offsets, first=self._looked_at)
        except faults.RecordRefused as error:
            if len(units) == 1:
                self._observer.record_refused(self._stage, units[0].key, error.detail)
            self._observer.transaction_failed(self._stage, faults.reason(error), str(error))
            self.refusals.suspect(error.keys)
            await self._transactions.renew()
            raise
        except CleanwireError as error:
            self._observer.transaction_failed(self._stage, faults.reason(error), str(error))
            raise
        self._observer.transaction_committed(self._stage, sum(len(unit.writes) for unit in units), took_s)
        self._observer.units_written(self.number, units, took_s)


@asynccontextmanager
async def acquired(
    number: int,
    *,
    connection: Connection,
    installation: str,
    stage: str,
    refusals: Refusals,
    observer: StreamObserver,
    before_commit: Checkpoint | None = None,
) -> AsyncIterator[OwnedPartition]:
    """Own partition `number` until the block ends.

    The former owner is fenced first; only then is anything read, so what is read can no longer change under us.

    Raises:
        BrokerUnavailable: no answer in time.
    """
    transactions = Transactions(
        connection, names.transactional_id(installation, stage, number), number, before_commit=before_commit
    )
    try:
        await transactions.start()
        yield OwnedPartition(
            number,
            connection=connection,
            transactions=transactions,
            group=names.group(installation, stage),
            stage=stage,
            refusals=refusals,
            observer=observer,
        )
    finally:
        await transactions.close()
