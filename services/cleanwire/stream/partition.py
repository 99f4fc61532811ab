"""What may a stage do with a partition that it owns?"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from cleanwire.stream.messages import Message, Unit


class Inputs(Protocol):
    """Input topics of one partition, read in order from where this owner's group stopped."""

    async def get(self, *, timeout_s: float, limit: int) -> list[Message]:
        """Return up to `limit` messages; an empty list after `timeout_s` seconds without one."""

    def position(self, topic: str) -> int:
        """Return the offset after all that was delivered: what to commit, transaction markers included."""

    def pause(self, topic: str) -> None: ...

    def resume(self, topic: str) -> None: ...


class OwnedPartition(Protocol):
    """One partition number, owned: whoever owned it before can no longer commit."""

    number: int

    async def load(self, topic: str, on_message: Callable[[Message], None]) -> int:
        """Hand every message of `topic` up to its last stable offset to `on_message`; return the offset after it."""

    def open_inputs(self, topics: Mapping[str, int | None]) -> AbstractAsyncContextManager[Inputs]:
        """Open `topics` for reading, from the offset given, or from the group's committed one where it is None."""

    async def commit(self, units: Sequence[Unit], offsets: Mapping[str, int] = {}) -> None:
        """Publish `units` and commit the input `offsets` (topic to next offset), exactly once or not at all."""

    def refused(self, unit_key: str) -> bool:
        """Whether the broker refused the unit with this key; write something smaller in its place."""
