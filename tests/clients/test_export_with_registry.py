"""Confluent's deserialisers read what `cleanwire export` writes, with a real registry, by the commands of the page."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cleanwire.records import document as documents
from cleanwire.records import schema
from cleanwire.records.base import encode
from client.published import PARTITIONS, Topic
from corpus_documents import corpus_documents
from published_document import document
from records.test_exports import FULL

from .test_other_schemas import without_what_says_nothing

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs/how-to/schema-registry.md"
COMMANDS = {
    line.split()[0]: line.strip()
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for line in block.strip().splitlines()
}
DEADLINE_S = 120

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.timeout(600)]


def words(name: str, own: Mapping[str, str]) -> list[str]:
    """Return the page's command that begins with `name`, with its words replaced by those of a test."""
    found = shlex.split(COMMANDS[name])
    return [own.get(word, word) for word in found]


@asynccontextmanager
async def exporting(topic: Topic, registry: str, into: str, form: str) -> AsyncIterator[None]:
    """Let the page's export run beside the block; SIGTERM ends it, and well."""
    own = {
        "localhost:9092": topic.bootstrap,
        "news.avro": into,
        "avro": form,
        "registry.url=http://localhost:8081": f"registry.url={registry}",
    }
    command = words("cleanwire", own)
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / command[0]),
        *command[1:],
        env={**os.environ, "CLEANWIRE_KAFKA_TOPIC_PREFIX": topic.prefix},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.wait_for(process.communicate(), DEADLINE_S)
        assert process.returncode == 0, told.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def make_topic(java_libs: Path, topic: Topic, into: str) -> None:
    command = words("kafka-topics.sh", {"localhost:9092": topic.bootstrap, "news.avro": into, "12": str(PARTITIONS)})
    java = ["java", "-cp", f"{java_libs}/*", "org.apache.kafka.tools.TopicCommand", *command[1:]]
    subprocess.run(java, check=True, capture_output=True, timeout=DEADLINE_S)


async def lines(count: int, *command: str) -> list[dict[str, Any]]:
    """Return the first lines that a command prints, as JSON."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=2**22
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said = asyncio.ensure_future(process.stderr.read())
    found: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(DEADLINE_S):
            while len(found) < count and (line := await process.stdout.readline()):
                found.append(json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    assert len(found) == count, (await said).decode()[-3000:]
    return found


@pytest.mark.parametrize("form", ["avro", "protobuf", "json"])
async def test_foreign_readers_have_the_documents(
    java_libs: Path, registry: str, other_python: Path, topic: Topic, form: str
) -> None:
    published = {one.id: one for one in (*corpus_documents(), FULL)}
    await topic.publish(*published.values())
    into = f"{topic.prefix}{form}"
    make_topic(java_libs, topic, into)
    async with exporting(topic, registry, into, form):
        proto = str(ROOT / "docs/schema" / schema.file_name(documents.SCHEMA, ".proto"))
        reader = (str(other_python), str(HERE / "python/registered.py"), form, topic.bootstrap, registry, into)
        found = await lines(len(published), *reader, str(len(published)), proto)
    assert {record["key"] for record in found} == set(published)
    for record in found:
        told = without_what_says_nothing(record["value"])
        assert told == without_what_says_nothing(json.loads(encode(published[record["key"]])))


async def test_the_example_of_the_page_reads_documents(
    java_libs: Path, registry: str, other_python: Path, topic: Topic, tmp_path: Path
) -> None:
    await topic.publish(document("a", title="Ferry returns"))
    into = f"{topic.prefix}avro"
    make_topic(java_libs, topic, into)
    shutil.copy(ROOT / "docs/examples/avro_documents.py", tmp_path)
    own = {"localhost:9092": topic.bootstrap, "http://localhost:8081": registry, "news.avro": into}
    async with exporting(topic, registry, into, "avro"):
        _, script, *arguments = words("python", own)
        (found,) = await lines(1, str(other_python), str(tmp_path / script), *arguments)
    assert (found["id"], found["title"]) == ("a", "Ferry returns")


@pytest.mark.parametrize(("suffix", "kind"), [(".avsc", "AVRO"), (".proto", "PROTOBUF")])
def test_the_schemas_of_releases_and_todays_may_share_a_subject(registry: str, suffix: str, kind: str) -> None:
    """By the registry's own check, in both directions. It has none for the JSON Schema of 2020."""
    name = schema.file_name(documents.SCHEMA, suffix)
    subject = f"{registry}/subjects/released{suffix}-value"
    with httpx.Client(headers={"Content-Type": "application/vnd.schemaregistry.v1+json"}, trust_env=False) as client:
        for file in (*sorted((ROOT / "docs/schema/released").glob(f"*/{name}")), ROOT / "docs/schema" / name):
            body = {"schemaType": kind, "schema": file.read_text("utf-8")}
            answer = client.post(f"{subject}/versions", json=body)
            assert answer.is_success, answer.text
            rule = {"compatibility": "FULL_TRANSITIVE"}
            client.put(f"{registry}/config/released{suffix}-value", json=rule).raise_for_status()
