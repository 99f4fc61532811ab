"""Pages of our own writing, each beside what must come out of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page

CORPUS = Path(__file__).parent.parent / "corpus"
CASES = sorted(folder for folder in CORPUS.iterdir() if (folder / "page.html").exists())
SHOWN: dict[str, Callable[[Article], object]] = {
    "title": lambda article: article.title,
    "authors": lambda article: [author.name for author in article.authors],
    "language": lambda article: article.language,
    "kind": lambda article: article.kind,
    "body": lambda article: [block.text for block in article.blocks],
    "publisher": lambda article: article.publisher and article.publisher.name,
    "published_at": lambda article: article.published and article.published.at.isoformat(),
    "published_day": lambda article: article.published and article.published.stated.local[:10],
    "agency": lambda article: article.source_agency and article.source_agency.name,
}
FETCHED_AT = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def expected_of(folder: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return expected


def cleaned(folder: Path) -> Article | Refusal:
    body = (folder / "page.html").read_bytes()
    return clean.clean(Page(url=expected_of(folder)["url"], body=body, fetched_at=FETCHED_AT))


cleaned_once = cache(cleaned)


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("expected.json")), ids=lambda path: path.parent.name)
def test_what_is_expected_is_asked(path: Path) -> None:
    """A misspelt key would be expected in vain, and so would be what a refused page has."""
    expected = expected_of(path.parent)
    known = {"url", "refused"} if "refused" in expected else {"url", "has", "has_text", "lacks", *SHOWN}
    assert "url" in expected
    assert expected.keys() <= known
    assert len(expected) > 1


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_page_gives_what_is_expected(folder: Path) -> None:
    article, expected = cleaned_once(folder), expected_of(folder)
    if "refused" in expected:
        assert isinstance(article, Refusal)
        assert article.reason == expected["refused"]
        return
    assert isinstance(article, Article), article
    assert {name: SHOWN[name](article) for name in expected if name in SHOWN} == {
        name: value for name, value in expected.items() if name in SHOWN
    }
    texts = [block.text for block in article.blocks]
    assert [text for text in expected.get("has", ()) if text not in texts] == []
    assert [text for text in expected.get("has_text", ()) if text not in article.body] == []
    for text in expected.get("lacks", ()):
        assert text not in article.body


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_body_and_cuts_rebuild_the_text_by_index(folder: Path) -> None:
    article = cleaned_once(folder)
    if isinstance(article, Refusal):
        return
    places = [cut.index for cut in article.removed]
    assert places == sorted(set(places))
    assert all(0 <= place < len(places) + len(article.blocks) + 3 for place in places)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_same_page_gives_the_same_article(folder: Path) -> None:
    assert cleaned(folder) == cleaned_once(folder)
