"""Clients in other languages read every committed document, and none of a transaction that was aborted.

They are run by the very commands of docs/consuming.md.
"""

import asyncio
import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cleanwire.records.base import encode
from cleanwire.settings import KafkaSettings
from cleanwire.stream.broker.connection import Connection
from client.published import PARTITIONS, Topic
from published_document import document

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/consuming.md"
COMMANDS = {
    line.split()[0]: line
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for line in block.splitlines()
}
"""Commands of the page by their first word; of several with the same word the last."""
CONSOLE_CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"
ALL = ("zstd", "lz4", "gzip", "none")
EACH = 12  # documents of one compression
DEADLINE_S = 90

pytestmark = [pytest.mark.yardstick, pytest.mark.kafka, pytest.mark.timeout(300)]


async def published(topic: Topic, compressions: Sequence[str]) -> set[str]:
    """Publish documents in transactions of each compression, one of them aborted; return the ids of the others."""
    ids: set[str] = set()
    for number, compression in enumerate((*compressions, compressions[0])):
        aborted = number == len(compressions)
        settings = KafkaSettings(bootstrap=topic.bootstrap, compression=compression)  # type: ignore[arg-type]
        producer = Connection(settings).producer(transactional_id=f"{topic.prefix}{number}")
        async with producer:
            await producer.begin_transaction()
            for at in range(EACH):
                name = f"{'aborted' if aborted else compression}-{at}"
                value = encode(document(name, title=f"Fähre {name} 渡し船"))
                await producer.send_and_wait(topic.name, value, key=name.encode(), partition=at % PARTITIONS)
                ids |= set() if aborted else {name}
            await (producer.abort_transaction() if aborted else producer.commit_transaction())
    return ids


async def read(arguments: Sequence[str], count: int, cwd: Path) -> tuple[list[str], str]:
    """Return the ids of the first `count` documents that a command prints, and what it says on standard error."""
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "PATH": f"{cwd}:{os.environ['PATH']}"},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said = asyncio.ensure_future(process.stderr.read())
    ids: list[str] = []
    try:
        async with asyncio.timeout(DEADLINE_S):
            while len(ids) < count and (line := await process.stdout.readline()):
                one = json.loads(line)
                assert f"Fähre {one['id']} 渡し船" == one["title"]
                ids.append(one["id"])
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it may have ended, which asyncio learns a moment later
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return ids, (await said).decode()


def words(name: str, topic: Topic) -> list[str]:
    """Return the page's command that begins with `name`, for this topic, up to a pipe."""
    found = shlex.split(COMMANDS[name], comments=True)
    found = found[: found.index("|")] if "|" in found else found
    if "news.documents" not in found:  # an example of ours: it takes topic and group after the broker
        found += [topic.name, topic.prefix + "titles"]
    own = {"localhost:9092": topic.bootstrap, "news.documents": topic.name}
    return [own.get(word, word) for word in found]


async def test_kcat_reads_all_compressions(kcat: str, topic: Topic, tmp_path: Path) -> None:
    names = await published(topic, ALL)
    ids, said = await read(words("kcat", topic), len(names), tmp_path)
    assert sorted(ids) == sorted(names), said
    uncommitted = [word.replace("read_committed", "read_uncommitted") for word in words("kcat", topic)]
    ids, said = await read(uncommitted, len(names) + EACH, tmp_path)
    assert len(set(ids) - names) == EACH, "else nothing was aborted, and the test could not fail"


async def test_confluent_kafka_reads_all_compressions(topic: Topic, tmp_path: Path) -> None:
    names = await published(topic, ALL)
    shutil.copy(ROOT / "docs/examples/documents.py", tmp_path)
    ids, said = await read([sys.executable, *words("python", topic)[1:]], len(names), tmp_path)
    assert sorted(ids) == sorted(names), said


async def test_javas_console_consumer_reads_all_compressions(java_libs: Path, topic: Topic, tmp_path: Path) -> None:
    names = await published(topic, ALL)
    script = tmp_path / "kafka-console-consumer.sh"  # Kafka's own script comes with its archive, not with its jars
    script.write_text(f'#!/bin/sh\nexec java -cp "{java_libs}/*" {CONSOLE_CONSUMER} "$@"\n')
    script.chmod(0o755)
    ids, said = await read(words("kafka-console-consumer.sh", topic), len(names), tmp_path)
    assert sorted(ids) == sorted(names), said


@pytest.mark.parametrize("compression", ["gzip", "none"])
async def test_kafkajs_reads_what_the_page_advises(
    node_modules: Path, topic: Topic, tmp_path: Path, compression: str
) -> None:
    names = await published(topic, [compression])
    ids, said = await read(_node(tmp_path, node_modules, topic), len(names), tmp_path)
    assert sorted(ids) == sorted(names), said


async def test_kafkajs_says_that_it_lacks_zstd(node_modules: Path, topic: Topic, tmp_path: Path) -> None:
    await published(topic, ["zstd"])
    ids, said = await read(_node(tmp_path, node_modules, topic), 1, tmp_path)
    assert ids == []
    assert "ZSTD compression not implemented" in said


def _node(folder: Path, node_modules: Path, topic: Topic) -> list[str]:
    shutil.copy(ROOT / "docs/examples/documents.mjs", folder)
    (folder / "node_modules").symlink_to(node_modules)
    return words("node", topic)
