"""What may a consumer rely on? The JSON Schema of published records, and which changes to it would break a reader.

`python -m cleanwire.records.schema docs/schema` writes the schema files, those for Avro and Protocol Buffers beside
them, and refuses to break readers of those there. New fields get their numbers in `schemas/field_numbers.toml`.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from cleanwire.records import document, rejected
from cleanwire.records.base import Record
from cleanwire.records.schemas import avro, protobuf

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

PUBLISHED: Mapping[str, type[Record]] = {
    document.SCHEMA: document.Document,
    rejected.SCHEMA: rejected.Rejected,
}

Schema = Mapping[str, Any]


def file_name(schema: str, suffix: str = ".json") -> str:
    """Return the file that holds `schema`: `cleanwire.document/1` lies in `cleanwire.document-1.json`."""
    return schema.replace("/", "-") + suffix


def package(schema: str) -> str:
    """Return the namespace of `schema` in Avro and Protocol Buffers: `cleanwire.document.v1`."""
    return schema.replace("/", ".v")


def generate(schema: str) -> str:
    """Return the JSON Schema of a published record as text."""
    made = {"$schema": _DIALECT, "$id": identifier(schema), **msgspec.json.schema(PUBLISHED[schema])}
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def identifier(schema: str) -> str:
    """Return the absolute URI of a schema (JSON Schema 2020-12, core, section 8.2.1): some validators ask for one."""
    return "urn:" + schema.replace(".", ":").replace("/", ":")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what in `new` would break a reader of records written under `old`, or a writer's promise to them.

    Allowed are new optional fields, new record types and new values of a closed set, which readers take as `other`
    (README). Not allowed: a field that is gone, has another type, became required or stopped being so; a value that is
    gone.
    """
    return list(_compare("", old, new, old.get("$defs", {}), new.get("$defs", {}), frozenset()))


def _compare(
    path: str, old: Any, new: Any, old_defs: Schema, new_defs: Schema, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    pair = (_reference(old), _reference(new))
    if all(pair):
        if pair in seen:
            return
        seen |= {pair}
    old, new = _resolve(old, old_defs), _resolve(new, new_defs)
    here = path or "record"
    if _types(old) != _types(new):
        yield f"{here}: type was {_types(old)}, is {_types(new)}"
        return
    if gone := set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ()))):
        yield f"{here}: no longer {', '.join(sorted(map(str, gone)))}"
    if "enum" in new and "enum" not in old:
        yield f"{here}: may no longer be anything"
    for bound in ("const", "format", "pattern", "minimum", "maximum", "minLength", "maxLength"):
        if old.get(bound) != new.get(bound):
            yield f"{here}: {bound} was {old.get(bound)}, is {new.get(bound)}"
    yield from _compare_fields(path, old, new, old_defs, new_defs, seen)
    for child in ("items", "additionalProperties"):
        if child in old or child in new:
            at = f"{path}[]" if child == "items" else f"{path}.*"
            yield from _compare(at, old.get(child) or {}, new.get(child) or {}, old_defs, new_defs, seen)
    for one, other in zip(_branches(old), _branches(new), strict=False):
        yield from _compare(path, one, other, old_defs, new_defs, seen)


def _compare_fields(
    path: str, old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    fields, now = old.get("properties", {}), new.get("properties", {})
    for name in fields:
        at = f"{path}.{name}".lstrip(".")
        if name not in now:
            yield f"{at}: removed"
        else:
            yield from _compare(at, fields[name], now[name], old_defs, new_defs, seen)
    was, required = set(old.get("required", ())), set(new.get("required", ()))
    yield from (f"{path}.{name}".lstrip(".") + ": became required" for name in sorted(required - was))
    yield from (
        f"{path}.{name}".lstrip(".") + ": no longer always there" for name in sorted((was - required) & set(now))
    )


def _reference(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, Mapping) else ""


def _resolve(schema: Any, defs: Schema) -> Schema:
    if not isinstance(schema, Mapping):
        return {}
    name = _reference(schema).rpartition("/")[2]
    return defs[name] if name else schema


def _branches(schema: Schema) -> list[Schema]:
    """Return the alternatives in an order of their own, so that only their content counts."""
    return sorted(schema.get("anyOf", ()), key=lambda branch: json.dumps(branch, sort_keys=True))


def _types(schema: Schema) -> list[str]:
    own = schema.get("type", ())
    named = [own] if isinstance(own, str) else list(own)
    return sorted(named + [t for b in _branches(schema) for t in ([_reference(b)] if _reference(b) else _types(b))])


def broken(released: Path) -> list[str]:
    """Return what in today's schemas would break readers of those in the folder `released`."""
    return [
        f"{path.name}: {problem}"
        for path, text in _made(released).items()
        if path.exists()
        for problem in _BREAKS[path.suffix](path.read_text(encoding="utf-8"), text)
    ]


def write(folder: Path, *, even_if_it_breaks: bool = False) -> list[str]:
    """Write all schema files into `folder` and return what would break readers of those that are there.

    Nothing is written when something breaks, unless asked for: before the first release, or for a new major version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    problems = broken(folder)
    if even_if_it_breaks or not problems:
        for path, text in _made(folder).items():
            path.write_text(text, encoding="utf-8")
    return problems


def numbers() -> Mapping[str, protobuf.Numbers]:
    """Return the numbers of all fields in Protocol Buffers, with those that new ones get."""
    given = protobuf.given_numbers()
    return {schema: protobuf.numbered(record, given.get(schema, {})) for schema, record in PUBLISHED.items()}


def _made(folder: Path) -> dict[Path, str]:
    made = {}
    numbered = numbers()
    for schema, record in PUBLISHED.items():
        made[folder / file_name(schema)] = generate(schema)
        made[folder / file_name(schema, ".avsc")] = avro.generate(record, package(schema))
        made[folder / file_name(schema, ".proto")] = protobuf.generate(record, package(schema), numbered[schema])
    return made


_BREAKS: Mapping[str, Callable[[str, str], list[str]]] = {
    ".json": lambda old, new: breaks(json.loads(old), json.loads(new)),
    ".avsc": lambda old, new: avro.breaks(json.loads(old), json.loads(new)),
    ".proto": protobuf.breaks,
}


def main(arguments: list[str]) -> int:
    """Write the schema files into the folder named first; `--break` after it overrules the check."""
    overruled = "--break" in arguments
    problems = write(Path(arguments[0]), even_if_it_breaks=overruled)
    if overruled or not problems:
        Path(protobuf.__file__).with_name(protobuf.NUMBERS_FILE).write_text(
            protobuf.numbers_file(numbers()), encoding="utf-8"
        )
    sys.stderr.writelines(f"breaks readers: {problem}\n" for problem in problems)
    return 1 if problems and not overruled else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
