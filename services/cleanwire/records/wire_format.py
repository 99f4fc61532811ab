"""What are the bytes of a document for readers that ask a schema registry? Confluent's wire format.

A zero byte, the id of the schema in four bytes, most significant first, and the document: in Avro, in Protocol Buffers
after the path to its message within the schema, or in JSON. Needs the extra `registry`.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from cleanwire.errors import ConfigError
from cleanwire.records import document as documents
from cleanwire.records import schema
from cleanwire.records.base import encode
from cleanwire.records.document import Document
from cleanwire.records.schemas import avro, protobuf

_MAGIC = b"\0"
_FIRST_MESSAGE = b"\0"  # the path [0] in short: `Document` comes first in its file
_WELL_KNOWN = "google/protobuf/timestamp.proto"


class Format(StrEnum):
    """What documents can be told in."""

    AVRO = "avro"
    PROTOBUF = "protobuf"
    JSON = "json"


class Untellable(Exception):
    """A document has a value that the schema has no room for, such as a number of more than 64 bits."""


@dataclass(frozen=True, slots=True)
class WireFormat:
    """One format: its schema as a registry takes it, and how a document is told in it."""

    schema_type: str
    schema: str
    _body: Callable[[Document], bytes]
    _prefix: bytes = b""

    def tell(self, document: Document, schema_id: int) -> bytes:
        """Return the value of a record that holds `document`, whose schema has the id `schema_id`.

        Raises:
            Untellable: the schema has no room for a value. No document that we wrote has one.
        """
        try:
            body = self._body(document)
        except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
            raise Untellable(f"{type(error).__name__}: {error}") from error
        return _MAGIC + schema_id.to_bytes(4, "big") + self._prefix + body


def of(form: Format) -> WireFormat:
    """Return the wire format of documents in `form`.

    Raises:
        ConfigError: the extra `registry` is not installed.
    """
    try:
        return _FORMATS[form]()
    except ImportError as error:
        raise ConfigError("Avro and Protocol Buffers need an extra: pip install 'cleanwire[registry]'") from error


def _json() -> WireFormat:
    return WireFormat("JSON", schema.generate(documents.SCHEMA), encode)


def _avro() -> WireFormat:
    import fastavro

    text = avro.generate(Document, schema.package(documents.SCHEMA))
    parsed = fastavro.parse_schema(json.loads(text))

    def body(document: Document) -> bytes:
        packed = io.BytesIO()
        sound = msgspec.json.decode(encode(document), type=Document)  # without half characters, as it lies on the topic
        fastavro.schemaless_writer(packed, parsed, msgspec.to_builtins(sound, builtin_types=(datetime,)))
        return packed.getvalue()

    return WireFormat("AVRO", text, body)


def _protobuf() -> WireFormat:
    from google.protobuf import json_format

    numbers = schema.numbers()[documents.SCHEMA]
    text = protobuf.generate(Document, schema.package(documents.SCHEMA), numbers)
    message = message_class(text)

    def body(document: Document) -> bytes:
        try:
            told: bytes = json_format.Parse(encode(document), message()).SerializeToString(deterministic=True)
        except json_format.ParseError as error:
            raise ValueError(str(error)) from error
        return told

    return WireFormat("PROTOBUF", text, body, _FIRST_MESSAGE)


def message_class(written: str) -> Any:
    """Return the class of the first message of a file that `protobuf.generate` made, without a compiler."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

    file = protobuf.parse(written)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    made = descriptor_pb2.FileDescriptorProto(
        name="document.proto", package=file.package, syntax="proto3", dependency=[_WELL_KNOWN]
    )
    for name, message in file.messages.items():
        _describe(made.message_type.add(name=name), message, f".{file.package}.{name}", file)
    pool.Add(made)
    first = next(iter(file.messages))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{file.package}.{first}"))


def _describe(made: Any, message: protobuf.ProtoMessage, path: str, file: protobuf.ProtoFile) -> None:
    for name, field in message.fields.items():
        one = made.field.add(name=name, number=field.number, label=_SINGLE)
        if field.type.startswith("map<"):
            entry = name.capitalize() + "Entry"
            nested = made.nested_type.add(name=entry)
            nested.options.map_entry = True
            _typed(nested.field.add(name="key", number=1, label=_SINGLE), "string", file)
            value = field.type.removeprefix("map<string, ").removesuffix(">")
            _typed(nested.field.add(name="value", number=2, label=_SINGLE), value, file)
            one.label, one.type, one.type_name = _REPEATED, _MESSAGE, f"{path}.{entry}"
            continue
        label, _, kind = field.type.rpartition(" ")
        _typed(one, kind, file)
        if label == "repeated":
            one.label = _REPEATED
        if label == "optional":  # its presence is told by a choice of one, which come last (descriptor.proto)
            one.proto3_optional, one.oneof_index = True, len(made.oneof_decl)
            made.oneof_decl.add(name=f"_{name}")


def _typed(field: Any, kind: str, file: protobuf.ProtoFile) -> None:
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type, field.type_name = _MESSAGE, f".{file.package}.{kind}" if kind in file.messages else f".{kind}"


# FieldDescriptorProto.Type and .Label of descriptor.proto
_SCALARS = {"double": 1, "int64": 3, "bool": 8, "string": 9}
_MESSAGE = 11
_SINGLE, _REPEATED = 1, 3
_FORMATS: dict[Format, Callable[[], WireFormat]] = {
    Format.AVRO: _avro,
    Format.PROTOBUF: _protobuf,
    Format.JSON: _json,
}
