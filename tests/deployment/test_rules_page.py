"""docs/rules.md tells the grammar that the code reads, and docs/decisions has an index that is whole."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import rule_check

from cleanwire.text.boilerplate import rule_files
from cleanwire.text.boilerplate.rule_files import DEFAULT_MAX_WORDS, Match

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/rules.md").read_text("utf-8")


def named(heading: str) -> set[str]:
    """Return the first column of the table under this head, marks left out."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))


def known_to_code(path: str) -> set[str]:
    """Return the keys that are known where `path` is, as an error tells them."""
    with pytest.raises(rule_files.InputError) as caught:
        rule_files.read(path.encode(), "en")
    return set(re.findall(r"known are ([^\n]+)", str(caught.value))[0].split(", "))


def test_keys_on_the_page_are_those_of_the_code() -> None:
    assert named("key of a file") == known_to_code("nothing = 1\n")
    phrases = known_to_code('[[rule]]\nnothing = 1\nmatch = "whole"\n')
    assert named("key of a rule") == phrases | known_to_code('[[rule]]\nnothing = 1\nmatch = "pattern"\n')
    assert known_to_code("[byline]\nnothing = 1\n") == {"before"}


def test_kinds_matches_and_places_on_the_page_are_those_of_the_code() -> None:
    assert named("kind") == rule_files.KINDS
    assert named("match") == set(Match)
    (told,) = re.findall(r"where in the article the line must stand: (.*) \|", PAGE)
    assert set(re.findall(r"`(\w+)`", told)) == set(rule_files.PLACES)


def test_figures_on_the_page_are_those_of_the_code() -> None:
    assert f"| 1 to {rule_files.MAX_WORDS} |" in PAGE
    short = {match for match, words in DEFAULT_MAX_WORDS.items() if words == 14}
    assert short == {Match.START, Match.END, Match.INSIDE}
    assert {words for match, words in DEFAULT_MAX_WORDS.items() if match not in short} == {40}


def test_every_kind_is_used_and_only_those(tmp_path: Path) -> None:
    found = {
        rule.kind
        for path in rule_check.FOLDER.glob("*.toml")
        for rule in rule_files.read(path.read_bytes(), path.stem).rules
    }
    assert found == rule_files.KINDS


def test_the_example_is_well_made(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "de.toml"
    path.write_text(example, encoding="utf-8")
    assert rule_check.check(path).shown == ("de/tip-jar",)


def test_the_index_of_decisions_is_whole() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "docs/decisions/index.py")], capture_output=True, text=True, check=True, timeout=60
    )
    assert (ROOT / "docs/decisions/README.md").read_text("utf-8") == made.stdout, "run `make docs`"
