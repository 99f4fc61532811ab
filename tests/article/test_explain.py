"""An explanation holds the whole page in order, and says of each cut why, of each field where it is from."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanwire.article import clean, documents
from cleanwire.article.article import Article
from cleanwire.article.explain import CAPPED, explain
from cleanwire.article.page import Page
from cleanwire.article.verdict import doubts
from cleanwire.records.base import encode
from cleanwire.records.document import Block, BlockType, Change, ChangeKind, Document, Removed
from cleanwire.text.site_rules import tables

CORPUS = Path(__file__).parent.parent / "corpus"
PAGES = sorted(
    path.parent.name
    for path in CORPUS.glob("*/page.html")
    if '"refused"' not in path.with_name("expected.json").read_text("utf-8")
)
LEFT_OUT = "en-left-out-paragraphs"
FETCHED_AT = 1_780_000_000.0


@cache
def article(name: str) -> Article:
    page = Page(
        url="https://news.example/story", body=(CORPUS / name / "page.html").read_bytes(), fetched_at=FETCHED_AT
    )
    cleaned = clean.clean(page)
    assert isinstance(cleaned, Article), cleaned
    return cleaned


@pytest.mark.parametrize("name", [name for name in PAGES if name != "en-pre-only"])
def test_rows_are_blocks_and_cuts_in_the_order_of_the_page(name: str) -> None:
    whole = article(name)
    explanation = explain(whole)
    assert [row.place for row in explanation.rows] == list(range(len(whole.blocks) + len(whole.removed)))
    assert [row.text for row in explanation.rows if row.kept] == [block.text for block in whole.blocks]
    assert {row.place: row.text for row in explanation.rows if not row.kept} == {
        cut.index: cut.text for cut in whole.removed
    }
    assert explanation.kept.words == whole.word_count


def test_a_plain_text_is_explained_line_by_line() -> None:
    whole = article("en-pre-only")
    explanation = explain(whole)
    assert explanation.kept.blocks == len(whole.blocks)
    assert [row.place for row in explanation.rows] == list(range(len(explanation.rows)))


@given(is_cut=st.lists(st.booleans(), max_size=40))
def test_any_mixture_is_put_together_again(is_cut: list[bool]) -> None:
    base = article("en-newsletter-and-share")
    lines = [f"line {place}" for place in range(len(is_cut))]
    mixed = replace(
        base,
        blocks=tuple(
            Block(type=BlockType.PARAGRAPH, text=text) for text, cut in zip(lines, is_cut, strict=True) if not cut
        ),
        removed=tuple(
            Removed(text=text, index=place, rule="lines/share", reason="share")
            for place, (text, cut) in enumerate(zip(lines, is_cut, strict=True))
            if cut
        ),
    )
    explanation = explain(mixed)
    assert [row.text for row in explanation.rows] == lines
    assert [row.kept for row in explanation.rows] == [not cut for cut in is_cut]
    assert (explanation.kept.blocks, explanation.cut.blocks) == (is_cut.count(False), is_cut.count(True))


def test_a_capped_ledger_loses_no_block_and_is_told() -> None:
    base = article("en-newsletter-and-share")
    far = Removed(text="far below", index=900, rule="lines/share", reason="share")
    capped = replace(base, removed=(far,), quality=msgspec.structs.replace(base.quality, flags=(CAPPED,)))
    explanation = explain(capped)
    assert not explanation.complete
    assert [row.text for row in explanation.rows] == [*(block.text for block in base.blocks), "far below"]


def test_a_cut_has_rule_and_reason_and_a_block_its_type() -> None:
    whole = article("en-newsletter-and-share")
    for row in explain(whole).rows:
        assert (row.type is None) != row.kept
        assert bool(row.rule) == bool(row.reason) == (not row.kept)
        assert not row.readmitted


def test_a_block_that_the_judge_took_back_says_so() -> None:
    whole = article(LEFT_OUT)
    explanation = explain(whole)
    back = [row for row in explanation.rows if row.readmitted]
    assert [row.text[:20] for row in back] == ["The doctor, who cann", "Her school had lost "]
    for row in back:
        assert row.kept
        assert row.rule == "structure/judge"
        assert row.score is not None
        assert row.score < doubts.UNTOLD.back_below
        weights = [abs(feature.weight) for feature in row.features]
        assert weights
        assert weights == sorted(weights, reverse=True)
    assert (explanation.readmitted.blocks, explanation.kept.blocks) == (2, len(whole.blocks))


def test_what_was_taken_back_and_cut_after_all_is_a_cut() -> None:
    markup = (CORPUS / LEFT_OUT / "page.html").read_bytes()
    page = Page(url="https://news.example/story", body=markup, fetched_at=FETCHED_AT)
    rules = tables.read(b'["news.example"]\ndrop = ["The doctor, *"]', "r.toml")
    cleaned = clean.clean(page, site_rules=rules["news.example"])
    assert isinstance(cleaned, Article)
    told = {row.text[:10]: (row.kept, row.rule) for row in explain(cleaned).rows if row.rule}
    assert told["The doctor"] == (False, "user/news.example/1")
    assert told["Her school"] == (True, "structure/judge")


def test_a_subhead_that_the_extractor_lost_says_why_it_is_there() -> None:
    paragraphs = [f"<p>{block.text}</p>" for block in article(LEFT_OUT).blocks[:4]]
    text = "".join([*paragraphs[:2], "<h2>Who pays for it</h2>", *paragraphs[2:]])
    markup = f'<html lang="en"><title>Pier</title><div class="noticia">{text}</div><div>Imprint</div></html>'
    cleaned = clean.clean(Page(url="https://news.example/story", body=markup.encode(), fetched_at=FETCHED_AT))
    assert isinstance(cleaned, Article)
    assert [(row.text, row.rule, row.score) for row in explain(cleaned).rows if row.readmitted] == [
        ("Who pays for it", "structure/subhead", None)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_the_published_document_gives_the_same_explanation(name: str) -> None:
    document = documents.compose(
        article(name),
        entry=None,
        page=Page(url="https://news.example/story", body=b"", fetched_at=FETCHED_AT),
        document_id="0" * 32,
        revision=1,
        change=Change(kind=ChangeKind.NEW),
        seen_at=FETCHED_AT,
        emitted_at=FETCHED_AT,
    )
    published = explain(msgspec.json.decode(encode(document), type=Document))
    assert published == explain(replace(article(name), readmitted={}))  # the record has no place for these


def test_fields_name_their_sources() -> None:
    whole = article("en-json-ld-graph")
    fields = {field.name: field for field in explain(whole).fields}
    assert fields["title"].value == whole.title
    assert fields["published_at"].source == whole.provenance["published_at"].source
    assert any(detail.startswith("written ") for detail in fields["published_at"].details)
    assert fields["authors"].source == "json-ld"


def test_fields_that_matter_are_there_without_a_value() -> None:
    whole = article("en-newsletter-and-share")
    bare = replace(whole, published=None, authors=(), publisher=None, language=None)
    missing = {field.name for field in explain(bare).fields if field.value is None}
    assert missing == {"published_at", "authors", "publisher", "language"}
