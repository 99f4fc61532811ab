"""What the page says of its own text, in its headline or in JSON-LD, is heard before much of it goes."""

import json

import pytest

from article.candidates import located
from article.harbour import NOW, PARAGRAPHS, URL
from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.markup import parsing
from cleanwire.article.markup.outline import Outline
from cleanwire.article.metadata.cascade import PageContext
from cleanwire.article.page import Page
from cleanwire.article.verdict import counted, stated
from cleanwire.text.boilerplate.lines import Line

WALKS = {
    "The long dyke": "A straight walk of two hours with the wind at your back if you begin in the west.",
    "Round the salt pans": "Herons stand here in the morning, and the planks are dry in all months but February.",
    "Up to the beacon": "The steepest hill of the coast is short, and the bench on top looks over three harbours.",
    "Along the old railway": "No train has come since the war, so the sleepers are soft and full of orchids in June.",
    "The sunken wood": "At low tide the stumps of a forest appear, which was drowned four thousand years ago.",
    "The ferry and back": "Take the first boat over and walk back by the lock, where the keeper sells warm buns.",
    "Behind the dunes": "In the hollow nobody hears the sea, and children build huts from what the storms bring.",
}


def read(body: str, *, title: str, ld: dict[str, object] | None = None) -> Article:
    node = {"@type": "Article", "headline": title} | (ld or {})
    head = f"<title>{title}</title><script type='application/ld+json'>{json.dumps(node)}</script>"
    markup = f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    found = clean.clean(Page(url=URL, body=markup.encode(), content_type="text/html", fetched_at=NOW))
    assert isinstance(found, Article), found
    return found


def boxes(count: int) -> str:
    return "".join(
        f"<div class='item item-{at}'><div><h3><a href='https://walks.example/{at}'>{name}</a></h3></div>"
        f"<div><p>{text}</p></div><div><a href='https://walks.example/{at}'>Read more</a></div></div>"
        for at, (name, text) in enumerate(list(WALKS.items())[:count])
    )


def opening() -> str:
    return "".join(f"<p>{line}</p>" for line in PARAGRAPHS["en"])


def counted_in(markup: str, title: str) -> set[str]:
    tree = parsing.parse(f"<html><body><article>{markup}</article></body></html>")
    assert tree is not None
    outline = Outline.of(tree)
    lines = [Line(text=text) for text in (*PARAGRAPHS["en"], *(part for walk in WALKS.items() for part in walk))]
    candidates = [line for line in located(outline, lines) if line.location is not None]
    return {candidates[at].text for at in counted.find(candidates, [title])}


@pytest.mark.parametrize("title", ["7 walks for wet days", "Wet days: 7 walks that dry your mind", "The 6 best walks"])
def test_the_items_that_a_headline_counts_are_its_own(title: str) -> None:
    found = counted_in(opening() + f"<div class=list>{boxes(7)}</div>", title)
    assert found == {*WALKS, *WALKS.values()}


@pytest.mark.parametrize(
    "title",
    [
        "Walks for wet days",
        "12 walks",
        "Why 7.5 miles are enough",
        "$7 for a walk",
        "7% of us walk",
        "The walks of 2007",
    ],
)
def test_other_figures_count_no_items(title: str) -> None:
    assert counted_in(opening() + f"<div class=list>{boxes(7)}</div>", title) == set()


def test_boxes_of_other_stories_are_not_what_a_headline_counts() -> None:
    assert counted_in(opening() + f"<div class=related-stories>{boxes(7)}</div>", "7 walks for wet days") == set()


def test_a_body_that_is_stated_brings_back_what_only_doubts_took() -> None:
    notes = list(WALKS.values())
    lines = "".join(f"<div class=note><p>{text}</p><a href=/n>Read on</a></div>" for text in notes)
    text = [*PARAGRAPHS["en"], *notes]
    without = read(opening() + lines, title="What the coast is good for")
    assert any(note not in without.body for note in notes)
    found = read(opening() + lines, title="What the coast is good for", ld={"articleBody": "\n".join(text)})
    assert all(note in found.body for note in notes)


def test_a_body_that_is_about_as_long_as_what_stays_says_nothing() -> None:
    page = {"articleBody": "\n".join(PARAGRAPHS["en"])}
    aside = f"<aside><h3>Other stories</h3><p><a href=/w>{WALKS['The long dyke']}</a></p></aside>"
    assert WALKS["The long dyke"] not in read(opening() + aside, title="Old pier closes", ld=page).body


@pytest.mark.parametrize(("kept", "is_short"), [(59, True), (61, False)])
def test_a_count_of_words_is_believed_where_much_less_stays(kept: int, is_short: bool) -> None:
    page = PageContext(
        titles=(),
        descriptions=(),
        ld_body=None,
        ld_words=100,
        ld_comments=(),
        ld_type="article",
        authors=(),
        site_names=(),
    )
    whole = ["word " * 120]
    assert stated.is_short_of_words(["word " * kept], whole, page) is is_short
    assert not stated.is_short_of_words(["港务长周二晚间在市议会上表示"], whole, page)
    assert not stated.is_short_of_words(["word " * kept], ["word " * 99], page)  # it counts something else


def test_what_json_ld_lists_as_a_comment_goes_and_what_a_comment_quotes_stays() -> None:
    said = "I was a deckhand there in the eighties, and it was the same story on that pier in every winter since."
    stated_comments = [
        {"@type": "Comment", "text": text} for text in (said, f"You write: {PARAGRAPHS['en'][0]} Never!", "Yes!")
    ]
    below = f"<div><div><p>{said}</p></div><div><p>{WALKS['Up to the beacon']}</p></div></div>"
    found = read(opening() + below, title="Old pier closes", ld={"comment": stated_comments})
    assert said not in found.body
    assert all(line in found.body for line in PARAGRAPHS["en"])
    assert said in read(opening() + below, title="Old pier closes").body
