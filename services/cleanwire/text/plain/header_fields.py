"""Which labelled fields does a plain text hold: at its beginning as mails do, or between its lines as archives do?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import msgspec

from cleanwire.errors import InputError
from cleanwire.text import folding, toml_files

_FILE = "header_fields.toml"

_FIELD = re.compile(r"\W{0,3}(?P<label>[^\W\d_][\w -]{1,24}?)\W{0,2}\s?[:：]\s*+(?P<value>.*)")
_ENVELOPE = re.compile(r"From (?=\S+@\S)\S++ .{5,60}\d{4}")  # the first line of a mail in a mailbox file, RFC 4155
_MIN_FIELDS = 2  # one labelled line is no header
_MAX_CHARS = 300  # of a field


class _Archive(msgspec.Struct, forbid_unknown_fields=True):
    title: list[str]
    author: list[str]
    summary: list[str]
    sign: list[str]
    other: list[str]


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    title: list[str]
    published: list[str]
    modified: list[str]
    author: list[str]
    publisher: list[str]
    other: list[str]
    archive: _Archive


@cache
def load() -> tuple[dict[str, str], dict[str, str]]:
    """Return label → what it holds, of fields at the beginning of a text and of those between an archive's lines.

    The former hold title, published, modified, author, publisher or other. To an archive a label is title, author,
    summary, sign (no reporter begins a line with it) or other.
    """
    return read_labels(resources.files("cleanwire.text.plain").joinpath(_FILE).read_bytes())


def read_labels(body: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Return what `load` does, of a file such as ours.

    Raises:
        InputError: it is no such file, or a label means two things.
    """
    table = toml_files.typed(body, _FILE, _Table)
    return _by_label(table), _by_label(table.archive)


def _by_label(table: _Table | _Archive) -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, labels in msgspec.structs.asdict(table).items():
        for label in map(folding.fold, labels if isinstance(labels, list) else ()):
            if found.setdefault(label, meaning) != meaning:
                raise InputError(f"{_FILE}: {label!r} means both {found[label]} and {meaning}")
    return found


@dataclass(slots=True, kw_only=True)
class Header:
    """The fields found, and how many lines they take."""

    fields: dict[str, str] = field(default_factory=dict)  # title, published, modified, author, publisher
    lines: int = 0


def read(lines: Sequence[str]) -> Header:
    """Return the labelled fields that `lines` begin with; none when fewer than two stand together."""
    header = Header()
    at_beginning, _ = load()
    if lines and _ENVELOPE.fullmatch(lines[0]) is not None:
        header.lines = 1
    for line in lines[header.lines :]:
        match = _FIELD.fullmatch(line) if len(line) <= _MAX_CHARS else None
        meaning = match and (
            at_beginning.get(_label(match)) or ("other" if header.lines and _is_technical(match) else None)
        )
        if match is None or meaning is None:
            break
        if match["value"].strip() and meaning != "other":
            header.fields.setdefault(meaning, match["value"].strip())
        header.lines += 1
    return header if header.lines >= _MIN_FIELDS else Header()


@dataclass(slots=True, kw_only=True)
class Scattered:
    """The fields between the lines of an archive's printout: its headline, who wrote it, and which lines are fields."""

    title: str | None = None
    author: str | None = None
    lines: set[int] = field(default_factory=set)


def scattered(lines: Sequence[str]) -> Scattered:
    """Return the fields of an archive (`BYLINE:`, `LENGTH:`) wherever they stand: two at least, one of them a sign."""
    _, in_archives = load()
    found = Scattered()
    meanings = set()
    labels = set()
    for at, line in enumerate(lines):
        match = _FIELD.fullmatch(line) if len(line) <= _MAX_CHARS else None
        label = _label(match) if match else ""
        meaning = in_archives.get(label)
        if match is None or meaning is None or match["label"][:1].islower():
            continue
        meanings.add(meaning)
        labels.add(label)
        found.lines.add(at)
        if meaning == "author":
            found.author = found.author or match["value"].strip() or None
        if meaning == "title":
            found.title = found.title or match["value"].strip() or None
        if meaning == "summary" and not match["value"].strip() and at + 1 < len(lines):
            found.lines.add(at + 1)
    return found if len(labels) >= _MIN_FIELDS and "sign" in meanings else Scattered()


def _label(match: re.Match[str]) -> str:
    return folding.fold(match["label"]).strip()


def _is_technical(match: re.Match[str]) -> bool:
    """Whether a field of a mail is one of programs, such as `List-Unsubscribe`."""
    return "-" in match["label"] and " " not in match["label"] and match["label"].isascii()
