"""Short answers stay below their questions, whatever label they could be elsewhere."""

import tomllib
from pathlib import Path

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.text.boilerplate import speech

INTERVIEWS = tomllib.loads(Path(__file__).with_name("interviews.toml").read_text("utf-8"))
FETCHED_AT = 1_790_000_000.0
MARKUP = {
    "paragraphs": "<p><strong>{}</strong></p><p>{}</p>",
    "subheads": "<h3>{}</h3><p>{}</p>",
    "boxes": '<div class="question">{}</div><div class="answer">{}</div>',
}
FIRST = "The council voted late on Monday to keep the old iron bridge, which ends a dispute of almost ten years."
SECOND = "Engineers had called for a new crossing of concrete, which would have cost three times as much as repairs."


def lines_of(language: str, body: str) -> list[str]:
    page = (
        f'<html lang="{language}"><head><title>Bridge and dam</title></head>'
        f"<body><article><h1>Bridge and dam</h1>{body}</article></body></html>"
    )
    found = clean.clean(Page(url="https://news.example/dam", body=page.encode(), fetched_at=FETCHED_AT))
    assert isinstance(found, Article)
    return [block.text for block in found.blocks]


@pytest.mark.parametrize("language", INTERVIEWS)
@pytest.mark.parametrize("markup", MARKUP)
def test_each_answer_stays_below_its_question(language: str, markup: str) -> None:
    lead, answered = INTERVIEWS[language]["lead"], INTERVIEWS[language]["answered"]
    body = "".join(MARKUP[markup].format(question, answer) for question, answer in answered)
    wanted = [line for pair in answered for line in pair]
    found = lines_of(language, f"<p>{lead}</p>{body}")
    assert [line for line in found if line in wanted] == wanted


@pytest.mark.parametrize("label", ["Home", "Menu", "Print", "Search", "Listen", "Share", "No comments yet"])
def test_a_label_without_a_question_goes(label: str) -> None:
    assert label not in lines_of("en", f"<p>{FIRST}</p><p>{label}</p><p>{SECOND}</p>")


@pytest.mark.parametrize("label", ["Share", "Advertisement", "Read more"])
def test_a_label_below_a_question_goes_unless_it_is_a_sentence(label: str) -> None:
    question = "Will the bridge still stand when the next flood comes?"
    assert label not in lines_of("en", f"<p>{FIRST}</p><p>{question}</p><p>{label}</p><p>{SECOND}</p>")


def test_a_sentence_in_quotation_marks_stays_between_paragraphs() -> None:
    assert "“Home.”" in lines_of("en", f"<p>{FIRST}</p><p>“Home.”</p><p>{SECOND}</p>")


@pytest.mark.parametrize(
    ("line", "before", "following", "is_answer"),
    [
        ("Yes", "Did it hold?", "And the mill?", True),
        ("Yes", "Was this helpful?", "No", False),
        ("No", "Yes", "", False),
        ("Share", "Did it hold?", "", False),
        ("Home.", "It held.", "", False),
        ("Nobody in the town has ever said so.", "Did it hold?", "", False),
    ],
)
def test_answers_are_told_by_what_stands_around(line: str, before: str, following: str, is_answer: bool) -> None:
    assert speech.answers(line, before, following, "en") == is_answer


@pytest.mark.parametrize(("language", "is_one"), [("el", True), ("en", False)])
def test_a_semicolon_asks_in_greek_only(language: str, is_one: bool) -> None:
    assert speech.is_question("Το ξέρατε;", language) == is_one
