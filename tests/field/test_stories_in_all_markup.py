"""The reporter's text stays and what is none of it goes: many languages, in the markup of very different sites."""

from pathlib import Path
from typing import Any

import pytest

from field import cases

pytestmark = pytest.mark.slow

BATCHES = [
    Path(__file__).with_name(f"{name}.toml")
    for name in ("first", "boilerplate", "second", "third", "fourth", "fifth", "sixth")
]
CASES = [(path.stem, case) for path in BATCHES for case in cases.read(path)]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{batch}-{case['kind']}-{case['id']}",
            marks=[pytest.mark.xfail(reason=case["open"], strict=True)] if "open" in case else [],
        )
        for batch, case in CASES
    ],
)
def test_the_text_stays_and_the_rest_goes(case: dict[str, Any]) -> None:
    assert list(cases.complaints(case)) == []


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_a_batch_names_each_case_once_and_knows_its_keys(path: Path) -> None:
    named = [(case["kind"], case["id"]) for case in cases.read(path)]
    assert len(set(named)) == len(named)
    assert {key for case in cases.read(path) for key in case} <= cases.KEYS
