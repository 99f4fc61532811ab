"""The published records in Protocol Buffers: fields keep their numbers, and what breaks a reader is named."""

import re

import msgspec
import pytest

from cleanwire.records import schema
from cleanwire.records.schemas import protobuf


class Part(msgspec.Struct):
    size: int


class Thing(msgspec.Struct):
    id: str
    parts: tuple[Part, ...] = ()
    note: str | None = None


class WithMore(msgspec.Struct):
    id: str
    colour: str
    parts: tuple[Part, ...] = ()
    note: str | None = None


class WithLess(msgspec.Struct):
    id: str
    colour: str
    note: str | None = None


for later in (WithMore, WithLess):
    later.__name__ = "Thing"

NUMBERS = protobuf.numbered(Thing, {})
OLD = protobuf.generate(Thing, "thing.v1", NUMBERS)


def test_a_field_in_the_middle_gets_the_next_number_and_no_other_moves() -> None:
    assert NUMBERS["Thing"] == {"id": 1, "parts": 2, "note": 3}
    numbers = protobuf.numbered(WithMore, NUMBERS)
    assert numbers["Thing"] == {"id": 1, "parts": 2, "note": 3, "colour": 4}
    assert protobuf.breaks(OLD, protobuf.generate(WithMore, "thing.v1", numbers)) == []


def test_a_field_that_is_gone_leaves_its_number_and_its_name_reserved() -> None:
    numbers = protobuf.numbered(WithLess, NUMBERS)
    written = protobuf.generate(WithLess, "thing.v1", numbers)
    assert '  reserved 2;\n  reserved "parts";\n' in written
    assert numbers["Thing"]["colour"] == 4
    assert protobuf.breaks(OLD, written) == ["Part: removed"]
    again = protobuf.generate(Thing, "thing.v1", protobuf.numbered(Thing, numbers))
    assert "Thing.parts: is no longer reserved" in protobuf.breaks(written, again)


def test_a_field_without_a_number_is_not_written() -> None:
    with pytest.raises(KeyError, match="colour"):
        protobuf.generate(WithMore, "thing.v1", NUMBERS)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            ("  string id = 1;\n", ""), "Thing.id: removed, and number 1 or its name is not reserved", id="removed"
        ),
        pytest.param(
            ("  string id = 1;", "  reserved 1;"),
            "Thing.id: removed, and number 1 or its name is not reserved",
            id="removed-and-only-its-number-reserved",
        ),
        pytest.param(
            ("  string id = 1;", '  reserved "id";'),
            "Thing.id: removed, and number 1 or its name is not reserved",
            id="removed-and-only-its-name-reserved",
        ),
        pytest.param(("id = 1;", "id = 9;"), "Thing.id: number was 1, is 9", id="renumbered"),
        pytest.param(("string id", "string key"), "Thing.key: number 1 was that of id", id="number-given-again"),
        pytest.param(
            ("  optional string note = 3;", "  optional string note = 3;\n  string more = 3;"),
            "Thing.3: given to 2 fields",
            id="number-given-twice",
        ),
        pytest.param(("string id", "bytes id"), "Thing.id: type was string, is bytes", id="type"),
        pytest.param(("int64 size", "int32 size"), "Part.size: type was int64, is int32", id="type-of-a-part"),
        pytest.param(
            ("optional string note", "string note"), "Thing.note: type was optional string, is string", id="no-presence"
        ),
        pytest.param(("repeated Part", "Part"), "Thing.parts: type was repeated Part, is Part", id="no-longer-many"),
        pytest.param(("message Part", "message Piece"), "Part: removed", id="message-renamed"),
        pytest.param(("thing.v1", "thing.v2"), "package was thing.v1, is thing.v2", id="package"),
    ],
)
def test_a_breaking_change_is_named(change: tuple[str, str], problem: str) -> None:
    new = OLD.replace(*change)
    assert new != OLD
    assert problem in protobuf.breaks(OLD, new)


def test_a_line_that_is_not_ours_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="oneof"):
        protobuf.breaks(OLD, OLD.replace("  string id = 1;", "  oneof x {"))


def test_the_package_has_a_number_for_each_field_and_none_twice() -> None:
    given = protobuf.given_numbers()
    assert schema.numbers() == given, "write them: make docs"
    for messages in given.values():
        for message, numbers in messages.items():
            assert len(set(numbers.values())) == len(numbers), message
            assert re.fullmatch(r"\w+", message)


def test_a_type_that_protocol_buffers_do_not_have_here_is_refused() -> None:
    class Odd(msgspec.Struct):
        what: bytes

    with pytest.raises(TypeError, match="BytesType"):
        protobuf.generate(Odd, "p", {"Odd": {"what": 1}})
