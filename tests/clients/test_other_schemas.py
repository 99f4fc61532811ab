"""Documents can be told in Avro and Protocol Buffers, by the schemas beside the JSON Schema, and nothing is lost."""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cleanwire.records import document as documents
from cleanwire.records import schema
from cleanwire.records.base import encode
from cleanwire.records.schemas import avro, protobuf
from corpus_documents import corpus_documents
from records.test_exports import FULL

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMAS = ROOT / "docs/schema"
AVRO, PROTO = (SCHEMAS / schema.file_name(documents.SCHEMA, suffix) for suffix in (".avsc", ".proto"))

pytestmark = [pytest.mark.yardstick, pytest.mark.timeout(300)]


def run(python: Path, *schemas: Path) -> subprocess.CompletedProcess[bytes]:
    records = [encode(document) for document in (*corpus_documents(), FULL)]
    command = [str(python), str(HERE / "python/other_schemas.py"), *map(str, schemas)]
    return subprocess.run(command, input=b"\n".join(records) + b"\n", capture_output=True, timeout=200)


def told(python: Path, *schemas: Path) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Return each document as JSON, as a reader of Avro has it and as one of Protocol Buffers."""
    done = run(python, *schemas)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    records = [json.loads(encode(document)) for document in (*corpus_documents(), FULL)]
    return list(zip(records, lines[::2], lines[1::2], strict=True))


def without_what_says_nothing(value: Any) -> Any:
    """Return a value as Protocol Buffers and JSON have it in common: whole numbers as such, what is empty left out."""
    if isinstance(value, dict):
        found = {key: without_what_says_nothing(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item not in (None, [], {}, "", 0)}
    if isinstance(value, list):
        return [without_what_says_nothing(item) for item in value]
    if isinstance(value, str):
        try:
            return int(value) if value.isdecimal() else datetime.fromisoformat(value).timestamp()
        except ValueError:
            return value
    return value


def test_nothing_is_lost(other_python: Path) -> None:
    for as_json, as_avro, as_protobuf in told(other_python, AVRO, PROTO):
        assert without_what_says_nothing(as_avro) == without_what_says_nothing(as_json)
        assert without_what_says_nothing(as_protobuf) == without_what_says_nothing(as_json)


RELEASED = sorted(SCHEMAS.glob("released/*/*document-1.avsc"))


@pytest.mark.parametrize("avsc", RELEASED, ids=lambda avsc: avsc.parent.name)
def test_who_knows_a_released_schema_and_who_knows_todays_read_each_other(
    other_python: Path, avsc: Path, tmp_path: Path
) -> None:
    proto = avsc.with_suffix(".proto")
    for written, read in (((avsc, proto), (AVRO, PROTO)), ((AVRO, PROTO), (avsc, proto))):
        for as_json, as_avro, as_protobuf in told(other_python, *read, *written):
            for found in (as_avro, as_protobuf):
                assert found["body"] == as_json["body"]
                assert len(found["blocks"]) == len(as_json["blocks"])
    older = _older(tmp_path)
    for written, read in ((older, (AVRO, PROTO)), ((AVRO, PROTO), older)):
        for as_json, as_avro, as_protobuf in told(other_python, *read, *written):
            assert as_avro["body"] == as_protobuf["body"] == as_json["body"]
            assert not as_avro.get("provenance")
            assert not as_protobuf.get("provenance")


def _older(folder: Path) -> tuple[Path, Path]:
    """Return the schemas as they were before a field came."""
    shorter = json.loads(AVRO.read_text("utf-8"))
    assert shorter["fields"].pop()["name"] == "provenance"
    avsc, proto = folder / "older.avsc", folder / "older.proto"
    avsc.write_text(json.dumps(shorter))
    line = "  map<string, Evidence> provenance = 39;\n"
    assert line in PROTO.read_text("utf-8")
    proto.write_text(PROTO.read_text("utf-8").replace(line, ""))
    return avsc, proto


@pytest.mark.parametrize(
    ("old", "new"),
    [('"name": "title",', '"name": "headline",'), ('"name": "Block",', '"name": "Piece",')],
    ids=["renamed", "record-renamed"],
)
def test_what_the_gate_calls_broken_avro_does_not_read(other_python: Path, tmp_path: Path, old: str, new: str) -> None:
    broken = tmp_path / "broken.avsc"
    broken.write_text(AVRO.read_text("utf-8").replace(old, new))
    assert avro.breaks(json.loads(AVRO.read_text("utf-8")), json.loads(broken.read_text("utf-8")))
    done = run(other_python, broken, PROTO, AVRO, PROTO)
    assert b"SchemaResolutionError" in done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title = 8;", "title = 80;"),
        ("string title = 8;", "int64 title = 8;"),
        ("string title = 8;", "Urls title = 8;"),
    ],
    ids=["renumbered", "type", "message"],
)
def test_what_the_gate_calls_broken_protocol_buffers_do_not_read(
    other_python: Path, tmp_path: Path, old: str, new: str
) -> None:
    broken = tmp_path / "broken.proto"
    broken.write_text(PROTO.read_text("utf-8").replace(old, new))
    assert protobuf.breaks(PROTO.read_text("utf-8"), broken.read_text("utf-8"))
    done = run(other_python, AVRO, broken, AVRO, PROTO)
    lines = [json.loads(line) for line in done.stdout.splitlines()[1::2]]
    assert done.returncode or all("title" not in line for line in lines)
