"""Is a plain text a database's record, each field behind a code of two or three letters?

`HD`, `BY`, `PD` … stand at the beginning of a line, before their field or on a line of their own. Databases agree on
few of the codes; those of news databases in English, German and French are known here.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = {
    **dict.fromkeys(("HD", "TI", "HL", "UE"), "title"),
    **dict.fromkeys(("BY", "AU"), "author"),
    **dict.fromkeys(("PD", "DT", "DA", "DP"), "published"),
    **dict.fromkeys(("ET", "TM"), "time"),
    **dict.fromkeys(("SN", "SO", "JN", "QU"), "publisher"),
    **dict.fromkeys(
        ("SE", "WC", "SC", "NGC", "GC", "ED", "PG", "VOL", "CY", "LA", "CLM", "CR", "RF", "SU", "OR", "AN", "DN", "UI"),
        "other",
    ),
}
_BODY = frozenset({"LP", "TD", "TX", "AB"})
_TAIL = frozenset({"CO", "IN", "NS", "RE", "IPC", "IPD", "PUB", "AN", "ART", "CX", "DE", "CT", "RST", "RF", "CY", "UI"})
_MIN_CODES = 4  # capitals at the beginning of two lines are no record
_MAX_ABOVE = 5  # the database's name, "Page 1 of 2"
_MAX_LABEL_CHARS = 60
_CODE = re.compile(r"[ \t]{0,8}(?P<code>[A-Z]{2,3})(?P<gap>[ \t]++|$)(?P<value>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRecord:
    """What a record holds. Blank lines are left out of `head` and `tail`; a code before text is a line of its own."""

    fields: dict[str, str]  # title, author, published, publisher
    head: tuple[str, ...]
    body: tuple[tuple[str, str], ...]  # code and text of each field of running text
    tail: tuple[str, ...]


def read(text: str) -> CodedRecord | None:
    """Return the record that `text` is, None when it is another kind of text. Of several records the first counts."""
    lines = text.lstrip("\ufeff").splitlines()
    is_loose = not any(_is_apart(line) for line in lines)
    coded = [_code(line, is_loose=is_loose) for line in lines]
    start = next((at for at, code in enumerate(coded) if code in _HEAD), len(lines))
    above = [line for line in lines[:start] if line.strip()]
    if len(above) > _MAX_ABOVE or any(len(line) > _MAX_LABEL_CHARS for line in above):
        return None
    first = next((at for at in range(start, len(lines)) if coded[at] in _BODY), None)
    if first is None:
        return None
    last = next((at for at in range(first, len(lines)) if _ends(lines, coded, at, is_loose=is_loose)), len(lines))
    fields = _fields(lines[start:first], coded[start:first])
    if "title" not in fields or len({code for code in coded if code}) < _MIN_CODES:
        return None
    return CodedRecord(
        fields=fields,
        head=_told(lines[:first]),
        body=tuple(_running_text(lines[:last], coded, first)),
        tail=_told(lines[last:]),
    )


def _is_apart(line: str) -> bool:
    """Whether a known code stands well apart from its field, as it does in most records."""
    match = _CODE.fullmatch(line)
    return match is not None and match["code"] in _HEAD and match["gap"] != " "


def _code(line: str, *, is_loose: bool) -> str | None:
    match = _CODE.fullmatch(line)
    if match is None or (match["gap"] == " " and match["value"] and not is_loose):
        return None
    return match["code"] if match["code"] in _HEAD.keys() | _BODY | _TAIL else None


def _ends(lines: Sequence[str], coded: Sequence[str | None], at: int, *, is_loose: bool) -> bool:
    """Whether the running text ends before line `at`. With one blank behind the codes, `IN THE END` looks like one."""
    return coded[at] in _TAIL and (not is_loose or " : " in lines[at] or "Document" in lines[at])


def _fields(lines: Sequence[str], coded: Sequence[str | None]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    meaning = "other"
    for line, code in zip(lines, coded, strict=True):
        if code is not None:
            meaning = _HEAD.get(code, "other")
            values.setdefault(meaning, [])
        values.setdefault(meaning, []).extend((line if code is None else line.split(code, 1)[1]).split())
    joined = {meaning: " ".join(words) for meaning, words in values.items() if words}
    if "published" in joined and (time := joined.get("time")):
        joined["published"] = f"{joined['published']} {time}"
    return {name: value for name, value in joined.items() if name not in ("time", "other")}


def _running_text(lines: Sequence[str], coded: Sequence[str | None], first: int) -> list[tuple[str, str]]:
    starts = [at for at in range(first, len(lines)) if coded[at] in _BODY]
    found = []
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        code = str(coded[at])
        rest = textwrap.dedent("\n".join(lines[at + 1 : end]))
        found.append((code, f"{lines[at].split(code, 1)[1].strip()}\n{rest}"))
    return found


def _told(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in lines if line.strip())
