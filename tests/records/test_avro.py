"""The published records in Avro: which changes keep a reader from what others wrote, and which do not."""

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cleanwire.records.schemas import avro

PART: dict[str, Any] = {
    "type": "record",
    "name": "Part",
    "namespace": "thing.v1",
    "fields": [{"name": "size", "type": "long"}],
}
OLD: dict[str, Any] = {
    "type": "record",
    "name": "Thing",
    "namespace": "thing.v1",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "main", "type": ["null", PART], "default": None},
        {"name": "parts", "type": {"type": "array", "items": "thing.v1.Part"}, "default": []},
        {"name": "more", "type": {"type": "map", "values": "long"}, "default": {}},
        {"name": "within", "type": ["null", "thing.v1.Thing"], "default": None},
    ],
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change({field["name"]: field for field in new["fields"]} | {"": new})
    return new


def part(fields: dict[str, Any]) -> Any:
    return fields["main"]["type"][1]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            lambda f: f[""]["fields"].append({"name": "colour", "type": "string"}),
            "new readers of old records: colour: is not written, and has no default",
            id="new-field-without-default",
        ),
        pytest.param(
            lambda f: f[""]["fields"].remove(f["id"]),
            "old readers of new records: id: is not written, and has no default",
            id="field-gone-that-was-always-there",
        ),
        pytest.param(
            lambda f: part(f)["fields"].clear(),
            "old readers of new records: main.size: is not written, and has no default",
            id="field-of-a-part-gone",
        ),
        pytest.param(
            lambda f: f["id"].update(name="key"),
            "old readers of new records: id: is not written, and has no default",
            id="renamed",
        ),
        pytest.param(
            lambda f: f["id"].update(type="long"),
            "new readers of old records: id: string is not read, only long",
            id="type-changed",
        ),
        pytest.param(
            lambda f: part(f)["fields"][0].update(type="double"),
            "old readers of new records: main.size: double is not read, only long",
            id="promoted-which-is-read-one-way-only",
        ),
        pytest.param(
            lambda f: f["id"].update(type=["null", "string"]),
            "old readers of new records: id: null is not read, only string",
            id="became-null",
        ),
        pytest.param(
            lambda f: f["main"].update(type=PART),
            "new readers of old records: main: null is not read, only thing.v1.Part",
            id="no-longer-null",
        ),
        pytest.param(
            lambda f: f["at"]["type"].update(logicalType="timestamp-millis"),
            "new readers of old records: at: timestamp-micros is not read, only timestamp-millis",
            id="a-time-of-another-unit",
        ),
        pytest.param(
            lambda f: (part(f).update(name="Piece"), f["parts"]["type"].update(items="thing.v1.Piece")),
            "new readers of old records: main: thing.v1.Part is not read, only null, thing.v1.Piece",
            id="record-renamed",
        ),
        pytest.param(
            lambda f: (f[""].update(namespace="thing.v2"), f["within"].update(type=["null", "thing.v2.Thing"])),
            "new readers of old records: record: thing.v1.Thing is not read, only thing.v2.Thing",
            id="namespace-changed",
        ),
        pytest.param(
            lambda f: f["parts"]["type"].update(items="string"),
            "new readers of old records: parts[]: thing.v1.Part is not read, only string",
            id="items-changed",
        ),
        pytest.param(
            lambda f: f["more"]["type"].update(values="string"),
            "new readers of old records: more.*: long is not read, only string",
            id="values-changed",
        ),
    ],
)
def test_a_breaking_change_is_named(change: Change, problem: str) -> None:
    assert problem in avro.breaks(OLD, changed(change))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: None, id="nothing"),
        pytest.param(
            lambda f: f[""]["fields"].insert(1, {"name": "note", "type": ["null", "string"], "default": None}),
            id="new-field-with-default-in-the-middle",
        ),
        pytest.param(lambda f: f[""]["fields"].remove(f["more"]), id="field-gone-that-had-a-default"),
        pytest.param(lambda f: f[""]["fields"].insert(0, f[""]["fields"].pop(1)), id="order-of-fields"),
        pytest.param(lambda f: f["id"].update(doc="Says more."), id="description"),
    ],
)
def test_another_change_breaks_nothing(change: Change) -> None:
    assert avro.breaks(OLD, changed(change)) == []


def test_a_type_that_avro_does_not_have_here_is_refused() -> None:
    class Odd(msgspec.Struct):
        what: bytes

    with pytest.raises(TypeError, match="BytesType"):
        avro.generate(Odd, "p")
