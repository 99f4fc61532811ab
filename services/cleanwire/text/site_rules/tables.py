"""What has an operator decided about the pages of one site?

A TOML file has a table for each site. Patterns are ordinary words, not regular expressions: `*` stands for anything,
case and white space never matter, and a pattern must cover its block as a whole. So no pattern can take long.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import xxhash

from cleanwire.errors import InputError
from cleanwire.records import zone
from cleanwire.records.document import Precision
from cleanwire.text import toml_files
from cleanwire.text.dates.moment import ParsedTime
from cleanwire.text.site_rules import selectors
from cleanwire.urls import site as sites

MAX_BYTES = 4 * 1024 * 1024
MAX_PATTERNS = 500  # of one kind for one site; each is compared with each block
MAX_PATTERN_CHARS = 500
MAX_FORMAT_CHARS = 100
MAX_ERRORS = 10

_TRIAL = datetime(2023, 11, 22, 13, 45, 56, tzinfo=timezone(timedelta(hours=1)))  # no two of its numbers are equal
_SECONDS = re.compile(r"%[STXcfsr]")
_MINUTES = re.compile(r"%[HIMR]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """An operator's word for one site. Patterns are folded, selectors are XPath."""

    site: str
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title: str | None = None
    date: str | None = None
    date_format: str | None = None  # as strptime takes it
    time_zone: str | None = None  # IANA

    @property
    def version(self) -> str:
        """16 hex digits that change whenever a rule of the site does."""
        told = (self.site, self.keep, self.drop, self.title, self.date, self.date_format, self.time_zone)
        return xxhash.xxh3_64_hexdigest(repr(told).encode())

    def keeps(self, text: str) -> bool:
        """Tell whether a block must stay whatever anybody else says."""
        return bool(self.keep) and _first(self.keep, text) is not None

    def drops(self, text: str) -> str | None:
        """Return the id of the rule that cuts a block, `user/<site>/<place in drop, from 1>`; None when none does."""
        place = _first(self.drop, text) if self.drop else None
        return None if place is None else f"user/{self.site}/{place + 1}"

    def covering(self, text: str) -> frozenset[str]:
        """Return the patterns, of both kinds, that cover a block."""
        folded = _fold(text)
        return frozenset(pattern for pattern in (*self.keep, *self.drop) if _covers(pattern, folded))


def read_time(raw: str, date_format: str) -> ParsedTime | None:
    """Return the time that `raw` states in a `date_format` that `read` accepted, None when it is in another form."""
    try:
        found = datetime.strptime(" ".join(raw.split()), date_format)  # noqa: DTZ007 - a zone is kept beside it
    except ValueError:
        return None
    offset = found.utcoffset()
    precise = _SECONDS.search(date_format), _MINUTES.search(date_format)
    precision = Precision.SECOND if precise[0] else Precision.MINUTE if precise[1] else Precision.DAY
    return ParsedTime(
        local=found.replace(tzinfo=None),
        offset_min=None if offset is None else round(offset.total_seconds() / 60),
        precision=precision,
    )


def read(body: bytes, name: str) -> dict[str, SiteRules]:
    """Return the rules in a TOML file by site. `name` is the file's, for messages.

    Raises:
        InputError: with file, line and key of everything that is wrong, up to ten.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"{name}: over {MAX_BYTES} bytes")
    tables = toml_files.parse(body, name)
    problems = [(site, key, problem) for site, table in tables.items() for key, problem in _problems(site, table)]
    if problems:
        lines = toml_files.ValueLines(body)
        told = sorted(
            (lines.of((site,) if key is None else (site, key)), f"{site if key is None else key}: {problem}")
            for site, key, problem in problems
        )
        raise InputError("\n".join(f"{name}:{line}: {problem}" for line, problem in told[:MAX_ERRORS]))
    return {site: _site_rules(site, table) for site, table in tables.items()}


def _site_rules(site: str, table: Mapping[str, Any]) -> SiteRules:
    return SiteRules(
        site=site,
        keep=tuple(map(_fold, table.get("keep", ()))),
        drop=tuple(map(_fold, table.get("drop", ()))),
        title=selectors.xpath(table["title"]) if "title" in table else None,
        date=selectors.xpath(table["date"]) if "date" in table else None,
        date_format=" ".join(table["date_format"].split()) if "date_format" in table else None,
        time_zone=table.get("time_zone"),
    )


def _problems(site: str, table: object) -> list[tuple[str | None, str]]:
    """Return what is wrong with one table: the key, None for the table's own name, and what to do."""
    if not isinstance(table, dict):
        return [(None, 'belongs into the table of a site, such as ["example.org"]')]
    if any(isinstance(value, dict) for value in table.values()):
        return [(None, 'the name of a site stands in quotes: ["example.org"]')]
    if (problem := _wrong_site(site)) is not None:
        return [(None, problem)]
    found: list[tuple[str | None, str]] = []
    for key, value in table.items():
        check = _CHECKS.get(key)
        problem = check(value) if check else f"no such key; known are {', '.join(_CHECKS)}"
        if problem is not None:
            found.append((key, problem))
    return found


def _wrong_site(site: str) -> str | None:
    try:
        known = sites.site(f"http://{site}/")
    except ValueError:
        return "not a site: give its registrable domain, such as example.org"
    return None if known == site else f"the site is {known}: its rules are for all of its hosts"


def _wrong_patterns(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return "expected a list of texts"
    if len(value) > MAX_PATTERNS:
        return f"{len(value)} patterns, at most {MAX_PATTERNS} are allowed"
    for item in value:
        if not any(map(str.isalnum, item)):
            return f"{item!r} would match anything: a pattern holds a letter or a digit"
        if len(item) > MAX_PATTERN_CHARS:
            return f"{item[:40]!r}… has {len(item)} characters, at most {MAX_PATTERN_CHARS} are allowed"
    return None


def _wrong_selector(value: object) -> str | None:
    if not isinstance(value, str):
        return "expected a CSS selector"
    try:
        selectors.xpath(value)
    except ValueError as error:
        return f"{value!r} is no CSS selector of the simple kind: {error}"
    return None


def _wrong_format(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > MAX_FORMAT_CHARS:
        return f"expected a text of at most {MAX_FORMAT_CHARS} characters, such as '%d/%m/%Y %H:%M'"
    try:
        read_back = datetime.strptime(_TRIAL.strftime(value), value)  # noqa: DTZ007 - only the day is looked at
    except (ValueError, re.error) as error:
        return f"{value!r} cannot be read with: {error}"
    return None if read_back.date() == _TRIAL.date() else f"{value!r} does not tell year, month and day"


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "keep": _wrong_patterns,
    "drop": _wrong_patterns,
    "title": _wrong_selector,
    "date": _wrong_selector,
    "date_format": _wrong_format,
    "time_zone": zone.problem,
}


def _first(patterns: tuple[str, ...], text: str) -> int | None:
    """Return the place of the first pattern that covers `text`."""
    folded = _fold(text)
    return next((place for place, pattern in enumerate(patterns) if _covers(pattern, folded)), None)


def _covers(pattern: str, text: str) -> bool:
    """Tell whether `pattern` is `text` with `*` for any part of it. Takes time in proportion to `text`."""
    first, *others = pattern.split("*")
    if not others:
        return first == text
    *between, last = others
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    at = len(first)
    for part in between:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
