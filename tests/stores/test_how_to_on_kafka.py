"""The commands of docs/how-to/store.md run as they stand."""

import inspect
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cleanwire.client import DocumentStore
from cleanwire.records.document import Status
from client.published import Topic
from published_document import document

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/examples"
PAGE = (ROOT / "docs/how-to/store.md").read_text("utf-8")
BLOCKS = re.findall(r"(<!--.*?-->\n)?```sh\n(.*?)```", PAGE, re.DOTALL)
LINES = [line for remark, block in BLOCKS if not remark for line in block.splitlines()]
(LATEST, SKELETON) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
LIMIT_S = 90

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def environment(postgres: dict[str, str], programs: Path) -> Iterator[dict[str, str]]:
    """Return what a shell needs to find the programs, and the server under the name of the page's database."""
    path = f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"
    yield {**os.environ, **postgres, "PATH": path}
    with psycopg.connect(
        host=postgres["PGHOST"], user=postgres["PGUSER"], dbname="postgres", autocommit=True
    ) as server:
        server.execute("DROP DATABASE IF EXISTS news WITH (FORCE)")


def test_the_pages_store_has_the_methods_of_a_store() -> None:
    names: dict[str, Any] = {}
    exec(SKELETON, names)
    for method in ("place", "put"):
        shown = getattr(names["DocumentStore"], method)
        assert inspect.signature(shown) == inspect.signature(getattr(DocumentStore, method))


async def test_the_commands_for_postgresql_keep_documents(topic: Topic, environment: dict[str, str]) -> None:
    await topic.publish_by_id(document("a", title="The ferry returns"))
    create, keep, look = commands("createdb", "postgres.py", "psql")
    subprocess.run(create.split(), env=environment, check=True, timeout=LIMIT_S)
    with keeping(keep, topic, EXAMPLES, env=environment) as process:
        wait_for("The ferry returns", ["bash", "-c", look], process, cwd=EXAMPLES, env=environment)


async def test_the_commands_for_parquet_keep_documents(topic: Topic, tmp_path: Path) -> None:
    await topic.publish_by_id(
        document("a", title="The ferry returns"),
        document("b", title="The mill burns"),
        document("a", title="The ferry is late", revision=2),
        document("b", revision=2, status=Status.CANCELED),
    )
    shutil.copy(EXAMPLES / "parquet.py", tmp_path)
    (keep,) = commands("parquet.py")
    with keeping(f"{keep} --every 0.2", topic, tmp_path) as process:
        wait_for("['The ferry is late']", [sys.executable, "-c", LATEST], process, cwd=tmp_path)


def commands(*words: str) -> list[str]:
    """Return the page's commands that have these words, one for each."""
    found = [[line for line in LINES if word in line] for word in words]
    assert all(len(lines) == 1 for lines in found), found
    return [line for lines in found for line in lines]


@contextmanager
def keeping(command: str, topic: Topic, folder: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run an example beside the block, on the test's own topic."""
    words = command.replace("localhost:9092", topic.bootstrap).split()
    assert words[0] == "python"
    own = ("--topic", topic.name, "--group", topic.prefix + "group")
    process = subprocess.Popen([sys.executable, *words[1:], *own], cwd=folder, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(text: str, look: list[str], process: subprocess.Popen[bytes], **options: Any) -> None:
    """Look until `text` is printed."""
    deadline, shown = time.monotonic() + LIMIT_S, ""
    while text not in shown:
        assert process.poll() is None
        assert time.monotonic() < deadline, shown
        done = subprocess.run(look, capture_output=True, text=True, timeout=LIMIT_S, **options)
        shown = done.stdout + done.stderr
