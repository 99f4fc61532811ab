"""The table of settings says what the settings are."""

from pathlib import Path

from cleanwire import settings
from cleanwire.cli import config

PAGE = Path(__file__).resolve().parents[2] / "docs/settings.md"


def test_the_page_is_what_make_docs_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == config.page(settings.Settings()) + "\n", "run `make docs`"


def test_the_page_names_every_setting() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{key}`" in text for key in ("poll.min_interval_s", "kafka.sasl_password", "fetch.allow_private"))
