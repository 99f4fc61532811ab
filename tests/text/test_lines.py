"""Line by line cleaning: what goes, what stays, and the properties that hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate import lines
from cleanwire.text.boilerplate.lines import Line, LineContext
from patterns import cost

PARAGRAPH = "The council voted late on Monday to keep the old iron bridge, which ends a dispute of almost ten years."
SECOND = "Engineers had called for a new crossing of concrete, which would have cost three times as much as repairs."
CONTEXT = LineContext(
    title="Council keeps the old bridge", site_names=("Valley Times",), authors=("Jo Sample",), language="en"
)

FILLING = [
    PARAGRAPH,
    SECOND,
    "Nobody was hurt.",
    "Read more",
    "Join the mailing list",
    "Valley Times",
    "Advertisement",
    "***",
    "",
    "By Jo Sample",
    "6 October 2020",
    "Council keeps the old bridge",
    "Related articles",
    "A second bridge",
    "Photo: Jo Sample/AFP",
    "“Never again,” she said.",
    "Share this article",
    "4 min read",
    "WHAT COMES NEXT",
    "Find out more about the old iron bridge:",
    "www.bridge.example",
    "© 2020 Valley Times",
]


def strip(*texts: str, context: LineContext = CONTEXT) -> tuple[str, ...]:
    return tuple(line.text for line in lines.strip([Line(text=text) for text in texts], context).kept)


@pytest.mark.parametrize(
    "junk",
    [
        "By Jo Sample",
        "By Ann Example and Bo Placeholder, Bridgeton",
        "Jo Sample",
        "Valley Times",
        "6 October 2020, 3:57 PM",
        "Council keeps the old bridge",
        "Council keeps the old bridge - Valley Times",
        "By Jo Sample | 6 October 2020 | 4 min read",
        "4 min read",
        "Photo: Jo Sample/AFP",
        "(Reuters)",
        "Join the mailing list",
        "Share",
        "Related articles",
        "© 2020 Valley Times",
    ],
)
@pytest.mark.parametrize("place", ["head", "tail"])
def test_junk_around_the_body_goes(junk: str, place: str) -> None:
    texts = (junk, PARAGRAPH, SECOND) if place == "head" else (PARAGRAPH, SECOND, junk)
    assert strip(*texts) == (PARAGRAPH, SECOND)


@pytest.mark.parametrize(
    "line", ["6 October 2020", "Jo Sample", "By Jo Sample", "World", "Council keeps the old bridge"]
)
def test_line_between_paragraphs_needs_more_evidence(line: str) -> None:
    assert strip(PARAGRAPH, line, SECOND) == (PARAGRAPH, line, SECOND)


@pytest.mark.parametrize(
    "line", ["Advertisement", "Read more: How the dispute began", "Valley Times", "Share this article"]
)
def test_unmistakable_junk_goes_from_between_paragraphs(line: str) -> None:
    assert strip(PARAGRAPH, line, SECOND) == (PARAGRAPH, SECOND)


@pytest.mark.parametrize("line", ["FAQ", "www.bridge.example", "https://bridge.example/plans?year=2020"])
def test_a_label_of_the_site_is_the_reporters_between_paragraphs(line: str) -> None:
    assert strip(PARAGRAPH, line, SECOND) == (PARAGRAPH, line, SECOND)
    assert strip(PARAGRAPH, SECOND, line) == (PARAGRAPH, SECOND)
    assert strip(line, PARAGRAPH, SECOND) == (PARAGRAPH, SECOND)


@pytest.mark.parametrize(
    ("heading", "following", "stays"),
    [
        pytest.param("Find out more about the old iron bridge:", SECOND, True, id="to-what-stays"),
        pytest.param("Find out more about the old iron bridge:", "Read more", False, id="to-what-goes"),
        pytest.param("Find out more:", SECOND, False, id="a-label"),
        pytest.param("Find out more about the old iron bridge", SECOND, False, id="to-nothing"),
    ],
)
def test_a_heading_stays_that_leads_with_a_colon(heading: str, following: str, stays: bool) -> None:
    blocks = [Line(text=heading, type=BlockType.HEADING), Line(text=following), Line(text=SECOND)]
    kept = lines.strip([Line(text=PARAGRAPH), *blocks], CONTEXT).kept
    assert (blocks[0] in kept) == stays


def test_headlines_below_a_related_label_go() -> None:
    assert strip(PARAGRAPH, SECOND, "Related articles", "A second bridge", "Tolls to rise") == (PARAGRAPH, SECOND)


def test_text_that_is_mostly_boilerplate_is_left_alone() -> None:
    menu = [f"Read more: Story number {number} of a very long list" for number in range(20)]
    assert strip(*menu, "Nobody was hurt.") == (*menu, "Nobody was hurt.")


def test_code_and_tables_are_never_judged() -> None:
    block = Line(text="}", type=BlockType.CODE)
    assert lines.strip([block], CONTEXT).kept == (block,)


def test_removed_lines_tell_where_they_stood_and_why() -> None:
    done = lines.strip([Line(text=PARAGRAPH), Line(text=SECOND), Line(text="Join the mailing list")], CONTEXT)
    (removed,) = done.removed
    assert (removed.index, removed.reason) == (2, "newsletter")
    assert removed.rule.startswith("en/")


@given(st.lists(st.sampled_from(FILLING), max_size=25), st.sampled_from([CONTEXT, LineContext()]))
def test_cleaning_twice_is_cleaning_once(texts: list[str], context: LineContext) -> None:
    once = strip(*texts, context=context)
    assert strip(*once, context=context) == once


@given(st.lists(st.one_of(st.sampled_from(FILLING), st.text(max_size=80)), max_size=15))
def test_output_and_cuts_together_are_the_input_in_order(texts: list[str]) -> None:
    done = lines.strip([Line(text=text) for text in texts], CONTEXT)
    cut = {removed.index: removed.text for removed in done.removed}
    kept = iter(line.text for line in done.kept)
    assert [cut[i] if i in cut else next(kept) for i in range(len(texts))] == texts


@pytest.mark.parametrize("unit", ["a ", "| ", "By A, ", "6 October 2020 ", "(", "- ", "。"])
def test_hostile_line_is_judged_quickly(unit: str) -> None:
    line = Line(text=unit * (100_000 // len(unit)))
    assert cost.best(lambda: lines.strip([line], LineContext()), tries=3) < 0.05


def test_table_that_lost_its_markup_is_no_list_of_headlines() -> None:
    table = [f"{rank} Province number {rank}" for rank in range(1, 40)]
    assert strip(PARAGRAPH, SECOND, "Related articles", *table) == (PARAGRAPH, SECOND, *table)
