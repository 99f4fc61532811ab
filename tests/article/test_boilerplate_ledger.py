"""Body and cuts are the input again, and the witnesses cannot empty a page."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cleanwire.article import boilerplate
from cleanwire.article.boilerplate import Evidence
from cleanwire.text.lines import Line, LineContext

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
ROW = st.tuples(TEXT, st.floats(0, 1), st.integers(0, 5))


@settings(deadline=None)  # the first example reads the rules
@given(rows=st.lists(ROW, max_size=12))
def test_body_and_cuts_by_index_are_the_input(rows: list[tuple[str, float, int]]) -> None:
    blocks = [Line(text=text) for text, _, _ in rows]
    evidence = Evidence(doubts=[doubt for _, doubt, _ in rows], recurrences=[count for _, _, count in rows])
    cleaned = boilerplate.remove(blocks, CONTEXT, evidence)
    rebuilt = {at: blocks[at].text for at in cleaned.kept} | {cut.index: cut.text for cut in cleaned.removed}
    assert [rebuilt[at] for at in range(len(blocks))] == [line.text for line in blocks]
    assert len(cleaned.kept) + len(cleaned.removed) == len(blocks)


def test_a_judge_that_doubts_everything_is_not_believed() -> None:
    blocks = [Line(text="The council expects the pier to open again before winter, weather permitting.")] * 5
    cleaned = boilerplate.remove(blocks, CONTEXT, Evidence(doubts=[0.99] * 5, recurrences=[0] * 5))
    assert len(cleaned.kept) == 5


def test_every_cut_says_why() -> None:
    blocks = [Line(text="Advertisement"), Line(text="The council expects the pier to open again before winter.")]
    cleaned = boilerplate.remove(blocks, CONTEXT, Evidence(doubts=[0.1, 0.1], recurrences=[0, 0]))
    assert [(cut.index, bool(cut.rule), bool(cut.reason)) for cut in cleaned.removed] == [(0, True, True)]
