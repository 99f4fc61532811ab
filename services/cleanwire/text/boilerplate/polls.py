"""Are these lines of a box a poll of readers without a control: a question, its options, how many voted?

A story's own figures have that form too: results of a vote, answers to an institute. Of those the text speaks.
"""

import re
from collections.abc import Sequence

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


def is_one(lines: Sequence[str], text: str) -> bool:
    """Tell whether `lines`, all of a box, are a poll; `text`, of all other lines, names no share of it."""
    if not _MIN_OPTIONS + 1 <= len(lines) <= _MAX_LINES or not any(map(_counts_votes, lines)):
        return False
    if not any(_asks(line) for line in lines):
        return False
    options = [line for line in lines if _OPTION.fullmatch(line.strip())]
    if len(options) < _MIN_OPTIONS or any(_is_long(line) for line in lines):
        return False
    told = {figure.strip(" .,") for figure in _FIGURE.findall(text)}
    return not any(share in told for option in options for share in _SHARE.findall(option))


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
