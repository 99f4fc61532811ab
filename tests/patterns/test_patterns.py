"""No pattern of the product takes more than linear time, whatever string is made for it."""

import re
from collections.abc import Callable
from functools import cache

import pytest

from patterns import cost, product, strings

pytestmark = pytest.mark.slow

Pattern = re.Pattern[str] | re.Pattern[bytes]

PARTS = 24


@cache
def found() -> list[product.Found]:
    """Return all patterns; only the process that runs these tests takes the seconds they need."""
    return list(product.patterns().values())


def as_text(pattern: Pattern) -> re.Pattern[str]:
    if isinstance(pattern.pattern, str):
        return pattern  # type: ignore[return-value]
    return re.compile(pattern.pattern.decode("latin-1"), (pattern.flags | re.ASCII) & ~re.UNICODE)


def calling(pattern: Pattern, use: str, attack: strings.Attack) -> Callable[[int], object]:
    """Return what uses `pattern` as the product does on an attack of a given size."""
    call = {
        "sub": lambda text: pattern.sub(text[:0], text),
        "subn": lambda text: pattern.subn(text[:0], text),
        "finditer": lambda text: list(pattern.finditer(text)),
    }.get(use) or getattr(pattern, use)
    if isinstance(pattern.pattern, bytes):
        return lambda size: call(attack.text(size).encode("latin-1", "replace"))
    return lambda size: call(attack.text(size))


def dearest(uses: set[str]) -> list[str]:
    """Return those of `uses` that cover the others.

    `fullmatch` tries what `match` tries, and goes on where that ends; whatever finds all occurrences begins with the
    search for the first, and goes on as all others do.
    """
    all_there_are = sorted(uses - {"search", "match", "fullmatch"})[:1]
    first = all_there_are or sorted(uses & {"search"})
    return [*first, *(["fullmatch"] if "fullmatch" in uses else sorted(uses & {"match"}))]


def worst(pattern: Pattern, uses: list[str], attacks: list[strings.Attack]) -> str | None:
    """Return what makes `pattern` slow, None when nothing does."""
    for attack in attacks:
        for use in uses:
            grown = cost.growth(calling(pattern, use, attack))
            if grown >= cost.MOST_GROWTH:
                return f"{use} on {attack}: {grown:.0f} times longer for 4 times the size"
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_no_pattern_grows_faster_than_what_it_reads(part: int) -> None:
    slow = {}
    for each in found()[part::PARTS]:
        attacks = strings.attacks(as_text(each.pattern))
        if told := worst(each.pattern, dearest(each.uses or {"search", "fullmatch"}), attacks):
            slow[f"{sorted(each.places)[0]}: {each.pattern.pattern!r}"] = told
    assert not slow


def test_no_pattern_escapes() -> None:
    assert len(found()) > 3000  # phrases of the rules included
    assert set(product.unknown()) <= product.COVERED


@pytest.mark.parametrize(
    ("pattern", "use"),
    [(r"\s+$", "search"), (r"(a+)+b", "match"), (r"\s*,\s*", "split"), (r"<a.*>", "search"), (r"\S+@\S+ ", "match")],
)
def test_patterns_known_to_be_slow_are_found(pattern: str, use: str) -> None:
    compiled = re.compile(pattern, re.DOTALL)
    assert worst(compiled, [use], strings.attacks(compiled)) is not None


def test_what_is_linear_is_no_finding() -> None:
    compiled = re.compile(r"(?<!\s)\s+$|(?<![a-z])[a-z]+:\d*")
    assert worst(compiled, ["search", "sub"], strings.attacks(compiled)) is None
