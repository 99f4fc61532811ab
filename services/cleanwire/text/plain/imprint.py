"""Is this line below an article its publisher's: the company's name, a postal address?"""

import re
from collections.abc import Sequence

from cleanwire.text import prose

_FORMS = frozenset({
    "inc", "incorporated", "ltd", "limited", "llc", "plc", "llp", "co", "corp", "corporation", "pty", "pte", "pvt",
    "gmbh", "mbh", "ag", "kg", "kgaa", "se", "sarl", "sas", "sa", "sl", "spa", "srl", "bv", "nv", "lda", "ltda",
    "a/s", "aps", "ab", "as", "oy", "oyj", "sro", "zoo", "kft", "zrt", "ооо", "ао", "зао", "оао", "пао", "тов", "aş",
})  # fmt: skip
_JOINTS = frozenset({"&", "-", "–", "·", "|"})
_FORM_FIRST = re.compile(
    r"(?:株式会社|有限会社|\(주\)|주식회사 ?)\S{1,14}|\S{1,14}(?:株式会社|有限公司|股份公司|集团|주식회사)|"
    r"(?:ООО|ОАО|ЗАО|ПАО|АО|ТОВ) \S.{1,40}[»\w]"
)
_MARK = re.compile(r"(?:copyright|©|\(c\))[\s,]*", re.IGNORECASE)
_YEARS = re.compile(r"\d{4}(?:\s?[-–]\s?\d{4})?[\s,]*(?:by\s)?", re.IGNORECASE)
_RESERVED = re.compile(r"\b(?:all rights|alle rechte|tous droits|todos los derechos|tutti i diritti)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\d{1,5} [A-Z][^.!?]{3,60}, [^.!?]{2,60}\d{4,5}(?:-\d{4})?(?:,? [A-Z][^.!?]{2,30})?|"
    r"[^.!?]{3,60}\d{1,4}\s?[a-z]?,? (?:[A-Z]{1,2}-)?\d{4,5} [A-ZÄÖÜ][^.!?]{2,40}"
)
_SMALL_LETTERS = 3  # of "and", "für", "de" in a name
_MAX_WORDS = 14
_MAX_CHARS = 200


def holders(rows: Sequence[str]) -> frozenset[str]:
    """Return the keys of who has the copyright, as lines among `rows` say."""
    found = (_holder(row.strip()) for row in rows if len(row) <= _MAX_CHARS)
    return frozenset(name for name in found if name)


def is_imprint(line: str, owners: frozenset[str]) -> bool:
    """Tell whether `line` is nothing but a company's name, with or without an address, or an address."""
    if len(line) > _MAX_CHARS or prose.word_count(line) > _MAX_WORDS:
        return False
    if prose.key(line) in owners or _FORM_FIRST.fullmatch(line) or _ADDRESS.fullmatch(line):
        return True
    return _is_company(line.split())


def _is_company(words: Sequence[str]) -> bool:
    """Tell whether a name comes first and its legal form behind it, then nothing or what is parted from it."""
    at = next((at for at, word in enumerate(words) if _form(word) in _FORMS and word[0].isupper()), 0)
    if at == 0 or any(word[0].islower() and len(word) > _SMALL_LETTERS for word in words[:at]):
        return False
    rest = words[at + 1 :]
    return not rest or words[at].endswith((",", ";")) or rest[0] in _JOINTS or _form(rest[0]) in _FORMS


def _form(word: str) -> str:
    return word.strip(",;").replace(".", "").casefold()


def _holder(row: str) -> str | None:
    rest = row
    while mark := _MARK.match(rest):
        rest = rest[mark.end() :]
    if rest == row:
        return None
    if years := _YEARS.match(rest):
        rest = rest[years.end() :]
    reserved = _RESERVED.search(rest)
    return prose.key(rest[: reserved.start()] if reserved else rest)
