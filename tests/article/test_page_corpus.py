"""Pages of our own writing, each beside what must come out of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cleanwire.article import clean
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page

CORPUS = Path(__file__).parent.parent / "corpus"
CASES = sorted(folder for folder in CORPUS.iterdir() if (folder / "page.html").exists())
FETCHED_AT = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def cleaned(folder: Path) -> tuple[Article | Refusal, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    page = Page(url=expected["url"], body=(folder / "page.html").read_bytes(), fetched_at=FETCHED_AT)
    return clean.clean(page), expected


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_page_gives_what_is_expected(folder: Path) -> None:
    article, expected = cleaned(folder)
    if "refused" in expected:
        assert isinstance(article, Refusal)
        assert article.reason == expected["refused"]
        return
    assert isinstance(article, Article), article
    found = {
        "title": article.title,
        "authors": [author.name for author in article.authors],
        "language": article.language,
        "kind": article.kind,
        "body": [block.text for block in article.blocks],
        "publisher": article.publisher and article.publisher.name,
        "published_at": article.published and article.published.at.isoformat(),
        "published_day": article.published and article.published.stated.local[:10],
        "agency": article.source_agency and article.source_agency.name,
    }
    assert {name: found[name] for name in expected if name in found} == {
        name: value for name, value in expected.items() if name in found
    }
    texts = [block.text for block in article.blocks]
    assert [text for text in expected.get("has", ()) if text not in texts] == []
    for text in expected.get("lacks", ()):
        assert text not in article.body


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_body_and_cuts_rebuild_the_text_by_index(folder: Path) -> None:
    article, _ = cleaned(folder)
    if isinstance(article, Refusal):
        return
    places = [cut.index for cut in article.removed]
    assert places == sorted(set(places))
    assert all(0 <= place < len(places) + len(article.blocks) + 3 for place in places)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_same_page_gives_the_same_article(folder: Path) -> None:
    assert cleaned(folder)[0] == cleaned(folder)[0]
