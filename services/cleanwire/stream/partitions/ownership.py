"""How does one partition stay in work? Acquire it, run the stage, and acquire it anew after any failure."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from cleanwire.stream import faults, waiting
from cleanwire.stream.broker.connection import Connection
from cleanwire.stream.observer import Failure, StreamObserver
from cleanwire.stream.partitions import partition
from cleanwire.stream.partitions.partition import OwnedPartition
from cleanwire.stream.writing.refusals import Refusals
from cleanwire.stream.writing.transactions import Checkpoint

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 5.0
GOOD_RUN_S = 60.0  # after this long without a failure the wait starts from FIRST_RETRY_S again


class Stage(Protocol):
    """The work on one partition. `topic` is the one whose partitions are shared out in the group."""

    @property
    def name(self) -> str: ...

    @property
    def topic(self) -> str: ...

    async def run(self, partition: OwnedPartition, stop: asyncio.Event) -> None:
        """Work on `partition` until `stop` is set, finish what is in hand and return.

        Errors of `partition` pass through: the partition is acquired anew and `run` is called again.
        """


class StageEnded(Exception):
    """A stage returned although nobody asked it to stop."""


class Owner:
    """The task of one partition.

    Args:
        assigned: waits until it is settled that the partition is (still) ours.
        failed: called at each failure.
    """

    def __init__(
        self,
        number: int,
        stage: Stage,
        *,
        connection: Connection,
        installation: str,
        observer: StreamObserver,
        refusals: Refusals,
        assigned: Callable[[], Coroutine[Any, Any, object]],
        failed: Callable[[], None] = lambda: None,
        before_commit: Checkpoint | None = None,
    ) -> None:
        self._number = number
        self._stage = stage
        self._connection = connection
        self._installation = installation
        self._observer = observer
        self._refusals = refusals
        self._assigned = assigned
        self._failed = failed
        self._before_commit = before_commit

    async def run(self, stop: asyncio.Event) -> None:
        """Own the partition and run the stage until `stop` is set or this task is cancelled.

        The one boundary where every exception is caught: an error in one partition, ours included, must not stop
        the others. It is reported with its traceback each time.
        """
        wait_s = FIRST_RETRY_S
        while not stop.is_set():
            began = time.monotonic()
            try:
                await self._once(stop)
            except (Exception, asyncio.CancelledError) as error:
                # Closing may raise in place of a CancelledError; and aiokafka, whose own tasks are cancelled when a
                # client is closed, lets a CancelledError out that nobody sent to us. Only the task itself knows.
                if _cancelled():
                    raise asyncio.CancelledError from error
                if time.monotonic() - began > GOOD_RUN_S:
                    wait_s = FIRST_RETRY_S
                await self._rest(stop, error, wait_s)
                wait_s = min(wait_s * 2, LAST_RETRY_S)

    async def _rest(self, stop: asyncio.Event, error: BaseException, wait_s: float) -> None:
        reason = faults.reason(error)
        if reason is Failure.FENCED:
            # Somebody else may rightly own it: learn of it by a heartbeat before fencing them in turn.
            wait_s = max(wait_s, self._connection.heartbeat_s + FIRST_RETRY_S)
        self._failed()
        self._observer.partition_failed(self._stage.name, self._number, reason, error, wait_s)
        await waiting.until(stop, wait_s)
        await waiting.unless(stop, self._assigned())

    async def _once(self, stop: asyncio.Event) -> None:
        began = time.monotonic()
        acquired = False
        try:
            async with partition.acquired(
                self._number,
                connection=self._connection,
                installation=self._installation,
                stage=self._stage.name,
                refusals=self._refusals,
                observer=self._observer,
                before_commit=self._before_commit,
            ) as owned:
                acquired = True
                self._observer.partition_acquired(self._stage.name, self._number, time.monotonic() - began)
                await self._stage.run(owned, stop)
                if not stop.is_set():
                    raise StageEnded(self._stage.name)
        finally:
            if acquired:
                self._observer.partition_released(self._stage.name, self._number)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
