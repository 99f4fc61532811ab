"""What round a plain text are a news wire's marks for its machines: slugs, carets, counts, keywords?

The form is that of American wires (ANPA 1312): a slug above the headline, `^` before and `<` or `=` behind what the
editors' screens show apart, a stamp of the clock at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SLUG = re.compile(
    r"[a-z]{1,2}\d{3,5} \S.{3,80}|(?:BC|AM|PM|HF)-\S.{2,80}|[A-Z][\w.'’&-]*--[A-Z]\S.{0,80}|"
    r".{0,80}\b(?:Ld-Writethru|(?:\d(?:st|nd|rd|th) )?(?:Ld|Add|Writethru))\b,?.{0,40}"
)
_STAMP = re.compile(r"[A-Za-z]{2,4}[- ](?:[A-Z]{2}-)?\d{2}-\d{2}-\d{2}\s+\d{3,4}\s?[A-Z]{0,4}[<=]?")
_NOTE = re.compile(
    r"(?:Keywords?|Slug|Eds?|Editors?|Category|Priority|Format)\s?:.*|"
    r"[A-Z][\w .]{2,40} (?:Writer|Correspondent|Reporter|Editor)s?"
)
"""What editors are told, and the office below the writer's name."""
_RULE = re.compile(r"[_*=-]{3,}|[-_*](?:\s[-_*]){2,}|-?30-?|#{2,}")
_CARET = "^"
_MARKS = "^<= "
_ENDS = ("<", "=")
_WITHIN = 3  # lines from the top in which a slug stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A wire's text without its marks."""

    rows: list[str]
    headline: str | None
    machine_lines: set[int]  # which rows speak to machines and editors


def read(rows: Sequence[str]) -> Wire | None:
    """Return what `rows` are without a wire's marks, None when neither a slug nor a caret stands at the top."""
    top = rows[:_WITHIN]
    slugs = {at for at, row in enumerate(top) if _SLUG.fullmatch(row)}
    marked = [at for at, row in enumerate(top) if row.startswith(_CARET)]
    if not slugs and not marked:
        return None
    told = [row.strip(_MARKS) if row.startswith(_CARET) or row.endswith(_ENDS) else row for row in rows]
    notes = {at for at, row in enumerate(told) if any(form.fullmatch(row) for form in (_STAMP, _NOTE, _RULE))}
    return Wire(rows=told, headline=told[marked[0]] if marked else None, machine_lines=slugs | notes)
