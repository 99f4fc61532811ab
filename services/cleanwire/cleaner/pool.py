"""In which processes are pages read?"""

from collections.abc import Callable

from cleanwire.sandbox.pool import ProcessPool
from cleanwire.settings import CleanSettings

_PRELOAD = ("cleanwire.cleaner.attempts.extraction", "cleanwire.article.clean")
_WARM_UP = ("cleanwire.article.warm:load",)


class ExtractionPool(ProcessPool):
    """Processes of the size the settings say, warm for reading pages."""

    def __init__(self, settings: CleanSettings, *, on_open_door: Callable[[str], None] | None = None) -> None:
        """`on_open_door` is told once of each door (`sandbox.doors.Door`) that this kernel leaves open."""
        super().__init__(
            processes=settings.processes,
            memory_limit_bytes=settings.memory_limit_mb * 1024 * 1024,
            tasks_per_process=settings.pages_per_process,
            preload=_PRELOAD,
            warm_up=_WARM_UP,
            on_open_door=on_open_door,
        )
