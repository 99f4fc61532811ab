"""What are the published records in Avro, and which changes to that would break who reads it?

Values of closed sets are strings, since later versions add to them; a value that is not known is null.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

Schema = Any
"""An Avro schema as JSON has it: a mapping, the list of a union, or the name of a type."""

_PLAIN: Mapping[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.EnumType: "string",
    inspect.IntType: "long",
    inspect.FloatType: "double",
    inspect.BoolType: "boolean",
}


def generate(record: type[msgspec.Struct], package: str) -> str:
    """Return the Avro schema of a published record as text."""
    return json.dumps(_schema(inspect.type_info(record), package, set()), indent=2, ensure_ascii=False) + "\n"


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what keeps a reader of one schema from what was written under the other (Avro 1.12, Schema Resolution).

    Both ways, for consumers are updated before us and after us: so a type stays as it is, a field comes and goes only
    where its reader has a default, and what was always there does not become null. Whether a number is a time is no
    matter of resolution, and a reader would take one for the other: it stays too.
    """
    return [
        *(f"new readers of old records: {problem}" for problem in _Resolution(old, new).problems()),
        *(f"old readers of new records: {problem}" for problem in _Resolution(new, old).problems()),
    ]


class _Resolution:
    """One direction: what is written under `writer` is read by who knows `reader`."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._roots = (writer, reader)
        self._writers = dict(_named(writer))
        self._readers = dict(_named(reader))
        self._seen: set[str] = set()

    def problems(self, path: str = "") -> Iterator[str]:
        yield from self._compare(path, *self._roots)

    def _compare(self, path: str, writer: Schema, reader: Schema) -> Iterator[str]:
        readers = {_kind(self._reader(branch)): branch for branch in _branches(reader)}
        for branch in map(self._writer, _branches(writer)):
            if _kind(branch) in readers:
                yield from self._inside(path, branch, self._reader(readers[_kind(branch)]))
            else:
                yield f"{path or 'record'}: {_kind(branch)} is not read, only {', '.join(sorted(readers))}"

    def _inside(self, path: str, writer: Schema, reader: Schema) -> Iterator[str]:
        match _type(writer):
            case "array":
                yield from self._compare(f"{path}[]", writer["items"], reader["items"])
            case "map":
                yield from self._compare(f"{path}.*", writer["values"], reader["values"])
            case "record" if _kind(writer) not in self._seen:
                self._seen.add(_kind(writer))
                yield from self._fields(path, writer, reader)

    def _fields(self, path: str, writer: Schema, reader: Schema) -> Iterator[str]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            at = f"{path}.{field['name']}".lstrip(".")
            if field["name"] in written:
                yield from self._compare(at, written[field["name"]]["type"], field["type"])
            elif "default" not in field:
                yield f"{at}: is not written, and has no default"

    def _writer(self, schema: Schema) -> Schema:
        return self._writers.get(schema, schema) if isinstance(schema, str) else schema

    def _reader(self, schema: Schema) -> Schema:
        return self._readers.get(schema, schema) if isinstance(schema, str) else schema


def _branches(schema: Schema) -> list[Schema]:
    return schema if isinstance(schema, list) else [schema]


def _type(schema: Schema) -> str:
    return str(schema["type"] if isinstance(schema, Mapping) else schema)


def _kind(schema: Schema) -> str:
    """Return what must be the same in writer and reader: the type, the name of a record, what a long means."""
    if not isinstance(schema, Mapping):
        return str(schema)
    if schema["type"] == "record":
        return f"{schema['namespace']}.{schema['name']}"
    return str(schema.get("logicalType", schema["type"]))


def _named(schema: Schema) -> Iterator[tuple[str, Schema]]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _named(branch)
    elif isinstance(schema, Mapping):
        if schema["type"] == "record":
            yield _kind(schema), schema
            for field in schema["fields"]:
                yield from _named(field["type"])
        yield from _named(schema.get("items", schema.get("values")))


def _schema(kind: inspect.Type, package: str, named: set[str]) -> Schema:
    match kind:
        case inspect.StructType():
            name = kind.cls.__name__
            if name in named:
                return f"{package}.{name}"
            named.add(name)
            fields = [_field(field, package, named) for field in kind.fields]
            return {"type": "record", "name": name, "namespace": package, "fields": fields}
        case inspect.UnionType():
            (inner,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
            return ["null", _schema(inner, package, named)]
        case inspect.VarTupleType():
            return {"type": "array", "items": _schema(kind.item_type, package, named)}
        case inspect.DictType():
            return {"type": "map", "values": _schema(kind.value_type, package, named)}
        case inspect.DateTimeType():
            return {"type": "long", "logicalType": "timestamp-micros"}
        case _ if type(kind) in _PLAIN:
            return _PLAIN[type(kind)]
    raise TypeError(f"no published record has a {kind}")


def _field(field: inspect.Field, package: str, named: set[str]) -> Schema:
    made = {"name": field.encode_name, "type": _schema(field.type, package, named)}
    if field.required:
        return made
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return {**made, "default": msgspec.to_builtins(default)}
