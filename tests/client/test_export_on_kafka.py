"""`cleanwire export`: each document is told in the wire format of schema registries once, whoever is killed.

The registry is a stand-in; tests/clients tries a real one, and readers that are not ours.
"""

import asyncio
import io
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import fastavro
import msgspec
import pytest

from cleanwire.records import wire_format
from cleanwire.records.base import encode
from cleanwire.records.document import Document, Image
from cleanwire.records.wire_format import Format
from cleanwire.stream import direct, topics
from cleanwire.stream.messages import Message
from corpus_documents import corpus_documents
from published_document import document
from registry.stand_in import StandIn

from .published import PARTITIONS, Topic

DEADLINE_S = 120

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


@pytest.fixture
async def into(topic: Topic) -> str:
    name = topic.prefix + "told"
    await topics.create(topic.connection, [topics.TopicSpec(name=name, partitions=PARTITIONS, config={})])
    return name


@pytest.fixture
async def start(topic: Topic, into: str, stand_in: StandIn) -> AsyncIterator[Start]:
    """Start an export; whatever still runs in the end is killed."""
    running: list[asyncio.subprocess.Process] = []

    async def started(form: Format, *arguments: str) -> asyncio.subprocess.Process:
        command = ("-m", "cleanwire", "export", "--bootstrap", topic.bootstrap, "--into", into, "--format", form.value)
        settings = (f"kafka.topic_prefix={topic.prefix}", "kafka.session_timeout_s=6", f"registry.url={stand_in.url}")
        sets = [word for setting in settings for word in ("--set", setting)]
        running.append(
            await asyncio.create_subprocess_exec(
                sys.executable, *command, *sets, *arguments, stderr=asyncio.subprocess.PIPE
            )
        )
        return running[-1]

    yield started
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def committed(topic: Topic, into: str, enough: Callable[[list[Message]], bool]) -> list[Message]:
    """Return what is on `into` for a reader of what is committed, when it is enough."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            found: list[Message] = []
            await direct.read_all(topic.connection, into, found.append)
            if enough(found):
                return found
            await asyncio.sleep(0.2)


async def said(process: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(DEADLINE_S):
        _, err = await process.communicate()
    return err.decode()


def avro_of(message: Message) -> Document:
    assert message.value is not None
    schema = fastavro.parse_schema(json.loads(wire_format.of(Format.AVRO).schema))
    return msgspec.convert(fastavro.schemaless_reader(io.BytesIO(message.value[5:]), schema), Document)


async def test_every_document_comes_under_its_id_and_that_of_its_schema(
    topic: Topic, into: str, start: Start, stand_in: StandIn
) -> None:
    documents = corpus_documents()
    await topic.publish(*documents)
    stand_in.ids = {str(number): number for number in range(1, 77)}
    process = await start(Format.AVRO)
    found = await committed(topic, into, lambda found: len(found) >= len(documents))
    process.send_signal(signal.SIGTERM)
    told = await said(process)
    assert process.returncode == 0, told
    assert f"{into}-value has the schema 77" in told
    assert "Traceback" not in told
    assert {message.key_text: avro_of(message) for message in found} == {one.id: one for one in documents}
    assert all((message.value or b"").startswith(b"\0\0\0\0\x4d") for message in found)
    ((path, _, asked),) = stand_in.requests
    assert path.endswith(f"/subjects/{into}-value/versions")
    assert asked == {"schemaType": "AVRO", "schema": wire_format.of(Format.AVRO).schema}


@pytest.mark.slow
@pytest.mark.parametrize("form", [Format.AVRO, Format.PROTOBUF])
async def test_no_document_is_lost_or_doubled_when_it_is_killed(
    topic: Topic, into: str, start: Start, form: Format
) -> None:
    names = [f"a{number}" for number in range(4000)]
    await topic.publish(*map(document, names[:2000]))
    for more in (200, 1200):
        process = await start(form)
        await committed(topic, into, lambda found, more=more: len(found) > more)  # type: ignore[misc]
        process.kill()
        await process.wait()
    await topic.publish(*map(document, names[2000:]))
    await start(form)
    await start(form)
    found = await committed(topic, into, lambda found: len({message.key for message in found}) >= len(names))
    assert Counter(message.key_text for message in found) == Counter(names)


async def test_a_document_that_the_schema_has_no_room_for_is_left_out_and_named(
    topic: Topic, into: str, start: Start
) -> None:
    odd = encode(document("odd", images=(Image(url="u", width=7),))).replace(b'"width":7', b'"width":%d' % 2**63)
    await topic.publish(document("a"), odd, b"{]", document("b"), odd, document("c"))
    process = await start(Format.AVRO)
    found = await committed(topic, into, lambda found: len(found) >= 3)
    process.send_signal(signal.SIGTERM)
    told = await said(process)
    assert sorted(message.key_text for message in found) == ["a", "b", "c"]
    assert "odd, revision 1, was left out" in told
    assert f"{topic.name}/2/0 is no document" in told


async def test_a_registry_that_says_no_ends_it_before_anything_is_written(
    topic: Topic, into: str, start: Start, stand_in: StandIn
) -> None:
    await topic.publish(document("a"))
    stand_in.answer = lambda asked: (409, b'{"error_code":409,"message":"an earlier schema is in the way"}')
    process = await start(Format.JSON, "--set", "registry.token=token-of-ours")
    told = await said(process)
    assert process.returncode == 1
    assert f"answers 409 for {into}-value: an earlier schema is in the way" in told
    assert "token-of-ours" not in told
    assert "Traceback" not in told
    assert await committed(topic, into, lambda found: True) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(("--into", "{prefix}documents"), 2, "is a topic of ours", id="documents-into-documents"),
        pytest.param(("--into", "{prefix}feeds"), 2, "is a topic of ours", id="a-topic-of-ours"),
        pytest.param(("--into", "{prefix}nowhere"), 1, "there is no such topic", id="no-topic"),
        pytest.param(("--set", "registry.url=nowhere"), 2, "registry.url", id="no-address"),
        pytest.param(("--format", "thrift"), 2, "thrift", id="no-such-format"),
    ],
)
async def test_a_wrong_option_is_named(
    topic: Topic, start: Start, arguments: tuple[str, ...], code: int, words: str
) -> None:
    given = (word.format(prefix=topic.prefix) for word in arguments)
    process = await start(Format.AVRO, *given, "--set", "kafka.request_timeout_s=1")
    told = await said(process)
    assert (process.returncode, "Traceback" in told) == (code, False), told
    assert words in told
