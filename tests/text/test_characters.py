"""What of strangers' characters goes into names, onto terminals, into markup and tables."""

import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cleanwire import characters

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WORDS_WITH_JOINERS = "می\u200cخواهم 👨\u200d👩\u200d👧 क्\u200dष"
ANY = st.text(st.characters(), max_size=30)  # surrogates included


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[2Jb", "a [2Jb", id="escape"),
        pytest.param("a\nb\r\nc\td", "a b c d", id="lines"),
        pytest.param("a\u202eb", "ab", id="reading-direction"),
        pytest.param("a\x9b2Jb", "a 2Jb", id="c1"),
        pytest.param("a\u2028b", "a b", id="separator-of-lines"),
        pytest.param("a\ud800b", "a\ufffdb", id="half-a-character"),
        pytest.param("pay\u200bpal pay\u200dpal", "paypal paypal", id="zero-width"),
        pytest.param("a\U000e0041b", "ab", id="tag"),
        pytest.param("größer 北京 مرحبا", "größer 北京 مرحبا", id="letters-stay"),
        pytest.param(WORDS_WITH_JOINERS, WORDS_WITH_JOINERS, id="joiners-in-words-stay"),
        pytest.param("é ❤️", "é ❤️", id="marks-stay"),
    ],
)  # fmt: skip
def test_what_a_terminal_obeys_is_gone(text: str, shown: str) -> None:
    assert characters.printable(text) == shown


def test_lines_and_tabs_stay_where_they_are_wanted() -> None:
    assert characters.printable("a\r\n\tb\x0bc\rd", lines=True) == "a\n\tb c d"


@given(ANY)
def test_nothing_printed_is_a_control_or_turns_the_direction(text: str) -> None:
    shown = characters.printable(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in DIRECTIONS for char in shown)
    assert characters.printable(shown) == shown or "\u200d" in text or "\u200c" in text


@given(ANY)
def test_names_hold_no_controls_and_stay_as_they_are_the_second_time(text: str) -> None:
    name = characters.name(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in DIRECTIONS for char in name)
    assert name == characters.name(name) == name.strip()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("It\x92s 5\x96", "It’s 5–", id="windows-1252-taken-for-latin-1"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="joiner"),
        pytest.param("a\x0b b\x1b[0m", "a b [0m", id="controls"),
        pytest.param("\u202eabc\u202c", "abc", id="direction"),
    ],
)
def test_a_name(text: str, name: str) -> None:
    assert characters.name(text) == name


def test_a_name_of_nothing_else_is_none() -> None:
    assert characters.name_or_none("\u200f\x1b\x81") is None
    assert characters.name_or_none(None) is None


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_json_for_a_terminal_says_the_same(text: str) -> None:
    written = characters.json(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert characters.printable(written) == written or "\u200d" in text or "\u200c" in text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a&#11;b", "a b"), ("a&#12;b", "a b"), ("a&#27;b", "ab"), ("a&#x1B;b", "ab"), ("a&#x1bb", "a&#x1bb"),
        ("a&#27 b", "a b"), ("a&#0;b", "ab"), ("a&#x0000000b;b", "a b"), ("a&#xffff;b", "ab"), ("a&#65534;b", "ab"),
        ("a&#xd800;b", "ab"), ("a&#56320;b", "ab"), ("a&#x110000;b", "ab"), ("a&#99999999999999999999;b", "ab"),
        ("&#xd83d;&#xde00;", "😀"), ("&#55357;&#56832;", "😀"), ("&#xD83D;&#56832;", "😀"), ("&#xde00;&#xd83d;", ""),
        ("&#9;&#10;&#13;&#32;", "&#9;&#10;&#13;&#32;"), ("&#150;&amp;#11;&#xa0;", "&#150;&amp;#11;&#xa0;"),
        ("&#;&#x;&#", "&#;&#x;&#"), ("a\x0bb\x1bc\ufffed\ud800", "a bcd"),
        ("a&#\x080;b", "ab"), ("a&#\x0065;b", "a&#65;b"), ("&#&#0;0;", "&# 0;"), ("&#x&#0;0;", "&#x 0;"),
        ("&&#0;#0;", "& #0;"), ("&#5529&#0;6;", "&#5529;6;"), ("&#&#0;&#0;0;", "&# 0;"),
    ],
)  # fmt: skip
def test_what_xml_cannot_hold_is_gone_from_markup(written: str, read: str) -> None:
    assert characters.in_markup(written) == read


@given(st.lists(st.sampled_from(["&#", "&#x", ";", "&", "x"]) | st.from_regex(r"[0-9a-fA-F]{1,9}") | ANY, max_size=12))
def test_mended_markup_can_be_parsed(parts: list[str]) -> None:
    text = characters.in_markup("".join(parts).replace("<", "").replace("\r", ""))
    whole = re.sub(r"&(?!#x[0-9a-fA-F]|#[0-9])", "&amp;", text)
    whole = re.sub(r"(&#(?:x[0-9a-fA-F]++|[0-9]++))(?!;)", r"\1;", whole)  # HTML does without, XML does not
    parser = etree.XMLParser(recover=True)
    etree.fromstring(f"<a>{whole}</a>".encode(), parser)
    assert not [each for each in parser.error_log if each.type_name == "ERR_INVALID_CHAR"]


FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", '"=1', "＝1", "＋1", "－1", "＠a", "'=1", "''=1",
)  # fmt: skip


@pytest.mark.parametrize("text", [*FORMULAS, "plain", "'quoted'", "a=b", "", "'"])
def test_a_cell_is_read_back_unchanged(text: str) -> None:
    assert characters.cell_text(characters.cell(text)) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert characters.cell(text).startswith("'")


@given(ANY)
def test_any_cell_is_read_back_unchanged_through_csv(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([characters.cell(text), "x"])
    row = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert characters.cell_text(row[0]) == text
