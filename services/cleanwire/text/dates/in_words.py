"""What do a date's words say? Each must be known (a month, a weekday, a zone, `Uhr`, `года`), or it is no date."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from cleanwire.text.dates import calendar, zones
from cleanwire.text.dates.understood import CLOCK_MARK, Reading

_TOKEN = re.compile(r"\d+|[^\s\d,;:/()\[\]{}<>|–—\-•·∙@\"“”'’‘´+~،؛。、，*_\\]+")
_ANY_TIME = datetime.fromisoformat("2000-01-01")  # to ask whether a zone is known at all


def read(text: str, reading: Reading) -> None:
    """Account for every token left; `failed` when one means nothing in a date."""
    tokens = [token for found in _TOKEN.findall(text) if (token := found.lstrip("."))]
    roles: list[tuple[Mapping[str, int], Mapping[str, int]]] = []
    position = 0
    while position < len(tokens) and not reading.failed:
        token = tokens[position]
        if token.isascii() and token.isdigit():
            reading.numbers.append(token)
            position += 1
            continue
        position += _take_phrase(tokens, position, reading, roles)
    _name_month(roles, reading)


def _phrases(tokens: list[str], position: int) -> Iterator[tuple[str, int]]:
    for length in (4, 3, 2, 1):
        words = tokens[position : position + length]
        if len(words) == length and not any(word.isdigit() for word in words[1:]):
            yield " ".join(words).rstrip("."), length


def _take_phrase(
    tokens: list[str], position: int, reading: Reading, roles: list[tuple[Mapping[str, int], Mapping[str, int]]]
) -> int:
    """Understand the longest phrase that starts at `position`; return its length in tokens."""
    names = calendar.load()
    after_clock = position > 0 and tokens[position - 1] == CLOCK_MARK
    for phrase, length in _phrases(tokens, position):
        if phrase == CLOCK_MARK:
            return 1
        if phrase == "tháng" or phrase == "thang":  # Vietnamese: "month 10"
            return _take_numbered_month(tokens, position, reading)
        if after_clock and (_take_half(phrase, reading) or _take_zone(phrase, reading)):
            return length
        months, weekdays = names.months.meanings(phrase), names.weekdays.meanings(phrase)
        if months or weekdays:
            roles.append((months, weekdays))
            return length
        if _take_half(phrase, reading) or _take_hour_word(phrase, reading) or _take_zone(phrase, reading):
            return length
        if phrase in names.filler:
            return length
    reading.failed = True
    return 1


def _take_numbered_month(tokens: list[str], position: int, reading: Reading) -> int:
    if position + 1 < len(tokens) and tokens[position + 1].isdigit() and 1 <= int(tokens[position + 1]) <= 12:
        reading.month = int(tokens[position + 1])
        return 2
    reading.failed = True
    return 1


def _take_half(phrase: str, reading: Reading) -> bool:
    names = calendar.load()
    if phrase in names.am or phrase in names.pm:
        if phrase != "م" or reading.clock:  # also "A.D." in Arabic
            reading.half = reading.half or ("am" if phrase in names.am else "pm")
        return True
    return False


def _take_hour_word(phrase: str, reading: Reading) -> bool:
    names = calendar.load()
    if phrase not in names.noon and phrase not in names.midnight:
        return False
    reading.clock = reading.clock or ((12, 0, None) if phrase in names.noon else (0, 0, None))
    return True


def _take_zone(phrase: str, reading: Reading) -> bool:
    known = zones.offset_min(phrase, local=_ANY_TIME, language=reading.language) is not None
    if known:
        reading.zone = reading.zone or phrase
    return known


def _name_month(roles: list[tuple[Mapping[str, int], Mapping[str, int]]], reading: Reading) -> None:
    """Decide which of the names is the month: `mar` is March beside a weekday, Tuesday beside a month."""
    if reading.failed:
        return
    months = [months for months, _ in roles if months]
    if len(months) > 1:
        months = [months for months, weekdays in roles if months and not weekdays]
    if len(months) > 1 and len({frozenset(m.items()) for m in months}) > 1:
        reading.failed = True
        return
    chosen = months[0] if months else None
    days = [weekdays for m, weekdays in roles if weekdays and m is not chosen]
    tongues = [set(d) for d in days] + ([set(chosen)] if chosen else [])
    reading.tongues = frozenset(set.intersection(*tongues)) if tongues else frozenset()
    reading.weekdays = frozenset(n for d in days for n in _of(d, reading).values() if n)
    if chosen and reading.month is None:
        _choose_month(_of(chosen, reading), reading)


def _of(names: Mapping[str, int], reading: Reading) -> Mapping[str, int]:
    """Return the meanings in the text's language when it is known to use them, else all that the words share."""
    language = (reading.language or "").split("-")[0]
    if names.get(language):
        return {language: names[language]}
    shared = {tongue: n for tongue, n in names.items() if tongue in reading.tongues}
    return shared or names


def _choose_month(meanings: Mapping[str, int], reading: Reading) -> None:
    numbers = set(meanings.values()) - {0}
    if len(numbers) == 1:
        reading.month = numbers.pop()
        reading.jalali = set(meanings) == {calendar.JALALI}
    else:
        reading.failed = True
