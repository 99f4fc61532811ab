"""A corner of the broker for each test: its own topics, group and transactional ids."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from cleanwire.stream import direct, names, topics
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.stream.observer import Failure, NullObserver, StreamObserver
from cleanwire.stream.partitions import partition
from cleanwire.stream.partitions.membership import Membership
from cleanwire.stream.partitions.partition import OwnedPartition
from cleanwire.stream.writing.refusals import Refusals
from cleanwire.stream.writing.transactions import Checkpoint, Transactions

DEADLINE_S = 60.0
PARTITIONS = 4


class Watcher(NullObserver):
    """Remembers what happened, and lets a test wait for it."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []
        self._news = asyncio.Event()

    def _note(self, *event: object) -> None:
        self.events.append(event)
        self._news.set()

    def partition_acquired(self, stage: str, partition: int, took_s: float) -> None:
        self._note("acquired", partition, took_s)

    def partition_released(self, stage: str, partition: int) -> None:
        self._note("released", partition)

    def partition_failed(
        self, stage: str, partition: int, reason: Failure, error: BaseException, retry_s: float
    ) -> None:
        self._note("failed", partition, reason, repr(error))

    def transaction_failed(self, stage: str, reason: Failure, detail: str) -> None:
        self._note("transaction failed", reason, detail)

    def record_refused(self, stage: str, key: str, detail: str) -> None:
        self._note("refused", key)

    def record_dropped(self, stage: str, key: str, detail: str) -> None:
        self._note("dropped", key)

    def partitions_looping(self, stage: str, partitions: int) -> None:
        self._note("looping", partitions)

    def broker_unavailable(self, stage: str, detail: str) -> None:
        self._note("unavailable", detail)

    def group_joined(self, stage: str, partitions: int) -> None:
        self._note("joined", partitions)

    def count(self, *event: object) -> int:
        """Return how often something happened that begins with `event`."""
        return sum(happened[: len(event)] == event for happened in self.events)

    async def until(self, *event: object, times: int = 1) -> None:
        """Wait until something that begins with `event` happened `times` times."""
        await reached(lambda: self.count(*event) >= times, self._news)


async def reached(condition: Callable[[], bool], news: asyncio.Event | None = None) -> None:
    """Wait until `condition` holds; fail after DEADLINE_S."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            if news is None:
                await asyncio.sleep(0.02)
            else:
                news.clear()
                await news.wait()


@dataclass
class Corner:
    """Where one test works."""

    connection: Connection
    installation: str
    prefix: str
    watcher: Watcher = field(default_factory=Watcher)

    def topic(self, name: str) -> str:
        return self.prefix + name

    async def make(self, name: str, *, partitions: int = PARTITIONS, **config: str) -> str:
        """Create a topic and return its full name. Config keys have `_` for `.`."""
        topic = self.topic(name)
        spec = topics.TopicSpec(
            name=topic, partitions=partitions, config={key.replace("_", "."): value for key, value in config.items()}
        )
        await topics.create(self.connection, [spec])
        return topic

    def acquired(
        self,
        number: int = 0,
        *,
        installation: str | None = None,
        refusals: Refusals | None = None,
        before_commit: Checkpoint | None = None,
    ) -> AbstractAsyncContextManager[OwnedPartition]:
        return partition.acquired(
            number,
            connection=self.connection,
            installation=installation or self.installation,
            stage="stage",
            refusals=refusals or Refusals(),
            observer=self.watcher,
            before_commit=before_commit,
        )

    def member(self, stage: object, *, observer: StreamObserver | None = None, **options: object) -> Membership:
        return Membership(
            self.connection,
            stage,  # type: ignore[arg-type]
            installation=self.installation,
            observer=observer or self.watcher,
            **options,  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def acquired_as(
        self, transactional_id: str, before_commit: Checkpoint | None = None
    ) -> AsyncIterator[OwnedPartition]:
        """Own partition 0 under an id of the test's choice, as the product must not."""
        transactions = Transactions(self.connection, transactional_id, 0, before_commit=before_commit)
        try:
            await transactions.start()
            yield OwnedPartition(
                0,
                connection=self.connection,
                transactions=transactions,
                group=names.group(self.installation, "stage"),
                stage="stage",
                refusals=Refusals(),
                observer=self.watcher,
            )
        finally:
            await transactions.close()

    async def fill(self, topic: str, *values: str, partition: int = 0) -> None:
        """Write plain records."""
        await direct.write(
            self.connection,
            [Write(topic=topic, key=b"k", value=value.encode(), partition=partition) for value in values],
        )

    async def values(self, topic: str, *, at_least: int = 0) -> list[bytes | None]:
        """Return all values a read_committed reader sees, `at_least` so many: markers come after a commit."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                found: list[Message] = []
                await direct.read_all(self.connection, topic, found.append)
                if len(found) >= at_least:
                    return [message.value for message in found]


def unit(key: str, *writes: tuple[str, str]) -> Unit:
    """Return a unit of (topic, value) pairs."""
    return Unit(key=key, writes=tuple(Write(topic=t, key=key.encode(), value=value.encode()) for t, value in writes))


def counted(values: list[bytes | None]) -> list[int]:
    """Return published numbers as integers."""
    return [int(value or b"0") for value in values]
