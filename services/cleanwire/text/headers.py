"""Does a plain text begin with labelled fields, as mail and archive dumps do?"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from cleanwire.text import calendar

_FIELD = re.compile(r"\W{0,3}(?P<label>[^\W\d_][\w -]{1,24}?)\W{0,2}\s?[:：]\s*(?P<value>.*)")
_MIN_FIELDS = 2  # one labelled line is no header


@cache
def _meanings() -> dict[str, str]:
    """Return label → what it holds: title, published, modified, author, publisher or other."""
    raw = tomllib.loads(resources.files("cleanwire.text").joinpath("headers.toml").read_text("utf-8"))
    return {calendar.fold(label): meaning for meaning, labels in raw.items() for label in labels}


@dataclass(slots=True, kw_only=True)
class Header:
    """The fields found, and how many lines they take."""

    fields: dict[str, str] = field(default_factory=dict)  # title, published, modified, author, publisher
    lines: int = 0


def read(lines: Sequence[str]) -> Header:
    """Return the labelled fields that `lines` begin with; none when fewer than two stand together."""
    header = Header()
    for line in lines:
        match = _FIELD.fullmatch(line) if len(line) <= 300 else None
        meaning = match and _meanings().get(calendar.fold(match["label"]).strip())
        if match is None or meaning is None:
            break
        if match["value"].strip() and meaning != "other":
            header.fields.setdefault(meaning, match["value"].strip())
        header.lines += 1
    return header if header.lines >= _MIN_FIELDS else Header()
