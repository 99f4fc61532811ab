"""Which blocks of the extracted text are not the article?"""

from dataclasses import dataclass

from cleanwire.article.metadata.cascade import Metadata
from cleanwire.records.document import Removed
from cleanwire.text import lines
from cleanwire.text.lines import Line, LineContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What stays, by index into the extracted blocks, and what goes."""

    kept: tuple[int, ...]
    removed: tuple[Removed, ...]


def remove(blocks: tuple[Line, ...], known: Metadata, *, language: str | None) -> Cleaned:
    """Return which of `blocks` stay. Body and cuts, put together by index, are the input again."""
    context = LineContext(
        title=known.title.text if known.title else None,
        site_names=known.site_names,
        authors=tuple(author.name for author in known.authors),
        language=language,
    )
    stripped = lines.strip(blocks, context)
    gone = {cut.index for cut in stripped.removed}
    return Cleaned(kept=tuple(at for at in range(len(blocks)) if at not in gone), removed=stripped.removed)
