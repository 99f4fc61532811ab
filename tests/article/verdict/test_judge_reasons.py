"""A doubt is explained by the columns that moved it: in the trees' own terms, in words, the strongest first."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article.verdict.judge import company, features, model, reasons
from cleanwire.records.document import Feature

NAMES = ("words", "linked", "related_0")
SIGNATURE = ("p", None, None)
Node = float | tuple[float, int, float, "Node", "Node"]  # a leaf, or what to expect, column, threshold, left, right


def forest(*trees: Node) -> model.Forest:
    """Return trees as the weights hold them."""
    columns: dict[str, list[float]] = {name: [] for name in ("features", "thresholds", "left", "right", "values")}

    def add(node: Node) -> int:
        at = len(columns["left"])
        value, column, threshold, *sides = node if isinstance(node, tuple) else (node, 0, 0.0)
        for name, own in (
            ("features", column),
            ("thresholds", threshold),
            ("values", value),
            ("left", at),
            ("right", at),
        ):
            columns[name].append(own)
        if sides:
            columns["left"][at], columns["right"][at] = add(sides[0]), add(sides[1])
        return at

    roots = [add(tree) for tree in trees]
    kinds = {name: "<f8" if name in ("thresholds", "values") else "<i4" for name in columns}
    arrays = {name: np.array(values, kinds[name]).tobytes() for name, values in columns.items()}
    return model.Forest(steps=3, roots=np.array(roots, "<i4").tobytes(), **arrays)


def judge(first: model.Forest, second: model.Forest) -> model.Model:
    return model.Model(model.Weights(version="test", names=NAMES, first=first, second=second))


def explained(judging: model.Model, *rows: list[float]) -> list[tuple[Feature, ...]]:
    judgement = judging.judge(rows, [SIGNATURE] * len(rows), [True] * len(rows))
    return judgement.reasons(range(len(rows)))


SILENT = forest(0.0)
BY_LINKS = forest((0.5, 1, 0.5, (-1.0, 0, 10.0, -0.25, -2.0), 3.0))


def test_each_step_gives_its_column_the_credit() -> None:
    few, many, linked = explained(judge(SILENT, BY_LINKS), [4, 0.2, 0], [40, 0.2, 0], [4, 0.9, 0])
    assert few == (
        Feature(name="linked share", weight=-1.5, value=0.2),
        Feature(name="words", weight=0.75, value=4.0),
    )
    assert many[1] == Feature(name="words", weight=-1.0, value=40.0)
    assert linked == (Feature(name="linked share", weight=2.5, value=0.9),)


@given(rows=st.lists(st.lists(st.floats(0, 50, width=32), min_size=3, max_size=3), min_size=1, max_size=5))
def test_credits_add_up_to_the_doubt(rows: list[list[float]]) -> None:
    judging = judge(SILENT, BY_LINKS)
    judgement = judging.judge(rows, [SIGNATURE] * len(rows), [True] * len(rows))
    for doubt, credits in zip(judgement.doubts, judging.credits(judgement.table), strict=True):
        assert math.isclose(math.log(doubt / (1 - doubt)), 0.5 + credits.sum(), abs_tol=1e-9)


@pytest.mark.parametrize("name", sorted(company.OWN))
def test_the_first_doubt_is_explained_by_its_own_reasons(name: str) -> None:
    own_doubt = len(NAMES) + company.NAMES.index(name)
    second = forest((0.1, own_doubt, 0.5, -1.0, 2.0))
    (found,) = explained(judge(BY_LINKS, second), [4, 0.9, 0])
    assert found == (Feature(name="linked share", weight=1.9, value=0.9),)


def test_what_neighbours_say_is_added_up() -> None:
    near = [len(NAMES) + company.NAMES.index(name) for name in ("doubt-1", "doubt_near")]
    second = forest(*((0.1, column, 0.4, -1.0, 0.6) for column in near))
    found = explained(judge(BY_LINKS, second), [4, 0.9, 0], [4, 0.9, 0])
    assert found[1] == (Feature(name="its neighbours doubted", weight=1.0),)


def test_only_the_strongest_are_told() -> None:
    first_three = [(0.1, at, -1.0, 0.0, float(4 - at)) for at in range(3)]
    weak = (0.1, len(NAMES) + company.NAMES.index("doubt_after"), -2.0, 0.0, 0.5)
    (found,) = explained(judge(SILENT, forest(weak, *first_three)), [4, 0.9, 1])
    assert [feature.name for feature in found] == ["words", "linked share", "class names: related"]


def test_weights_without_inner_values_explain_nothing() -> None:
    assert explained(judge(SILENT, forest((0.0, 0, 10.0, -1.0, 1.0))), [4, 0.9, 1]) == [()]


def test_a_page_without_lines_has_no_doubts() -> None:
    assert judge(SILENT, BY_LINKS).judge([], [], []).doubts == []


@pytest.mark.parametrize(
    ("column", "value", "weight", "told"),
    [
        pytest.param("linked", 0.333, 1.0, ("linked share", 0.33), id="measured"),
        pytest.param("linked", -1.0, 1.0, ("linked share", None), id="nothing-to-measure"),
        pytest.param("stop_end", 0.0, 1.0, ("not ends like a sentence", None), id="no"),
        pytest.param("in_figure", 1.0, 1.0, ("inside figure", None), id="inside"),
        pytest.param("related_0", 1.0, 1.0, ("class names: related", None), id="classes"),
        pytest.param("body_1", 0.0, 1.0, ("not the parent's class names: body", None), id="parent"),
        pytest.param("linked-1", 0.9, 1.0, ("line before: linked share", 0.9), id="neighbour"),
        pytest.param("words2", -1.0, 1.0, ("no second line after", None), id="no-neighbour"),
        pytest.param("same1", 1.0, 1.0, ("line after made alike", None), id="made-alike"),
        pytest.param("doubt_alike_most", 0.9, -1.0, ("lines made alike trusted", None), id="heard"),
        pytest.param("some_new_column", 3.0, 1.0, ("some new column", None), id="unknown"),
    ],
)
def test_columns_are_told_in_words(column: str, value: float, weight: float, told: tuple[str, float | None]) -> None:
    assert reasons.tell(column, value, weight) == told


def test_what_is_alike_for_each_line_of_the_page_is_no_reason() -> None:
    credits = [("told_as", 1.0, 0.9), ("total_words", 600.0, 0.8), ("linked", 1.0, 0.7)]
    assert reasons.strongest(credits) == (Feature(name="linked share", weight=0.7, value=1.0),)


@pytest.mark.parametrize("column", [*features.NAMES, *company.NAMES])
def test_no_column_shows_its_own_name(column: str) -> None:
    name, _ = reasons.tell(column, 1.0, 1.0)
    assert "_" not in name


def test_a_line_for_people() -> None:
    told = (Feature(name="linked share", weight=1.24, value=0.9), Feature(name="not inside article", weight=-0.31))
    assert reasons.words(told) == "+1.2 linked share 0.9, -0.3 not inside article"


def test_what_other_pages_of_the_site_add_is_a_reason_too() -> None:
    own = tuple(Feature(name=name, weight=weight) for name, weight in (("a", 1.5), ("b", -0.6), ("c", 0.5)))
    found = reasons.with_place(own, 0.5, 0.9)
    assert [(feature.name, feature.weight) for feature in found] == [
        ("its place on other pages of the site", 2.2),
        ("a", 1.5),
        ("b", -0.6),
    ]
    assert reasons.with_place(own, 0.9, 0.9) == own
