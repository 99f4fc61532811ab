"""What is a mutant? A rule, the edits that break it, and the tests that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Text of a file below services/cleanwire that must occur exactly once, and what it becomes."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A broken rule and the tests that must go red, each on its own."""

    rule: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def one(rule: str, file: str, old: str, new: str, *tests: str) -> Mutant:
    """Return a mutant that is a single edit."""
    return Mutant(rule=rule, edits=(Edit(file=file, old=old, new=new),), tests=tests)
