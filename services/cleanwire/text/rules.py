"""Is this line a known kind of boilerplate?"""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a line stands: before the first paragraph, between paragraphs, after the last one."""

    HEAD = "head"
    BODY = "body"
    TAIL = "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    id: str  # `en/newsletter/1`
    kind: str


class RuleSet:
    version: str

    def match(self, line: str, *, language: str | None = None, place: Place = Place.BODY) -> Rule | None:
        """Return the rule that condemns `line`, None when it may stay."""
        raise NotImplementedError


def load() -> RuleSet:
    """Return all rules of the package; read once, then cached."""
    raise NotImplementedError
