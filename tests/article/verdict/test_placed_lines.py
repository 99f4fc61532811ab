"""Quotations between paragraphs and standfirsts above them are the article's; what only looks like them is not."""

import pytest

from article.candidates import located
from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.page import Page
from cleanwire.article.verdict import placed
from cleanwire.text.boilerplate.lines import Line

TEXT = [
    f"On the {day} day the divers came up with {what}, and the harbour master wrote it into the book by a lamp."
    for day, what in (("first", "an anchor"), ("second", "two bells"), ("third", "a ring"), ("fourth", "nothing"))
]
QUOTE = "“We had looked in every other place by then, and the sea was the only one left to look in,” the widow said."


def body(markup: str) -> str:
    head = "<head><title>What the divers found</title></head>"
    page = f"<html lang=en>{head}<body><article>{markup}</article></body></html>"
    found = clean.clean(Page(url="https://news.example/divers", body=page.encode(), fetched_at=1_780_000_000.0))
    assert isinstance(found, Article), found
    return found.body


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_quotation_between_paragraphs_comes_back_whatever_it_is_called() -> None:
    for name in ("quote", "pull-quote", "citation", "zitat"):
        markup = f"{paragraphs(*TEXT[:2])}<div class='{name}'>{QUOTE}</div>{paragraphs(*TEXT[2:])}"
        assert body(markup).count(QUOTE) == 1, name


def test_a_pull_quote_that_repeats_the_text_stays_out() -> None:
    markup = f"{paragraphs(*TEXT[:2], QUOTE)}<div class='quote'>{QUOTE}</div>{paragraphs(*TEXT[2:])}"
    assert body(markup).count(QUOTE) == 1


def test_the_standfirst_comes_back_but_teasers_of_the_same_name_do_not() -> None:
    opening = "Four days of diving have brought up more than the town had lost, and one thing that nobody misses."
    header = f"<header><h1>What the divers found</h1><p class='article__intro'>{opening}</p></header>"
    assert opening in body(header + paragraphs(*TEXT))
    teasers = [f"In the {number} place the council will look again at what it has decided." for number in "abc"]
    listed = "".join(f"<div class='box'><p class='article__intro'>{teaser}</p></div>" for teaser in teasers)
    assert not any(teaser in body(f"<aside>{listed}</aside>{paragraphs(*TEXT)}") for teaser in teasers)


FACTS = "A bell of this size weighs four hundred kilos, and eleven were cast for the harbours of the north."


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='factbox'><p>{FACTS}</p></div>",
        f"<div class='x1 faktaruta'><p>{FACTS}</p></div>",
        f"<section><h4>Background: bells</h4><p>{FACTS}</p></section>",
        f"<div><strong>Fakten</strong><p>{FACTS}</p></div>",
    ],
)
def test_a_fact_box_among_the_paragraphs_stays(box: str) -> None:
    assert FACTS in body(f"{paragraphs(*TEXT[:2])}{box}{paragraphs(*TEXT[2:])}")


@pytest.mark.parametrize(
    ("heading", "is_fact"), [("Background: bells", True), ("Fakten", True), ("Please note", False)]
)
def test_a_box_below_the_text_is_one_of_facts_when_its_heading_says_so(heading: str, is_fact: bool) -> None:
    markup = paragraphs(*TEXT) + f"<div class='factbox'><h3>{heading}</h3><p>{FACTS}</p></div>"
    tree = parsing.parse(f"<html><body><article>{markup}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    candidates = located(outline, [Line(text=text) for text in (*TEXT, FACTS)])
    assert (len(TEXT) in placed.find(outline, candidates)) is is_fact


@pytest.mark.parametrize(
    "inner",
    [
        f"<p><a href=/a>{FACTS}</a></p>",
        f"<p>{FACTS}</p><form><input name=mail><button>Send</button></form>",
        "<p>Bells</p><p>Anchors</p><p>Rings</p>",
    ],
)
def test_a_box_of_links_or_controls_is_no_fact_box(inner: str) -> None:
    lines = [*TEXT, *(part for part in (FACTS, "Bells", "Anchors", "Rings") if part in inner)]
    markup = paragraphs(*TEXT) + f"<div class='factbox'><h3>Facts</h3>{inner}</div>"
    tree = parsing.parse(f"<html><body><article>{markup}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    candidates = located(outline, [Line(text=text) for text in lines])
    assert placed.find(outline, candidates) == frozenset()


def test_a_box_about_the_author_is_no_fact_box() -> None:
    life = "Ida Norling has written about bells and anchors for eleven years and lives in the harbour town."
    markup = paragraphs(*TEXT) + f"<div class='factbox'><h3>Background</h3><p>{life}</p></div>"
    tree = parsing.parse(f"<html><body><article>{markup}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    candidates = located(outline, [Line(text=text) for text in (*TEXT, life)])
    assert placed.find(outline, candidates) == {len(TEXT)}
    assert placed.find(outline, candidates, authors=["Ida Norling"]) == frozenset()
