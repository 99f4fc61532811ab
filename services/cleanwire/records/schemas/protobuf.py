"""What are the published records in Protocol Buffers, and which changes to that would break who reads it?

Readers know a field by its number. The numbers are in `field_numbers.toml`, and one that was given is never given
again. Values of closed sets are strings, since later versions add to them; a value that is not known is a field that is
not set. The JSON form of a message is that of our records.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import msgspec
from msgspec import inspect

Numbers = Mapping[str, Mapping[str, int]]
"""Of each message, by its name: the number of each field that it has or had."""

NUMBERS_FILE = "field_numbers.toml"
_NUMBERS_HEAD = """\
# The number of each field in Protocol Buffers, which its readers know it by. `make docs` adds fields that are new.
# A line stays for ever: that of a field that is gone keeps its number from being given again.
"""

_TIMESTAMP = "google.protobuf.Timestamp"
_MESSAGE = re.compile(r"message (\w+) \{")
_FIELD = re.compile(r"  ((?:optional |repeated )?[\w.]+(?:<\w+, [\w.]+>)?) (\w+) = (\d+);")
_RESERVED = re.compile(r'  reserved (?:(\d+)|"(\w+)");')
_PLAIN: Mapping[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.EnumType: "string",
    inspect.IntType: "int64",
    inspect.FloatType: "double",
    inspect.BoolType: "bool",
}


def given_numbers() -> Mapping[str, Numbers]:
    """Return the numbers that fields have been given, by the name of the schema: `cleanwire.document/1`."""
    found: dict[str, Any] = tomllib.loads(
        resources.files("cleanwire.records.schemas").joinpath(NUMBERS_FILE).read_text(encoding="utf-8")
    )
    return found


def numbers_file(numbers: Mapping[str, Numbers]) -> str:
    """Return the text of the file that keeps `numbers`."""
    tables = (
        f'\n["{schema}".{message}]\n' + "".join(f"{name} = {number}\n" for name, number in fields.items())
        for schema, messages in numbers.items()
        for message, fields in messages.items()
    )
    return _NUMBERS_HEAD + "".join(tables)


def numbered(record: type[msgspec.Struct], known: Numbers) -> Numbers:
    """Return `known` with a number for each field of `record`: a new one gets the next after all that were given."""
    found = {message: dict(fields) for message, fields in known.items()}
    for name, struct in _structs(record).items():
        fields = found.setdefault(name, {})
        for one in struct.fields:
            fields.setdefault(one.encode_name, max(fields.values(), default=0) + 1)
    return found


def generate(record: type[msgspec.Struct], package: str, numbers: Numbers) -> str:
    """Return the record as a file of proto3. The numbers of fields that are gone are reserved, and so are their names.

    Raises:
        KeyError: a field has no number.
    """
    messages = "\n".join(
        f"message {name} {{\n{''.join(_lines(struct, numbers[name]))}}}\n" for name, struct in _structs(record).items()
    )
    return f'syntax = "proto3";\n\npackage {package};\n\nimport "google/protobuf/timestamp.proto";\n\n{messages}'


def breaks(old: str, new: str) -> list[str]:
    """Return what in one file that `generate` made breaks readers of an older one.

    A field keeps its number, type and name (their JSON form knows it by that). One that is gone leaves both reserved,
    and what is reserved stays so.
    """
    before, after = parse(old), parse(new)
    found = [f"package was {before.package}, is {after.package}"] if before.package != after.package else []
    for name, message in before.messages.items():
        if name not in after.messages:
            found.append(f"{name}: removed")
        else:
            found += (f"{name}.{problem}" for problem in _broken(message, after.messages[name]))
    return found


@dataclass(slots=True)
class ProtoField:
    """One field of a message."""

    number: int
    type: str  # with `optional` or `repeated` before it


@dataclass(slots=True)
class ProtoMessage:
    """A message as a file defines it."""

    fields: dict[str, ProtoField] = field(default_factory=dict)
    reserved_numbers: set[int] = field(default_factory=set)
    reserved_names: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ProtoFile:
    """What a file that `generate` made defines."""

    package: str = ""
    messages: dict[str, ProtoMessage] = field(default_factory=dict)


def _broken(old: ProtoMessage, new: ProtoMessage) -> Iterator[str]:
    for name, was in old.fields.items():
        now = new.fields.get(name)
        if now is None:
            if was.number not in new.reserved_numbers or name not in new.reserved_names:
                yield f"{name}: removed, and number {was.number} or its name is not reserved"
        elif now.number != was.number:
            yield f"{name}: number was {was.number}, is {now.number}"
        elif now.type != was.type:
            yield f"{name}: type was {was.type}, is {now.type}"
    yield from (f"{name}: is no longer reserved" for name in sorted(old.reserved_names - new.reserved_names))
    yield from (f"{number}: is no longer reserved" for number in sorted(old.reserved_numbers - new.reserved_numbers))
    before = {was.number: name for name, was in old.fields.items()}
    for name, now in new.fields.items():
        if before.get(now.number, name) != name:
            yield f"{name}: number {now.number} was that of {before[now.number]}"
    taken = Counter(now.number for now in new.fields.values())
    yield from (f"{number}: given to {times} fields" for number, times in taken.items() if times > 1)


def parse(written: str) -> ProtoFile:
    """Return what is in a file that `generate` made, and only in such a one: nothing is passed over.

    Raises:
        ValueError: names a line that `generate` does not write.
    """
    found = ProtoFile()
    message = ProtoMessage()
    for line in written.splitlines():
        if opened := _MESSAGE.fullmatch(line):
            message = found.messages[opened[1]] = ProtoMessage()
        elif told := _FIELD.fullmatch(line):
            message.fields[told[2]] = ProtoField(int(told[3]), told[1])
        elif reserved := _RESERVED.fullmatch(line):
            message.reserved_numbers |= {int(reserved[1])} if reserved[1] else set()
            message.reserved_names |= {reserved[2]} if reserved[2] else set()
        elif line.startswith("package "):
            found.package = line.removeprefix("package ").rstrip(";")
        elif line not in ("", "}") and not line.startswith(("syntax ", "import ")):
            raise ValueError(f"not a line of ours: {line}")
    return found


def _structs(record: type[msgspec.Struct]) -> dict[str, inspect.StructType]:
    found: dict[str, inspect.StructType] = {}
    _collect(inspect.type_info(record), found)
    return found


def _collect(kind: inspect.Type, found: dict[str, inspect.StructType]) -> None:
    match kind:
        case inspect.StructType():
            if kind.cls.__name__ not in found:
                found[kind.cls.__name__] = kind
                for one in kind.fields:
                    _collect(one.type, found)
        case inspect.UnionType():
            for branch in kind.types:
                _collect(branch, found)
        case inspect.VarTupleType():
            _collect(kind.item_type, found)
        case inspect.DictType():
            _collect(kind.value_type, found)


def _lines(struct: inspect.StructType, numbers: Mapping[str, int]) -> Iterator[str]:
    there = {one.encode_name for one in struct.fields}
    for name, number in numbers.items():
        if name not in there:
            yield f'  reserved {number};\n  reserved "{name}";\n'
    for one in struct.fields:
        yield f"  {_type(one.type)} {one.encode_name} = {numbers[one.encode_name]};\n"


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.UnionType():
            (inner,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
            return f"optional {_type(inner)}"
        case inspect.VarTupleType():
            return f"repeated {_type(kind.item_type)}"
        case inspect.DictType():
            return f"map<string, {_type(kind.value_type)}>"
        case inspect.StructType():
            return kind.cls.__name__
        case inspect.DateTimeType():
            return _TIMESTAMP
        case _ if type(kind) in _PLAIN:
            return _PLAIN[type(kind)]
    raise TypeError(f"no published record has a {kind}")
