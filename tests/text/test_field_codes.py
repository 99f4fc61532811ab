"""Records of databases are told from other texts, and lose no line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.text.plain import field_codes, reader

STORY = (
    "The old iron bridge stays where it is, the council said on Monday after a debate of almost ten years.",
    "Engineers had called for a new crossing of concrete, which would have cost three times as much as repairs.",
)
RECORD = f"""HD  Council keeps the old bridge
BY  Jo Sample
PD  10 February 2004
SN  Valley Times
LP
{STORY[0]}

TD
{STORY[1]}

RE  val : Valley
AN  Document VALTIM0020040211
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n \n", id="blank"),
        pytest.param("\n".join(STORY), id="an-article"),
        pytest.param(f"BY ANN EXAMPLE\n{STORY[0]}\nIN OTHER NEWS\n{STORY[1]}", id="capitals"),
        pytest.param(f"HD  Council keeps the old bridge\nPD  10 February 2004\n{STORY[0]}", id="no-running-text"),
        pytest.param(f"PD  10 February 2004\nSN  Valley Times\nWC  40\nLP\n{STORY[0]}", id="no-title"),
        pytest.param(f"HD  Council\nLP\n{STORY[0]}", id="too-few"),
        pytest.param(f"{STORY[1]}\n{RECORD}", id="text-above"),
    ],
)
def test_other_texts_are_no_records(text: str) -> None:
    assert field_codes.read(text) is None


def test_of_two_records_the_first_is_read() -> None:
    article = reader.read(RECORD + RECORD.replace("bridge", "tower"))
    assert article.title == "Council keeps the old bridge"
    assert article.paragraphs == STORY


def test_the_databases_name_may_stand_above() -> None:
    article = reader.read(f"Valley Archive\n\nPage 1 of 2\n\n{RECORD}")
    assert (article.title, article.publisher) == ("Council keeps the old bridge", "Valley Times")
    assert article.paragraphs == STORY


def test_blank_lines_byte_order_mark_and_tabs_do_not_matter() -> None:
    text = "\ufeff\r\n" + RECORD.replace("  ", "\t").replace("\n", "\r\n")
    assert reader.read(text).paragraphs == STORY
    assert reader.read(text).authors == ("Jo Sample",)


LINES = st.lists(
    st.sampled_from([*RECORD.splitlines(), "HD", "LP", "TD  A short one.", "CO", "IN THE END", "  AN  x", ""]),
    max_size=20,
)


@given(lines=LINES, sure=st.booleans())
def test_paragraphs_and_cuts_are_all_there_is(lines: list[str], sure: bool) -> None:
    text = "\n".join([*(RECORD.splitlines() if sure else ()), *lines])
    article = reader.read(text)
    rows = {cut.index: cut.text for cut in article.removed}
    kept = iter(article.paragraphs)
    whole = [rows[at] if at in rows else next(kept) for at in range(len(rows) + len(article.paragraphs))]
    assert list(kept) == []
    assert " ".join(" ".join(whole).split()) == " ".join(text.split())
