"""What all records have in common: frozen, keyword-only, an unknown value is a missing field."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every record. Readers ignore unknown fields, so fields may be added within a major version."""


def encode(record: Record) -> bytes:
    """Return `record` as UTF-8 JSON; fields that hold their default are left out."""
    return _ENCODER.encode(record)


_ENCODER = msgspec.json.Encoder()
