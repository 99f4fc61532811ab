"""Documents in the wire format of schema registries: nothing is lost, and what has no room is told."""

import io
import json
from typing import Any

import fastavro
import msgspec
import pytest
from google.protobuf import json_format

from cleanwire.records import document as documents
from cleanwire.records import wire_format
from cleanwire.records.base import encode
from cleanwire.records.document import Document, Image
from cleanwire.records.schemas import protobuf
from cleanwire.records.wire_format import Format, Untellable
from corpus_documents import corpus_documents
from published_document import document

from .test_exports import FULL

ALL = (*corpus_documents(), FULL, document("short"))
ID = 0x01020304


def body(form: Format, one: Document, prefix: bytes = b"") -> bytes:
    told = wire_format.of(form).tell(one, ID)
    assert told.startswith(b"\0\1\2\3\4" + prefix)
    return told[5 + len(prefix) :]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_avro_loses_nothing(one: Document) -> None:
    schema = fastavro.parse_schema(json.loads(wire_format.of(Format.AVRO).schema))
    told = io.BytesIO(body(Format.AVRO, one))
    found = fastavro.schemaless_reader(told, schema)
    assert told.read() == b""
    assert msgspec.convert(found, Document) == one


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_protocol_buffers_lose_nothing(one: Document) -> None:
    """The message is the first of its file: a path of [0], which is written as one zero."""
    message = wire_format.message_class(wire_format.of(Format.PROTOBUF).schema)
    told = message.FromString(body(Format.PROTOBUF, one, b"\0"))
    found = json_format.MessageToDict(told, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    assert msgspec.convert(found, Document, strict=False) == one


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_json_is_the_record_itself(one: Document) -> None:
    assert body(Format.JSON, one) == encode(one)


def test_the_class_of_messages_is_what_its_file_says() -> None:
    text = wire_format.of(Format.PROTOBUF).schema
    found = wire_format.message_class(text).DESCRIPTOR
    told = protobuf.parse(text)
    assert (found.full_name, next(iter(told.messages))) == (f"{told.package}.Document", "Document")
    for name, message in told.messages.items():
        fields = found.file.message_types_by_name[name].fields_by_name
        assert {name: field.number for name, field in fields.items()} == {
            name: field.number for name, field in message.fields.items()
        }
        for name, field in message.fields.items():
            assert fields[name].is_repeated == field.type.startswith(("repeated ", "map<")), name
            assert fields[name].has_presence == (
                field.type.startswith("optional ")
                or (fields[name].message_type is not None and not fields[name].is_repeated)
            ), name


@pytest.mark.parametrize("form", [Format.AVRO, Format.PROTOBUF])
@pytest.mark.parametrize(
    "fields",
    [{"images": (Image(url="https://news.example/i", width=2**70),)}, {"images": (Image(url="u", width=2**63),)}],
    ids=["no-number-of-msgspec", "no-long"],
)
def test_a_number_that_has_no_room_is_told(form: Format, fields: dict[str, Any]) -> None:
    with pytest.raises(Untellable):
        wire_format.of(form).tell(document("large", **fields), ID)


@pytest.mark.parametrize("form", Format)
def test_half_a_character_becomes_the_mark_of_one_that_is_lost(form: Format) -> None:
    assert "\N{REPLACEMENT CHARACTER}".encode() in wire_format.of(form).tell(document(title="a \ud83d b"), ID)


def test_the_schemas_are_those_of_the_documents() -> None:
    for form, kind in ((Format.AVRO, "AVRO"), (Format.PROTOBUF, "PROTOBUF"), (Format.JSON, "JSON")):
        assert wire_format.of(form).schema_type == kind
        assert documents.SCHEMA.partition("/")[0] in wire_format.of(form).schema.replace(":", ".")
