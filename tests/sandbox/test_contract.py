"""What a function takes and gives arrives as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Hints, Page
from cleanwire.cleaner.attempts import extraction
from cleanwire.feed.formats.parsed import NotAFeed
from cleanwire.poller.bodies import reading
from cleanwire.sandbox import contract
from cleanwire.sandbox.contract import Answer, Contract, Task


class Colour(StrEnum):
    RED = "red"


class Place(NamedTuple):
    row: int
    column: int


class Inner(msgspec.Struct, frozen=True):
    at: datetime
    mark: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    colour: Colour
    words: frozenset[str]
    pair: tuple[int, str]
    many: tuple[Inner, ...]
    by_number: Mapping[int, Inner]
    place: Place
    day: date
    share: float
    maybe: bool | None = None
    deeper: "Odd | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    colour: Colour


def gives(number: int) -> Odd | Other | None: ...


def takes(page: Page, *others: Hints, odd: Odd | None = None, free: Any = 1) -> None: ...


def silent(thing, other=2): ...  # type: ignore[no-untyped-def]


times = st.datetimes(timezones=st.sampled_from([None, UTC, *(timezone(timedelta(minutes=m)) for m in (-210, 345))]))
inners = st.builds(Inner, at=times.map(lambda at: at.replace(fold=0)), mark=st.binary(max_size=9))
odds = st.recursive(st.none(), lambda deeper: st.builds(
    Odd,
    colour=st.just(Colour.RED),
    words=st.frozensets(st.text(max_size=5), max_size=1),
    pair=st.tuples(st.integers(-(2**63), 2**64 - 1), st.text(max_size=5)),
    many=st.lists(inners, max_size=3).map(tuple),
    by_number=st.dictionaries(st.integers(-5, 5), inners, max_size=3),
    place=st.builds(Place, st.integers(0, 9), st.integers(0, 9)),
    day=st.dates(),
    share=st.floats(allow_nan=False),
    maybe=st.none() | st.booleans(),
    deeper=deeper,
), max_leaves=3)  # fmt: skip


def there_and_back(agreed: Contract, result: object) -> object:
    sent = msgspec.msgpack.encode(agreed.answer(1, result))
    return agreed.result(msgspec.msgpack.decode(sent, type=Answer))


@given(odds | st.builds(Other, colour=st.just(Colour.RED)))
def test_a_result_arrives_as_it_was(result: object) -> None:
    found = there_and_back(contract.of(gives), result)
    assert found == result
    assert repr(found) == repr(result)  # offsets of times, and types of numbers


@given(odds)
def test_arguments_arrive_as_they_were(odd: Odd | None) -> None:
    page, hints = Page(url="u", body=b"\x00\xff", fetched_at=1.5), (Hints(authors=("A", "B")), Hints())
    sent = contract.task(1, 1.0, takes, (page, *hints), {"odd": odd, "free": [1, {"a": None}]})
    positional, named = contract.of(takes).arguments(msgspec.msgpack.decode(sent, type=Task))
    assert positional == [page, *hints]
    assert named == {"odd": odd, "free": [1, {"a": None}]}


def test_what_is_not_annotated_is_what_messagepack_knows() -> None:
    assert there_and_back(contract.of(silent), {"a": [1, None, b"x", "y"]}) == {"a": [1, None, b"x", "y"]}
    assert not contract.of(silent).typed
    with pytest.raises(TypeError):
        contract.of(silent).answer(1, object())


def test_a_result_of_another_type_is_not_told() -> None:
    with pytest.raises(TypeError, match="does not say"):
        contract.of(gives).answer(1, "text")


def test_a_function_whose_types_cannot_travel_is_the_callers_mistake() -> None:
    def two_records_in_one_place(both: int) -> tuple[Odd | Other, ...]: ...

    with pytest.raises(TypeError):
        Contract(two_records_in_one_place)


@pytest.mark.parametrize(
    ("function", "results"),
    [(extraction.extract, {Article, Refusal}), (reading.read, {reading.Read, NotAFeed})],
)
def test_what_the_service_runs_says_what_it_gives(function: Any, results: set[type]) -> None:
    agreed = contract.of(function)
    assert agreed.typed
    assert set(agreed.members) == results
