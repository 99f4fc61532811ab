"""What have all records in common? They are frozen, keyword-only, and an unknown value is a missing field."""

from typing import Annotated, Any

import msgspec

END_OF_TIME = 2.0**33
"""The year 2242 as epoch seconds: later ones no calendar of ours can write."""

# What a field of a record that we read may hold. What lies outside was not written by us, and nothing good comes of it.
Time = Annotated[float, msgspec.Meta(ge=0, le=END_OF_TIME)]
"""A moment by our own clock: epoch seconds, UTC."""
Stated = Annotated[float, msgspec.Meta(ge=-1e11, le=1e12)]
"""A moment that somebody else has stated: any year that dates can name."""
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Rate = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every record. Readers ignore unknown fields, so fields may be added within a major version."""

    def problem(self) -> str | None:
        """Return what is wrong with the record beyond what the types of its fields tell; None when it is sound."""
        return None


def encode(record: Record) -> bytes:
    """Return `record` as UTF-8 JSON; fields that hold their default are left out.

    Half a surrogate pair, which no UTF-8 can hold and a feed's broken JSON may, becomes U+FFFD.
    """
    try:
        return _ENCODER.encode(record)
    except UnicodeEncodeError:
        return _ENCODER.encode(_whole(msgspec.to_builtins(record)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(part) for key, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list | tuple) else value


_ENCODER = msgspec.json.Encoder()
