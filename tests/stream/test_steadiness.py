"""Which partitions loop."""

import pytest

from cleanwire.stream.partitions.steadiness import WITHIN_S, WORKED_S, Steadiness


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("apart_s", "times", "loops"), [(10.0, 2, False), (10.0, 3, True), (WITHIN_S / 2, 3, True), (WITHIN_S, 3, False)]
)
def test_a_partition_that_fails_three_times_in_five_minutes_loops(apart_s: float, times: int, loops: bool) -> None:
    clock = Clock()
    steadiness = Steadiness(clock)
    for _ in range(times):
        clock.now += apart_s
        steadiness.failed(3)
    assert steadiness.looping() == ({3} if loops else set())


def looping(clock: Clock) -> Steadiness:
    steadiness = Steadiness(clock)
    for _ in range(3):
        steadiness.failed(3)
    assert steadiness.looping() == {3}
    return steadiness


def test_it_is_steady_again_after_it_has_worked_for_a_while() -> None:
    clock = Clock()
    steadiness = looping(clock)
    clock.now += WORKED_S - 1
    assert steadiness.looping() == {3}
    clock.now += 1
    assert steadiness.looping() == set()


def test_a_partition_that_went_elsewhere_is_forgotten() -> None:
    steadiness = looping(Clock())
    steadiness.forget(3)
    assert steadiness.looping() == set()
