"""What a site repeats is learned, line by line and place by place; copies of one story are not mistaken for it."""

import string

import pytest

from cleanwire.article.markup.outline import Outline
from cleanwire.article.markup.parsing import parse
from cleanwire.article.verdict import template
from cleanwire.article.verdict.template import MAX_PAGES, SeenLine, SiteTemplate

FOOT = "The Ledger is printed in 14 towns"
BODY, LIST, LEAD = "p.#<div.story#", "li.#<ul.more#", "p.lead#<div.story#"
STORY = (
    "The harbour council voted on Monday to rebuild the old ferry pier, which was closed after storms, "
    "number {} of many of its kind, as the clerk put it."
)


def line(text: str, place: str | None = BODY, doubt: float = 0.01) -> SeenLine:
    return SeenLine(text=text, place=place, doubt=doubt)


def name(number: int) -> str:
    return "".join(string.ascii_lowercase[number // 26**power % 26] * 3 for power in range(3))


def page(number: int, *, body: str = BODY) -> list[SeenLine]:
    """Return a page nobody else has, but for its foot: a story, a line of a list, the foot."""
    return [
        line(STORY.format(name(number)), body),
        line(f"Only here {name(number)} is told", LIST, doubt=0.4),
        line(FOOT, "p.#<footer.#", doubt=0.3),
    ]


def after(*pages: list[SeenLine]) -> SiteTemplate:
    memory: bytes | None = None
    for lines in pages:
        memory = template.learn(template.decode(memory), template.see(lines)) or memory
    return template.decode(memory)


def many(count: int, first: int = 0) -> list[list[SeenLine]]:
    return [page(number) for number in range(first, first + count)]


def test_an_empty_memory_knows_nothing() -> None:
    recalled = template.recall(template.decode(None), page(0))
    assert recalled.recurrences == [0, 0, 0]
    assert recalled.doubts == [line.doubt for line in page(0)]
    assert template.version(template.decode(None)) is None


def test_lines_of_other_pages_are_counted() -> None:
    assert template.recall(after(*many(3)), page(7)).recurrences == [0, 0, 3]


def test_digits_do_not_matter() -> None:
    assert template.recall(after(*many(2)), [line("The Ledger is printed in 99 towns")]).recurrences == [2]


def test_a_place_that_one_other_page_doubts_is_doubted() -> None:
    others = [line(STORY.format("xyz")), line("The mill is for sale", LIST, doubt=0.6)]
    others += [line("A ferry ran aground", LIST, doubt=0.5)]
    here = [line(STORY.format("abc")), line("Rain until Sunday", LIST, doubt=0.3)]
    assert template.recall(after(others), here).doubts[0] == here[0].doubt
    assert template.recall(after(others), here).doubts[1] > 0.7


def test_one_line_a_page_is_doubted_only_where_more_than_half_speaks_against_it() -> None:
    def with_lead(number: int, doubt: float) -> list[SeenLine]:
        return [line(f"What {name(number)} means for you", LEAD, doubt), line(STORY.format(name(number)))]

    lead = with_lead(9, 0.3)
    assert template.recall(after(*(with_lead(number, 0.4) for number in range(4))), lead).doubts[0] == lead[0].doubt
    assert template.recall(after(*(with_lead(number, 0.6) for number in range(4))), lead).doubts[0] > 0.7


def test_a_line_that_the_judge_trusts_stays_trusted_at_a_doubted_place() -> None:
    others = [line(f"{name(number)} is for sale", LIST, doubt=0.6) for number in range(9)]
    assert template.recall(after(others), [line(STORY.format("abc"), LIST, doubt=0.05)]).doubts == [0.05]


def test_places_that_the_judge_trusts_change_nothing() -> None:
    here = [line(STORY.format("abc"), doubt=0.4)]
    assert template.recall(after(*many(5)), here).doubts == [0.4]


def test_the_same_page_again_teaches_nothing() -> None:
    assert template.learn(after(*many(2)), template.see(page(1))) is None


def test_a_twin_does_not_count_as_another_page() -> None:
    recalled = template.recall(after(page(0)), page(0))
    assert recalled.recurrences == [0, 0, 0]
    assert recalled.doubts == [line.doubt for line in page(0)]


def test_a_story_of_short_lines_is_its_own_twin() -> None:
    short = [line("Rain until Sunday"), line("The ferry is late again"), line(FOOT, doubt=0.3)]
    assert template.recall(after(short), short).recurrences == [0, 0, 0]


def test_a_long_list_that_pages_share_makes_no_twins() -> None:
    listed = [line(STORY.format(name(number)), LIST, doubt=0.4) for number in range(100, 110)]
    assert template.recall(after(page(0) + listed), page(1) + listed).recurrences == [0, 0, 1, *[1] * 10]


def test_memory_is_bounded() -> None:
    long = [[line(f"{name(number)} {name(row)}") for row in range(500)] for number in range(3 * MAX_PAGES)]
    memory = after(*long)
    assert len(memory.pages) == MAX_PAGES
    assert max(len(page.lines) + len(page.places) + len(page.story) for page in memory.pages) < 4_000


def test_a_redesign_is_learned_at_once_and_replaces_what_was_known() -> None:
    memory = after(*many(MAX_PAGES))
    redesigned = [page(number, body="p.copy#<main.new#") for number in range(50, 50 + 20 * MAX_PAGES)]
    new = [[*lines[:1], line("Our stores are open until 9", f"p.#<section.shop{name(0)}#")] for lines in redesigned]
    first = template.learn(memory, template.see(new[0]))
    assert first is not None
    assert template.recall(template.decode(first), new[1]).recurrences == [0, 1]
    encoded = first
    for lines in new[1:]:
        encoded = template.learn(template.decode(encoded), template.see(lines)) or encoded
    assert template.recall(template.decode(encoded), page(0)).recurrences == [0, 0, 0]


@pytest.mark.parametrize("data", [b"\xff\x00nonsense", b"", b"\x91\x90"])
def test_a_damaged_memory_is_forgotten(data: bytes) -> None:
    assert template.decode(data) == SiteTemplate()


def test_a_place_is_the_elements_round_a_line_without_their_numbers() -> None:
    def places(number: int) -> list[str | None]:
        tree = parse(
            f'<main id="story-{number}"><div class="more  box"><p id="p_{number}">Rain until Sunday</p>'
            "<p>The mill is for sale</p></div></main>"
        )
        assert tree is not None
        outline = Outline.of(tree)
        return [template.place(at) for at in outline.locate(["Rain until Sunday", "The mill is for sale"])]

    assert places(1) == places(222)
    assert places(1) == ["p.#p_0<div.more box#<main.#story-0", "p.#<div.more box#<main.#story-0"]
    assert template.place(None) is None
