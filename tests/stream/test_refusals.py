"""Which units are tried alone after the broker refused a transaction."""

from cleanwire.stream import refusals
from cleanwire.stream.refusals import Refusals
from stream.corner import unit

A, B, C = unit("a"), unit("b"), unit("c")


def test_nobody_is_suspected_at_first() -> None:
    assert Refusals().grouped([A, B]) == [[A, B]]


def test_several_are_suspects_and_none_is_guilty() -> None:
    memory = Refusals()
    memory.blame(frozenset("ab"))
    assert memory.grouped([A, B, C]) == [[A], [B], [C]]
    assert not memory.refused("a")


def test_a_single_one_is_guilty() -> None:
    memory = Refusals()
    memory.blame(frozenset("a"))
    assert memory.refused("a")
    assert memory.grouped([A, B]) == [[A], [B]]


def test_suspects_keep_their_place_among_the_others() -> None:
    memory = Refusals()
    memory.blame(frozenset("cd"))
    units = [unit(name) for name in "abcdef"]
    assert [[item.key for item in group] for group in memory.grouped(units)] == [["a", "b"], ["c"], ["d"], ["e", "f"]]


def test_nothing_is_no_group() -> None:
    assert Refusals().grouped([]) == []


def test_a_key_that_was_taken_is_forgotten() -> None:
    memory = Refusals()
    memory.blame(frozenset("a"))
    memory.cleared("a")
    assert not memory.refused("a")
    assert memory.grouped([A, B]) == [[A, B]]


def test_memory_is_bounded() -> None:
    memory = Refusals()
    for number in range(refusals.CAPACITY + 10):
        memory.blame(frozenset({str(number)}))
    assert not memory.refused("9")
    assert memory.refused("10")
