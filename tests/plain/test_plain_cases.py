"""Plain-text articles of our own writing, in many languages and line orders, come out exactly."""

from pathlib import Path

import pytest

from cleanwire.text.plain import reader
from plain import marked

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES])
def test_case_comes_out_exactly(path: Path) -> None:
    case = marked.load(path)
    article = reader.read(case.text)
    assert article.paragraphs == case.paragraphs
    assert article.title == case.title
    assert article.publisher == case.publisher
    published = article.published.local.isoformat(timespec="minutes") if article.published else None
    wanted = case.facts.get("published")
    assert published == (wanted if wanted is None or "T" in wanted else wanted + "T00:00")
    if article.published:
        assert article.published.offset_min == (int(case.facts["offset"]) if "offset" in case.facts else None)
    if "modified" in case.facts:
        assert article.modified is not None
        assert article.modified.local.isoformat(timespec="minutes") == case.facts["modified"]
    if "authors" in case.facts:
        assert article.authors == tuple(case.facts["authors"].split(", "))


def test_there_are_many_cases_in_many_languages() -> None:
    assert len(CASES) >= 50
    assert len({path.stem.split("-")[0] for path in CASES}) >= 20
