"""What docs/consuming.md and docs/examples show runs."""

import ast
import asyncio
import inspect
import re
import signal
import sqlite3
import sys
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest

from cleanwire.records.document import Status
from cleanwire.stream import direct, topics
from published_document import document

from .published import PARTITIONS, Topic

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs/consuming.md").read_text("utf-8"), re.DOTALL)
READING = [example for example in EXAMPLES if "print(" in example]
(PROCESSING,) = (example for example in EXAMPLES if "print(" not in example)
INDEX = ROOT / "docs/examples/search_index.py"
DEADLINE_S = 90

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


@pytest.mark.parametrize("example", READING, ids=["asyncio", "plain"])
async def test_an_example_of_the_page_prints_documents(topic: Topic, example: str) -> None:
    await topic.publish(document("a", language="de", title="Ferry returns"))
    source = example.replace("localhost:9092", topic.bootstrap).replace('"search"', f'"search", topic="{topic.name}"')
    assert source.count(topic.name) == 1
    printed: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    class Enough(Exception): ...

    def show(*values: Any) -> None:
        loop.call_soon_threadsafe(printed.put_nowait, str(values[0]))
        raise Enough

    code = compile(source, "docs/consuming.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = {"print": show}

    async def run() -> None:
        if code.co_flags & inspect.CO_COROUTINE:
            await eval(code, names)
        else:
            await asyncio.to_thread(eval, code, names)

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(Enough):
            await run()
        assert await printed.get() == "Ferry returns"


async def test_the_example_of_results_writes_a_headline(topic: Topic) -> None:
    into = topic.prefix + "headlines"
    await topics.create(topic.connection, [topics.TopicSpec(name=into, partitions=PARTITIONS, config={})])
    await topic.publish(document("a", title="Ferry returns"))
    source = PROCESSING.replace("localhost:9092", topic.bootstrap).replace(
        'into="my.headlines"', f'into="{into}", topic="{topic.name}"'
    )
    code = compile(source, "docs/consuming.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    task = asyncio.ensure_future(eval(code, {}))
    try:
        async with (
            asyncio.timeout(DEADLINE_S),
            aclosing(direct.follow(topic.connection, into, from_start=True)) as found,
        ):
            first = await anext(found)
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert (first.key, first.value) == (b"a", b"Ferry returns")


async def test_the_index_takes_revisions_deletes_what_is_canceled_and_may_be_killed(
    topic: Topic, tmp_path: Path
) -> None:
    database = tmp_path / "index.db"
    await topic.publish(document("a", title="Ferry returns"), document("b", title="Mill burns"))
    await _index(topic, database, {"Ferry returns", "Mill burns"}, signal.SIGKILL)
    await topic.publish(
        document("a", title="Ferry is late", revision=2), document("b", revision=2, status=Status.CANCELED)
    )
    await _index(topic, database, {"Ferry is late"}, signal.SIGKILL)


async def _index(topic: Topic, database: Path, titles: set[str], end: signal.Signals) -> None:
    """Let the index run until it holds `titles` and no others, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(INDEX), topic.bootstrap, str(database), "--topic", topic.name
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            while _titles(database) != titles:
                assert process.returncode is None
                await asyncio.sleep(0.1)
    finally:
        process.send_signal(end)
        await process.wait()


def _titles(database: Path) -> set[str]:
    try:
        with closing(sqlite3.connect(database)) as index:
            return {title for (title,) in index.execute("SELECT title FROM texts")}
    except sqlite3.OperationalError:  # not made yet, or being written
        return set()
