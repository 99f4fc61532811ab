"""May a document of a later version hold more than this one knows?"""

import json
from enum import Enum

import msgspec
import pytest
from msgspec import inspect

from cleanwire.records.base import encode
from cleanwire.records.document import Document, Kind, Open

SAMPLE = {
    "schema": "cleanwire.document/1",
    "id": "d",
    "revision": 1,
    "status": "usable",
    "change": {"kind": "new"},
    "url": "https://bay.example.org/p",
    "urls": {"final": "https://bay.example.org/p"},
    "title": "Pier opens",
    "body": "It is open.",
    "blocks": [{"type": "paragraph", "text": "It is open."}],
    "body_hash": "b",
    "fingerprint": "f",
    "word_count": 3,
    "kind": "article",
    "seen_at": "2026-07-14T10:00:00Z",
    "fetched_at": "2026-07-14T10:00:00Z",
    "emitted_at": "2026-07-14T10:00:00Z",
    "quality": {"extractor": "x", "removed_share": 0.5},
    "pipeline": {"version": "9", "rules_version": "r", "extractor_version": "e"},
    "authors": [{"name": "Anna Berg", "type": "person"}],
    "published": {"raw": "10:00", "local": "10:00", "precision": "day", "zone": "feed", "source": "meta"},
}
VALUES = [
    ("status",),
    ("change", "kind"),
    ("blocks", 0, "type"),
    ("kind",),
    ("authors", 0, "type"),
    ("published", "precision"),
    ("published", "zone"),
]


def enums_in(kind: inspect.Type) -> set[type[Enum]]:
    match kind:
        case inspect.EnumType(cls=found):
            return {found}
        case inspect.StructType(fields=fields):
            return set().union(*(enums_in(field.type) for field in fields))
        case inspect.UnionType(types=kinds):
            return set().union(*map(enums_in, kinds))
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return enums_in(item)
        case inspect.DictType(value_type=value):
            return enums_in(value)
    return set()


def test_every_enumeration_of_a_document_is_open() -> None:
    found = enums_in(inspect.type_info(Document))
    assert len(found) == len(VALUES)
    assert all(issubclass(kind, Open) for kind in found)


@pytest.mark.parametrize("path", VALUES, ids=lambda path: ".".join(map(str, path)))
def test_a_value_that_is_unknown_here_is_kept_as_it_is_written(path: tuple[str | int, ...]) -> None:
    written = json.loads(json.dumps(SAMPLE))
    at = written
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = "novel"
    document = Document.from_json(json.dumps(written))
    assert json.loads(encode(document)) == json.loads(encode(Document.from_json(encode(document))))
    assert b'"novel"' in encode(document)


def test_an_unknown_value_is_named_other_and_is_no_member() -> None:
    kind = Document.from_json(json.dumps({**SAMPLE, "kind": "podcast"})).kind
    assert (kind.name, kind, str(kind)) == ("OTHER", "podcast", "podcast")
    assert isinstance(kind, Kind)
    assert kind not in list(Kind)


def test_values_that_are_known_are_the_members_themselves() -> None:
    assert Document.from_json(json.dumps(SAMPLE)).kind is Kind.ARTICLE


def test_fields_that_are_unknown_here_are_left_out() -> None:
    more = {**SAMPLE, "mood": "glad", "pipeline": {**SAMPLE["pipeline"], "colour": 7}}  # type: ignore[dict-item]
    assert Document.from_json(json.dumps(more)) == Document.from_json(json.dumps(SAMPLE))


@pytest.mark.parametrize("wrong", [{"kind": 7}, {"kind": None}, {"title": 7}])
def test_what_is_no_value_at_all_is_no_document(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.DecodeError):
        Document.from_json(json.dumps({**SAMPLE, **wrong}))


def test_what_is_nested_too_deep_is_no_document() -> None:
    with pytest.raises(msgspec.DecodeError, match="too deep"):
        Document.from_json(b'{"removed":' + b'[{"features":' * 600)
