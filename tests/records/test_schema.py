"""The published records' JSON Schema: committed, up to date, and never broken for readers."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleanwire.records import document, rejected, schema

COMMITTED = Path(__file__).parents[2] / "docs" / "schema"

OLD: dict[str, Any] = {
    "$ref": "#/$defs/Thing",
    "$defs": {
        "Thing": {
            "type": "object",
            "title": "Thing",
            "required": ["id", "kind"],
            "properties": {
                "id": {"type": "string"},
                "kind": {"$ref": "#/$defs/Kind"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "default": []},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                "main": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Part"}], "default": None},
                "more": {"type": "object", "additionalProperties": {"type": "integer"}},
                "within": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Thing"}], "default": None},
            },
        },
        "Kind": {"title": "Kind", "enum": ["a", "b"]},
        "Part": {"type": "object", "title": "Part", "required": [], "properties": {"size": {"type": "integer"}}},
    },
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change(new["$defs"])
    return new


FILES = {schema.file_name(name, suffix) for name in schema.PUBLISHED for suffix in (".json", ".avsc", ".proto")}
RELEASED = sorted((COMMITTED / "released").iterdir())


@pytest.mark.parametrize("folder", [COMMITTED, *RELEASED], ids=lambda folder: folder.name)
def test_no_change_breaks_readers_of_a_schema_that_is_out(folder: Path) -> None:
    assert schema.broken(folder) == []


def test_the_committed_schemas_are_up_to_date(tmp_path: Path) -> None:
    assert schema.write(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert {path.name for path in COMMITTED.glob("*.*")} == FILES
    for file in FILES:
        assert (COMMITTED / file).read_bytes() == (tmp_path / file).read_bytes(), f"{file}: make docs"


def test_each_release_has_its_schemas_kept() -> None:
    """Avro and Protocol Buffers came with 0.2.0."""
    changelog = (COMMITTED.parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+)(?! \(unreleased\))\b.*$", changelog, re.MULTILINE)
    kept = {folder.name: {file.name for file in folder.iterdir()} for folder in RELEASED}
    assert "0.1.0" in versions
    assert all(kept[version] == FILES for version in versions if version != "0.1.0")
    assert kept["0.1.0"] == {file for file in FILES if file.endswith(".json")}


def test_the_major_version_is_part_of_the_name() -> None:
    assert schema.file_name(document.SCHEMA) == "cleanwire.document-1.json"
    assert schema.file_name(rejected.SCHEMA) == "cleanwire.rejected-1.json"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(lambda d: d["Thing"]["properties"].pop("note"), "note: removed", id="field-removed"),
        pytest.param(lambda d: d["Part"]["properties"].pop("size"), "parts[].size: removed", id="nested-field-removed"),
        pytest.param(
            lambda d: d["Thing"]["properties"]["id"].update(type="integer"),
            "id: type was ['string'], is ['integer']",
            id="type-changed",
        ),
        pytest.param(
            lambda d: d["Part"]["properties"]["size"].update(type="string"),
            "main.size: type was ['integer'], is ['string']",
            id="type-changed-behind-an-alternative",
        ),
        pytest.param(
            lambda d: d["Thing"]["properties"].update(note={"type": "string"}),
            "note: type was ['null', 'string'], is ['string']",
            id="alternative-gone",
        ),
        pytest.param(
            lambda d: d["Thing"]["properties"]["more"].update(additionalProperties={"type": "string"}),
            "more.*: type was ['integer'], is ['string']",
            id="type-of-a-mappings-values-changed",
        ),
        pytest.param(
            lambda d: (
                d["Thing"]["required"].append("colour"),
                d["Thing"]["properties"].update(colour={"type": "string"}),
            ),
            "colour: became required",
            id="new-required-field",
        ),
        pytest.param(lambda d: d["Thing"]["required"].append("note"), "note: became required", id="became-required"),
        pytest.param(lambda d: d["Thing"]["required"].remove("id"), "id: no longer always there", id="became-optional"),
        pytest.param(lambda d: d["Kind"].update(enum=["a"]), "kind: no longer b", id="value-gone"),
        pytest.param(
            lambda d: d["Thing"]["properties"]["id"].update(enum=["a"]),
            "id: may no longer be anything",
            id="values-became-a-closed-set",
        ),
        pytest.param(
            lambda d: d["Thing"]["properties"]["id"].update(format="uuid"), "id: format was None, is uuid", id="format"
        ),
    ],
)
def test_a_breaking_change_is_named(change: Callable[[dict[str, Any]], object], problem: str) -> None:
    assert problem in schema.breaks(OLD, changed(change))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: None, id="nothing"),
        pytest.param(
            lambda d: d["Thing"]["properties"].update(new={"type": "string", "default": ""}), id="new-optional"
        ),
        pytest.param(lambda d: d["Part"]["properties"].update(new={"type": "string"}), id="new-optional-inside"),
        pytest.param(lambda d: d.update(Other={"type": "object", "properties": {}}), id="new-record-type"),
        pytest.param(lambda d: d["Kind"].update(enum=["a", "b", "c"]), id="new-value"),
        pytest.param(lambda d: d["Thing"].update(description="Says more."), id="description"),
        pytest.param(lambda d: d["Thing"]["properties"]["main"]["anyOf"].reverse(), id="order-of-alternatives"),
        pytest.param(lambda d: d["Thing"]["required"].reverse(), id="order-of-required"),
    ],
)
def test_an_addition_breaks_nothing(change: Callable[[dict[str, Any]], object]) -> None:
    assert schema.breaks(OLD, changed(change)) == []


@pytest.mark.parametrize(
    ("file", "change", "problem"),
    [
        (".json", ('"title": "Document"', '"title": "Document", "const": 1'), "record: const was 1, is None"),
        (".avsc", ('"name": "title"', '"name": "headline"'), "headline: is not written, and has no default"),
        (".proto", ("string title = 8;", "string title = 9;"), "Document.title: number was 9, is 8"),
    ],
)
def test_what_breaks_readers_of_a_released_file_is_found_there(
    tmp_path: Path, file: str, change: tuple[str, str], problem: str
) -> None:
    path = tmp_path / schema.file_name(document.SCHEMA, file)
    path.write_text((COMMITTED / path.name).read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    found = schema.broken(tmp_path)
    assert any(one.startswith(f"{path.name}: ") and one.endswith(problem) for one in found), found


def test_writing_refuses_to_break_readers_unless_told(tmp_path: Path) -> None:
    path = tmp_path / schema.file_name(document.SCHEMA)
    assert schema.write(tmp_path) == []
    good = path.read_text(encoding="utf-8")
    old = json.loads(good)
    old["$defs"]["Document"]["properties"]["colour"] = {"type": "string"}
    path.write_text(json.dumps(old), encoding="utf-8")
    assert schema.main([str(tmp_path)]) == 1
    assert json.loads(path.read_text(encoding="utf-8")) == old
    assert schema.main([str(tmp_path), "--break"]) == 0
    assert path.read_text(encoding="utf-8") == good
