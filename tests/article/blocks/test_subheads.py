"""A heading between two paragraphs of the article comes back; one over links, or outside the article, does not."""

import pytest
from lxml.etree import _Element

from article.candidates import located
from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.blocks import subheads
from cleanwire.article.blocks.candidate import merge
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.page import Page
from cleanwire.records.document import BlockType
from cleanwire.text.boilerplate.lines import Line

STORY = (
    "The council met twice this week and heard what the new harbour wall will cost the town over ten years.",
    "Engineers told the members that the old wall had moved by a hand's width since the storms of last winter.",
    "A decision is expected in spring, when the ministry has said how much of the work it is ready to pay for.",
)


def found(body: str, *extracted: str) -> list[str]:
    """Return the lines, `extracted` ones being all the extractor took."""
    tree = parsing.parse(f"<html><body>{body}</body></html>")
    assert isinstance(tree, _Element)
    outline = Outline.of(tree)
    taken = located(outline, [Line(text=text) for text in extracted])
    lines = [one.line for one in merge(taken, subheads.find(outline, taken))]
    return [f"## {line.text}" if line.type is BlockType.HEADING else line.text for line in lines]


def test_a_heading_between_two_paragraphs_comes_back_where_it_stood() -> None:
    body = f"<div><p>{STORY[0]}</p><h2>Who  pays</h2><p>{STORY[1]}</p><h3>When</h3><p>{STORY[2]}</p></div>"
    assert found(body, *STORY) == [STORY[0], "## Who pays", STORY[1], "## When", STORY[2]]


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="pf_subheadline">Who pays</div>',
        '<p class="article__sub-headline">Who pays</p>',
        '<p class="Zwischentitel">Who pays</p>',
        '<h5 class="intertitre">Who pays</h5>',
    ],
)
def test_a_class_may_say_that_it_is_a_subhead(markup: str) -> None:
    assert found(f"<div><p>{STORY[0]}</p>{markup}<p>{STORY[1]}</p></div>", *STORY[:2])[1] == "## Who pays"


def test_paragraphs_may_be_parted_by_line_breaks() -> None:
    body = f"<div>{STORY[0]}<br><br><h3>Who pays</h3>{STORY[1]}<br>{STORY[2]}</div>"
    assert found(body, *STORY)[1] == "## Who pays"


@pytest.mark.parametrize("label", ["before", "after"])
def test_an_advertisements_label_may_stand_between(label: str) -> None:
    ad, heading = "<div><p>Advertisement</p></div>", "<h2>Who pays</h2>"
    middle = ad + heading if label == "before" else heading + ad
    body = f"<div><p>{STORY[0]}</p>{middle}<p>{STORY[1]}</p></div>"
    assert "## Who pays" in found(body, STORY[0], "Advertisement", STORY[1])


def test_a_heading_that_was_taken_stays_single() -> None:
    body = f"<div><p>{STORY[0]}</p><h2>Who pays</h2><p>{STORY[1]}</p></div>"
    assert found(body, STORY[0], "Who pays", STORY[1]) == [STORY[0], "Who pays", STORY[1]]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<div><h2>Related</h2><p>{STORY[0]}</p><p>{STORY[1]}</p></div>", id="above-the-first"),
        pytest.param(f"<div><p>{STORY[0]}</p><p>{STORY[1]}</p><h2>Related</h2></div>", id="below-the-last"),
        pytest.param(
            f"<div><p>{STORY[0]}</p><aside><h2>Related</h2><p>A link</p></aside><p>{STORY[1]}</p></div>", id="in-a-box"
        ),
        pytest.param(
            f'<div><p>{STORY[0]}</p><h2><a href="/x">A walk on the wall</a></h2><p>{STORY[1]}</p></div>', id="linked"
        ),
        pytest.param(f"<div><p>{STORY[0]}</p></div><h2>Next</h2><div><p>{STORY[1]}</p></div>", id="between-elements"),
        pytest.param(f"<div><p>{STORY[0]}</p><h1>Next story</h1><p>{STORY[1]}</p></div>", id="headline"),
        pytest.param(f'<div><p>{STORY[0]}</p><p class="label">Who pays</p><p>{STORY[1]}</p></div>', id="no-heading"),
        pytest.param(f"<div><p>{STORY[0]}</p><h2>{STORY[2]} {STORY[2]}</h2><p>{STORY[1]}</p></div>", id="long"),
    ],
)
def test_others_stay_out(body: str) -> None:
    assert found(body, *STORY[:2]) == [*STORY[:2]]


def test_a_page_whose_markup_the_extractor_does_not_know_keeps_its_subhead() -> None:
    text = (
        f"<p>{STORY[0]}</p><p>{STORY[1]}</p><h2>Who pays for it</h2><p>{STORY[2]}</p><p>{STORY[0][:-1]} at least.</p>"
    )
    markup = f'<html lang="en"><title>Harbour wall</title><div class="noticia">{text}</div><div>Imprint</div></html>'
    article = clean.clean(Page(url="https://example.org/wall", body=markup.encode(), fetched_at=1_790_000_000.0))
    assert isinstance(article, Article)
    assert (BlockType.HEADING, "Who pays for it") in [(block.type, block.text) for block in article.blocks]
