"""How do processes that only read share out the partitions of a topic?

A group deals them out, and somebody else remembers how far each was read: what members read is none of the group's
business. It is told how far they are all the same, so that Kafka's tools can show the lag.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NoReturn

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from cleanwire.stream import direct
from cleanwire.stream.broker import closing, login
from cleanwire.stream.broker.connection import Connection

POLL_MS = 1000  # how often the member is asked for errors, shows that it is alive, and tells how far it is

Read = Callable[[int], None]
"""Takes the offset up to which a partition was read."""
Work = Callable[[int, Read], Coroutine[Any, Any, NoReturn]]


async def shared_out(connection: Connection, topic: str, *, group: str, work: Work) -> NoReturn:
    """Do `work` on each partition of `topic` while `group` gives it to us, until cancelled.

    Work on a partition that goes to another member is cancelled, and that on those that stay goes on. A member that was
    taken for dead learns of it late: two may work on one partition for a while.

    Raises:
        Exception: what `work` raised, the first of it.
        BrokerUnavailable: no answer in time at the start, the broker lets us not in, or there is no such topic. Later,
            a broker that is gone means waiting.
    """
    try:
        async with (
            asyncio.TaskGroup() as tasks,
            login.translated(connection, f"reading {topic} at {connection.settings.bootstrap}"),
        ):
            async with closing.started(connection.reader()) as reader:
                await direct.partitions(connection, reader, topic)
            member = connection.member(group)
            hands = _Hands(member, topic, work, tasks)
            member.subscribe([topic], listener=hands)
            async with closing.started(member):
                while True:
                    await member.getmany(timeout_ms=POLL_MS)  # nothing is delivered: all partitions are paused
                    await hands.tell()
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


class _Hands(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """A task for each partition that is ours."""

    def __init__(self, member: AIOKafkaConsumer, topic: str, work: Work, tasks: asyncio.TaskGroup) -> None:
        self._member = member
        self._topic = topic
        self._work = work
        self._tasks = tasks
        self._working: dict[int, asyncio.Task[NoReturn]] = {}
        self._read: dict[TopicPartition, int] = {}

    async def tell(self) -> None:
        """Tell the group how far we are, or the next time where that is refused: nobody begins there."""
        read, self._read = self._read, {}
        try:
            if read:
                await self._member.commit(read)
        except (KafkaError, IllegalStateError):
            self._read = {at: offset for at, offset in read.items() if at.partition in self._working} | self._read

    def on_partitions_revoked(self, revoked: object) -> None:
        """Work on: only the next assignment says which partitions go."""

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._member.pause(*assigned)
        ours = {at.partition for at in assigned}
        for number in self._working.keys() - ours:
            self._working.pop(number).cancel()
            self._read.pop(TopicPartition(self._topic, number), None)
        for number in ours - self._working.keys():
            self._working[number] = self._tasks.create_task(self._work(number, self._note(number)))

    def _note(self, number: int) -> Read:
        def read(offset: int) -> None:
            self._read[TopicPartition(self._topic, number)] = offset

        return read
