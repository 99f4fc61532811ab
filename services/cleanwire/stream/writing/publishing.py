"""How is a batch written although the broker will not take some of it? Its neighbours go on, and it gets smaller."""

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from cleanwire.stream import faults
from cleanwire.stream.messages import Step, Unit
from cleanwire.stream.writing import refusals
from cleanwire.stream.writing.refusals import Refusals


class Committing(Protocol):
    """What is needed of an owned partition."""

    @property
    def refusals(self) -> Refusals: ...

    @property
    def finest(self) -> bool: ...

    async def commit(self, units: Sequence[Unit], offsets: Mapping[str, int] = {}) -> None: ...

    def dropped(self, key: str, detail: str) -> None: ...


async def publish(
    partition: Committing,
    steps: Sequence[Step],
    offsets: Mapping[str, int],
    *,
    done: Callable[[Step], None],
    fault: Callable[[str, Exception], None],
) -> None:
    """Commit `steps` in order, and the input `offsets`; call `done` with each as it was written.

    It is one transaction unless something is refused: then those before, those after and each suspect have one of their
    own, and the last one has the offsets. So a unit must hold the state that shows that it is done. What is refused
    alone is made smaller until it is taken, in the end left out: no record can keep the offsets from advancing.

    Args:
        fault: told of what a step's `smaller` raises; the step is then left out.

    Raises:
        OwnershipLost, BrokerUnavailable: as `partition` does.
    """
    known = partition.refusals
    runs = deque(known.grouped([_as_known(step, known, fault) for step in steps]) or [[]])
    while runs:
        run = runs.popleft()
        finest = partition.finest
        try:
            await partition.commit([s.unit for s in run if s.unit is not None], {} if runs else offsets)
        except faults.RecordRefused as error:
            if not (finest or error.exact):  # from now on in smaller batches: that finds fewer suspects, or none
                runs.appendleft(run)
            elif sum(step.unit is not None for step in run) == 1:
                runs.appendleft([_smaller(step, partition, error, fault) for step in run])
            else:
                runs.extendleft(reversed(_parted(run, error.keys)))
            continue
        for step in run:
            if step.unit is not None:
                known.taken(step.unit.key, step.level)
            done(step)


def _parted(run: Sequence[Step], suspects: frozenset[str]) -> list[list[Step]]:
    """Return `run` in at least two parts, so that there is an end to it."""
    parts = refusals.parted(run, suspects)
    return parts if len(parts) > 1 else [list(run[: len(run) // 2]), list(run[len(run) // 2 :])]


def _as_known(step: Step, known: Refusals, fault: Callable[[str, Exception], None]) -> Step:
    """Return `step` as small as its unit had to be before."""
    while step.unit is not None and step.level < known.level(step.unit.key):
        smaller = _asked(step, fault)
        if smaller is None:
            return step
        step = smaller
    return step


def _smaller(
    step: Step, partition: Committing, refused: faults.RecordRefused, fault: Callable[[str, Exception], None]
) -> Step:
    if step.unit is None:
        return step
    partition.refusals.refused(step.unit.key, step.level)
    smaller = _asked(step, fault)
    if smaller is None:
        partition.dropped(step.unit.key, refused.detail)
        return Step()
    return smaller


def _asked(step: Step, fault: Callable[[str, Exception], None]) -> Step | None:
    if step.smaller is None:
        return None
    try:
        smaller = step.smaller()
    except Exception as error:  # noqa: BLE001  one record must never stop its partition
        fault("" if step.unit is None else step.unit.key, error)
        return None
    return None if smaller is None else dataclasses.replace(smaller, level=step.level + 1)
