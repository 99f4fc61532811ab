"""Documents fit their JSON Schema for validators of other languages, and what is no document does not."""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.records.base import encode
from cleanwire.records.document import Change, ChangeKind, Status
from published_document import document

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMA = ROOT / "docs/schema/cleanwire.document-1.json"
CORPUS = HERE.parent / "corpus"
NOON = 1.78e9

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@cache
def sound() -> tuple[bytes, ...]:
    """Return documents of all pages of the corpus that give one, and one that was canceled."""
    found = [encode(document("gone", revision=2, status=Status.CANCELED))]
    for folder in sorted(CORPUS.iterdir()):
        url = json.loads((folder / "expected.json").read_text("utf-8"))["url"] if folder.is_dir() else ""
        if not url or not (folder / "page.html").exists():
            continue
        page = Page(url=url, body=(folder / "page.html").read_bytes(), fetched_at=NOON)
        article = clean.clean(page)
        if isinstance(article, Article):
            change = Change(kind=ChangeKind.NEW)
            found.append(
                encode(
                    documents.compose(
                        article,
                        entry=None,
                        page=page,
                        document_id=folder.name,
                        revision=1,
                        change=change,
                        seen_at=NOON,
                        emitted_at=NOON,
                    )
                )
            )
    assert len(found) > 30
    return tuple(found)


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
