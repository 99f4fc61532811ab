"""What a site repeats is learned; copies of one story are not mistaken for a template."""

from cleanwire.article import template
from cleanwire.article.template import SiteTemplate

FOOT = "The Ledger is printed in 14 towns"
STORY = (
    "The harbour council voted on Monday to rebuild the old ferry pier, which was closed after storms, "
    "number {} of many of its kind, as the clerk put it."
)


def page(number: int) -> list[str]:
    return [
        STORY.format("abcdefghijklmnopqrstuvwxyz"[number] * 9),
        f"Only here {'xyzuvwklm'[number % 9] * (number + 1)}",
        FOOT,
    ]


def after(count: int) -> SiteTemplate:
    memory: bytes | None = None
    for number in range(count):
        memory = template.learn(template.decode(memory), page(number)) or memory
    return template.decode(memory)


def test_an_empty_memory_knows_nothing() -> None:
    assert template.recurrences(template.decode(None), page(0)) == [0, 0, 0]
    assert template.version(template.decode(None)) is None


def test_lines_of_other_pages_are_counted() -> None:
    assert template.recurrences(after(3), page(7)) == [0, 0, 3]


def test_digits_do_not_matter() -> None:
    assert template.recurrences(after(2), ["The Ledger is printed in 99 towns"]) == [2]


def test_the_same_page_again_teaches_nothing() -> None:
    assert template.learn(after(2), page(1)) is None


def test_a_twin_does_not_count_as_another_page() -> None:
    assert template.recurrences(after(1), page(0)) == [0, 0, 0]


def test_memory_is_bounded() -> None:
    memory = after(26)
    assert len(memory.pages) <= template.MAX_PAGES


def test_a_damaged_memory_is_forgotten() -> None:
    assert template.decode(b"\xff\x00nonsense") == SiteTemplate()
