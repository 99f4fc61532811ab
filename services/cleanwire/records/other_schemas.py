"""What are the published records in Avro and in Protocol Buffers? Made of the same definition as the JSON Schema.

Values of closed sets are strings in both, since later versions add to them. An unknown value is null in Avro, and a
field that is not set in Protocol Buffers, whose JSON form is that of our records.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

_MESSAGE = re.compile(r"message (\w+) \{")
_FIELD = re.compile(r"\b(\w+) = (\d+);")
_TIMESTAMP = "google.protobuf.Timestamp"

Numbers = Mapping[str, Mapping[str, int]]
"""Of each message's fields: what readers of Protocol Buffers know them by."""


def avro(record: type[msgspec.Struct], package: str) -> str:
    """Return the Avro schema of a published record as text."""
    return json.dumps(_avro(inspect.type_info(record), package, set()), indent=2, ensure_ascii=False) + "\n"


def protobuf(record: type[msgspec.Struct], package: str, known: Numbers) -> str:
    """Return the record as a file of proto3. Fields keep the numbers in `known`; new ones get the next."""
    structs: dict[str, inspect.StructType] = {}
    _collect(inspect.type_info(record), structs)
    messages = "\n".join(
        f"message {name} {{\n{''.join(_proto_fields(struct, known.get(name, {})))}}}\n"
        for name, struct in structs.items()
    )
    return f'syntax = "proto3";\n\npackage {package};\n\nimport "google/protobuf/timestamp.proto";\n\n{messages}'


def numbers(written: str) -> Numbers:
    """Return the numbers of the fields in a file that `protobuf` made."""
    found: dict[str, dict[str, int]] = {}
    fields: dict[str, int] = {}
    for line in written.splitlines():
        if opened := _MESSAGE.fullmatch(line):
            fields = found.setdefault(opened[1], {})
        elif told := _FIELD.search(line):
            fields[told[1]] = int(told[2])
    return found


def broken_numbers(old: Numbers, new: Numbers) -> list[str]:
    """Return what would break readers of Protocol Buffers: fields that are gone or have another number."""
    return [
        f"{message}.{field}: had the number {number}"
        for message, fields in old.items()
        for field, number in fields.items()
        if new.get(message, {}).get(field) != number
    ]


def _avro(kind: inspect.Type, package: str, named: set[str]) -> Any:
    match kind:
        case inspect.StructType():
            name = kind.cls.__name__
            if name in named:
                return f"{package}.{name}"
            named.add(name)
            fields = [_avro_field(field, package, named) for field in kind.fields]
            return {"type": "record", "name": name, "namespace": package, "fields": fields}
        case inspect.UnionType():
            (inner,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
            return ["null", _avro(inner, package, named)]
        case inspect.VarTupleType():
            return {"type": "array", "items": _avro(kind.item_type, package, named)}
        case inspect.DictType():
            return {"type": "map", "values": _avro(kind.value_type, package, named)}
        case inspect.DateTimeType():
            return {"type": "long", "logicalType": "timestamp-micros"}
    return {"str": "string", "enum": "string", "int": "long", "float": "double", "bool": "boolean"}[_plain(kind)]


def _avro_field(field: inspect.Field, package: str, named: set[str]) -> dict[str, Any]:
    made = {"name": field.encode_name, "type": _avro(field.type, package, named)}
    if field.required:
        return made
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return {**made, "default": msgspec.to_builtins(default)}


def _collect(kind: inspect.Type, found: dict[str, inspect.StructType]) -> None:
    match kind:
        case inspect.StructType():
            if kind.cls.__name__ not in found:
                found[kind.cls.__name__] = kind
                for field in kind.fields:
                    _collect(field.type, found)
        case inspect.UnionType():
            for one in kind.types:
                _collect(one, found)
        case inspect.VarTupleType():
            _collect(kind.item_type, found)
        case inspect.DictType():
            _collect(kind.value_type, found)


def _proto_fields(struct: inspect.StructType, known: Mapping[str, int]) -> Iterator[str]:
    given = dict(known)
    for field in struct.fields:
        number = given.setdefault(field.encode_name, max(given.values(), default=0) + 1)
        yield f"  {_proto(field.type)} {field.encode_name} = {number};\n"


def _proto(kind: inspect.Type) -> str:
    match kind:
        case inspect.UnionType():
            (inner,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
            return f"optional {_proto(inner)}"
        case inspect.VarTupleType():
            return f"repeated {_proto(kind.item_type)}"
        case inspect.DictType():
            return f"map<string, {_proto(kind.value_type)}>"
        case inspect.StructType():
            return kind.cls.__name__
        case inspect.DateTimeType():
            return _TIMESTAMP
    return {"str": "string", "enum": "string", "int": "int64", "float": "double", "bool": "bool"}[_plain(kind)]


def _plain(kind: inspect.Type) -> str:
    match kind:
        case inspect.StrType():
            return "str"
        case inspect.EnumType():
            return "enum"
        case inspect.IntType():
            return "int"
        case inspect.FloatType():
            return "float"
        case inspect.BoolType():
            return "bool"
    raise TypeError(f"no published record has a {kind}")
