"""The published records' JSON Schema: committed, up to date, and never broken for readers."""

import copy
import json
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


@pytest.mark.parametrize("name", schema.PUBLISHED)
def test_no_change_breaks_readers_of_the_committed_schema(name: str) -> None:
    old = json.loads((COMMITTED / schema.file_name(name)).read_text(encoding="utf-8"))
    assert schema.breaks(old, json.loads(schema.generate(name))) == []


@pytest.mark.parametrize("name", schema.PUBLISHED)
def test_the_committed_schema_is_up_to_date(name: str) -> None:
    committed = (COMMITTED / schema.file_name(name)).read_text(encoding="utf-8")
    assert committed == schema.generate(name), "write it anew: python -m cleanwire.records.schema docs/schema"


def test_nothing_else_lies_beside_them() -> None:
    assert {path.name for path in COMMITTED.glob("*.json")} == {schema.file_name(name) for name in schema.PUBLISHED}


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
