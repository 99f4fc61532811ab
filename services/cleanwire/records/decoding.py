"""Is what a topic holds a sound record? Whatever the bytes are, the answer is a record, or what is wrong with them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from cleanwire.records.base import Record

MAX_BYTES = 2 * 1024 * 1024
"""Longer values are not read. We never write more than 1 MiB."""
MAX_DEPTH = 32
"""Objects and lists within each other; the deepest record of ours has 6. No depth of the interpreter's decides."""
_SHOWN = 200  # characters of what is wrong that a person gets to see

_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Flaw(StrEnum):
    """Why a value is no record. The closed set of reasons."""

    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_JSON = "not_json"  # or not UTF-8
    WRONG_SHAPE = "wrong_shape"  # a field is missing, of another type, or out of its range


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that is no record. `detail` is for people."""

    flaw: Flaw
    detail: str

    def __str__(self) -> str:
        return f"{self.flaw}: {self.detail}"


R = TypeVar("R", bound=Record)


class Reader(Generic[R]):
    """Reads the records of one kind. Every topic is read by one of these and by nothing else.

    Args:
        key: of a table, the field that its records are kept under.
    """

    def __init__(self, kind: type[R], *, key: str | None = None) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._key = key

    def read(self, value: bytes | None) -> R | Unreadable:
        """Return the record that `value` holds, or why it is none. A tombstone is none: it is the caller's."""
        if value is None or len(value) > MAX_BYTES:
            return Unreadable(Flaw.TOO_LARGE, f"{len(value)} bytes") if value else _not_json("no value")
        if is_too_deep(value):
            return Unreadable(Flaw.TOO_DEEP, f"nested more than {MAX_DEPTH} deep")
        try:
            record = self._decoder.decode(value)
            problem = record.problem()
        except msgspec.ValidationError as error:
            return Unreadable(Flaw.WRONG_SHAPE, str(error)[:_SHOWN])
        except Exception as error:  # noqa: BLE001  whatever a stranger's bytes do to a decoder, they are no record
            return _not_json(str(error) or type(error).__name__)
        return record if problem is None else Unreadable(Flaw.WRONG_SHAPE, problem[:_SHOWN])

    def row(self, key: bytes | None, value: bytes | None) -> R | Unreadable:
        """Return the record of a table that stands under `key`; one that names another key is none."""
        record = self.read(value)
        if isinstance(record, Unreadable) or self._key is None:
            return record
        own = str(getattr(record, self._key))
        if own.encode("utf-8", "surrogatepass") != key:
            return Unreadable(Flaw.WRONG_SHAPE, f"{self._key} {own[:_SHOWN]!r} stands under another's key")
        return record


def is_too_deep(value: bytes) -> bool:
    """Tell whether JSON is nested more than MAX_DEPTH deep; brackets within strings do not count.

    Of text that is no JSON the answer may be either.
    """
    if value.count(b"[") + value.count(b"{") <= MAX_DEPTH:  # nearly every record: two passes in C
        return False
    outside = b"".join(value.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    left = outside.translate(_ALIKE, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):  # each round takes the innermost level away
        before, left = left, left.replace(b"[]", b"")
        if left == before:
            break
    return bool(left)


def _not_json(why: str) -> Unreadable:
    return Unreadable(Flaw.NOT_JSON, why[:_SHOWN])
