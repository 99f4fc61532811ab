"""Body and cuts are the input again, and the witnesses cannot empty a page."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cleanwire import characters
from cleanwire.article.blocks.candidate import Candidate, Whole
from cleanwire.article.verdict import decide
from cleanwire.article.verdict.decide import Decision
from cleanwire.article.verdict.doubts import NEWS
from cleanwire.article.verdict.judged import JudgedLine
from cleanwire.text.boilerplate import lines
from cleanwire.text.boilerplate.lines import Line, LineContext

CONTEXT = LineContext(title="Pier to reopen", language="en")
TEXT = st.sampled_from(
    [
        "Pier to reopen",
        "Advertisement",
        "Share this article",
        "The council expects the pier to open again before the next winter timetable starts, weather permitting.",
        "Residents of the island opposite had asked for a temporary landing stage because of the long detour.",
        "Sign up for our newsletter",
        "© 2026 The Wexport Ledger",
    ]
)
ROW = st.tuples(TEXT, st.floats(0, 1), st.integers(0, 5), st.floats(0, 1), st.booleans())
STORY = Line(text="The council expects the pier to open again before winter, weather permitting, as it says.")


def judged(
    blocks: list[Line],
    doubts: list[float],
    recurrences: list[int] | None = None,
    taught: list[float] | None = None,
    elsewhere: list[bool] | None = None,
    subheads: tuple[int, ...] = (),
) -> list[JudgedLine]:
    count = len(blocks)
    return [
        JudgedLine(
            candidate=Candidate(line=line, location=None),
            doubt=doubt,
            site_doubt=taught_doubt,
            recurrences=times,
            elsewhere=is_elsewhere,
            is_subhead=at in subheads,
        )
        for at, (line, doubt, taught_doubt, times, is_elsewhere) in enumerate(
            zip(blocks, doubts, taught or doubts, recurrences or [0] * count, elsewhere or [False] * count, strict=True)
        )
    ]


def remove(known: list[JudgedLine]) -> Decision:
    ruled = lines.strip([line.line for line in known], CONTEXT).removed
    return decide.decide(known, ruled, CONTEXT.title)


@given(rows=st.lists(ROW, max_size=12))
def test_body_and_cuts_by_index_are_the_input(rows: list[tuple[str, float, int, float, bool]]) -> None:
    blocks = [Line(text=row[0]) for row in rows]
    known = judged(
        blocks,
        [row[1] for row in rows],
        [row[2] for row in rows],
        [max(row[1], row[3]) for row in rows],
        [row[4] for row in rows],
    )
    cleaned = remove(known)
    rebuilt = {at: blocks[at].text for at in cleaned.kept} | {cut.index: cut.text for cut in cleaned.removed}
    assert [rebuilt[at] for at in range(len(blocks))] == [line.text for line in blocks]
    assert len(cleaned.kept) + len(cleaned.removed) == len(blocks)


def test_a_judge_that_doubts_everything_is_not_believed() -> None:
    blocks = [Line(text="The council expects the pier to open again before winter, weather permitting.")] * 5
    assert len(remove(judged(blocks, [0.99] * 5)).kept) == 5


def test_a_site_that_has_every_line_elsewhere_empties_no_page() -> None:
    assert len(remove(judged([STORY] * 5, [0.4] * 5, [9] * 5)).kept) == 5


def test_much_is_cut_where_what_stays_is_beyond_doubt() -> None:
    blocks = [STORY] * 4 + [Line(text=f"{STORY.text} Elsewhere.")] * 36
    sure = remove(judged(blocks, [0.01] * 4 + [0.9] * 36))
    assert sure.kept == (0, 1, 2, 3)
    unsure = remove(judged(blocks, [0.2] * 4 + [0.9] * 36))
    assert len(unsure.kept) == 40


def test_the_ledger_tells_the_judges_cuts_from_the_places() -> None:
    known = judged([STORY] * 8, [0.01, 0.9, 0.4, *[0.01] * 5], None, [0.01, 0.95, 0.9, *[0.01] * 5])
    cuts = remove(known).removed
    assert [(cut.rule, cut.reason, cut.score) for cut in cuts] == [
        ("structure/judge", "unrelated", 0.9),
        ("structure/place", "template", 0.9),
    ]


def test_a_subhead_with_text_under_it_is_cut_for_great_doubts_of_its_own_only() -> None:
    doubts = [0.01, 0.65, 0.01, 0.3, 0.01, 0.8, 0.01, *[0.01] * 6]
    taught = [0.01, 0.65, 0.01, 0.9, 0.01, 0.8, 0.01, *[0.01] * 6]
    cuts = {
        named: [cut.index for cut in decide.decide(known, (), None, NEWS).removed]
        for named in ((), (1, 3, 5))
        if (known := judged([STORY] * 13, doubts, taught=taught, subheads=named))
    }
    assert cuts == {(): [1, 3, 5], (1, 3, 5): [5]}


def test_a_subhead_whose_text_is_cut_goes_too() -> None:
    known = judged([STORY] * 12, [*[0.01] * 8, 0.65, 0.9, 0.01, 0.65], subheads=(8, 11))
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [8, 9, 11]


def test_much_prose_goes_for_the_judges_own_doubts_only() -> None:
    known = judged([STORY] * 5, [0.01, 0.01, 0.9, 0.4, 0.01], taught=[0.01, 0.01, 0.99, 0.9, 0.9])
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [2]


def test_little_prose_goes_for_its_place_too() -> None:
    known = judged([STORY] * 5, [0.01, 0.01, 0.01, 0.4, 0.01], taught=[0.01, 0.01, 0.01, 0.9, 0.01])
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [3]


def test_where_places_would_take_most_of_a_page_what_the_judge_doubts_itself_goes() -> None:
    note = Line(text="pier, harbour, council, oak, winter, ferry")
    known = judged([note] * 6, [0.1, 0.3, 0.3, 0.3, 0.3, 0.6], taught=[0.1, 0.9, 0.9, 0.9, 0.9, 0.9])
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [5]


def test_a_list_that_stays_does_not_keep_a_line_much_longer_than_its_items() -> None:
    items = [Line(text=f"{stage}th stage: 6 May, Harbour") for stage in range(4, 10)]
    words = Line(text="pier, harbour, council, oak, winter, ferry, " * 4)
    known = judged([STORY, *items, words, STORY], [0.01, *[0.2] * 5, 0.9, 0.9, 0.01])
    whole = Whole(is_table=False, linked=0.0)
    for at in range(1, 8):
        known[at] = replace(known[at], candidate=replace(known[at].candidate, whole=whole))
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [7]


def test_little_prose_goes_for_a_doubt() -> None:
    known = judged([STORY] * 5, [0.01, 0.01, 0.9, 0.01, 0.01])
    assert [cut.index for cut in decide.decide(known, (), None, NEWS).removed] == [2]


def test_every_cut_says_why() -> None:
    blocks = [Line(text="Advertisement"), Line(text="The council expects the pier to open again before winter.")]
    cleaned = remove(judged(blocks, [0.1, 0.1]))
    assert [(cut.index, bool(cut.rule), bool(cut.reason)) for cut in cleaned.removed] == [(0, True, True)]


def test_the_headline_is_known_again_with_a_control_that_titles_are_free_of() -> None:
    known = judged([Line(text="Pier to\x99 reopen"), STORY, STORY], [0.0, 0.0, 0.0])
    assert [cut.index for cut in decide.decide(known, (), characters.name("Pier to\x99 reopen")).removed] == [0]
