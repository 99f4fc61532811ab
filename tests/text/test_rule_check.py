"""`make rule-check` tells what is wrong with rules, and what they cut."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import rule_check, rule_cuts

from cleanwire.errors import InputError

ROOT = Path(__file__).parent.parent.parent
RULE = """\
[[rule]]
id = "tip-jar"
kind = "donate"
match = "start"
max_words = 12
phrases = [
    "spendieren sie uns (einen)? kaffee",
]
examples = [
    "Spendieren Sie uns einen Kaffee!",
]
counter_examples = [
    "Kaffee spendieren die Vereine am Sonntag.",
]
"""
LONG = (
    "Der Hafenrat von Wexport hat am Montag beschlossen, den alten Steg neu zu bauen, der seit dem Sturm gesperrt war.",
    "Nach Angaben der Ingenieure wird das neue Deck auf stählernen Rohren ruhen, die acht Meter tief im Grund stehen.",
    "Die Bewohner der Insel hatten um einen Anleger auf Zeit gebeten, weil der Umweg über die Brücke lange dauert.",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "de.toml",
            "Spendieren Sie uns einen Kaffee!",
            "Ein Kaffee!",
            ":10: 'Ein Kaffee!' is caught by no rule, not by ",
        ),
        (
            "de.toml",
            "Spendieren Sie uns einen Kaffee!",
            "Newsletter abonnieren",
            ":10: 'Newsletter abonnieren' is caught by de/newsl",
        ),
        (
            "de.toml",
            "Kaffee spendieren die Vereine",
            "Spendieren Sie uns Kaffee",
            ":13: 'Spendieren Sie uns Kaffee am Sonntag.' is ca",
        ),
        (
            "de.toml",
            '    "spend',
            '    "newsletter abonnieren (hier|jetzt)",\n    "spend',
            ":7: 'newsletter abonnieren (hier|jetzt)' can never decide: ",
        ),
        (
            "de.toml",
            'kaffee",\n',
            'kaffee",\n    "spendieren sie uns kaffee *",\n',
            ":8: 'spendieren sie uns kaffee *' can never decide: ",
        ),
        ("de.toml", "tip-jar", "newsletter", ":2: de/newsletter is in the package already"),
        ("zh.toml", "donate", "donate", ":1: write spaced = false"),
        (
            "de.toml",
            'counter_examples = [\n    "Kaffee spendieren die Vereine am Sonntag.",\n]\n',
            "",
            ":1: counter_examples are missing",
        ),
        ("de.toml", "phrases", "phrase", ":6: phrase: no such key here"),
        ("neue regeln.toml", "donate", "donate", ": name it for its language"),
    ],
)
def test_a_rule_that_is_not_well_made_is_told(tmp_path: Path, name: str, old: str, new: str, told: str) -> None:
    assert old in RULE
    path = tmp_path / name
    path.write_text(RULE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rule_check.check(path)
    assert f"{path}{told}" in str(caught.value)


def test_a_pattern_without_an_example_is_told(tmp_path: Path) -> None:
    path = tmp_path / "de.toml"
    text = RULE.replace("start", "pattern").replace("phrases", "patterns")
    path.write_text(
        text.replace("sie uns (einen)?", "Sie uns (?:einen )?").replace('    "s', '    "Trinkgeld!*",\n    "s')
    )
    with pytest.raises(InputError, match=r":7: no example is caught by this pattern"):
        rule_check.check(path)


def test_rules_of_a_language_that_the_package_has_not_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(RULE, encoding="utf-8")
    assert rule_check.check(path).shown == ("xx/tip-jar",)
    assert rule_check.check(path, "de").shown == ("de/tip-jar",)


def test_a_file_of_the_package_takes_its_own_place() -> None:
    checked = rule_check.check(rule_check.FOLDER / "el.toml")
    assert len(checked.sources["el"]) == 1
    assert checked.shown


@pytest.mark.slow
def test_cuts_are_shown_and_those_in_the_true_text_are_lost(tmp_path: Path) -> None:
    plea = "Spendieren Sie uns einen Kaffee!"
    bodies = {"cut": "".join(f"<p>{line}</p>" for line in (*LONG, plea, LONG[0].replace("Hafenrat", "Stadtrat")))}
    bodies["lost"] = bodies["cut"]
    (tmp_path / "pages").mkdir()
    rows = []
    for name, body in bodies.items():
        page = (
            f"<html lang=de><title>Steg wird neu gebaut</title><article><h1>Steg wird neu gebaut</h1>{body}</article>"
        )
        (tmp_path / "pages" / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
        truth = "\n".join((*LONG, plea) if name == "lost" else LONG)
        rows.append(
            {"id": name, "set": "own", "site": f"{name}.example", "url": f"https://{name}.example/", "text": truth}
        )
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = tmp_path / "de.toml"
    path.write_text(RULE, encoding="utf-8")
    checked = rule_check.check(path)
    pages = rule_cuts.pages(tmp_path, tmp_path, "de", 1)
    found = rule_cuts.cuts(pages, checked.sources, frozenset(checked.shown), 1)
    assert [(cut.page, cut.text, cut.lost) for cut in found["de/tip-jar"]] == [
        ("cut", plea, False),
        ("lost", plea, True),
    ]


@pytest.mark.parametrize(
    ("text", "truth", "found"),
    [
        ("Share", "They share\nthe loot", False),
        ("Share", "They\nSHARE!\nthe loot", True),
        ("the bridge fell at noon", "Late: The bridge fell at noon, he said.", True),
        ("the bridge fell at noon", "The bridge fell\nat noon, they said, at noon", True),
        ("the bridge fell at noon today", "The bridge fell at noon, he said.", False),
    ],
)
def test_a_line_is_in_a_text_as_a_line_or_as_many_words(text: str, truth: str, found: bool) -> None:
    assert rule_cuts.is_in(text, truth) == found


@pytest.mark.parametrize("arguments", [["none.toml"], ["de.toml"], ["de.toml", "--data", "nowhere"]])
def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "de.toml").write_text(RULE if len(arguments) > 1 else RULE.replace("donate", "gift"))
    asked = [sys.executable, "-m", "bench.rule_check", str(tmp_path / arguments[0]), *arguments[1:]]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"\S*(\.toml(:\d+)?|nowhere): [^\n]+\n", done.stderr)
