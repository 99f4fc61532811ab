"""Plain text: the shared example, and what holds for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.text.plain import reader, unwrap
from patterns import cost

SEED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "seed" / "article.txt"


@pytest.mark.data
def test_seed_article_comes_out_exactly() -> None:
    if not SEED.exists():
        pytest.skip(f"SHARED DATA MISSING: {SEED}; the first example of the product was not tried")
    text = SEED.read_text("utf-8")
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    article = reader.read(text)
    assert article.title == rows[2]
    assert article.publisher == rows[1]
    assert article.published is not None
    assert article.published.local.isoformat() == "2020-10-06T15:57:00"
    assert article.published.offset_min is None
    assert article.paragraphs == tuple(rows[5:-1])
    assert article.removed[0].reason == "ad"
    assert article.removed[-1].reason == "newsletter"


@pytest.mark.parametrize("text", ["", "\n\n", "one two three", "Menu\nHome\nNews", "\ufeff"])
def test_text_without_an_article_gives_no_paragraphs(text: str) -> None:
    assert reader.read(text).paragraphs == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "Read more",
                "6 October 2020",
                "A headline about the bridge",
                "Valley Times",
                "Subject: x",
                "Nobody was hurt when the old iron bridge fell, the police of the valley said on Monday night.",
                "",
                "  x",
                "«Quote.»",
            ]
        ),
        max_size=20,
    )
)
def test_every_line_is_a_paragraph_or_a_cut(rows: list[str]) -> None:
    text = "\n".join(rows)
    article = reader.read(text)
    cut = {removed.index: removed.text for removed in article.removed}
    kept = iter(article.paragraphs)
    levelled = unwrap.paragraphs(text)
    assert [cut[i] if i in cut else next(kept) for i in range(len(levelled))] == levelled


def test_long_text_is_read_in_linear_time() -> None:
    paragraph = "Nobody was hurt when the old iron bridge fell, the police of the valley said on Monday night.\n\n"
    small, large = (
        cost.best(lambda count=count: reader.read("A headline about the bridge\n" + paragraph * count), tries=2)
        for count in (500, 2000)
    )
    assert large < 12 * small


def test_an_article_that_is_quoted_as_a_whole_loses_its_marks() -> None:
    paragraphs = (
        "The tram line to the airport will open in May, a year later than planned, the authority said on Tuesday.",
        "Trains are to run every twelve minutes from the central station and will take half an hour to the airport.",
    )
    text = "\n\n".join(["Tram line to the airport opens in May", "Valley Standard", *paragraphs])
    article = reader.read("Somebody wrote:\n\n" + "\n".join(f"> {line}".rstrip() for line in text.splitlines()))
    assert article.title == "Tram line to the airport opens in May"
    assert article.paragraphs == paragraphs
