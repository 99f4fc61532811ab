"""Is it wire copy, and whose?"""

import re
from collections.abc import Sequence

from cleanwire.records.document import SourceAgency

_AGENCIES = {
    "Reuters": r"Reuters|Рейтер|路透社?|ロイター",
    "Associated Press": r"Associated Press|AP",
    "Agence France-Presse": r"Agence France-Presse|AFP|法新社",
    "dpa": r"dpa(?:-\w+)?",
    "APA": r"APA",
    "sda": r"(?:Keystone-)?SDA|ATS",
    "EFE": r"EFE",
    "ANSA": r"ANSA",
    "PAP": r"PAP",
    "Interfax": r"Interfax|Интерфакс",
    "TASS": r"TASS|ТАСС",
    "RIA Novosti": r"РИА Новости",
    "Ukrinform": r"Ukrinform|Укринформ|Укрінформ",
    "Xinhua": r"Xinhua|新华社|新華社",
    "Kyodo": r"Kyodo|共同(?:通信)?",
    "Jiji": r"Jiji|時事(?:通信)?",
    "Yonhap": r"Yonhap|연합뉴스",
    "PTI": r"PTI|Press Trust of India",
    "ANI": r"ANI",
    "UPI": r"UPI",
    "Bloomberg": r"Bloomberg",
    "PA Media": r"PA Media|Press Association",
    "ANP": r"ANP",
    "Belga": r"Belga",
    "Lusa": r"Lusa",
    "NTB": r"NTB",
    "TT": r"TT",
    "Ritzau": r"Ritzau",
    "AMNA": r"ΑΠΕ-ΜΠΕ|ANA-MPA",
    "Anadolu": r"Anadolu(?: Agency)?|AA",
    "The Canadian Press": r"The Canadian Press|Canadian Press",
    "Australian Associated Press": r"Australian Associated Press|AAP",
}
_NAME = "|".join(f"(?P<a{at}>{pattern})" for at, pattern in enumerate(_AGENCIES.values()))
_DATELINE = re.compile(rf"^(?P<place>[^\n()]{{2,60}}?)\s*[,(–—-]\s*\(?(?:{_NAME})(?:/\w+)?\)?\s*(?:[-–—:.]|\)\s)")
_CREDIT = re.compile(rf"(?:^|[\s(/])\(?(?:{_NAME})\)?[.)\s]*$")
_WHOLE = re.compile(rf"^\W*(?:(?:by|von|par|source|quelle|источник|来源)\W+)?(?:the )?(?:{_NAME})\W*$", re.I)
_AGENCIES_UNNAMED = re.compile(
    r"agenc(?:ies|ias?)|agências|agenturen|agences|agenzie|agentschappen|agencje|агентства|ajanslar", re.I
)
_MAX_CREDIT_WORDS = 6


def find(paragraphs: Sequence[str], names: Sequence[str], cut_lines: Sequence[str]) -> SourceAgency | None:
    """Return the agency that the dateline, a byline name or a credit line names; None when there is none.

    `names` are bylines and JSON-LD source names, `cut_lines` the lines that were removed.
    """
    for text in paragraphs[:2]:
        if match := _DATELINE.match(text[:120]):
            return SourceAgency(name=_agency(match), dateline=match["place"].strip(" ,-–—"), evidence="dateline")
    for name in names:
        if match := _WHOLE.match(name):
            return SourceAgency(name=_agency(match), evidence="byline")
    for text in (*paragraphs[-2:], *cut_lines):
        if len(text.split()) <= _MAX_CREDIT_WORDS and (match := _CREDIT.search(text)):
            return SourceAgency(name=_agency(match), evidence="credit")
    return None


def are_some(name: str) -> bool:
    """Tell whether `name` says that the copy is of agencies, without naming one."""
    return _AGENCIES_UNNAMED.fullmatch(name) is not None


def is_one(name: str) -> bool:
    """Tell whether `name` is that of an agency and nothing else."""
    return _WHOLE.match(name) is not None


def _agency(match: re.Match[str]) -> str:
    at = next(int(name[1:]) for name, value in match.groupdict().items() if value and name != "place")
    return list(_AGENCIES)[at]
