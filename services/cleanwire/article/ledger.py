"""How much of what was cut is told? One record must stay under 1 MB."""

from collections.abc import Sequence

from cleanwire.records.document import Removed

MAX_REMOVED = 200
MAX_REMOVED_CHARS = 100_000


def capped(removed: Sequence[Removed]) -> tuple[tuple[Removed, ...], bool]:
    """Return at most `MAX_REMOVED` cuts and `MAX_REMOVED_CHARS` characters of them, and whether any were left out."""
    kept: list[Removed] = []
    chars = 0
    for cut in removed[:MAX_REMOVED]:
        chars += len(cut.text)
        if chars > MAX_REMOVED_CHARS:
            break
        kept.append(cut)
    return tuple(kept), len(kept) < len(removed)
