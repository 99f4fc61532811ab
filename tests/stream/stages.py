"""Small stages whose every mistake shows in what a reader sees."""

import asyncio
from collections import Counter, defaultdict

from cleanwire.stream import waiting
from cleanwire.stream.messages import Message, Unit, Write
from cleanwire.stream.partitions.partition import OwnedPartition


class Waits:
    """Does nothing until it is stopped. `holding` makes it slow to end."""

    def __init__(self, topic: str, *, name: str = "stage", holding: asyncio.Event | None = None) -> None:
        self.name = name
        self.topic = topic
        self.running: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self.runs: Counter[int] = Counter()
        self._holding = holding

    @property
    def partitions(self) -> set[int]:
        return {number for number, count in self.running.items() if count}

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        number = partition.number
        self.runs[number] += 1
        self.running[number] += 1
        self.most[number] = max(self.most[number], self.running[number])
        try:
            await stop.wait()
        finally:
            if self._holding is not None:
                await self._holding.wait()
            self.running[number] -= 1


class Counts:
    """Publishes 1, 2, 3 … in each partition, going on from its table: a gap is a loss, a repetition a duplicate."""

    name = "stage"

    def __init__(self, entries: str, documents: str, state: str) -> None:
        self.topic = entries
        self._documents = documents
        self._state = state
        self.last: defaultdict[int, int] = defaultdict(int)
        self.committing: set[int] = set()

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        numbers = [0]
        await partition.load(self._state, lambda message: numbers.append(int(message.value or b"0")))
        number = numbers[-1]
        while not stop.is_set():
            number += 1
            value = str(number).encode()
            self.committing.add(partition.number)
            await partition.commit(
                [
                    Unit(
                        key=value.decode(),
                        writes=(
                            Write(topic=self._documents, key=b"count", value=value),
                            Write(topic=self._state, key=b"count", value=value),
                        ),
                    )
                ]
            )
            self.committing.discard(partition.number)
            self.last[partition.number] = number
            await waiting.until(stop, 0.02)


class Copies:
    """Publishes each entry once, with the offsets of what it read."""

    name = "stage"

    def __init__(self, entries: str, documents: str) -> None:
        self.topic = entries
        self._documents = documents

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        async with partition.open_inputs({self.topic: None}) as inputs:
            while not stop.is_set():
                messages = await inputs.get(timeout_s=0.2, limit=100)
                if messages:
                    await partition.commit(
                        [copied(message, self._documents) for message in messages],
                        {self.topic: inputs.position(self.topic)},
                    )


def copied(message: Message, documents: str) -> Unit:
    """Return the unit that publishes what `message` holds."""
    key = message.key or b""
    return Unit(
        key=f"{message.partition}-{message.offset}", writes=(Write(topic=documents, key=key, value=message.value),)
    )
