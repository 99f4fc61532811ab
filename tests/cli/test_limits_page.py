"""The page of limits says what the limits are."""

from pathlib import Path

from cleanwire.cli.reference_pages import limits_page

PAGE = Path(__file__).resolve().parents[2] / "docs/limits.md"


def test_the_page_is_what_make_docs_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == limits_page.page(), "run `make docs`"
