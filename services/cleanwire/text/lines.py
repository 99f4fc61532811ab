"""Which lines of an extracted article are not the article?"""

from collections.abc import Sequence
from dataclasses import dataclass

from cleanwire.records.document import BlockType, Removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One block of extracted text."""

    text: str
    type: BlockType = BlockType.PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """What is known of the article from elsewhere."""

    title: str | None = None
    site_names: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    kept: tuple[Line, ...]  # input lines, in order
    removed: tuple[Removed, ...]  # `index` is the place in the input


def strip(blocks: Sequence[Line], context: LineContext) -> Stripped:
    """Return `blocks` without boilerplate lines."""
    raise NotImplementedError
