"""Quotations between paragraphs and standfirsts above them are the article's; what only looks like them is not."""

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

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
