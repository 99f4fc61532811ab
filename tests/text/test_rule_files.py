"""Files of line rules are read strictly: what is not in their grammar is told with file and line."""

import pytest

from cleanwire.errors import InputError
from cleanwire.text.boilerplate import rule_files
from cleanwire.text.boilerplate.rule_files import Match, Place
from cleanwire.text.boilerplate.rules import RuleSet

WHOLE = """\
spaced = true

[byline]
before = [
    "by",
]

[[rule]]
id = "tip-jar"
kind = "donate"
match = "start"
max_words = 12
place = "tail"
phrases = [
    "buy us a coffee",
    "leave (us)? a tip",
]
examples = [
    "Buy us a coffee",
]
counter_examples = [
    "A tip led the police to the barn.",
]
"""


def test_every_key_is_read() -> None:
    found = rule_files.read(WHOLE.encode(), "en")
    (rule,) = found.rules
    assert (found.spaced, found.byline_before) == (True, ("by",))
    assert (rule.id, rule.kind, rule.match, rule.max_words) == ("en/tip-jar", "donate", Match.START, 12)
    assert rule.places == {Place.TAIL}
    assert rule.phrases == ("buy us a coffee", "leave (us)? a tip")
    assert (rule.examples, rule.counter_examples) == (("Buy us a coffee",), ("A tip led the police to the barn.",))


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('kind = "donate"', 'kind = "donation"', 9 + 1, "kind: 'donation' is unknown; known are ad, "),
        ('kind = "donate"', "", 8, "kind is missing"),
        ('kind = "donate"', 'kind = ["donate"]', 10, "kind: ['donate'] is unknown"),
        ('match = "start"', 'match = "begin"', 11, "match: 'begin' is unknown; known are end, "),
        ('match = "start"', 'match = "pattern"', 8, "patterns is missing"),
        ('match = "start"', 'match = "pattern"', 14, "phrases: no such key here"),
        ("max_words = 12", "max_word = 12", 12, "max_word: no such key here; known are "),
        ("max_words = 12", 'max_words = "12"', 12, "max_words: expected a number"),
        ("max_words = 12", "max_words = true", 12, "max_words: expected a number"),
        ("max_words = 12", "max_words = 0", 12, "max_words: expected a number"),
        ('place = "tail"', 'place = "foot"', 13, "place: 'foot' is unknown; known are any, "),
        ('id = "tip-jar"', 'id = "Tip jar"', 9, "id: 'Tip jar' is no id"),
        ('id = "tip-jar"', "id = 7", 9, "id: 7 is no id"),
        ("spaced = true", "spaced = 1", 1, "spaced: expected true or false"),
        ("spaced = true", "words = true", 1, "words: no such key here; known are byline, rule, spaced"),
        ("before = [", "behind = [", 4, "behind: no such key here; known are before"),
        ('    "by",', '    "by",\n    "BY",', 6, "before: 'BY' stands above already"),
        ('    "by",', "", 4, "before: expected a list of texts"),
        ("[byline]\nbefore = [", "byline = [", 3, "byline: expected a table"),
        ("[[rule]]", "[rule]", 8, "rule: each rule stands below a [[rule]] of its own"),
        ('    "leave (us)? a tip",', '    "leave (us a tip",', 16, "'leave (us a tip' is no phrase: "),
        ('    "leave (us)? a tip",', '    "leave us) a tip",', 16, "'leave us) a tip' is no phrase: "),
        ('    "leave (us)? a tip",', '    "(leave)?",', 16, "'(leave)?' is no phrase: "),
        ('    "leave (us)? a tip",', '    " ",', 16, "phrases: a text is empty"),
        ('    "leave (us)? a tip",', "    7,", 16, "phrases: expected a text, not 7"),
        ('    "leave (us)? a tip",', '    "Buy us  a COFFEE",', 16, "phrases: 'Buy us  a COFFEE' stands above already"),
        ('    "A tip led', '    "",\n    "A tip led', 22, "counter_examples: a text is empty"),
        (
            '"Buy us a coffee",\n]',
            '"Buy us a coffee",\n    "Buy us a coffee",\n]',
            20,
            "examples: 'Buy us a coffee' stands",
        ),
        ('    "Buy us a coffee",\n', "", 18, "examples: expected a list of texts"),
        ('id = "tip-jar"', 'id = "tip-jar', 9, "not valid TOML"),
        ('id = "tip-jar"', 'id = "tip-jar"\nid = "tip-jar"', 10, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(InputError) as caught:
        rule_files.read(WHOLE.replace(old, new).encode(), "en", "rules/en.toml")
    assert f"rules/en.toml:{line}: {told}" in str(caught.value)


def test_a_pattern_that_is_no_regular_expression_is_told() -> None:
    text = "[[rule]]\nid = 'a'\nkind = 'ad'\nmatch = 'pattern'\npatterns = [\n  'ok',\n  '(',\n]\n"
    with pytest.raises(InputError, match=r"^en\.toml:7: '\(' is no pattern: "):
        rule_files.read(text.encode(), "en")


def test_two_rules_of_one_id_are_told() -> None:
    rule = WHOLE[WHOLE.index("[[rule]]") :]
    with pytest.raises(InputError, match=r"^en\.toml:26: a rule 'tip-jar' stands above already$"):
        rule_files.read((WHOLE + "\n" + rule).encode(), "en")


def test_at_most_ten_mistakes_are_told_in_the_order_of_the_file() -> None:
    rules = "".join(f"[[rule]]\nid = 'a{n}'\nkind = 'x'\nmatch = 'whole'\nphrases = ['a{n}']\n" for n in range(20))
    with pytest.raises(InputError) as caught:
        rule_files.read(rules.encode(), "en")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == [str(3 + 5 * n) for n in range(10)]


def test_rules_without_examples_are_read() -> None:
    rule_files.read(b"[[rule]]\nid = 'a'\nkind = 'ad'\nmatch = 'whole'\nphrases = ['a']\n", "en")


def test_a_set_of_rules_names_the_file_that_is_wrong() -> None:
    with pytest.raises(InputError, match=r"^de\.toml:1: kind is missing"):
        RuleSet({"en": WHOLE.encode(), "de": b"[[rule]]\nid = 7\n"})
