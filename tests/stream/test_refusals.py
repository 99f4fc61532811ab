"""Which units are tried alone, and how small, after the broker refused a transaction."""

from cleanwire.stream.messages import Step
from cleanwire.stream.writing import refusals
from cleanwire.stream.writing.refusals import REMEMBERED_S, Refusals
from stream.corner import unit

A, B, C = (Step(unit=unit(name)) for name in "abc")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def keys(groups: list[list[Step]]) -> list[list[str]]:
    return [[step.unit.key if step.unit else "" for step in group] for group in groups]


def test_nobody_is_suspected_at_first() -> None:
    assert Refusals().grouped([A, B]) == [[A, B]]


def test_suspects_keep_their_place_among_the_others() -> None:
    memory = Refusals()
    memory.suspect("cd")
    steps = [Step(unit=unit(name)) for name in "abcdef"]
    assert keys(memory.grouped(steps)) == [["a", "b"], ["c"], ["d"], ["e", "f"]]


def test_nothing_is_no_group() -> None:
    assert Refusals().grouped([]) == []


def test_a_suspect_that_was_taken_is_one_no_longer() -> None:
    memory = Refusals()
    memory.suspect("a")
    memory.taken("a", 1)
    assert memory.grouped([A, B]) == [[A, B]]


def test_what_was_refused_twice_is_small_from_the_start_for_an_hour() -> None:
    clock = Clock()
    memory = Refusals(clock)
    for level in (0, 1):
        memory.refused("a", level)
    assert memory.level("a") == 0, "the first time may be chance"
    for level in (0, 1):
        memory.refused("a", level)
    assert memory.level("a") == 2
    clock.now += REMEMBERED_S + 1
    assert memory.level("a") == 0


def test_what_is_taken_whole_is_forgotten_and_what_is_taken_smaller_is_not() -> None:
    memory = Refusals()
    for _ in range(2):
        memory.refused("a", 0)
    memory.taken("a", 1)
    assert memory.level("a") == 1
    memory.taken("a", 0)
    assert memory.level("a") == 0


def test_memory_is_bounded() -> None:
    memory = Refusals()
    for number in range(refusals.CAPACITY + 10):
        memory.refused(str(number), 0)
        memory.refused(str(number), 0)
    assert memory.level("9") == 0
    assert memory.level("10") == 1
