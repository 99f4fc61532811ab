"""The line rules: their own examples, what reporters may write, and that they stay cheap."""

import tomllib
from pathlib import Path

import pytest
from bench import rule_check

from cleanwire.text.boilerplate import checks, phrases, rule_files, rules
from cleanwire.text.boilerplate.rule_files import Place
from patterns import cost

RULES = rules.load()
SENTENCES = tomllib.loads(Path(__file__).with_name("reporters_sentences.toml").read_text("utf-8"))


@pytest.mark.parametrize("path", sorted(rule_check.FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_rules_of_a_language_are_well_made(path: Path) -> None:
    """Examples are caught by their own rule, counter-examples by none, and each phrase can be the one that decides."""
    file = rule_files.read(path.read_bytes(), path.stem, str(path))
    found = list(rule_check.problems(file, RULES))
    assert not found, checks.told(path.read_bytes(), path.name, found)


def test_rule_ids_are_unique() -> None:
    ids = [rule.id for rule in RULES.rules]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "line",
    [
        "The mayor said he would subscribe to no such plan, whatever the newsletter of the opposition might claim.",
        "Share prices fell sharply after the bank said it had lost its largest customer to a rival from abroad.",
        "“Sign up for the army,” her grandfather told her, “and you will see the world from a truck.”",
        "Advertisement revenue at the two largest papers fell by a third within a year.",
        "More than 40 people were killed.",
        "Read the law, she told the court, and you will find nothing of the kind.",
        "Related deaths have doubled.",
        "Photo finishes decided two of the races.",
        "Der Newsletter des Ministeriums ging an die falsche Liste, räumte ein Sprecher am Freitag ein.",
        "Publicité et mécénat ne suffisent plus au musée, qui fermera deux jours par semaine.",
    ],
)
def test_reporters_sentence_stays(line: str) -> None:
    assert RULES.match(line) is None


@pytest.mark.parametrize(
    ("language", "line"),
    [pytest.param(code, line, id=f"{code}:{line[:24]}") for code, said in SENTENCES.items() for line in said],
)
def test_sentence_that_begins_like_boilerplate_stays(language: str, line: str) -> None:
    assert [place for place in Place if RULES.match(line, language=language, place=place)] == []


def test_version_changes_with_any_rule() -> None:
    one = rules.RuleSet({"en": b'rule = [{id="a", kind="ad", match="whole", phrases=["ad"]}]'})
    other = rules.RuleSet({"en": b'rule = [{id="a", kind="ad", match="whole", phrases=["ads"]}]'})
    assert one.version != other.version
    assert len(RULES.version) == 16


def test_rules_of_another_language_do_not_apply() -> None:
    assert RULES.match("Anzeige", language="fr") is None
    assert RULES.match("Anzeige", language="de-AT") is not None


@pytest.mark.parametrize("phrase", ["(open", "shut)", "-", "(a)?"])
def test_broken_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        phrases.compile_phrase(phrase, spaced=True, to_end=False)


@pytest.mark.parametrize(
    "line",
    [
        "a " * 50_000,
        "x" * 100_000,
        "(" * 100_000,
        "read more " * 10_000,
        "- / | " * 17_000,
        "，" * 50_000,
        "1 " * 50_000,
    ],
    ids=["words", "one-word", "brackets", "phrases", "separators", "commas", "numbers"],
)
def test_hostile_line_is_judged_quickly(line: str) -> None:
    assert cost.best(lambda: RULES.match(line), tries=3) < 0.05


@pytest.mark.parametrize(
    "unit", ["photo / ", "a|", "home > ", "by A, ", "#a ", "1/", "www.", "(photo ", "x" * 19 + " "]
)
def test_longest_line_looked_at_is_judged_quickly(unit: str) -> None:
    line = (unit * 600)[: rules.MAX_LINE_CHARS]
    assert cost.best(lambda: RULES.match(line), tries=3) < 0.05
