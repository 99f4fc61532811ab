"""The headline without the site's name."""

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.metadata import title
from cleanwire.article.metadata.title import StatedTitle
from cleanwire.article.page import Page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pier to reopen | The Wexport Ledger", "Pier to reopen", id="name-after-a-bar"),
        pytest.param("The Wexport Ledger - Pier to reopen", "Pier to reopen", id="name-in-front"),
        pytest.param(
            "Pier to reopen - Local - The Wexport Ledger", "Pier to reopen - Local", id="unknown-sections-stay"
        ),
        pytest.param("Pier - a history", "Pier - a history", id="a-dash-in-the-headline-stays"),
        pytest.param("Well-known pier", "Well-known pier", id="a-hyphen-is-no-separator"),
    ],
)
def test_site_name_is_cut(text: str, expected: str) -> None:
    names = ["The Wexport Ledger"]
    chosen = title.choose([StatedTitle(source="title", text=text)], names)
    assert chosen is not None
    assert chosen.text == expected


def test_sources_that_agree_outvote_one() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="You will not believe this pier"),
            StatedTitle(source="json-ld", text="Pier to reopen"),
            StatedTitle(source="h1", text="Pier to reopen"),
        ],
        [],
    )
    assert chosen is not None
    assert (chosen.text, chosen.alternatives) == ("Pier to reopen", ("You will not believe this pier",))


def test_a_headline_cut_short_gives_way_to_the_whole() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="Pier to reopen after storm…"),
            StatedTitle(source="feed", text="Pier to reopen after storm damage"),
        ],
        [],
    )
    assert chosen is not None
    assert chosen.text == "Pier to reopen after storm damage"


def test_the_site_name_alone_is_no_headline() -> None:
    assert title.choose([StatedTitle(source="og", text="The Wexport Ledger")], ["The Wexport Ledger"]) is None


def test_a_headline_that_is_stated_as_the_sites_name_too_is_one() -> None:
    stated = "The ferry pier of Wexport reopens after four months"
    chosen = title.choose([StatedTitle(source="og", text=stated)], [stated])
    assert chosen is not None
    assert chosen.text == stated


def test_a_subhead_that_is_stated_elsewhere_speaks_where_no_h1_does() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="What the tides mean for you"),
            StatedTitle(source="json-ld", text="Pier to reopen in May"),
            StatedTitle(source="meta", text="What the tides mean for you"),
            StatedTitle(source="h2", text="Pier to reopen in May"),
            StatedTitle(source="h2", text="More from the harbour today"),
        ],
        [],
    )
    assert chosen is not None
    assert chosen.text == "Pier to reopen in May"
    assert "More from the harbour today" not in chosen.alternatives


def test_a_kicker_in_the_heading_is_no_part_of_the_headline() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="Pier to reopen in May"),
            StatedTitle(source="h1", text="Harbour works Pier to reopen in May"),
        ],
        [],
    )
    assert chosen is not None
    assert chosen.text == "Pier to reopen in May"


def test_an_attribute_cut_at_a_quotation_mark_gives_way_to_the_whole() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="Mayor calls the pier"),
            StatedTitle(source="meta", text="Mayor calls the pier"),
            StatedTitle(source="title", text='Mayor calls the pier "a folly"'),
        ],
        [],
    )
    assert chosen is not None
    assert chosen.text == 'Mayor calls the pier "a folly"'


def test_what_follows_the_heading_behind_a_colon_is_cut() -> None:
    chosen = title.choose(
        [
            StatedTitle(source="og", text="Pier to reopen in May : 31.10.2023, 10.19 Uhr"),
            StatedTitle(source="h1", text="Pier to reopen in May"),
        ],
        [],
    )
    assert chosen is not None
    assert chosen.text == "Pier to reopen in May"


STORY = "The council met twice this week and heard what the new harbour wall will cost the town over ten years."


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["A wall for the harbour", STORY], "A wall for the harbour", id="a-short-line-over-text"),
        pytest.param([STORY, STORY], None, id="a-sentence"),
        pytest.param(["A wall for the harbour"], None, id="nothing-follows"),
        pytest.param(["Harbour wall", STORY], None, id="too-short-to-tell"),
        pytest.param(["What the wall will cost:", STORY], None, id="the-head-of-a-list"),
        pytest.param([], None, id="no-lines"),
    ],
)
def test_where_a_page_states_no_headline_its_opening_line_may_be_one(lines: list[str], expected: str | None) -> None:
    opening = title.opening(lines)
    assert (opening and opening.text) == expected


def test_a_page_without_title_and_headings_has_the_headline_that_opens_it() -> None:
    text = "".join(f"<p>{line}</p>" for line in ("A wall for the harbour", STORY, STORY.replace("twice", "again")))
    page = Page(url="https://example.org/wall", body=f"<body>{text}</body>".encode(), fetched_at=1_790_000_000.0)
    article = clean.clean(page)
    assert isinstance(article, Article)
    assert article.title == "A wall for the harbour"
    assert not article.body.startswith("A wall for")
    assert article.provenance["title"].source == "text"
