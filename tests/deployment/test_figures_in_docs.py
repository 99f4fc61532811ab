"""Do the documents tell the figures that the code has?"""

import re
from pathlib import Path

import cleanwire
import mutants
from cleanwire.article import ledger
from cleanwire.settings import CleanSettings, FetchSettings

ROOT = Path(__file__).resolve().parents[2]
DAY_S = 86_400


def said(document: str, pattern: str) -> list[float]:
    """Return the numbers that the one place of `document` where `pattern` matches tells."""
    text = " ".join((ROOT / document).read_text("utf-8").split())
    found = re.findall(pattern, text)
    assert len(found) == 1, f"{document}: {pattern}: {len(found)} places"
    groups = found[0] if isinstance(found[0], tuple) else (found[0],)
    return [float(group.replace(",", "")) for group in groups]


def test_the_number_of_mutants() -> None:
    assert said("docs/reliability.md", r"`make mutants` breaks (\d+) rules") == [len(mutants.MUTANTS)]


def test_how_long_articles_are_remembered() -> None:
    settings = CleanSettings()
    assert said("docs/reliability.md", r"are remembered for (\d+) days") == [settings.remember_s / DAY_S]
    assert said("docs/reliability.md", r"forgotten after (\d+) days") == [settings.forget_after_s / DAY_S]


def test_how_much_of_what_was_removed_is_told() -> None:
    caps = [ledger.MAX_REMOVED, ledger.MAX_REMOVED_CHARS]
    assert said("README.md", r"capped at (\d+) lines and ([\d,]+) characters") == caps


def test_the_user_agent_names_the_release() -> None:
    release = ".".join(cleanwire.__version__.split(".")[:2])
    assert FetchSettings().user_agent == f"Cleanwire/{release}"
