"""Documents can be told in Avro and Protocol Buffers, by the schemas beside the JSON Schema, and nothing is lost."""

import json
import shutil
import subprocess
import venv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanwire.records import document as documents
from cleanwire.records import other_schemas, schema
from cleanwire.records.base import encode
from corpus_documents import corpus_documents
from records.test_exports import FULL

from .conftest import kept, missing

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMAS = ROOT / "docs/schema"
AVRO, PROTO = (SCHEMAS / schema.file_name(documents.SCHEMA, suffix) for suffix in (".avsc", ".proto"))

pytestmark = [pytest.mark.yardstick, pytest.mark.timeout(300)]


@pytest.fixture(scope="session")
def other_python() -> Path:
    """Return a Python that has fastavro and Protocol Buffers, which are none of our dependencies."""

    def fetch(into: Path) -> list[str]:
        venv.create(into, with_pip=True)
        lock = str(HERE / "python/requirements.lock")
        pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock]
        return [str(into / "bin/python"), *pip]

    found = kept("python-clients", HERE / "python/requirements.lock", fetch) / "bin/python"
    return found if found.exists() else missing("no environment can be made")


def told(python: Path, *schemas: Path) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Return each document as JSON, as a reader of Avro has it and as one of Protocol Buffers."""
    records = [encode(document) for document in (*corpus_documents(), FULL)]
    command = [str(python), str(HERE / "python/other_schemas.py"), *map(str, schemas)]
    done = subprocess.run(command, input=b"\n".join(records) + b"\n", capture_output=True, timeout=200)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return list(zip(map(json.loads, records), lines[::2], lines[1::2], strict=True))


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


@pytest.mark.parametrize("released", sorted(SCHEMAS.glob("released/*/*document-1.avsc")) or [AVRO], ids=str)
def test_what_was_written_under_a_released_schema_is_read(other_python: Path, released: Path, tmp_path: Path) -> None:
    """So is what lacks a field that came later: here the last ones."""
    shorter = json.loads(released.read_text("utf-8"))
    del shorter["fields"][-4:]
    (tmp_path / "old.avsc").write_text(json.dumps(shorter))
    for _, as_avro, _ in told(other_python, AVRO, PROTO, tmp_path / "old.avsc"):
        assert as_avro["provenance"] == {}


def test_the_files_are_those_of_this_version(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schema")
    assert schema.write(tmp_path / "schema") == []
    for file in SCHEMAS.glob("*.*"):
        assert (tmp_path / "schema" / file.name).read_bytes() == file.read_bytes(), f"{file.name}: make docs"


def test_fields_keep_their_numbers_and_new_ones_get_the_next(tmp_path: Path) -> None:
    assert schema.write(tmp_path) == []
    proto = tmp_path / PROTO.name
    written = proto.read_text("utf-8")
    assert other_schemas.numbers(written) == other_schemas.numbers(PROTO.read_text("utf-8"))
    proto.write_text(written.replace("  string title = 8;\n", "").replace(" = 9;", " = 90;"))
    assert schema.write(tmp_path) == []
    assert _numbers(proto)["Document"]["title"] > 90
    proto.write_text(written.replace("  string title = 8;", "  string headline = 8;"))
    assert f"{proto.name}: Document.headline: had the number 8" in schema.write(tmp_path)


def test_a_type_that_neither_knows_is_refused() -> None:
    class Odd(msgspec.Struct):
        what: bytes

    for make in (lambda: other_schemas.avro(Odd, "p"), lambda: other_schemas.protobuf(Odd, "p", {})):
        with pytest.raises(TypeError, match="BytesType"):
            make()


def _numbers(proto: Path) -> Mapping[str, Mapping[str, int]]:
    return other_schemas.numbers(proto.read_text("utf-8"))
