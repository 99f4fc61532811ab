"""Are these lines of a box a poll of readers without a control: a question, its options, how many voted?

A story's own figures have that form too: results of a vote, answers to an institute. Of those the text speaks.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from cleanwire.text import folding, prose

_OPTION = re.compile(r"\D{1,60}?\(?\d{1,3}(?:[.,]\d)?\s?[%٪]\)?|\d{1,3}(?:[.,]\d)?\s?%\s\D{1,60}")
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d)?(?=\s?[%٪])")
_FIGURE = re.compile(r"\d[\d.,\s]*")
_MAX_COUNT_WORDS = 6
_MAX_QUESTION_WORDS = 30
_MAX_LINES = 14
_MIN_OPTIONS = 2
_VOTES = (
    "vote",
    "votes",
    "voted",
    "votants",
    "participants",
    "respuestas",
    "votos",
    "votaron",
    "votanti",
    "voti",
    "votato",
    "stimmen",
    "abgestimmt",
    "teilnehmer",
    "stemmen",
    "gestemd",
    "stemmer",
    "roster",
    "rostat",
    "glosow",
    "glosy",
    "glosowalo",
    "hlasu",
    "hlasovalo",
    "szavazat",
    "szavazatok",
    "voturi",
    "oy",
    "oylar",
    "katilimci",
    "aanta",
    "голосов",
    "голоса",
    "проголосовало",
    "голосів",
    "ψηφοι",
    "ψηφους",
    "صوتا",
    "صوت",
    "اصوات",
    "מצביעים",
    "הצבעות",
)
_MARKS = ("?", "？", "؟", ";")
_POLLS = frozenset({
    "poll", "survey", "umfrage", "abstimmung", "sondage", "encuesta", "sondaggio", "sondagem", "enquete", "peiling",
    "stelling", "sonda", "ankieta", "anketa", "anket", "опрос", "опитування", "δημοσκοπηση", "استطلاع", "szavazas",
    "sondaj", "omrostning", "afstemning", "kysely",
})  # fmt: skip
_VOTES_WIDE = ("票", "表", "표", "参与", "參與", "投票")


def which(boxes: Sequence[Sequence[str]], page: Iterable[str]) -> frozenset[int]:
    """Return which of `boxes`, given with their lines, are polls; `page` are all lines of the page, theirs included."""
    formed = [at for at, lines in enumerate(boxes) if _has_form(lines)]
    if not formed:
        return frozenset()
    told = _figures(page)  # once, however many boxes there are
    return frozenset(at for at in formed if not _is_told_elsewhere(boxes[at], told))


def _has_form(lines: Sequence[str]) -> bool:
    if not _MIN_OPTIONS + 1 <= len(lines) <= _MAX_LINES or not any(map(_counts_votes, lines)):
        return False
    if not any(_asks(line) for line in lines):
        return False
    return len(_options(lines)) >= _MIN_OPTIONS and not any(map(_is_long, lines))


def _options(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if _OPTION.fullmatch(line.strip())]


def _is_told_elsewhere(lines: Sequence[str], told: Counter[str]) -> bool:
    """Tell whether a share of one of the options is a figure of another line, too."""
    own = _figures(lines)
    return any(told[share] > own[share] for option in _options(lines) for share in _SHARE.findall(option))


def _figures(lines: Iterable[str]) -> Counter[str]:
    return Counter(figure.strip(" .,") for line in lines for figure in _FIGURE.findall(line))


def _asks(line: str) -> bool:
    """Tell whether `line` is a question, or calls itself a poll's."""
    return line.rstrip().endswith(_MARKS) or not _POLLS.isdisjoint(folding.normalise(line).split())


def _is_long(line: str) -> bool:
    return prose.word_count(line) > _MAX_QUESTION_WORDS


def _counts_votes(line: str) -> bool:
    """Tell whether `line` says how many voted: "3 204 votes", "Al 2.113 keer gestemd", 共有871人投票."""
    if _FIGURE.search(line) is None:
        return False
    if folding.is_unspaced(line):
        return len(line) <= 2 * _MAX_COUNT_WORDS + 6 and any(word in line for word in _VOTES_WIDE)
    words = folding.normalise(line).split()
    return len(words) <= _MAX_COUNT_WORDS + 2 and any(word in _VOTES for word in words)
