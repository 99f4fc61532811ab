"""What happens in `stream/` that an operator wants to know; telemetry implements it, `stream/` never logs.

`stage`, `topic` and `reason` come from closed sets and may be metric labels; `detail` is free text for the log.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from cleanwire.stream.messages import Unit


class Failure(StrEnum):
    """Why a partition's owner had to start anew."""

    FENCED = "fenced"  # another owner took the partition over, or the transaction timed out
    REFUSED = "refused"  # the broker refused a record
    UNAVAILABLE = "unavailable"  # the broker did not answer in time
    BROKER = "broker"  # any other error the broker gave
    DAMAGED = "damaged"  # offsets and log disagree: a human must act
    STAGE = "stage"  # the stage itself failed


class StreamObserver(Protocol):
    """Told about each happening, in the event loop's thread. Must not raise and must return at once."""

    def partition_acquired(self, stage: str, partition: int, took_s: float) -> None:
        """The producer is fenced and ready; the stage begins to load and work."""

    def partition_released(self, stage: str, partition: int) -> None:
        """The owner has ended and its connections are closed; it may be acquired again."""

    def table_loaded(self, topic: str, partition: int, records: int, took_s: float) -> None:
        """A partition was read to its last stable offset."""

    def transaction_committed(self, stage: str, records: int, took_s: float) -> None:
        """Everything in it is visible now."""

    def units_written(self, partition: int, units: Sequence[Unit], took_s: float) -> None:
        """What was committed, told beside `transaction_committed`; `partition` has the records that name none."""

    def transaction_failed(self, stage: str, reason: Failure, detail: str) -> None:
        """Nothing in it will be visible; the partition is acquired anew."""

    def record_refused(self, stage: str, key: str, detail: str) -> None:
        """The broker will not take a record of the unit `key`; the stage is asked for something smaller."""

    def record_dropped(self, stage: str, key: str, detail: str) -> None:
        """Not even the smallest that could be written for the unit `key` was taken: there is nothing of it."""

    def partition_failed(
        self, stage: str, partition: int, reason: Failure, error: BaseException, retry_s: float
    ) -> None:
        """The owner ended with `error` and acquires the partition anew in `retry_s` seconds."""

    def partitions_looping(self, stage: str, partitions: int) -> None:
        """So many of our partitions fail again and again; called whenever that may have changed."""

    def broker_unavailable(self, stage: str, detail: str) -> None:
        """The group cannot be joined now; called once for a time without a broker, not for each attempt."""

    def broker_away(self, stage: str, *, away: bool) -> None:
        """Whether the broker gives no answer now; called after each time it was asked."""

    def group_joined(self, stage: str, partitions: int) -> None:
        """An assignment with this many partitions came; 0 is a member in reserve."""

    def group_left(self, stage: str) -> None:
        """This process is no longer in the group."""


class NullObserver:
    """Tells nobody."""

    def partition_acquired(self, stage: str, partition: int, took_s: float) -> None: ...

    def partition_released(self, stage: str, partition: int) -> None: ...

    def table_loaded(self, topic: str, partition: int, records: int, took_s: float) -> None: ...

    def transaction_committed(self, stage: str, records: int, took_s: float) -> None: ...

    def units_written(self, partition: int, units: Sequence[Unit], took_s: float) -> None: ...

    def transaction_failed(self, stage: str, reason: Failure, detail: str) -> None: ...

    def record_refused(self, stage: str, key: str, detail: str) -> None: ...

    def record_dropped(self, stage: str, key: str, detail: str) -> None: ...

    def partition_failed(
        self, stage: str, partition: int, reason: Failure, error: BaseException, retry_s: float
    ) -> None: ...

    def partitions_looping(self, stage: str, partitions: int) -> None: ...

    def broker_unavailable(self, stage: str, detail: str) -> None: ...

    def broker_away(self, stage: str, *, away: bool) -> None: ...

    def group_joined(self, stage: str, partitions: int) -> None: ...

    def group_left(self, stage: str) -> None: ...
