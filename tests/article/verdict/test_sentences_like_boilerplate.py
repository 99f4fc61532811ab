"""Sentences of prose that begin like boilerplate stay among the paragraphs; boilerplate in the same place goes."""

import tomllib
from pathlib import Path

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article
from cleanwire.article.page import Page

FETCHED_AT = 1_790_000_000.0
CASES = tomllib.loads(Path(__file__).with_name("like_boilerplate.toml").read_text("utf-8"))


def every(kind: str) -> list[object]:
    return [
        pytest.param(language, line, id=f"{language}:{line[:24]}")
        for language, cases in CASES.items()
        for line in cases[kind]
    ]


def body_of(body: str, content_type: str) -> list[str]:
    page = Page(url="https://news.example/bridge", body=body.encode(), content_type=content_type, fetched_at=FETCHED_AT)
    found = clean.clean(page)
    assert isinstance(found, Article)
    return [block.text for block in found.blocks]


def page_with(language: str, line: str) -> str:
    first, second, third = CASES[language]["paragraphs"]
    paragraphs = "".join(f"<p>{text}</p>\n" for text in (first, line, second, third))
    return (
        f'<html lang="{language}"><head><title>{first[:40]}</title></head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{first[:40]}</h1>\n{paragraphs}</article><footer>Example</footer></body></html>"
    )


def text_with(language: str, line: str) -> str:
    first, second, third = CASES[language]["paragraphs"]
    return "\n\n".join((first[:40], first, line, second, third))


@pytest.mark.parametrize(("language", "line"), every("prose"))
def test_prose_stays_on_a_page(language: str, line: str) -> None:
    assert line in body_of(page_with(language, line), "text/html; charset=utf-8")


@pytest.mark.parametrize(("language", "line"), every("prose"))
def test_prose_stays_in_a_plain_text(language: str, line: str) -> None:
    assert line in body_of(text_with(language, line), "text/plain; charset=utf-8")


@pytest.mark.parametrize(("language", "line"), every("boilerplate"))
def test_boilerplate_goes_from_a_page(language: str, line: str) -> None:
    assert line not in body_of(page_with(language, line), "text/html; charset=utf-8")


@pytest.mark.parametrize(("language", "line"), every("boilerplate"))
def test_boilerplate_goes_from_a_plain_text(language: str, line: str) -> None:
    assert line not in body_of(text_with(language, line), "text/plain; charset=utf-8")
