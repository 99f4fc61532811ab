"""In which processes are pages read?"""

from collections.abc import Sequence

from cleanwire.sandbox.pool import ProcessPool
from cleanwire.settings import CleanSettings

_EXTRACTION = ("cleanwire.article.clean",)


class ExtractionPool(ProcessPool):
    """Processes of the size the settings say, warm for reading pages."""

    def __init__(self, settings: CleanSettings, *, preload: Sequence[str] = _EXTRACTION) -> None:
        """`preload` names the modules that each process imports before its first task."""
        super().__init__(
            processes=settings.processes,
            memory_limit_bytes=settings.memory_limit_mb * 1024 * 1024,
            tasks_per_process=settings.pages_per_process,
            preload=preload,
        )
