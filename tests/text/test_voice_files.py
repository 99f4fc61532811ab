"""The file of voices is read strictly: what is not in its grammar is told with file and line."""

import pytest

from cleanwire.errors import InputError
from cleanwire.text.boilerplate import voice_files, voices

WHOLE = """\
answers = [
    "yes",
    "no",
]
replies = ["reply"]
[voices.any]
trade = ["newsletter*"]

[voices.de]
reader = [
    "Sie",
    "abonn*",
]
saying = ["hat gesagt"]
"""


def test_every_key_is_read() -> None:
    found = voice_files.read(WHOLE.encode(), "voices.toml")
    assert found["answers"] == ["yes", "no"]
    assert found["voices"] == {
        "any": {"trade": ["newsletter*"]},
        "de": {"reader": ["Sie", "abonn*"], "saying": ["hat gesagt"]},
    }


def test_our_own_file_keeps_to_the_grammar() -> None:
    assert voices.is_of_the_trade("Our newsletters", "en")
    assert voices.is_yes_or_no("Oui")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("answers = [", "answer = [", 1, "answer: no such key here; known are answers, replies, voices"),
        ('answers = [\n    "yes",\n    "no",\n]', "", 1, "answers is missing"),
        ('    "yes",', "    7,", 2, "answers: expected a text, not 7"),
        ('    "yes",', '    "no",', 3, "answers: 'no' stands above already"),
        ("[voices.any]", "[voice.any]", 6, "voice: no such key here"),
        ("[voices.de]", "[voices.German]", 9, "'German' is no language"),
        ("[voices.de]\n", "[voices]\nde = 1\n[voices.fr]\n", 10, "de: expected a table"),
        ("reader = [", "readers = [", 10, "readers: no such key here; known are reader, saying, trade"),
        ('    "abonn*",', '    "",', 12, "reader: a text is empty"),
        ('    "abonn*",', '    "Sie",', 12, "reader: 'Sie' stands above already"),
        ('    "abonn*",', '    "ab*onn",', 12, "reader: 'ab*onn' is never found: `*` stands for any ending"),
        ('    "abonn*",', '    "*",', 12, "reader: '*' is never found: no letter or digit is in it"),
        ('    "abonn*",', '    "Abonn*",', 12, "reader: 'Abonn*' is never found: with a capital only one whole word"),
        ('    "abonn*",', '    "Ihr Abo",', 12, "reader: 'Ihr Abo' is never found: with a capital only one whole word"),
        ('    "abonn*",', '    "das abo*",', 12, "reader: 'das abo*' is never found: `*` belongs to one word"),
        (
            '    "abonn*",',
            '    "下さい*",',
            12,
            "reader: '下さい*' is never found: `*` belongs to one word, where blanks",
        ),
        ('saying = ["hat gesagt"]', 'saying = "sagte"', 14, "saying: expected a list of texts"),
        ('saying = ["hat gesagt"]', "saying = []", 14, "saying: expected a list of texts"),
        ('saying = ["hat gesagt"]', "saying = [", 15, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in WHOLE
    with pytest.raises(InputError) as raised:
        voice_files.read(WHOLE.replace(old, new).encode(), "voices.toml")
    assert f"voices.toml:{line}: {told}" in str(raised.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    broken = WHOLE.replace("reader", "readers").replace('"hat gesagt"', '"hat gesagt", ""')
    with pytest.raises(InputError) as raised:
        voice_files.read(broken.encode(), "voices.toml")
    assert [line.split(":")[1] for line in str(raised.value).splitlines()] == ["10", "14"]
