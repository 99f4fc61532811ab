"""The same articles, their paragraphs wrapped by a program: at any usual width, with and without blank lines."""

import textwrap
from pathlib import Path

import pytest

from cleanwire.text import folding
from cleanwire.text.plain import reader
from plain import marked

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
MIN_PARAGRAPH_CHARS = 30  # a shorter one may be anything once it is wrapped


def wrapped(line: str, width: int, indent: str = "") -> list[str]:
    if folding.is_unspaced(line):
        return [line]
    return textwrap.wrap(line, width, initial_indent=indent, break_long_words=False, break_on_hyphens=False)


def composed(case: marked.Case, width: int) -> str:
    """Return the text of a case with all lines apart and each wrapped."""
    return "\n\n".join("\n".join(wrapped(line.strip(), width)) for line in case.text.splitlines() if line.strip())


def whole_lines() -> list[Path]:
    cases = [(path, marked.load(path)) for path in CASES]
    return [
        path
        for path, case in cases
        if case.paragraphs and all(text in case.text and len(text) >= MIN_PARAGRAPH_CHARS for text in case.paragraphs)
    ]


@pytest.mark.parametrize("width", [60, 80, 113])
@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in whole_lines()])
def test_a_wrapped_article_comes_out_as_if_it_were_not(path: Path, width: int) -> None:
    case = marked.load(path)
    article = reader.read(composed(case, width))
    assert article.paragraphs == case.paragraphs
    assert article.title == case.title
    assert article.publisher == case.publisher


@pytest.mark.parametrize("width", [72, 113])
def test_two_lines_a_paragraph_are_enough_to_see_the_wrapping(width: int) -> None:
    paragraphs = [
        "The tram line to the airport will open in May, a year later than planned, the transport authority of the "
        "valley said on Tuesday.",
        "Trains are to run every twelve minutes from the central station and will take half an hour, the director said "
        "after the last runs.",
        "Tickets will cost as much as in the city, and students travel free of charge until the end of the first year "
        "of the line.",
    ]
    body = "\n\n".join("\n".join(wrapped(text, width)) for text in paragraphs)
    article = reader.read(f"Tram line to the airport opens in May\n\n10 February 2004\n\n{body}\n")
    assert article.title == "Tram line to the airport opens in May"
    assert article.paragraphs == tuple(paragraphs)


def test_a_list_of_headlines_is_not_taken_for_wrapped_text() -> None:
    rows = [
        "Bridge falls in the lower valley",
        "Council votes for the new harbour wall",
        "Wolves are back in the forest",
    ]
    body = "The old iron bridge in the valley fell on Monday night, the police said. Nobody was on it when it happened."
    article = reader.read("\n".join([*rows, body, body.replace("Monday", "Friday")]))
    assert len(article.paragraphs) == 2
