"""What do the publishers ask for, in seconds that fit into one run?"""

from dataclasses import dataclass

NETWORK = "127.80.0.0/16"
"""Where the publishers live. A reader that keeps away from private addresses must be told that these are allowed."""
INSIDE = "127.66.0.1"
"""An address inside that nobody allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The compressed times of a run. `unit` stretches them for slow readers and slow machines."""

    unit: float = 1.0
    floor_s: float = 2.0  # no feed more often than this
    spacing_s: float = 0.5  # between two requests to one site
    patience_s: float = 12.0  # within which a reader must have let go of a reply that does not end

    @property
    def floor(self) -> float:
        return self.floor_s * self.unit

    @property
    def spacing(self) -> float:
        return self.spacing_s * self.unit

    @property
    def patience(self) -> float:
        return self.patience_s * self.unit

    @property
    def fresh(self) -> int:
        """Lifetime that publishers state for their feeds."""
        return round(12 * self.unit)

    @property
    def rest(self) -> int:
        """What a tired publisher asks for with Retry-After."""
        return round(8 * self.unit)

    @property
    def crawl_delay(self) -> int:
        return round(3 * self.unit)

    @property
    def slack(self) -> float:
        """How much a busy machine may shift the moment at which a request is seen."""
        return 0.4 * self.unit
