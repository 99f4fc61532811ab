"""What counts as a change of a published article."""

from typing import Any

import msgspec
import pytest

from cleaner.articles import NOW, URL, cleaned, done, pending
from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.page import Page
from cleanwire.cleaner.outcomes import likeness, settlement
from cleanwire.cleaner.outcomes.attempt_outcome import Cleaned
from cleanwire.cleaner.outcomes.settlement import Published, Unchanged
from cleanwire.records.article_state import DueReason
from cleanwire.records.document import ChangeKind

PARAGRAPHS = tuple(
    f"The {word} was measured twice on Friday before the council of the small town agreed to open it for walkers, "
    f"carts and the one bus that still crosses the river there, as the oldest of the ferrymen had asked in {season}."
    for word, season in (("bridge", "winter"), ("railing", "spring"), ("northern arch", "summer"), ("pavement", "fall"))
)
AUTHOR = '<meta name="author" content="Ilsa Moor">'
DESCRIPTION = '<meta name="description" content="A town gets its bridge.">'


def read(
    *,
    title: str = "A bridge opens",
    head: str = AUTHOR + DESCRIPTION,
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    join: str = "",
    foot: str = "",
) -> Cleaned:
    body = join.join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = (
        f"<html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article>{foot}</body></html>"
    )
    return cleaned(Page(url=URL, body=html.encode(), fetched_at=NOW))


def change(again: Cleaned, before: Cleaned | None = None) -> ChangeKind | None:
    """Return as what `again` is published after the article was read as `before`."""
    first = settlement.cleaned(pending(), entry_of(), before or read(), twin=None, now=NOW)
    assert isinstance(first, Published)
    second = settlement.cleaned(first.state, entry_of(), again, twin=None, now=NOW + 3600)
    return second.document.change.kind if isinstance(second, Published) else None


def entry_of() -> Any:
    return pending().entry


@pytest.mark.parametrize(
    ("again", "kind"),
    [
        pytest.param({"paragraphs": (*PARAGRAPHS, "It rains.")}, ChangeKind.BODY, id="two-words"),
        pytest.param({"paragraphs": PARAGRAPHS[:3]}, ChangeKind.BODY, id="a-paragraph-less"),
        pytest.param({"title": "A bridge opens at last"}, ChangeKind.TITLE, id="title"),
        pytest.param({"head": AUTHOR.replace("Moor", "Marsh") + DESCRIPTION}, ChangeKind.METADATA, id="author"),
        pytest.param({"head": AUTHOR + DESCRIPTION.replace("gets", "has")}, ChangeKind.METADATA, id="description"),
        pytest.param({"head": AUTHOR}, ChangeKind.METADATA, id="description-gone"),
    ],
)
def test_what_readers_would_see_changed_is_a_revision(again: dict[str, Any], kind: ChangeKind) -> None:
    assert change(read(**again)) is kind


@pytest.mark.parametrize(
    "again",
    [
        pytest.param({"join": "\n\n   "}, id="white-space"),
        pytest.param({"paragraphs": tuple(p.replace("Friday", "<em>Friday</em>") for p in PARAGRAPHS)}, id="markup"),
        pytest.param(
            {"head": AUTHOR + DESCRIPTION + '<meta property="article:modified_time" content="2026-11-22T12:00:00Z">'},
            id="a-new-date",
        ),
        pytest.param({"head": AUTHOR + DESCRIPTION + '<meta name="keywords" content="bridges">'}, id="keywords"),
        pytest.param(
            {"head": AUTHOR + DESCRIPTION + '<meta property="og:image" content="https://news.example/b.jpg?w=2">'},
            id="image-address",
        ),
        pytest.param({"foot": "<footer>Rendered in 12 ms by node 7</footer>"}, id="around-the-article"),
        pytest.param({"head": AUTHOR.replace("Ilsa Moor", "Ilsa  Moor ") + DESCRIPTION}, id="spaces-in-metadata"),
    ],
)
def test_sham_edits_are_none(again: dict[str, Any]) -> None:
    assert change(read(**again)) is None


def test_typography_is_none() -> None:
    curly = tuple(p.replace("bridge was", "“bridge” was") for p in PARAGRAPHS)
    straight = tuple(p.replace("bridge was", '"bridge" was') for p in PARAGRAPHS)
    assert change(read(paragraphs=curly), read(paragraphs=straight)) is None


def test_lines_that_are_cut_only_now_are_no_change_of_the_publishers() -> None:
    """The site's pages have taught meanwhile that they all end so."""
    line = "The council meets again on the first Monday of the month, as always, in the hall."
    paragraphs = (*PARAGRAPHS, line)
    untaught = read(paragraphs=paragraphs)
    taught = taught_reading(paragraphs, line)
    assert line in untaught.article.body
    assert line not in taught.article.body, "the site's pages have taught nothing"
    assert change(taught, untaught) is None
    more = taught_reading((*paragraphs[:2], "Nobody was hurt on the river that day.", *paragraphs[2:]), line)
    assert change(more, untaught) is ChangeKind.BODY


def taught_reading(paragraphs: tuple[str, ...], line: str) -> Cleaned:
    memory = None
    for number in range(6):
        wares = ("Lamps", "Chairs", "Boats", "Kites", "Drums", "Looms")[number]
        told = read(title=f"Sale {number}", paragraphs=(f"{wares} were sold in the old town hall. " * 4, line))
        found = clean.clean(told.page, documents.hints(entry_of()), memory=memory)
        assert isinstance(found, Article)
        memory = found.template or memory
    page = read(paragraphs=paragraphs).page
    article = clean.clean(page, documents.hints(entry_of()), memory=memory)
    assert isinstance(article, Article)
    return Cleaned(article=article, page=page, took_s=0.1)


def test_what_only_a_feed_says_about_authors_does_not_count() -> None:
    page = read(head=DESCRIPTION).page
    states = []
    for authors in (("Ilsa Moor",), ("I. Moor",), ()):
        outcome = cleaned(page, about=replaced(authors))
        states.append(likeness.marks(outcome.article).metadata_hash)
    assert len(set(states)) == 1


def replaced(authors: tuple[str, ...]) -> Any:
    return msgspec.structs.replace(entry_of(), authors=authors)


@pytest.mark.parametrize(
    ("due", "kind"),
    [(DueReason.CHANGED, ChangeKind.METADATA), (DueReason.REVISION, None)],
    ids=["announced", "planned"],
)
def test_metadata_read_otherwise_after_an_upgrade_are_a_revision_where_a_feed_announced_a_change(
    due: DueReason, kind: ChangeKind | None
) -> None:
    first = settlement.cleaned(pending(), entry_of(), read(), twin=None, now=NOW)
    assert isinstance(first, Published)
    before = msgspec.structs.replace(first.state, read_by="another", due_reason=due)
    second = settlement.cleaned(before, entry_of(), read(head=AUTHOR), twin=None, now=NOW + 3600)
    assert (second.document.change.kind if isinstance(second, Published) else None) is kind
    same = settlement.cleaned(before, entry_of(), read(), twin=None, now=NOW + 3600)
    assert isinstance(same, Unchanged)


@pytest.mark.parametrize("version", [None, "another"], ids=["before-versions-were-kept", "another-version"])
def test_metadata_that_only_we_read_otherwise_after_an_upgrade_are_no_revision(version: str | None) -> None:
    first = settlement.cleaned(pending(), entry_of(), read(), twin=None, now=NOW)
    assert isinstance(first, Published)
    before = msgspec.structs.replace(first.state, read_by=version)
    otherwise, marsh = read(head=DESCRIPTION), read(head=AUTHOR.replace("Moor", "Marsh"))
    second = settlement.cleaned(before, entry_of(), otherwise, twin=None, now=NOW + 3600)
    assert isinstance(second, Unchanged)
    third = settlement.cleaned(second.state, entry_of(), otherwise, twin=None, now=NOW + 7200)
    assert isinstance(third, Unchanged), "what was read by the new version is what counts"
    fourth = settlement.cleaned(third.state, entry_of(), marsh, twin=None, now=NOW + 9000)
    assert isinstance(fourth, Published)
    assert fourth.document.change.kind is ChangeKind.METADATA
    rain = read(head=DESCRIPTION, paragraphs=(*PARAGRAPHS, "It rains."))
    words = settlement.cleaned(before, entry_of(), rain, twin=None, now=NOW + 3600)
    assert isinstance(words, Published)
    assert words.document.change.kind is ChangeKind.BODY, "a change of words is one all the same"


def test_an_article_whose_metadata_is_not_remembered_is_compared_by_its_text() -> None:
    before = done(pending(), read())
    assert likeness.kind_of_change(before, likeness.marks(read(head=AUTHOR).article)) is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param('W/"abc"', 'W/"abc"', id="weak"),
        pytest.param("  ", None, id="blank"),
        pytest.param('"' + "x" * 254 + '"', '"' + "x" * 254 + '"', id="just-fits"),
        pytest.param('"' + "x" * 255 + '"', None, id="too-long-to-remember"),
    ],
)
def test_validators_are_remembered_within_bounds(value: str, kept: str | None) -> None:
    assert likeness.validator({"etag": value}, "etag") == kept
    assert likeness.validator({}, "etag") is None


@pytest.mark.parametrize(
    ("asked", "final", "front"),
    [
        ("https://news.example/a/b", "https://news.example/", True),
        ("https://news.example/a/b", "https://www.news.example", True),
        ("https://news.example/a/b", "https://news.example/?gone=1", True),
        ("https://news.example/a/b", "https://news.example/a/c", False),
        ("https://news.example/?p=7", "https://news.example/?p=7", False),
    ],
)
def test_a_page_may_be_replaced_by_the_front_page(asked: str, final: str, front: bool) -> None:
    assert likeness.leads_to_front_page(asked, final) is front
