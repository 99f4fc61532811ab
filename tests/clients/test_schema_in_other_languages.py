"""Documents fit their JSON Schema for validators of other languages, and what is no document does not."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cleanwire.records.base import encode
from cleanwire.records.document import Status
from corpus_documents import corpus_documents
from published_document import document

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMA = ROOT / "docs/schema/cleanwire.document-1.json"

pytestmark = [pytest.mark.yardstick, pytest.mark.timeout(300)]


def sound() -> tuple[bytes, ...]:
    """Return documents of our pages, and one that was canceled."""
    return tuple(map(encode, (*corpus_documents(), document("gone", revision=2, status=Status.CANCELED))))


def broken() -> tuple[bytes, ...]:
    """Return what is no document, each for a reason of its own."""
    one: dict[str, Any] = json.loads(encode(document("a")))
    return tuple(
        json.dumps(value).encode()
        for value in (
            {name: value for name, value in one.items() if name != "title"},
            {**one, "revision": "1"},
            {**one, "status": "asleep"},
            {**one, "blocks": [{"text": "no type"}]},
            [one],
        )
    )


def judged(command: Sequence[str], records: Sequence[bytes]) -> list[str]:
    """Return what a validator says of each record: "fits", or what does not."""
    done = subprocess.run(command, input=b"\n".join(records) + b"\n", capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def _check(command: Sequence[str]) -> None:
    verdicts = judged([*command, str(SCHEMA)], [*sound(), *broken()])
    assert [verdict for verdict in verdicts[: len(sound())] if verdict != "fits"] == []
    assert len(verdicts[len(sound()) :]) == len(broken())
    assert "fits" not in verdicts[len(sound()) :]


def test_in_node(node_modules: Path) -> None:
    _check(["node", str(HERE / "node/validate.mjs"), str(node_modules)])


def test_in_java(java_libs: Path) -> None:
    _check(["java", "-cp", f"{java_libs}/*", str(HERE / "java/Validate.java")])
