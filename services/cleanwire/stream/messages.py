"""What is read from topics and what is written to them."""

from collections.abc import Callable
from dataclasses import dataclass

Headers = tuple[tuple[str, bytes], ...]
"""Names and values that travel beside a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One record as read from a topic. `value` None is a tombstone. `timestamp`: epoch seconds, UTC."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: float
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """Return the value of the header `name` as text; None where there is none, or more than one."""
        found = [value for key, value in self.headers if key == name]
        return found[0].decode("utf-8", "replace") if len(found) == 1 else None

    @property
    def place(self) -> str:
        """Where it lies, for people."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def key_text(self) -> str:
        """Return the key as text, whatever it is."""
        return (self.key or b"").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One record to write. `value` None deletes the key. `partition` None means the partition that is owned."""

    topic: str
    key: bytes
    value: bytes | None
    partition: int | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Writes that belong together: all of them land in one transaction, or none does.

    `key` names the unit where it is refused; a stage gives the same thing the same key after a restart.
    """

    key: str
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one happening writes, and what is told about it once readers can see it.

    `smaller` returns what is written in its place where the broker will not take it; None, or no answer: nothing is.
    So whatever a stranger sends has an answer in the end that fits.
    """

    unit: Unit | None = None
    tell: Callable[[], None] | None = None
    smaller: Callable[[], "Step | None"] | None = None
    level: int = 0  # how often it was made smaller
