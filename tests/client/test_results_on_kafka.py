"""Records that programs make of documents are there exactly once, whoever is killed, paused or restarted."""

import asyncio
import contextlib
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cleanwire.client import Result, process
from cleanwire.errors import BrokerUnavailable, InputError
from cleanwire.records.base import encode
from cleanwire.records.document import Document
from cleanwire.stream import direct, topics
from cleanwire.stream.messages import Message, Write
from kafka.broker import Broker, Unavailable
from published_document import document

from .published import PARTITIONS, Topic, make

SHOUTER = Path(__file__).with_name("shouter.py")
DEADLINE_S = 120

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


async def results_topic(topic: Topic, partitions: int = PARTITIONS) -> str:
    into = topic.prefix + "shouts"
    await topics.create(topic.connection, [topics.TopicSpec(name=into, partitions=partitions, config={})])
    return into


async def committed(topic: Topic, into: str) -> Counter[str]:
    """Return how often each key is on `into` for a reader of what is committed."""
    found: Counter[str] = Counter()

    def count(message: Message) -> None:
        found[message.key_text] += 1

    await direct.read_all(topic.connection, into, count)
    return found


async def until(topic: Topic, into: str, enough: Callable[[Counter[str]], bool]) -> Counter[str]:
    async with asyncio.timeout(DEADLINE_S):
        while not enough(found := await committed(topic, into)):
            await asyncio.sleep(0.2)
    return found


@asynccontextmanager
async def shouters(topic: Topic, into: str) -> AsyncIterator[Callable[[], Awaitable[asyncio.subprocess.Process]]]:
    """Start processes of one name; whatever still runs in the end is killed."""
    running: list[asyncio.subprocess.Process] = []

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(SHOUTER),
            topic.bootstrap,
            topic.prefix + "shouts",
            topic.name,
            into,
            stdout=asyncio.subprocess.PIPE,
        )
        running.append(process)
        return process

    try:
        yield start
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def is_working(process: asyncio.subprocess.Process) -> None:
    """Return when `process` has begun to work on a document: nothing of that is committed yet."""
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        assert await process.stdout.readline() == b"working\n"


@contextlib.contextmanager
def own_broker() -> Iterator[Broker]:
    """A broker that may be killed."""
    try:
        broker = Broker().start()
    except Unavailable as error:
        pytest.skip(f"no Kafka that can be killed: {error}")
    try:
        yield broker
    finally:
        broker.close()


@pytest.mark.slow
async def test_no_result_is_lost_or_doubled_when_processes_are_killed(topic: Topic) -> None:
    names = [f"a{number}" for number in range(400)]
    into = await results_topic(topic)
    await topic.publish(*map(document, names[:200]))
    async with shouters(topic, into) as start:
        first = await start()
        await is_working(first)
        first.kill()
        second, third = await start(), await start()
        await is_working(second)
        second.kill()
        await until(topic, into, lambda found: len(found) > 50)
        third.kill()
        await topic.publish(*map(document, names[200:]))
        await start()
        found = await until(topic, into, lambda found: len(found) == len(names))
    assert found == Counter(names)


@pytest.mark.slow
async def test_a_process_that_was_paused_and_replaced_doubles_nothing(topic: Topic) -> None:
    names = [f"b{number}" for number in range(300)]
    into = await results_topic(topic)
    await topic.publish(*map(document, names))
    async with shouters(topic, into) as start:
        paused = await start()
        await is_working(paused)
        paused.send_signal(signal.SIGSTOP)
        await start()  # it gets the partitions when the session of the first has ended
        await until(topic, into, lambda found: len(found) == len(names))
        paused.send_signal(signal.SIGCONT)
        await topic.publish(document("last"))
        found = await until(topic, into, lambda found: "last" in found)
    assert found == Counter([*names, "last"])


@pytest.mark.slow
async def test_no_result_is_lost_or_doubled_when_the_broker_is_killed() -> None:
    with own_broker() as broker:
        topic = await make(broker.bootstrap)
        names = [f"c{number}" for number in range(300)]
        into = await results_topic(topic)
        await topic.publish(*map(document, names))
        async with shouters(topic, into) as start:
            await is_working(await start())
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)
            found = await until(topic, into, lambda found: len(found) == len(names))
        assert found == Counter(names)


async def test_a_process_that_is_replaced_begins_behind_what_is_committed(topic: Topic) -> None:
    into = await results_topic(topic)
    names = [f"d{number}" for number in range(8)]
    await topic.publish(*map(document, names))

    async def shout(found: Document) -> list[Result]:
        return [Result(key=found.id, value=b"")]

    async with running(topic, shout, into=into):
        await until(topic, into, lambda found: len(found) == len(names))
    await topic.publish(*(document(f"e{number}") for number in range(PARTITIONS)))
    async with running(topic, shout, into=into):
        found = await until(topic, into, lambda found: sum(name[0] == "e" for name in found) == PARTITIONS)
    assert set(found.values()) == {1}


async def test_results_have_the_trace_of_their_document(topic: Topic) -> None:
    into = await results_topic(topic)
    header = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    value = encode(document("d"))
    write = Write(topic=topic.name, key=b"d", value=value, partition=0, headers=(("own", b"x"), header))
    await direct.write(topic.connection, [write])

    async def shout(found: Document) -> list[Result]:
        return [Result(key=found.id, value=b"")]

    async with running(topic, shout, into=into):
        await until(topic, into, lambda found: bool(found))
    found: list[Message] = []
    await direct.read_all(topic.connection, into, found.append)
    assert [message.headers for message in found] == [(header,)]


async def test_results_lie_in_the_order_of_an_articles_revisions(topic: Topic) -> None:
    into = await results_topic(topic)
    for revision in (1, 2, 3):
        await topic.publish(document("a", revision=revision))
    values: list[bytes | None] = []

    async def number(found: Document) -> list[Result]:
        return [Result(key=found.id, value=str(found.revision).encode()), Result(key="other", value=None)]

    async with running(topic, number, into=into):
        await until(topic, into, lambda found: found["a"] == 3 == found["other"])
    await direct.read_all(topic.connection, into, lambda message: values.append(message.value))
    assert values == [b"1", None, b"2", None, b"3", None]


async def test_what_the_callers_code_raises_ends_it_and_the_document_comes_again(topic: Topic) -> None:
    into = await results_topic(topic)
    await topic.publish(document("a"), document("x"), document("y"), document("z"), document("b"), b"{]")
    seen: list[str] = []

    async def refuse_b(found: Document) -> list[Result]:
        seen.append(found.id)
        if found.id == "b":
            raise ValueError("no b today")
        return [Result(key=found.id, value=b"1")]

    with pytest.raises(ValueError, match="no b today") as raised:
        await asyncio.wait_for(process_of(topic, refuse_b, into=into), DEADLINE_S)
    assert f"{topic.name}/0/" in raised.value.__notes__[0]
    assert (await committed(topic, into))["a"] == 1, "what stood before it is done"
    del seen[:]

    async def take_all(found: Document) -> list[Result]:
        seen.append(found.id)
        return [Result(key=found.id, value=b"2")]

    async with running(topic, take_all, into=into):
        found = await until(topic, into, lambda found: len(found) == 5)
    assert found == Counter("axyzb")
    assert "b" in seen
    assert "a" not in seen


async def test_documents_that_were_not_asked_for_give_nothing(topic: Topic) -> None:
    into = await results_topic(topic)
    await topic.publish(document("english"), document("german", language="de"), document("austrian", language="de-AT"))

    async def shout(found: Document) -> list[Result]:
        return [Result(key=found.id, value=b"")]

    async with running(topic, shout, into=into, languages=["de"]):
        found = await until(topic, into, lambda found: len(found) == 2)
    assert set(found) == {"german", "austrian"}


async def test_a_result_that_no_broker_takes_is_named(topic: Topic) -> None:
    into = await results_topic(topic)
    await topic.publish(document("a"))

    async def too_much(found: Document) -> list[Result]:
        return [Result(key=found.id, value=bytes(2_000_000))]

    with pytest.raises(InputError, match=f"{topic.name}/0/0"):
        await asyncio.wait_for(process_of(topic, too_much, into=into), DEADLINE_S)


async def test_topics_that_do_not_fit_are_named(topic: Topic) -> None:
    into = await results_topic(topic, partitions=PARTITIONS - 1)

    async def nothing(_: Document) -> list[Result]:
        return []

    with pytest.raises(InputError, match=f"{into} has {PARTITIONS - 1} partitions"):
        await process_of(topic, nothing, into=into)
    with pytest.raises(BrokerUnavailable, match="there is no such topic"):
        await process_of(topic, nothing, into=topic.prefix + "nowhere", request_timeout_s=1)


def process_of(topic: Topic, work: Any, *, into: str, **options: Any) -> Any:
    return process(
        topic.bootstrap, work, name=topic.prefix + "shouts", topic=topic.name, into=into, session_timeout_s=6, **options
    )


@asynccontextmanager
async def running(topic: Topic, work: Any, **options: Any) -> AsyncIterator[None]:
    """Let `work` be done beside the block, and cancel it in the end."""
    task = asyncio.ensure_future(process_of(topic, work, **options))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
