"""How does long work let the event loop go on in between? It hands over every few milliseconds."""

import asyncio
import time

TURN_S = 0.01


class Turn:
    """One stretch of work of unknown length. Ask `over` at each of its steps."""

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + TURN_S

    async def over(self) -> None:
        """Let the others go on if the work has had its turn."""
        if time.monotonic() >= self._ends_at:
            await asyncio.sleep(0)
            self._ends_at = time.monotonic() + TURN_S
