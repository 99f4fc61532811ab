"""The commands of docs/how-to/store.md run as they stand."""

import inspect
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cleanwire.client import DocumentStore
from client.published import Topic
from published_document import document

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/store.md").read_text("utf-8")
BLOCKS = [block for remark, block in re.findall(r"(<!--.*?-->\n)?```sh\n(.*?)```", PAGE, re.DOTALL) if not remark]
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


def printed(command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=LIMIT_S)
    return done.stdout + done.stderr


def test_the_pages_store_has_the_methods_of_a_store() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    for method in ("place", "put"):
        shown = getattr(names["DocumentStore"], method)
        assert inspect.signature(shown) == inspect.signature(getattr(DocumentStore, method))


async def test_the_commands_for_postgresql_keep_documents(topic: Topic, environment: dict[str, str]) -> None:
    await topic.publish_by_id(document("a", title="The ferry returns"))
    commands = [line for block in BLOCKS for line in block.splitlines() if "postgres" in block or "psql" in block]
    assert [command.split()[0] for command in commands] == ["createdb", "python", "psql"]
    create, keep, look = commands
    subprocess.run(create.split(), env=environment, check=True, timeout=LIMIT_S)
    keep = keep.replace("localhost:9092", topic.bootstrap) + f" --topic {topic.name} --group {uuid.uuid4().hex}"
    keeping = subprocess.Popen(keep.split(), env=environment, cwd=ROOT / "docs/examples")
    try:
        deadline = time.monotonic() + LIMIT_S
        shown = ""
        while "The ferry returns" not in shown:
            assert time.monotonic() < deadline, shown
            assert keeping.poll() is None
            time.sleep(0.3)
            done = subprocess.run(
                ["bash", "-c", look], env=environment, capture_output=True, text=True, timeout=LIMIT_S
            )
            shown = done.stdout + done.stderr
    finally:
        keeping.kill()
        keeping.wait()
