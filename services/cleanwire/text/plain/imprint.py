"""Is this line below an article its publisher's: the company's name, a postal address?"""

import re
from collections.abc import Sequence

from cleanwire.text import prose

_FORM = (
    r"(?:GmbH & Co\. KG(?:aA)?|Inc|Incorporated|Ltd|Limited|LLC|L\.L\.C|plc|PLC|LLP|Co|Corp|Corporation|GmbH|mbH|AG|"
    r"KG|SE|SARL|SAS|S\.A|SA|S\.L|S\.p\.A|SpA|S\.r\.l|Srl|B\.V|BV|N\.V|NV|A/S|ApS|AB|AS|Oy|[Ss]p\. z o\.o|s\.r\.o|a\.s|"
    r"Kft|Zrt|Lda|Ltda|ООО|АО|ЗАО|ОАО|ПАО|ТОВ|A\.Ş|Pty|Pte|Pvt)"
)
_COMPANY = re.compile(
    rf"(?P<name>[^,.:;!?]{{2,60}}(?:, [^,.:;!?]{{1,30}})?),?\s{_FORM}\.?(?:,? {_FORM}\.?)*(?:[,;·|–-].*)?\.?"
)
_FORM_FIRST = re.compile(
    r"(?:株式会社|有限会社|\(주\)|주식회사 ?)\S{1,14}|\S{1,14}(?:株式会社|有限公司|股份公司|集团|주식회사)|"
    r"(?:ООО|ОАО|ЗАО|ПАО|АО|ТОВ) \S.{1,40}[»\w]"
)
_HOLDER = re.compile(
    r"\W{0,3}(?:copyright|©|\(c\))(?:\s*(?:copyright|©|\(c\)))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?\s*(?:by\s+)?"
    r"(?P<name>[^.|]{3,80}?(?:\s(?:Inc|Ltd|Co|Corp)\.)?)"
    r"[.,]?(?:\s+all rights reserved.*|\s+alle rechte.*|\s+tous droits.*)?\W*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\d{1,5} [A-Z][^.!?]{3,60}, [^.!?]{2,60}\d{4,5}(?:-\d{4})?(?:,? [A-Z][^.!?]{2,30})?|"
    r"[^.!?]{3,60}\d{1,4}\s?[a-z]?,? (?:[A-Z]{1,2}-)?\d{4,5} [A-ZÄÖÜ][^.!?]{2,40}"
)
_SMALL_LETTERS = 3  # of "and", "für", "de" in a name
_MAX_WORDS = 14


def holders(rows: Sequence[str]) -> frozenset[str]:
    """Return the keys of who has the copyright, as lines among `rows` say."""
    found = (match["name"] for row in rows if len(row) <= 200 and (match := _HOLDER.fullmatch(row)))
    return frozenset(prose.key(name) for name in found)


def is_imprint(line: str, owners: frozenset[str]) -> bool:
    """Tell whether `line` is nothing but a company's name, with or without an address, or an address."""
    if prose.word_count(line) > _MAX_WORDS:
        return False
    if prose.key(line) in owners or _FORM_FIRST.fullmatch(line) or _ADDRESS.fullmatch(line):
        return True
    match = _COMPANY.fullmatch(line)
    if match is None:
        return False
    return not any(word[0].islower() and len(word) > _SMALL_LETTERS for word in match["name"].split())
