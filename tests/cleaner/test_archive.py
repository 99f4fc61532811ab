"""What is left of forgotten articles."""

import sys
from collections.abc import Callable

import pytest

from cleaner.articles import NOW, cleaned, done, pending
from cleanwire.cleaner.articles import archive
from cleanwire.cleaner.articles.archive import Archive
from cleanwire.records.article_state import ArticleState, ArticleStatus
from cleanwire.records.base import encode
from cleanwire.urls import identity


def forgotten(number: int = 0, **changes: object) -> ArticleState:
    state = done(pending(f"https://news.example/{number}", **changes), cleaned())
    return archive.slim(state)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(forgotten, id="published"),
        pytest.param(lambda: forgotten(canceled=True), id="canceled"),
        pytest.param(lambda: archive.slim(pending(status=ArticleStatus.REJECTED)), id="rejected"),
        pytest.param(lambda: forgotten(id="not one of ours"), id="an-id-of-another-program"),
        pytest.param(lambda: forgotten(id="AB" * 16), id="an-id-in-capitals"),
    ],
)
def test_what_is_put_in_comes_out(made: Callable[[], ArticleState]) -> None:
    state = made()
    kept = Archive()
    kept.put(state)
    assert kept.get(state.id) == state
    assert kept.older_than(NOW + 1, 10) == [state.id]
    kept.drop(state.id)
    assert kept.get(state.id) is None


def test_those_forgotten_first_go_first_and_no_more_than_asked() -> None:
    kept = Archive()
    for number in range(5):
        kept.put(forgotten(number, listed_at=NOW + number))
    kept.put(forgotten(0, listed_at=NOW + 9))  # listed again meanwhile
    ids = [identity.article_id(f"https://news.example/{number}") for number in range(5)]
    assert kept.older_than(NOW + 4, 2) == ids[1:3]
    assert kept.older_than(NOW + 4, 10) == ids[1:4]


def test_a_forgotten_article_takes_little() -> None:
    state = forgotten()
    kept = Archive()
    kept.put(state)
    [(key, value)] = kept._packed.items()
    assert sys.getsizeof(key) + sys.getsizeof(value) < 150  # and about 75 for its place in the table
    assert len(encode(state)) < 260
